/**
 * A partly filled leg is filled up once, while armed, when the same limits that let the hedge in still allow it.
 * A leg that did not fill at all has failed: its partner is undone instead. One that its venue refused for its time stamp
 * and nothing else has not: the clock was put right meanwhile, and it gets its one order by the same limits.
 */
import { gt, isZero, min } from '../../../shared/domain/units.ts';
import type { Leg } from '../../../shared/domain/venue.ts';
import { type Denial, isDenial } from '../denial.ts';
import type { Draft } from '../draft.ts';
import { holding, opens, ordersOf } from '../legs.ts';
import type { Quote } from '../quote.ts';
import { approveCompletion } from '../risk/approval.ts';
import type { Hedge } from '../state.ts';
import { send } from './send.ts';

/** @returns `sent`, why it was denied, or that it was not to be tried */
export function completeSmaller(draft: Draft, hedge: Hedge, quote: Quote): 'sent' | 'notTried' | Denial {
  const { state, at } = draft;
  const { spot, perp } = holding(state, hedge);
  // What was closed again, by the venue above all, is not opened a second time.
  const tried = ordersOf(state, hedge).some((order) => order.purpose === 'complete' || !opens(order));
  if (tried || (isZero(min(spot, perp)) && !wasOutOfStep(draft, hedge)) || hedge.waitingExits.length > 0) return 'notTried';
  const order = approveCompletion(state, hedge, quote, at);
  if (isDenial(order)) return order;
  send(draft, hedge.id, order, 'complete', quote);
  return 'sent';
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
