/**
 * Orders that make legs equal. Reducing never opens: the perpetual is bought back reduce-only, the spot is sold, and
 * neither below the target. The coarse venue is brought to the target in whole steps, the fine one takes up the rest.
 */
import type { HedgeId } from '../../../shared/domain/ids.ts';
import { there } from '../../../shared/domain/record.ts';
import { excess, floorToStep, gt, gte, isZero, lt, notional, type Price, type Quantity } from '../../../shared/domain/units.ts';
import { type Leg, legs, type OrderTerms, type Side } from '../../../shared/domain/venue.ts';
import { isDenial } from '../denial.ts';
import type { Draft } from '../draft.ts';
import { holding } from '../legs.ts';
import type { Sides } from '../premium.ts';
import { collared, depthWithin, opposite } from '../prices.ts';
import type { Quote } from '../quote.ts';
import { sideOf } from '../risk/entry-inputs.ts';
import type { Purpose } from '../state.ts';
import { sendOrder } from './send.ts';

/** From this round on a close takes any price: being rid of the residual is worth more than the collar. */
const marketFromAttempt = 3;

export type Corrected = 'sent' | 'nothingTradable' | 'noData' | 'notAllowed';

/** Sells spot and buys back perpetual above the target, both in the same step. */
export function reduceTo(
  draft: Draft,
  id: HedgeId,
  target: Quantity,
  quote: Quote,
  purpose: Extract<Purpose, 'unwind' | 'exit'>,
  of: readonly Leg[] = legs,
): Corrected {
  const hedge = there(draft.state.hedges, id);
  const held = holding(draft.state, hedge);
  const results: Corrected[] = [];
  for (const leg of of) {
    const over = excess(held[leg], target);
    if (isZero(over)) continue;
    const side = sideOf(quote.legs[leg], leg);
    const closing: Side = leg === 'spot' ? 'sell' : 'buy';
    const best = isDenial(side) ? undefined : opposite(side.book, closing)[0]?.price;
    if (isDenial(side) || best === undefined) {
      results.push('noData');
      continue;
    }
    const quantity = tradable(side, over, leg);
    if (quantity === null) {
      results.push('nothingTradable');
      continue;
    }
    const terms = closeTerms(side, closing, quantity, collared(best, closing, draft.state.settings.priceCollarBps, side.rules), hedge.attempts);
    results.push(sendOrder(draft, id, { leg, side: closing, purpose, terms }) ? 'sent' : 'notAllowed');
  }
  return (['sent', 'notAllowed', 'noData'] as const).find((result) => results.includes(result)) ?? 'nothingTradable';
}

/** What of a surplus the venue can trade; null when that is nothing. Reduce-only orders know no least value. */
export function tradable(side: Sides['spot'], surplus: Quantity, leg: 'spot' | 'perp'): Quantity | null {
  const quantity = floorToStep(surplus, side.rules.step);
  if (isZero(quantity) || lt(quantity, side.rules.minQuantity)) return null;
  if (leg === 'perp') return quantity;
  const bid = opposite(side.book, 'sell')[0];
  return bid === undefined || lt(notional(bid.price, quantity), side.rules.minNotional) ? null : quantity;
}

function closeTerms(side: Sides['spot'], closing: Side, quantity: Quantity, worst: Price, attempts: number): OrderTerms {
  const most = side.rules.maxMarketQuantity;
  const capped = most !== undefined && gt(quantity, most) ? most : quantity;
  if (attempts >= marketFromAttempt) return { type: 'market', quantity: capped };
  // The venue values a limit order at its limit: what is enough at the bid may be too little at the collar.
  if (closing === 'sell' && lt(notional(worst, quantity), side.rules.minNotional)) return { type: 'market', quantity: capped };
  if (gte(depthWithin(side.book, closing, worst), quantity) && capped === quantity && closing === 'buy') return { type: 'market', quantity };
  return { type: 'limit', quantity, price: worst, timeInForce: 'IOC' };
}
