/**
 * One size for both legs: the wanted amount rounded down to the coarser step, and the orders that get it.
 * The legs' quantities are equal by construction; what cannot be made equal is denied, not rounded.
 */
import {
  divide,
  floorToStep,
  gt,
  gte,
  isZero,
  lt,
  max,
  min,
  notional,
  plus,
  type Price,
  type Quantity,
  round,
  scale,
  text,
} from '../../shared/domain/units.ts';
import type { EnterSignal } from '../../shared/domain/signal.ts';
import type { Leg, MarketRules, OrderTerms, Side } from '../../shared/domain/venue.ts';
import type { Settings } from '../../shared/domain/settings.ts';
import { type Denial, denied } from './denial.ts';
import type { Sides } from './premium.ts';
import { averagePrice, depthWithin, opposite, worstPrice } from './prices.ts';
import { legVenue } from './state.ts';

export interface Sized {
  readonly quantity: Quantity;
  readonly spot: { readonly terms: OrderTerms; readonly worst: Price };
  readonly perp: { readonly terms: OrderTerms; readonly worst: Price };
}

export const coarserStep = (sides: Sides): Quantity => max(sides.spot.rules.step, sides.perp.rules.step);

/** The size and terms of an entry, or why there are none. */
export function sizeEntry(signal: EnterSignal, sides: Sides, settings: Settings): Sized | Denial {
  const spotWorst = worstPrice(sides.spot.book, 'buy', settings.priceCollarBps, sides.spot.rules);
  const perpWorst = worstPrice(sides.perp.book, 'sell', settings.priceCollarBps, sides.perp.rules);
  if (spotWorst === undefined) return denied('EMPTY_BOOK', 'No asks on the spot venue');
  if (perpWorst === undefined) return denied('EMPTY_BOOK', 'No bids on the perpetual venue');
  const step = coarserStep(sides);
  const quantity = floorToStep(wanted(signal, spotWorst, sides.spot.rules), step);
  if (isZero(quantity)) return denied('BELOW_STEP', 'The size is below one step of the coarser venue', { limit: text(step), was: sizeText(signal) });
  const small = tooSmall(quantity, sides);
  if (small !== null) return small;
  return {
    quantity,
    spot: { terms: spotTerms(signal, quantity, spotWorst, sides, settings), worst: spotWorst },
    perp: { terms: perpTerms(quantity, perpWorst, sides, settings, 'sell'), worst: perpWorst },
  };
}

const sizeText = (signal: EnterSignal): string => ('quantity' in signal.size ? text(signal.size.quantity) : `${text(signal.size.amountKrw)} KRW`);

/** KRW buy what they buy at the worst price with the fee on top, so that the leg never costs more. */
function wanted(signal: EnterSignal, worst: Price, rules: MarketRules): Quantity {
  if ('quantity' in signal.size) return signal.size.quantity;
  return divide<'quantity'>(signal.size.amountKrw, scale(worst, plus(rules.takerFee)), 12, 'down');
}

function tooSmall(quantity: Quantity, sides: Sides): Denial | null {
  return belowMinimum(quantity, 'spot', sides.spot) ?? belowMinimum(quantity, 'perp', sides.perp);
}

/** Why a venue does not trade so little on the side that opens a leg. */
export function belowMinimum(quantity: Quantity, leg: Leg, { book, rules }: Sides[Leg]): Denial | null {
  const venue = legVenue[leg];
  const best = opposite(book, leg === 'spot' ? 'buy' : 'sell')[0];
  if (best === undefined || lt(quantity, rules.minQuantity))
    return denied(
      'BELOW_MINIMUM',
      `Below the ${leg} venue's least quantity`,
      { limit: text(rules.minQuantity), was: text(quantity) },
      { venue, what: 'quantity' },
    );
  const value = notional(best.price, quantity);
  return lt(value, rules.minNotional)
    ? denied(
        'BELOW_MINIMUM',
        `Below the ${leg} venue's least order value`,
        { limit: text(rules.minNotional), was: text(value) },
        { venue, what: 'value' },
      )
    : null;
}

/** A market order by cost knows no worst price: it is used only while the book holds the size within the collar. */
function spotTerms(signal: EnterSignal, quantity: Quantity, worst: Price, sides: Sides, settings: Settings): OrderTerms {
  const average = averagePrice(sides.spot.book, 'buy', quantity);
  const holds = gte(depthWithin(sides.spot.book, 'buy', worst), quantity);
  if (settings.spotEntryOrder !== 'market' || average === undefined || !holds) return { type: 'limit', quantity, price: worst, timeInForce: 'IOC' };
  const expected = round(notional(average, quantity), 0, 'up');
  if ('quantity' in signal.size) return { type: 'marketByCost', cost: expected };
  const most = divide<'notional'>(signal.size.amountKrw, plus(sides.spot.rules.takerFee), 0, 'down');
  return { type: 'marketByCost', cost: min(expected, most) };
}

/** Market while the book holds the size within the collar and the venue takes it in one order; else a limit at the worst price. */
export function perpTerms(quantity: Quantity, worst: Price, sides: Sides, settings: Settings, side: Side): OrderTerms {
  const most = sides.perp.rules.maxMarketQuantity;
  const holds = gte(depthWithin(sides.perp.book, side, worst), quantity);
  const allowed = most === undefined || !gt(quantity, most);
  if (settings.perpEntryOrder === 'market' && holds && allowed) return { type: 'market', quantity };
  return { type: 'limit', quantity, price: worst, timeInForce: 'IOC' };
}
