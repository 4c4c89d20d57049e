/**
 * The executable premium: spot price in KRW over perpetual price in USDT × KRW per USDT, less one, from walking both
 * books at the size that would be traded, after both fees, on the sides that would be taken.
 */
import {
  add,
  divide,
  type FxRate,
  minus,
  notional,
  plus,
  type Price,
  price,
  quantity,
  type Quantity,
  type Ratio,
  relabel,
  scale,
  subtract,
} from '../../shared/domain/units.ts';
import type { Book, MarketRules } from '../../shared/domain/venue.ts';
import { averagePrice } from './prices.ts';

const one = quantity('1');

/** The middle of Upbit's USDT/KRW book; undefined when a side is empty. */
export function tradingFx(book: Book): FxRate | undefined {
  const bid = book.bids[0];
  const ask = book.asks[0];
  if (bid === undefined || ask === undefined) return undefined;
  return divide(add(bid.price, ask.price), price('2'), 8, 'halfEven');
}

/** spot / (perp × fx) − 1 to 8 places. @throws Error when a price or rate is zero: books never hold those */
export function premiumOf(spot: Price, perp: Price, fx: FxRate): Ratio {
  const perpInKrw = notional(relabel<'price'>(scale(perp, relabel<'ratio'>(fx))), one);
  return subtract(divide<'ratio'>(notional(spot, one), perpInKrw, 8, 'halfEven'), relabel<'ratio'>(one));
}

export interface Sides {
  readonly spot: { readonly book: Book; readonly rules: MarketRules };
  readonly perp: { readonly book: Book; readonly rules: MarketRules };
}

/** Premium that an ENTER (`open`) or an EXIT (`close`) of a size would get now; undefined when a book side is empty. */
export function executablePremium(sides: Sides, fx: FxRate, size: Quantity, doing: 'open' | 'close'): Ratio | undefined {
  const spot = averagePrice(sides.spot.book, doing === 'open' ? 'buy' : 'sell', size);
  const perp = averagePrice(sides.perp.book, doing === 'open' ? 'sell' : 'buy', size);
  if (spot === undefined || perp === undefined) return undefined;
  const spotFee = sides.spot.rules.takerFee;
  const perpFee = sides.perp.rules.takerFee;
  return doing === 'open'
    ? premiumOf(scale(spot, plus(spotFee)), scale(perp, minus(perpFee)), fx)
    : premiumOf(scale(spot, minus(spotFee)), scale(perp, plus(perpFee)), fx);
}
