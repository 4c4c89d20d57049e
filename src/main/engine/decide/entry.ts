/**
 * ENTER: takes the slots of both venues, asks for a quote, checks every limit on it, and places both legs.
 * The checks and the orders are one step, and asked once more right before the wire.
 */
import { hedgeOf, type SignalId } from '../../../shared/domain/ids.ts';
import { own } from '../../../shared/domain/record.ts';
import { text } from '../../../shared/domain/units.ts';
import type { Draft } from '../draft.ts';
import { entryBarred } from '../entry-judgement.ts';
import type { Quote } from '../quote.ts';
import { approveEntry, type EntryApproval } from '../risk/approval.ts';
import type { PendingEntry } from '../state.ts';
import { hasBegun } from './begun.ts';
import { beginDay } from './day.ts';
import { send } from './send.ts';
import { expire, reject } from './verdict.ts';

/** Gives the free slots to the entry that was seen first; while entries are barred none waits for them. Called after every input. */
export function startNextEntry(draft: Draft): void {
  // After a sleep entries wait for the venues to be read, as long as their signals live.
  if (draft.state.resumedAt !== undefined) return;
  const queued = Object.values(draft.state.entries).filter((entry) => entry.state === 'queued' && !hasBegun(draft.state, entry.signal.id));
  const [next] = queued.sort((a, b) => a.seen - b.seen);
  if (next === undefined) return;
  const barred = entryBarred(draft.state, draft.at);
  if (barred !== null) return queued.forEach(({ signal }) => void reject(draft, signal.id, barred));
  if (Object.keys(draft.state.slots).length > 0) return;
  draft.add({ kind: 'slotsTaken', signal: next.signal.id });
  draft.want({ kind: 'quote', purpose: { kind: 'entry', signal: next.signal.id }, coin: next.signal.coin, afterMs: 0 });
}

/** The quote came: deny with the numbers, or write the intent of both legs. */
export function enterOnQuote(draft: Draft, id: SignalId, quote: Quote): void {
  const pending = own(draft.state.entries, id);
  if (pending === undefined || draft.state.slots.upbit !== id || own(draft.state.hedges, hedgeOf(id)) !== undefined) return;
  if (expire(draft, pending)) {
    draft.add({ kind: 'slotsFreed', signal: id });
    return;
  }
  const approval = approveEntry(draft.state, pending.signal, quote, draft.at);
  if (approval.context !== null) beginDay(draft, approval.context.inputs);
  if (approval.isPassed) return open(draft, pending, approval, quote);
  reject(draft, id, approval.denial);
  draft.add({ kind: 'slotsFreed', signal: id });
}

function open(draft: Draft, pending: PendingEntry, approval: Extract<EntryApproval, { isPassed: true }>, quote: Quote): void {
  const { inputs, sized, sides, signal } = approval.context;
  draft.add({
    kind: 'hedgeOpened',
    id: approval.hedge,
    coin: signal.coin,
    planned: sized.quantity,
    source: pending.source,
    seen: pending.seen,
    premium: text(inputs.premium),
    fx: inputs.fx,
    spotBid: sides.spot.book.bids[0]?.price ?? inputs.spotAsk,
    perpAsk: sides.perp.book.asks[0]?.price ?? inputs.perpBid,
  });
  for (const order of approval.orders) send(draft, approval.hedge, order, 'entry', quote);
}
