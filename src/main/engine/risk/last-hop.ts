/**
 * What an order has to pass in the very moment it leaves, on the numbers of that moment: the state of trading, the settings
 * as they are by now, everything in flight, the newest books, USDT/KRW and clock offsets that anybody has read.
 *
 * 1. What adds risk passes every limit again, for a slow disk or a full quota may have held it up for seconds, and a limit
 *    may have been tightened meanwhile. A stop that came meanwhile recalls it even when it was reset.
 * 2. The partner of a leg that has left passes all but the state and the stop: a leg without its partner is worse. Where that
 *    leg has ended by now without a fill, this one would be such a leg and stays.
 * 3. What reduces risk leaves while its leg still holds as much; a close that a signal bounds, while the premium holds.
 */
import type { denialValues, ValuesOf } from '../../../shared/domain/codes.ts';
import { signalId } from '../../../shared/domain/ids.ts';
import { own, withoutKey } from '../../../shared/domain/record.ts';
import { gt, isZero, price, type Quantity, text, ZERO } from '../../../shared/domain/units.ts';
import type { Answer } from '../../../shared/domain/failure.ts';
import type { Book, Leg, OrderRequest } from '../../../shared/domain/venue.ts';
import { type Denial, denied, isDenial } from '../denial.ts';
import { uncounted } from '../entry-count.ts';
import { asleep, entryBarred, judgeSized } from '../entry-judgement.ts';
import { holding, isInFlight, opens, ordersOf, requested } from '../legs.ts';
import type { Sides } from '../premium.ts';
import type { Quote } from '../quote.ts';
import type { Sized } from '../sizing.ts';
import { type Hedge, legVenue, type Order, type Purpose, type State } from '../state.ts';
import { isWithin } from './bounds.ts';
import { beyondCollarByNow } from './collar.ts';
import { judgeCompletion } from './completion.ts';
import { sideOf, sidesOf } from './entry-inputs.ts';
import { beyondBounds } from './exit-bounds.ts';
import { handBarred, judgeByHand, withoutOrder } from './hand-limits.ts';
import { isOtherAccount, leavingOf, otherAccount, refusal, type TradingState } from './permission.ts';
import { closable } from './reduction.ts';

/** The newest that was read for any purpose; undefined where nothing was. */
export interface Latest {
  readonly books: Readonly<Record<Leg, Book | undefined>>;
  readonly fx: Book | undefined;
  /** Our clock minus the venue's, as last measured. */
  readonly clockOffsetsMs: Readonly<Record<Leg, Answer<number>>>;
}

export interface Hop {
  readonly state: State;
  readonly at: number;
  /** With the latch and the disk, which the state may not know of yet. */
  readonly standing: TradingState;
  /** When a stop last closed the latch; 0 before. */
  readonly latchedAt: number;
  readonly order: OrderRequest;
  readonly purpose: Purpose;
  /** The quote that it was approved on. */
  readonly on: Quote;
  readonly latest: Latest;
  /** Whether the other leg of the same decision has left. */
  readonly partnerLeft: boolean;
}

/** Why an order may not leave now; null where it may. */
export function lastHop(hop: Hop): Denial | null {
  const { state, at, standing, latchedAt, purpose, on, latest } = hop;
  if (purpose === 'byHand') return handHop(hop);
  const no = refusal(standing, leavingOf(purpose));
  if (no !== null) return no;
  if (isOtherAccount(state)) return otherAccount;
  const order = own(state.orders, hop.order.clientOrderId);
  const hedge = order?.hedge == null ? undefined : own(state.hedges, order.hedge);
  if (order === undefined || hedge === undefined) return unknownOrder;
  if (leavingOf(purpose) === 'unwind') return notHeld(state, hedge, order) ?? (hop.partnerLeft ? null : exitAgain(state, hedge, asOfNow(on, latest)));
  const { decided } = order.stamps;
  if (!(decided > latchedAt)) return denied('STOPPED', 'Trading was stopped since it was decided');
  if (hop.partnerLeft) return partnerFailed(state, hedge, order);
  const late = tooLate(order, state, at);
  if (late !== null) return late;
  const quote = asOfNow(on, latest);
  if (purpose === 'entry') return entryBarred(state, at) ?? entryAgain(state, hedge, on, quote, at);
  return asleep(state) ?? completionAgain(state, hedge, order, on, quote, at);
}

/** An order by hand is judged whole again, also one that reduces: a person who pressed is not to trade on a price of long ago. */
function handHop({ state, at, standing, latchedAt, order: { clientOrderId }, on, latest }: Hop): Denial | null {
  const order = own(state.orders, clientOrderId);
  if (order === undefined) return unknownOrder;
  const { request, stamps, replaces } = order;
  const no = refusal(standing, opens(order) ? 'entry' : 'exitByHand') ?? handBarred(state, request, at);
  if (no !== null) return no;
  if (opens(order) && !(stamps.decided > latchedAt)) return denied('STOPPED', 'Trading was stopped since it was decided');
  // Once the old order has ended, what is left for this one is in its terms.
  const before = replaces === undefined ? undefined : own(state.orders, replaces);
  const old = before !== undefined && isInFlight(before) ? before : null;
  return tooLate(order, state, at) ?? judgeByHand({ state: withoutOrder(state, order), request, old, quote: asOfNow(on, latest), at }).denial;
}

function tooLate({ stamps, request: { leg } }: Order, { settings }: State, at: number): Denial | null {
  const age = at - stamps.decided;
  const limit = settings.maxBookAgeMs;
  if (isWithin(age, 0, limit)) return null;
  return denied('STALE_BOOK', `It was decided ${age} ms ago`, { limit: String(limit), was: String(age) }, { venue: legVenue[leg] });
}

const unknownOrder = denied('NO_DATA', 'The order is not in the books', null, { venue: '', what: 'order', failure: '' });

/** The venue of the leg that left first may have refused it while this one waited for its quota. */
function partnerFailed(state: State, hedge: Hedge, { request: { leg } }: Order): Denial | null {
  const others = ordersOf(state, hedge).filter((order) => order.request.leg !== leg);
  const isAlone = others.every((order) => !isInFlight(order) && isZero(order.filled));
  return isAlone ? denied('PARTNER_FAILED', 'The other leg has ended and nothing of it filled') : null;
}

/** The books may have learnt meanwhile that a leg was closed: by the venue, or by an order whose word came late. */
function notHeld(state: State, hedge: Hedge, order: Order): Denial | null {
  const { leg, venue } = order.request;
  return moreThan(requested(order.request, hedge), closable(state, hedge, leg, order.id), `The ${leg} leg holds`, { venue, coin: hedge.coin });
}

/** An EXIT keeps to the bounds of its signal until the first of it has left; from then on it is carried through. */
function exitAgain(state: State, hedge: Hedge, quote: Quote): Denial | null {
  const { exit, attempts, heldAtMove, target } = hedge;
  const { spot, perp, matched } = holding(state, hedge);
  const hasBegun = attempts > 0 || heldAtMove.spot !== spot || heldAtMove.perp !== perp;
  const sides = sidesOf(quote);
  // Of a leg that has no partner no bounds speak, and it may have been decided on its own book alone.
  if (exit === undefined || hasBegun || isZero(matched) || isDenial(sides)) return null;
  return beyondBounds(state, hedge, exit, quote, sides, target);
}

const moreThan = (was: Quantity, limit: Quantity, what: string, values: ValuesOf<typeof denialValues, 'MORE_THAN_HELD'>): Denial | null =>
  gt(was, limit)
    ? denied('MORE_THAN_HELD', `${what} ${text(limit)}, the order is for ${text(was)}`, { limit: text(limit), was: text(was) }, values)
    : null;

/** What the order was decided on, with whatever was read since in its place. */
function asOfNow(on: Quote, { books, fx, clockOffsetsMs }: Latest): Quote {
  const leg = (name: Leg) => ({ ...on.legs[name], book: newer(on.legs[name].book, books[name]), clockOffsetMs: clockOffsetsMs[name] });
  return { ...on, legs: { spot: leg('spot'), perp: leg('perp') }, fx: newer(on.fx, fx) };
}
const newer = (read: Answer<Book>, seen: Book | undefined): Answer<Book> =>
  seen !== undefined && read.ok && seen.at > read.value.at ? { ok: true, value: seen } : read;

function entryAgain(state: State, hedge: Hedge, on: Quote, quote: Quote, at: number): Denial | null {
  const decidedOn = sidesOf(on);
  if (isDenial(decidedOn)) return decidedOn;
  const signal = own(state.entries, signalId(hedge.id))?.signal;
  if (signal === undefined) return denied('NO_DATA', 'The signal of the hedge is not known', null, { venue: '', what: 'signal', failure: '' });
  const before = { ...uncounted(state, hedge.openedAt), hedges: withoutKey(state.hedges, hedge.id) };
  return judgeSized(before, signal, quote, at, (newest) => asDecided(state, hedge, decidedOn, newest)).denial;
}

/** Both legs as they were sized, if they still lie within the collar. */
function asDecided(state: State, hedge: Hedge, decidedOn: Sides, newest: Sides): Sized | Denial {
  const legOf = (leg: Leg): Sized[Leg] | Denial => {
    const request = ordersOf(state, hedge).find((order) => order.request.leg === leg)?.request;
    if (request === undefined) return unknownOrder;
    const { terms } = request;
    const books = { decidedOn: decidedOn[leg], newest: newest[leg] };
    const beyond = beyondCollarByNow(request, hedge.planned, books, state.settings.priceCollarBps);
    // Only a limit order is reckoned with at its worst price; one by cost costs what it says.
    return beyond ?? { terms, worst: terms.type === 'limit' ? terms.price : price('0') };
  };
  const spot = legOf('spot');
  if (isDenial(spot)) return spot;
  const perp = legOf('perp');
  return isDenial(perp) ? perp : { quantity: hedge.planned, spot, perp };
}

/** The other leg has ended by now; what it still lacks may be less than what was decided. */
function completionAgain(state: State, hedge: Hedge, { request }: Order, on: Quote, quote: Quote, at: number): Denial | null {
  const decidedOn = sideOf(on.legs[request.leg], request.leg);
  if (isDenial(decidedOn)) return decidedOn;
  const again = judgeCompletion(state, hedge, quote, at);
  if (isDenial(again)) return again;
  const { leg, venue } = request;
  const most = again.order.leg === leg ? requested(again.order, hedge) : ZERO;
  const size = requested(request, hedge);
  const more = moreThan(size, most, `The ${leg} leg lacks`, { venue, coin: hedge.coin });
  return more ?? beyondCollarByNow(request, size, { decidedOn, newest: again.side }, state.settings.priceCollarBps);
}
