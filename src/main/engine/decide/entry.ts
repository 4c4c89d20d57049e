/**
 * ENTER: takes the slots of both venues, asks for a quote, checks every limit on it, and places both legs.
 * The checks and the orders are one step, so nothing can change between them but the stop, which the door re-checks.
 */
import { hedgeOf, type SignalId } from '../../../shared/domain/ids.ts';
import { own } from '../../../shared/domain/record.ts';
import { text } from '../../../shared/domain/units.ts';
import type { Draft } from '../draft.ts';
import { entryBarred, judgedWithout, judgeEntry, type Measured } from '../entry-judgement.ts';
import type { Quote } from '../quote.ts';
import type { PendingEntry } from '../state.ts';
import { hasBegun } from './begun.ts';
import { beginDay } from './day.ts';
import { sendOrder } from './send.ts';
import { expire, reject } from './verdict.ts';

/** Gives the free slots to the entry that was seen first. Called after every input. */
export function startNextEntry(draft: Draft): void {
  // After a sleep entries wait for the venues to be read, as long as their signals live.
  if (Object.keys(draft.state.slots).length > 0 || draft.state.resumedAt !== undefined) return;
  const queued = Object.values(draft.state.entries).filter((entry) => entry.state === 'queued' && !hasBegun(draft.state, entry.signal.id));
  for (const entry of queued.sort((a, b) => a.seen - b.seen)) {
    const barred = entryBarred(draft.state, draft.at);
    if (barred !== null) {
      reject(draft, entry.signal.id, barred);
      continue;
    }
    draft.add({ kind: 'slotsTaken', signal: entry.signal.id });
    draft.want({ kind: 'quote', purpose: { kind: 'entry', signal: entry.signal.id }, coin: entry.signal.coin, afterMs: 0 });
    return;
  }
}

/** The quote came: deny with the numbers, or write the intent of both legs. */
export function enterOnQuote(draft: Draft, id: SignalId, quote: Quote): void {
  const pending = own(draft.state.entries, id);
  if (pending === undefined || draft.state.slots.upbit !== id || own(draft.state.hedges, hedgeOf(id)) !== undefined) return;
  if (expire(draft, pending)) {
    draft.add({ kind: 'slotsFreed', signal: id });
    return;
  }
  const barred = entryBarred(draft.state, draft.at);
  const judged = barred === null ? judgeEntry(draft.state, pending.signal, quote, draft.at) : judgedWithout(barred);
  if (judged.context !== null) beginDay(draft, judged.context.inputs);
  if (judged.isPassed) return open(draft, pending, judged.context);
  reject(draft, id, judged.denial);
  draft.add({ kind: 'slotsFreed', signal: id });
}

function open(draft: Draft, pending: PendingEntry, context: Measured): void {
  const { inputs, sized, sides, signal } = context;
  const id = hedgeOf(signal.id);
  draft.add({
    kind: 'hedgeOpened',
    id,
    coin: signal.coin,
    planned: sized.quantity,
    source: pending.source,
    seen: pending.seen,
    premium: text(inputs.premium),
    fx: inputs.fx,
    spotBid: sides.spot.book.bids[0]?.price ?? inputs.spotAsk,
    perpAsk: sides.perp.book.asks[0]?.price ?? inputs.perpBid,
  });
  sendOrder(draft, id, { leg: 'spot', side: 'buy', purpose: 'entry', terms: sized.spot.terms });
  sendOrder(draft, id, { leg: 'perp', side: 'sell', purpose: 'entry', terms: sized.perp.terms });
}
