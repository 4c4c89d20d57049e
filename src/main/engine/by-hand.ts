/**
 * What orders by hand bought and sold, net, by venue and coin: read off their trades while they live, and off the book
 * that they are added to when they leave the state. Books are compared as venue = outside + hedges + by hand.
 */
import type { Coin } from '../../shared/domain/ids.ts';
import { own, there } from '../../shared/domain/record.ts';
import {
  add,
  divide,
  excess,
  type Krw,
  magnitude,
  max,
  negate,
  notional,
  type Price,
  type Quantity,
  relabel,
  sign,
  type SignedQuantity,
  sum,
  ZERO,
  zero,
} from '../../shared/domain/units.ts';
import { type Leg, mayRest, type Venue } from '../../shared/domain/venue.ts';
import { asStamped, isDetailed, isInFlight, lastWord, opens } from './legs.ts';
import { legVenue, type Order, type State } from './state.ts';

const none = zero<'signedQuantity'>();

/** Orders by hand, and trades booked on what they brought, that are in the state. */
export const handOrders = (state: State): readonly Order[] => Object.values(state.orders).filter((order) => order.hedge === null);

/** What an order bought (sold: negative), without what is booked on hedges. */
export function netOf({ request, filled, covered }: Order): SignedQuantity {
  const own_ = relabel<'signedQuantity'>(excess(filled, covered ?? ZERO));
  return request.side === 'buy' ? own_ : negate(own_);
}

/** Coins bought by hand on a spot venue, or the position made by hand on a perpetual one. */
export function handAt(state: State, venue: Venue, coin: Coin): SignedQuantity {
  const orders = handOrders(state).filter(({ request }) => request.venue === venue && request.coin === coin);
  return sum([own(state.byHand.book[venue] ?? {}, coin) ?? none, ...orders.map(netOf)]);
}

/** Coins that orders by hand traded on a venue, or may. */
export function handCoins(state: State, venue: Venue): readonly Coin[] {
  const live = handOrders(state).flatMap(({ request }) => (request.venue === venue ? [request.coin] : []));
  return [...new Set([...Object.keys(state.byHand.book[venue] ?? {}), ...live])].sort() as Coin[];
}

/** What is left of an order to fill; one by cost is reckoned at the price of its decision, the only one that is at hand. */
export function leftOf(state: State, { request, filled }: Order): Quantity {
  const { terms, coin } = request;
  if (!('cost' in terms)) return excess(terms.quantity, filled);
  return excess(divide<'quantity'>(terms.cost, there(state.byHand.marks, coin), 12, 'up'), filled);
}

/** Orders by hand of a coin that may still trade on one side of a leg. */
export const handInFlight = (state: State, leg: Leg, coin: Coin, does: 'opens' | 'closes'): readonly Order[] =>
  handOrders(state).filter(
    (order) => order.request.leg === leg && order.request.coin === coin && isInFlight(order) && opens(order) === (does === 'opens'),
  );

/** Coins that orders by hand hold or owe, the larger leg of the two, with everything in flight counted as if it filled. */
function handExposure(state: State, coin: Coin): Quantity {
  const leg = (name: Leg): Quantity =>
    add(heldByHand(state, name, coin), sum(handInFlight(state, name, coin, 'opens').map((order) => leftOf(state, order))));
  return max(leg('spot'), leg('perp'));
}

/** Coins bought, or sold short, by hand; nothing where more went than came. */
export function heldByHand(state: State, leg: Leg, coin: Coin): Quantity {
  const at = handAt(state, legVenue[leg], coin);
  return sign(at) === (leg === 'spot' ? 1 : -1) ? magnitude(at) : ZERO;
}

const marksOf = (state: State): readonly (readonly [Coin, Price])[] => Object.entries(state.byHand.marks) as [Coin, Price][];

/** Coins that orders by hand were decided on, each with its exposure and the KRW that it was last decided at. */
export const handExposures = (state: State): readonly { readonly coin: Coin; readonly exposure: Quantity; readonly mark: Price }[] =>
  marksOf(state).map(([coin, mark]) => ({ coin, exposure: handExposure(state, coin), mark }));

/** Coins bought by hand, at these bids; one without, at the KRW that it was last decided at. */
export const handCoinsWorth = (state: State, bids: Readonly<Partial<Record<Coin, Price>>>): Krw =>
  sum(marksOf(state).map(([coin, mark]) => relabel<'krw'>(notional(own(bids, coin) ?? mark, heldByHand(state, 'spot', coin)))));

/** Whether its terms may be changed now: it rests at a price that it names. */
export const isAmendable = ({ hedge, state, request: { terms }, replacedBy, cancelWantedAt }: Order): boolean =>
  hedge === null &&
  state === 'open' &&
  mayRest(terms) &&
  terms.type !== 'trailingStopMarket' &&
  replacedBy === undefined &&
  cancelWantedAt === undefined;
export const isCancelable = ({ hedge, state }: Order): boolean => hedge === null && (state === 'open' || state === 'unknown');
export const isSettleable = ({ hedge, state, leftToPerson }: Order): boolean => hedge === null && state === 'unknown' && leftToPerson === true;

/**
 * Whether what an account showed says nothing certain of a coin's books, because of an order by hand. One that rests does
 * not count: that may be for days.
 * @param read when the account was read, and what time it is; absent: only what has no sure end by now counts
 */
export const handMoves = (state: State, venue: Venue, coin: Coin, read?: { readonly at: number; readonly now: number }): boolean =>
  handOrders(state).some((order) => {
    const { request } = order;
    if (request.venue !== venue || request.coin !== coin) return false;
    if (order.state === 'sending' || order.state === 'unknown' || !isDetailed(order)) return true;
    return read !== undefined && asStamped(state, read.now, lastWord(order)) >= read.at;
  });

/** Whether an order by hand that buys shorts back has filled and its trades are not all known. */
export const isCovering = (state: State, coin: Coin): boolean =>
  handOrders(state).some((order) => order.request.coin === coin && order.request.reduceOnly && !isDetailed(order));
