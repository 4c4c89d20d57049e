/** The only maker of orders: gives an intent its derived id, writes it down and asks for it to be placed. */
import type { HedgeId } from '../../../shared/domain/ids.ts';
import { there } from '../../../shared/domain/record.ts';
import type { Leg, OrderRequest, OrderTerms, Side } from '../../../shared/domain/venue.ts';
import { approve } from '../approved.ts';
import type { Draft } from '../draft.ts';
import { orderIdFor } from '../order-id.ts';
import { leavingOf, mayLeave, tradingState } from '../risk/permission.ts';
import { legVenue, type Purpose } from '../state.ts';
import { isOtherAccount } from './alarms.ts';

export interface NewOrder {
  readonly leg: Leg;
  readonly side: Side;
  readonly purpose: Purpose;
  readonly terms: OrderTerms;
}

/** @returns false when the state of trading or the account does not let such an order leave; nothing is written then */
export function sendOrder(draft: Draft, id: HedgeId, order: NewOrder): boolean {
  const hedge = there(draft.state.hedges, id);
  if (mayLeave(tradingState(draft.state), leavingOf(order.purpose)) !== 'yes') return false;
  // After a sleep nothing is added before the venues were read.
  if (draft.state.resumedAt !== undefined && (order.purpose === 'entry' || order.purpose === 'complete')) return false;
  // What our books hold lies on another account: this one is not traded on, nor is the other leg alone.
  if (isOtherAccount(draft.state)) return false;
  const request: OrderRequest = {
    clientOrderId: orderIdFor({
      installation: draft.state.installation,
      mode: draft.state.mode,
      cause: id,
      leg: order.leg,
      purpose: order.purpose,
      attempt: hedge.sequence,
    }),
    venue: legVenue[order.leg],
    leg: order.leg,
    coin: hedge.coin,
    side: order.side,
    terms: order.terms,
    // A perpetual is bought only to shrink the short.
    reduceOnly: order.leg === 'perp' && order.side === 'buy',
  };
  draft.add({ kind: 'orderIntended', hedge: id, purpose: order.purpose, request });
  draft.want({ kind: 'place', order: approve(request), purpose: order.purpose });
  return true;
}
