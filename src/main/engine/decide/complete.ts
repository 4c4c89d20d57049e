/**
 * A partly filled leg is filled up once, while armed, when the same limits that let the hedge in still allow it.
 * A leg that did not fill at all has failed: its partner is undone instead. One that its venue refused for its time stamp
 * and nothing else has not: the clock was put right meanwhile, and it gets its one order by the same limits.
 */
import { own } from '../../../shared/domain/record.ts';
import { signalId } from '../../../shared/domain/ids.ts';
import {
  absolute,
  add,
  excess,
  floorToStep,
  gt,
  isZero,
  lt,
  min,
  notional,
  type Price,
  type Quantity,
  relabel,
  scale,
  plus,
} from '../../../shared/domain/units.ts';
import type { Leg, OrderTerms, Side } from '../../../shared/domain/venue.ts';
import { isDenial } from '../denial.ts';
import type { Draft } from '../draft.ts';
import { holding, opens, ordersOf } from '../legs.ts';
import { executablePremium, type Sides } from '../premium.ts';
import { collared } from '../prices.ts';
import type { Quote } from '../quote.ts';
import { type EntryInputs, entryInputs, freshness, sidesOf } from '../risk/entry-inputs.ts';
import { mayLeave, tradingState } from '../risk/permission.ts';
import { perpTerms } from '../sizing.ts';
import type { Hedge } from '../state.ts';
import { sendOrder } from './send.ts';

/** @returns true when a completing order was sent */
export function completeSmaller(draft: Draft, hedge: Hedge, quote: Quote): boolean {
  const { state, at } = draft;
  const { spot, perp } = holding(state, hedge);
  // What was closed again, by the venue above all, is not opened a second time.
  const tried = ordersOf(state, hedge).some((order) => order.purpose === 'complete' || !opens(order));
  if (tried || (isZero(min(spot, perp)) && !wasOutOfStep(draft, hedge)) || hedge.waitingExits.length > 0) return false;
  if (mayLeave(tradingState(state), 'complete') !== 'yes' || state.resumedAt !== undefined) return false;
  // Only an entry's quote prepares its market: that took place for this hedge already.
  if (freshness(quote, state.settings, at, 'before') !== null) return false;
  const sides = sidesOf(quote);
  if (isDenial(sides)) return false;
  const inputs = entryInputs(quote, sides);
  if (isDenial(inputs)) return false;
  const leg: Leg = gt(spot, perp) ? 'perp' : 'spot';
  const missing = floorToStep(gt(spot, perp) ? excess(spot, perp) : excess(perp, spot), sides[leg].rules.step);
  if (!isTradable(missing, leg, sides, inputs) || !premiumHolds(draft, hedge, sides, inputs, missing)) return false;
  const terms = completingTerms(draft, leg, missing, sides, inputs);
  return terms !== null && sendOrder(draft, hedge.id, { leg, side: opening(leg), purpose: 'complete', terms });
}

/** Whether every order of an empty leg was refused for its time stamp: the spec has one more sent under a new signature. */
function wasOutOfStep({ state }: Draft, hedge: Hedge): boolean {
  const { spot, perp } = holding(state, hedge);
  const empty: Leg = gt(spot, perp) ? 'perp' : 'spot';
  const orders = ordersOf(state, hedge).filter((order) => order.request.leg === empty);
  return (
    orders.length > 0 && orders.every(({ state: now, failure }) => now === 'rejected' && failure?.outcome === 'refused' && failure.code === 'CLOCK')
  );
}

const opening = (leg: Leg): Side => (leg === 'spot' ? 'buy' : 'sell');

type Inputs = Omit<EntryInputs, 'premium'>;

/** The best price that opens a leg. */
const bestFor = (leg: Leg, { spotAsk, perpBid }: Inputs): Price => (leg === 'spot' ? spotAsk : perpBid);

function isTradable(quantity: Quantity, leg: Leg, sides: Sides, inputs: Inputs): boolean {
  const { minQuantity, minNotional } = sides[leg].rules;
  return !isZero(quantity) && !lt(quantity, minQuantity) && !lt(notional(bestFor(leg, inputs), quantity), minNotional);
}

/** The signal's own bounds and the implausible-premium limit, on prices of now. */
function premiumHolds(draft: Draft, hedge: Hedge, sides: Sides, inputs: Inputs, size: Quantity): boolean {
  const premium = executablePremium(sides, inputs.fx, size, 'open');
  if (premium === undefined || gt(absolute(premium), draft.state.settings.maxPremiumRatio)) return false;
  const bounds = own(draft.state.entries, signalId(hedge.id))?.signal.premium;
  return bounds === undefined || !gt(premium, add(bounds.expected, bounds.maxSlippage));
}

function completingTerms(draft: Draft, leg: Leg, quantity: Quantity, sides: Sides, inputs: Inputs): OrderTerms | null {
  const side = opening(leg);
  const worst = collared(bestFor(leg, inputs), side, draft.state.settings.priceCollarBps, sides[leg].rules);
  if (leg === 'perp') {
    const value = relabel<'usdt'>(notional(inputs.perpBid, quantity));
    return gt(scale(value, plus(inputs.perpFee)), inputs.margin.available) ? null : perpTerms(quantity, worst, sides, draft.state.settings, side);
  }
  const cost = relabel<'krw'>(scale(notional(worst, quantity), plus(inputs.spotFee)));
  return gt(cost, inputs.krw.free) ? null : { type: 'limit', quantity, price: worst, timeInForce: 'IOC' };
}
