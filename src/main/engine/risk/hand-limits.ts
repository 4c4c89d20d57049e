/**
 * The checks of an order by hand, at the decision and again right before the wire. One that adds risk passes what an entry
 * passes; one that reduces may trade what no hedge holds: closing a hedge closes both its legs.
 */
import type { Coin } from '../../../shared/domain/ids.ts';
import { withKey, withoutKey } from '../../../shared/domain/record.ts';
import {
  add,
  type Decimal,
  divide,
  excess,
  type FxRate,
  gt,
  isZero,
  type Krw,
  magnitude,
  min,
  notional,
  plus,
  type Price,
  type Quantity,
  quantity,
  type Ratio,
  relabel,
  scale,
  sign,
  type SignedQuantity,
  sum,
  text,
  toKrw,
  ZERO,
  zero,
} from '../../../shared/domain/units.ts';
import { type Holdings, isConditional, type Leg, type OrderRequest } from '../../../shared/domain/venue.ts';
import { handInFlight, leftOf } from '../by-hand.ts';
import { dayStart } from '../day.ts';
import { type Denial, denied, isDenial } from '../denial.ts';
import { uncounted } from '../entry-count.ts';
import { entryBarred } from '../entry-judgement.ts';
import { fold } from '../fold.ts';
import { holding, opens, pendingOn } from '../legs.ts';
import { expectedAt, heldAt } from '../outside.ts';
import type { Sides } from '../premium.ts';
import type { Quote } from '../quote.ts';
import { legVenue, type Order, type State } from '../state.ts';
import { accountsOf, bidOf, fxFreshness, fxOf, legFreshness, missing, sideOf, unprepared } from './entry-inputs.ts';
import { checkHand, type EntryContext } from './entry-limits.ts';
import { notOffered, offRules, reachOfHand, type Reach } from './hand-terms.ts';
import type { Accounts } from './measures.ts';
import { isOtherAccount, otherAccount, refusal, tradingState } from './permission.ts';
import { freeOfUnseen } from './unseen.ts';

/** What there is to check. */
export interface HandCase {
  readonly state: State;
  readonly request: OrderRequest;
  /** The order whose terms it is to change: of both together no more fills than the new terms say. */
  readonly old: Order | null;
  readonly quote: Quote;
  readonly at: number;
}
/** Amounts are null where the quote does not let them be known; `denial` says why then. */
export interface HandJudgement {
  readonly denial: Denial | null;
  /** The worst price it may be done at; null for one that waits for a price. */
  readonly worst: Price | null;
  /** Worth in KRW at its own price, else at the best of now, and the taker fee on it. */
  readonly valueKrw: Krw | null;
  readonly feesKrw: Krw | null;
  /** KRW for a coin by this order's venue: what the position is valued with. */
  readonly mark: Price | null;
  /** The state with the KST day begun, and the accounts, where limits were measured. */
  readonly context: EntryContext | null;
}

export type HandDenial = HandJudgement & { readonly denial: Denial };

/** What forbids such an order whatever its numbers. */
export function handBarred(state: State, request: OrderRequest, at: number): Denial | null {
  if (opens({ request })) return notOffered(request) ?? entryBarred(state, at);
  return notOffered(request) ?? refusal(tradingState(state), 'exitByHand') ?? (isOtherAccount(state) ? otherAccount : null);
}

/** Everything but `handBarred`. */
export function judgeByHand(hand: HandCase): HandJudgement {
  const { state, quote, at } = hand;
  const request = withRest(hand);
  const { leg } = request;
  const side = sideOf(quote.legs[leg], leg);
  if (isDenial(side)) return { ...notJudged, denial: side };
  const reach = reachOfHand(request, side, state.settings.priceCollarBps);
  const off = legFreshness(quote.legs[leg], leg, state.settings, at) ?? offRules(request, side);
  if (isDenial(reach)) return { ...notJudged, denial: off ?? reach };
  const fx = fxOf(quote);
  const known = { ...notJudged, ...worthOf(request, reach, side, fx), worst: reach.worst };
  if (off !== null) return { ...known, denial: off };
  if (!opens({ request })) return { ...known, denial: notHeld(hand, request, reach.size) };
  const context = contextOf(hand, request, reach, side);
  return isDenial(context) ? { ...known, denial: context } : { ...known, context, denial: checkHand(context, leg) };
}

export const notJudged: HandJudgement = { denial: null, worst: null, valueKrw: null, feesKrw: null, mark: null, context: null };

/** What is left of the new terms once what the old order filled is taken off. */
function withRest({ request, old }: HandCase): OrderRequest {
  if (old === null || 'cost' in request.terms) return request;
  const terms = { ...request.terms, quantity: excess(request.terms.quantity, old.filled) };
  return { ...request, terms };
}

type Worth = Pick<HandJudgement, 'valueKrw' | 'feesKrw' | 'mark'>;

/** At its own price, else at the best of now. */
function worthOf({ leg, terms }: OrderRequest, { best, size }: Reach, { rules }: Sides['spot'], fx: FxRate | undefined): Worth {
  if (leg === 'perp' && fx === undefined) return { valueKrw: null, feesKrw: null, mark: null };
  const inKrw = (amount: Decimal<string>): Krw => (leg === 'spot' || fx === undefined ? relabel<'krw'>(amount) : toKrw(relabel<'usdt'>(amount), fx));
  const valueKrw = inKrw('cost' in terms ? terms.cost : notional(terms.type === 'limit' ? terms.price : best, size));
  return { valueKrw, feesKrw: scale(valueKrw, rules.takerFee), mark: relabel<'price'>(inKrw(best)) };
}

/**
 * What reduces trades what is there beyond the hedges, less what other orders by hand are to trade of it. One that waits
 * for a price protects: it may close the hedges' shorts too, and is booked there when it does.
 */
function notHeld({ state, quote, old }: HandCase, { leg, venue, coin, terms }: OrderRequest, size: Quantity): Denial | null {
  const { holdings } = quote.legs[leg];
  if (!holdings.ok) return missing(leg, 'balances', holdings);
  const held = heldToReduce(state, holdings.value, leg, coin);
  const ours = isConditional(terms) ? ZERO : neededByHedges(state, leg, coin);
  const others = handInFlight(state, leg, coin, 'closes').filter((order) => order.id !== old?.id && !isConditional(order.request.terms));
  const pending = isConditional(terms) ? ZERO : sum(others.map((order) => leftOf(state, order)));
  const free = excess(held, add(ours, pending));
  if (!gt(size, free)) return null;
  const values = { venue, coin, held: text(held), hedges: text(ours), orders: text(pending) };
  const reason = `${venue} holds ${text(held)} ${coin}, of which hedges need ${text(ours)} and other orders ${text(pending)}`;
  return denied(isZero(ours) ? 'NOT_HELD' : 'WOULD_UNHEDGE', reason, { limit: text(free), was: text(size) }, values);
}

/**
 * Coins on a spot venue, the short on a perpetual one: the least of what the account showed and what the books say. It may
 * have been read before an order of ours closed some of it; and what came from outside counts once it was seen.
 */
function heldToReduce(state: State, holdings: Holdings, leg: Leg, coin: Coin): Quantity {
  const venue = legVenue[leg];
  const size = (held: SignedQuantity): Quantity => (sign(held) === (leg === 'spot' ? 1 : -1) ? magnitude(held) : ZERO);
  return min(size(heldAt(holdings, venue, coin)), size(expectedAt(state, venue, coin)));
}

/** What hedges hold on a leg, dust of closed ones included, with what is on its way to them. */
const neededByHedges = (state: State, leg: Leg, coin: Coin): Quantity =>
  sum(
    Object.values(state.hedges)
      .filter((hedge) => hedge.coin === coin)
      .flatMap((hedge) => [holding(state, hedge)[leg], pendingOn(state, hedge, leg)]),
  );

/** What the limits of an entry are measured on, for an order on one leg. */
function contextOf(
  { state: before, old, quote, at }: HandCase,
  request: OrderRequest,
  { best, end, size }: Reach,
  { book, rules }: Sides['spot'],
): EntryContext | Denial {
  const { leg, coin, terms } = request;
  const stale = fxFreshness(quote, before.settings, at) ?? (leg === 'perp' ? unprepared(quote, leg, before.settings) : null);
  if (stale !== null) return stale;
  const read = accountsOf(quote);
  if (isDenial(read)) return read;
  const { fx } = read;
  const accounts = { ...read, bids: bidOf(coin, leg === 'spot' ? book.bids[0]?.price : relabel<'price'>(toKrw(relabel<'usdt'>(best), fx))) };
  const state = old === null ? before : withoutRestOf(before, old);
  const day = dayStart(state, accounts, at);
  const funds = freeOfUnseen(state, { ...accounts, spotFee: rules.takerFee, perpFee: rules.takerFee }, null);
  const inputs = {
    ...funds,
    ...(old === null ? {} : released(funds, old, before, rules.takerFee)),
    spotAsk: leg === 'spot' ? best : relabel<'price'>(toKrw(relabel<'usdt'>(best), fx)),
    // A sale that waits above the market binds the margin of its own price.
    perpBid: gt(end, best) ? end : best,
    premium: zero<'ratio'>(),
  };
  const one = { terms, worst: end };
  return { at, state: day === null ? state : fold(state, { ...day, at }), signal: { coin }, inputs, sized: { quantity: size, spot: one, perp: one } };
}

/** The books as if the order that is to be replaced had ended: both never fill. */
const withoutRestOf = (state: State, old: Order): State => ({ ...state, orders: withKey(state.orders, old.id, { ...old, state: 'canceled' }) });

/** What it binds at the venue is free once it is replaced. */
function released({ krw: won, margin }: Accounts, old: Order, state: State, fee: Ratio): Pick<Accounts, 'krw' | 'margin'> {
  const { leg, terms } = old.request;
  // What rests and adds risk is a limit order: there is no other.
  const { price } = { price: zero<'price'>(), ...terms };
  const value = notional(price, leftOf(state, old));
  if (leg === 'spot') return { krw: { ...won, free: add(won.free, relabel<'krw'>(scale(value, plus(fee)))) }, margin };
  const bound = divide<'usdt'>(value, quantity(String(state.settings.leverage)), 8, 'down');
  return { krw: won, margin: { ...margin, available: add(margin.available, bound) } };
}

/** The books as if the order had not been decided. */
export function withoutOrder(state: State, order: Order): State {
  const before = opens(order) ? uncounted(state, order.stamps.decided) : state;
  return { ...before, orders: withoutKey(state.orders, order.id) };
}
