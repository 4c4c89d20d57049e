/**
 * What of an account is not ours. Books are compared as venue = outside + ours, ours being hedges and orders by hand: `taken` is what lay there at the first
 * arming and what a person took in since, `seen` what lies there now. Nothing of it is ever sold, bought or canceled.
 */
import type { Coin } from '../../shared/domain/ids.ts';
import { own } from '../../shared/domain/record.ts';
import { add, isZero, negate, relabel, type SignedQuantity, subtract, sum, zero } from '../../shared/domain/units.ts';
import type { Holdings, Leg, Venue } from '../../shared/domain/venue.ts';
import { handAt } from './by-hand.ts';
import { legQuantity, ordersOf } from './legs.ts';
import { legVenue, type OutsideBook, type State } from './state.ts';

const noOutside: OutsideBook = { taken: null, seen: {}, doubted: {} };
export const outsideOf = (state: State, venue: Venue): OutsideBook => state.outside[venue] ?? noOutside;

const none = zero<'signedQuantity'>();

/** What a venue holds of a coin: coins on a spot venue, the position (a short is negative) on a perpetual one. */
export function heldAt(holdings: Holdings, venue: Venue, coin: Coin): SignedQuantity {
  if (venue === legVenue.perp) return holdings.positions.find((position) => position.coin === coin)?.quantity ?? none;
  const rows = holdings.balances.filter((balance) => balance.currency === (coin as string));
  return relabel(sum(rows.map((balance) => add(balance.free, balance.locked))));
}

/** What our books say a venue holds of a coin for us: for hedges, and by hand. */
export const oursAt = (state: State, venue: Venue, coin: Coin): SignedQuantity => add(hedgesAt(state, venue, coin), handAt(state, venue, coin));

/** What it holds for hedges, dust of closed ones included. */
export function hedgesAt(state: State, venue: Venue, coin: Coin): SignedQuantity {
  const hedges = Object.values(state.hedges).filter((hedge) => hedge.coin === coin);
  const held = (leg: Leg): SignedQuantity => relabel(sum(hedges.map((hedge) => legQuantity(ordersOf(state, hedge), leg))));
  return venue === legVenue.spot ? held('spot') : negate(held('perp'));
}

/** What a read of the account shows beyond our books. */
export const beyondOurs = (state: State, venue: Venue, coin: Coin, holdings: Holdings): SignedQuantity =>
  subtract(heldAt(holdings, venue, coin), oursAt(state, venue, coin));

/** What should be there if nothing happened that we do not know of. Forced closes are known before they are booked. */
export function expectedAt(state: State, venue: Venue, coin: Coin): SignedQuantity {
  const forced = state.forced.filter((trades) => trades.venue === venue && trades.coin === coin).flatMap(({ fills }) => fills);
  const closed = relabel<'signedQuantity'>(sum(forced.map((fill) => fill.quantity)));
  return add(add(own(outsideOf(state, venue).seen, coin) ?? none, oursAt(state, venue, coin)), closed);
}

/** What came or went since it was taken in; zero before the first arming. */
export function externalChange(state: State, venue: Venue, coin: Coin): SignedQuantity {
  const { taken, seen } = outsideOf(state, venue);
  return taken === null ? none : subtract(own(seen, coin) ?? none, own(taken, coin) ?? none);
}

export interface OutsideRow {
  readonly coin: Coin;
  /** Null before the first arming. */
  readonly taken: SignedQuantity | null;
  readonly seen: SignedQuantity;
}
/** Everything on a venue that is not ours, or was not, by coin. */
export function outsideRows(state: State, venue: Venue): readonly OutsideRow[] {
  const { taken, seen } = outsideOf(state, venue);
  const coins = [...new Set([...Object.keys(seen), ...Object.keys(taken ?? {})])] as Coin[];
  return coins
    .map((coin) => ({ coin, taken: taken === null ? null : (own(taken, coin) ?? none), seen: own(seen, coin) ?? none }))
    .filter((row) => !isZero(row.seen) || (row.taken !== null && !isZero(row.taken)))
    .sort((a, b) => (a.coin < b.coin ? -1 : 1));
}
