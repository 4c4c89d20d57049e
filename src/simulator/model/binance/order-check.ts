/**
 * The filters an order passes before it may touch the book, in the venue's order: form, precision, price, quantity,
 * price band, notional. Margin and position are checked by the exchange, which knows them.
 */
import {
  floorToStep,
  gt,
  isZero,
  lt,
  notional,
  type Price,
  type Quantity,
  type Ratio,
  relabel,
  scale,
  sign,
  text,
  toTick,
  type Usdt,
} from '../../../shared/domain/units.ts';
import type { PositionSide, Side } from './position.ts';
import type { SelfTradePrevention } from './records.ts';
import { type Refusal, refusals } from './refusal.ts';

/** What the venue allows in one symbol; the numbers of exchangeInfo. */
export interface SymbolRules {
  readonly symbol: string;
  readonly baseAsset: string;
  /** Digits after the point that a price or quantity may have. */
  readonly pricePlaces: number;
  readonly quantityPlaces: number;
  readonly tick: Price;
  readonly minPrice: Price;
  readonly maxPrice: Price;
  readonly step: Quantity;
  readonly minQuantity: Quantity;
  readonly maxQuantity: Quantity;
  readonly maxMarketQuantity: Quantity;
  readonly minNotional: Usdt;
  /** A limit buy may be at most mark × up, a limit sell at least mark × down. */
  readonly multiplierUp: Ratio;
  readonly multiplierDown: Ratio;
  readonly maxOpenOrders: number;
  /** How far from the mark price a market order may trade, as a part of it. */
  readonly marketTakeBound: Ratio;
  /** How far the mark price may be from the last one for a price-protected conditional order to trigger. */
  readonly triggerProtect: Ratio;
}

export type TimeInForce = 'GTC' | 'IOC' | 'FOK' | 'GTX' | 'GTD';

interface Common {
  readonly symbol: string;
  readonly clientId: string;
  readonly side: Side;
  readonly quantity: Quantity;
  readonly reduceOnly: boolean;
  /** BOTH unless given. */
  readonly positionSide?: PositionSide;
  /** EXPIRE_MAKER unless given. */
  readonly selfTradePrevention?: SelfTradePrevention;
  readonly priceMatch?: string;
  /** GTD: when it expires, ms since 1970. */
  readonly goodTill?: number;
  /** The conditional order that it comes from. */
  readonly algoId?: number;
}
export type Ticket =
  | (Common & { readonly type: 'MARKET' })
  | (Common & { readonly type: 'LIMIT'; readonly price: Price; readonly timeInForce: TimeInForce });

const placesIn = (value: Price | Quantity): number => text(value).split('.')[1]?.length ?? 0;

function checkQuantity(ticket: Ticket, rules: SymbolRules): Refusal | undefined {
  const { quantity } = ticket;
  if (sign(quantity) <= 0) return refusals.quantityNotPositive;
  if (placesIn(quantity) > rules.quantityPlaces) return refusals.precision;
  if (lt(quantity, rules.minQuantity)) return refusals.quantityBelowMin;
  const most = ticket.type === 'MARKET' ? rules.maxMarketQuantity : rules.maxQuantity;
  if (gt(quantity, most)) return refusals.quantityAboveMax;
  return floorToStep(quantity, rules.step) === quantity ? undefined : refusals.offStep;
}

function checkPrice(price: Price, side: Side, markPrice: Price, rules: SymbolRules): Refusal | undefined {
  if (sign(price) <= 0) return refusals.priceBelowZero;
  if (placesIn(price) > rules.pricePlaces) return refusals.precision;
  if (lt(price, rules.minPrice)) return refusals.priceBelowMin;
  if (gt(price, rules.maxPrice)) return refusals.priceAboveMax;
  if (toTick(price, rules.tick, 'down') !== price) return refusals.offTick;
  const most = toTick(scale(markPrice, rules.multiplierUp), rules.tick, 'down');
  if (side === 'BUY' && gt(price, most)) return refusals.priceAboveBand(text(most));
  const least = toTick(scale(markPrice, rules.multiplierDown), rules.tick, 'up');
  return side === 'SELL' && lt(price, least) ? refusals.priceBelowBand(text(least)) : undefined;
}

/**
 * Checks an order against the symbol's filters.
 * @param markPrice stands in for the price of a market order in the notional filter
 * @returns the venue's refusal, or undefined
 */
export function checkFilters(ticket: Ticket, markPrice: Price, rules: SymbolRules): Refusal | undefined {
  const amount = checkQuantity(ticket, rules);
  if (amount !== undefined) return amount;
  if (ticket.type === 'LIMIT') {
    const priced = checkPrice(ticket.price, ticket.side, markPrice, rules);
    if (priced !== undefined) return priced;
  }
  const value: Usdt = relabel(notional(ticket.type === 'LIMIT' ? ticket.price : markPrice, ticket.quantity));
  if (ticket.reduceOnly || isZero(rules.minNotional) || !lt(value, rules.minNotional)) return undefined;
  return refusals.notional(text(rules.minNotional));
}
