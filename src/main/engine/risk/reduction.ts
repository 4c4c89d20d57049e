/**
 * What closes a leg, and at which prices it may. Reducing never opens: the perpetual is bought back reduce-only, the spot
 * is sold, and never more than the leg holds less what is on its way to close it.
 */
import {
  excess,
  floorToStep,
  gt,
  gte,
  isZero,
  lt,
  type Notional,
  notional,
  type Price,
  type Quantity,
  sum,
  text,
} from '../../../shared/domain/units.ts';
import type { Leg, OrderTerms, Side } from '../../../shared/domain/venue.ts';
import type { Settings } from '../../../shared/domain/settings.ts';
import { type Denial, denied } from '../denial.ts';
import { isInFlight, legQuantity, opens, ordersOf, requested } from '../legs.ts';
import type { Sides } from '../premium.ts';
import { collared, depthWithin, opposite } from '../prices.ts';
import { type Hedge, legVenue, type Order, type State } from '../state.ts';
import { isWithin } from './bounds.ts';

/** From this round on a close takes any price: being rid of the residual is worth more than the collar. */
const marketFromAttempt = 3;

export const closingSide = (leg: Leg): Side => (leg === 'spot' ? 'sell' : 'buy');

/** What a leg holds less what is on its way to close it already, but for one order. */
export function closable(state: State, hedge: Hedge, leg: Leg, but?: Order['id']): Quantity {
  const orders = ordersOf(state, hedge);
  const closing = orders.filter((order) => order.request.leg === leg && order.id !== but && !opens(order) && isInFlight(order));
  return excess(legQuantity(orders, leg), sum(closing.map((order) => excess(requested(order.request, hedge), order.filled))));
}

/** What of a surplus the venue can trade; null when that is nothing. Reduce-only orders know no least value. */
export function tradable(side: Sides['spot'], surplus: Quantity, leg: Leg): Quantity | null {
  const quantity = floorToStep(surplus, side.rules.step);
  if (isZero(quantity) || lt(quantity, side.rules.minQuantity)) return null;
  if (leg === 'perp') return quantity;
  const bid = opposite(side.book, 'sell')[0];
  return bid === undefined || lt(notional(bid.price, quantity), side.rules.minNotional) ? null : quantity;
}

export interface Reduction {
  readonly leg: Leg;
  /** What the leg is to hold afterwards. */
  readonly target: Quantity;
  readonly side: Sides['spot'];
}

/** The order that brings a leg down to its target, or why there is none. */
export function reductionTerms(state: State, hedge: Hedge, { leg, target, side }: Reduction, at: number): OrderTerms | Denial {
  const closing = closingSide(leg);
  const best = opposite(side.book, closing)[0]?.price;
  if (best === undefined) return denied('EMPTY_BOOK', `Nobody is on the side that would close the ${leg} leg`);
  const over = excess(closable(state, hedge, leg), target);
  const quantity = tradable(side, over, leg);
  if (quantity === null)
    return denied(
      'BELOW_MINIMUM',
      `The ${leg} venue trades nothing of ${text(over)} ${hedge.coin}`,
      { limit: text(side.rules.minQuantity), was: text(over) },
      { venue: legVenue[leg], what: 'quantity' },
    );
  return closeTerms(side, closing, quantity, best, { attempts: hedge.attempts, at, settings: state.settings });
}

interface Round {
  /** Rounds of correction that made no progress. */
  readonly attempts: number;
  readonly at: number;
  readonly settings: Settings;
}

/**
 * Within the collar, but in an emergency: from the fourth round on, and for a rest that is worth too little for a limit
 * order. A book that is old still sets the limit, below or above which nothing trades, and never lets a market order out.
 */
function closeTerms(side: Sides['spot'], closing: Side, quantity: Quantity, best: Price, { attempts, at, settings }: Round): OrderTerms {
  const { maxMarketQuantity: most, minNotional } = side.rules;
  const worst = collared(best, closing, settings.priceCollarBps, side.rules);
  const capped = most !== undefined && gt(quantity, most) ? most : quantity;
  if (attempts >= marketFromAttempt || isTooLittle(closing, notional(worst, quantity), minNotional)) return { type: 'market', quantity: capped };
  const isFresh = isWithin(at - side.book.at, 0, settings.maxBookAgeMs);
  const holds = isFresh && gte(depthWithin(side.book, closing, worst), quantity);
  if (holds && capped === quantity && closing === 'buy') return { type: 'market', quantity };
  return { type: 'limit', quantity, price: worst, timeInForce: 'IOC' };
}

/** The venue values a limit order at its limit: what is enough at the bid may be too little at the collar. */
const isTooLittle = (closing: Side, value: Notional, least: Notional): boolean => closing === 'sell' && lt(value, least);
