/**
 * ENTER: takes the slots of both venues, asks for a quote, checks every limit on it, and places both legs.
 * The checks and the orders are one step, so nothing can change between them but the stop, which the door re-checks.
 */
import { hedgeOf, type SignalId } from '../../../shared/domain/ids.ts';
import { own } from '../../../shared/domain/record.ts';
import { text } from '../../../shared/domain/units.ts';
import { denied, type Denial, isDenial } from '../denial.ts';
import type { Draft } from '../draft.ts';
import type { EnterSignal } from '../../../shared/domain/signal.ts';
import { executablePremium, type Sides } from '../premium.ts';
import type { Quote } from '../quote.ts';
import { checkEntry, type EntryContext } from '../risk/entry-limits.ts';
import { entryInputs, freshness, sidesOf } from '../risk/entry-inputs.ts';
import { tradingState } from '../risk/permission.ts';
import { sizeEntry } from '../sizing.ts';
import type { PendingEntry, State } from '../state.ts';
import { hasBegun } from './begun.ts';
import { beginDay } from './day.ts';
import { sendOrder } from './send.ts';
import { expire, reject } from './verdict.ts';

/** How long an order may be unknown before entries freeze. */
const freezeAfterMs = 10_000;

/** Gives the free slots to the entry that was seen first. Called after every input. */
export function startNextEntry(draft: Draft): void {
  if (Object.keys(draft.state.slots).length > 0) return;
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

/** What forbids any entry whatever its numbers. */
function entryBarred(state: State, at: number): Denial | null {
  const standing = tradingState(state);
  if (standing === 'stopped') return denied('STOPPED', 'Trading is stopped');
  if (standing === 'reconciling') return denied('RECONCILING', 'The books are being reconciled with the venues');
  if (standing !== 'armed') return denied('DISARMED', 'The console is not armed');
  if (Object.values(state.hedges).some((hedge) => hedge.phase === 'needsOperator'))
    return denied('NEEDS_OPERATOR', 'A hedge waits for a person to settle it');
  const silent = Object.values(state.orders).find((order) => order.unknownSince !== undefined && at - order.unknownSince >= freezeAfterMs);
  return silent === undefined ? null : denied('UNKNOWN_OUTCOME', `Order ${silent.id} has no known outcome`);
}

/** The quote came: deny with the numbers, or write the intent of both legs. */
export function enterOnQuote(draft: Draft, id: SignalId, quote: Quote): void {
  const pending = own(draft.state.entries, id);
  if (pending === undefined || draft.state.slots.upbit !== id || own(draft.state.hedges, hedgeOf(id)) !== undefined) return;
  if (draft.at > pending.signal.expiresAt) {
    expire(draft, id, 'ENTER', pending.signal.expiresAt);
    draft.add({ kind: 'slotsFreed', signal: id });
    return;
  }
  const context = entryBarred(draft.state, draft.at) ?? judgeEntry(draft, pending.signal, quote);
  if (isDenial(context)) {
    reject(draft, id, context);
    draft.add({ kind: 'slotsFreed', signal: id });
    return;
  }
  open(draft, pending, context);
}

type Passed = EntryContext & { readonly sides: Sides };

function judgeEntry(draft: Draft, signal: EnterSignal, quote: Quote): Passed | Denial {
  const stale = freshness(quote, draft.state.settings, draft.at);
  if (stale !== null) return stale;
  const sides = sidesOf(quote);
  if (isDenial(sides)) return sides;
  const basics = entryInputs(quote, sides);
  if (isDenial(basics)) return basics;
  const sized = sizeEntry(signal, sides, draft.state.settings);
  if (isDenial(sized)) return sized;
  const premium = executablePremium(sides, basics.fx, sized.quantity, 'open');
  if (premium === undefined) return denied('EMPTY_BOOK', 'A book has no price on the side to be taken');
  const inputs = { ...basics, premium };
  beginDay(draft, inputs);
  const context: Passed = { at: draft.at, state: draft.state, signal, inputs, sized, sides };
  return checkEntry(context) ?? context;
}

function open(draft: Draft, pending: PendingEntry, context: Passed): void {
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
