/** Orders that rest at a venue: what of them trades as the market moves, when one that waits for a price does, and what a change makes of one. */
import { excess, floorToStep, isZero, lte, type Quantity, ratio, scale, sum, toNumber } from '../../shared/domain/units.ts';
import { isConditional, type OrderTerms, type Side } from '../../shared/domain/venue.ts';
import type { Draw } from '../random.ts';
import type { TrueOrder } from './true-order.ts';

/** What a venue lets an order trade at once: nothing of one that waits, of one that must not take, or of one that is not whole. */
export function atOnce(terms: OrderTerms, sizes: readonly Quantity[]): readonly Quantity[] {
  if (isConditional(terms)) return [];
  if (terms.type === 'limit' && terms.timeInForce === 'postOnly') return [];
  const isFok = 'timeInForce' in terms && terms.timeInForce === 'FOK';
  const isWhole = 'cost' in terms ? sizes.length > 0 : 'quantity' in terms && sum(sizes) === terms.quantity;
  return isFok && !isWhole ? [] : sizes;
}

/** Whether an order that must not take would have. */
export const wouldTake = (terms: OrderTerms, sizes: readonly Quantity[]): boolean =>
  terms.type === 'limit' && terms.timeInForce === 'postOnly' && sizes.length > 0;

/** How much trades in a second of an order that rests with a price: what is on offer, or a part that somebody takes. */
export function met(onOffer: Quantity, left: Quantity, step: Quantity, draw: Draw): Quantity | null {
  if (!isZero(onOffer)) return lte(onOffer, left) ? onOffer : left;
  if (!draw.chance(0.06)) return null;
  const part = floorToStep(scale(left, ratio(draw.pick(['1', '0.5', '0.3']))), step);
  return isZero(part) ? null : part;
}

/** What of an order has not traded. */
export const leftOf = (terms: OrderTerms, fills: TrueOrder['fills']): Quantity =>
  'cost' in terms ? sum([]) : excess(terms.quantity, sum(fills.map((fill) => fill.quantity)));

/** The best price since a trailing stop lies there, by order. */
const best = new WeakMap<TrueOrder, number>();

/** Whether the price that a conditional order waits for has come. */
export function isTriggered(order: TrueOrder, mark: number): boolean {
  const { terms, side } = order.request;
  if (terms.type === 'stopMarket') return side === 'buy' ? mark >= toNumber(terms.triggerPrice) : mark <= toNumber(terms.triggerPrice);
  if (terms.type !== 'trailingStopMarket') return false;
  const known = best.get(order);
  if (known === undefined && terms.activationPrice !== undefined && !isActive(side, mark, toNumber(terms.activationPrice))) return false;
  const since = known === undefined ? mark : side === 'buy' ? Math.min(known, mark) : Math.max(known, mark);
  best.set(order, since);
  const part = toNumber(terms.callback);
  return side === 'buy' ? mark >= since * (1 + part) : mark <= since * (1 - part);
}
const isActive = (side: Side, mark: number, at: number): boolean => (side === 'buy' ? mark <= at : mark >= at);
