/** Asking a venue to take back an order. What becomes of the order is told by its reports, never by the cancel. */
import type { Draft } from '../draft.ts';
import { mayLeave, tradingState } from '../risk/permission.ts';
import { canRest, passedSince } from '../silence.ts';
import type { Order } from '../state.ts';

/** How long an order may be open before it is canceled, and between two cancels of it. */
const cancelAfterMs = 10_000;

export function cancelOverdue(draft: Draft): void {
  if (mayLeave(tradingState(draft.state), 'cancel') !== 'yes') return;
  for (const order of Object.values(draft.state.orders)) {
    if (isOverdue(draft, order)) cancel(draft, order);
  }
}

/** One that may rest is canceled as soon as nobody says what became of it: it must not fill while it is asked for. */
function isOverdue({ state, at }: Draft, order: Order): boolean {
  const isDue = (since: number): boolean => passedSince(state, at, since) >= cancelAfterMs;
  if (order.state === 'unknown' && canRest(order)) return isDue(order.cancelWantedAt ?? 0);
  if (order.state !== 'open') return false;
  // An order by hand that rests may do so until somebody wants it back.
  if (order.hedge === null && canRest(order) && order.cancelWantedAt === undefined) return false;
  return isDue(order.cancelWantedAt ?? order.stamps.decided);
}

/** @param order one that is open, or whose outcome is unknown */
export function cancel(draft: Draft, order: Order): void {
  draft.add({ kind: 'cancelWanted', id: order.id });
  draft.want({ kind: 'cancel', id: order.id, coin: order.request.coin });
}
