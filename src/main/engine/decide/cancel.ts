/** Asking a venue to take back an order. What becomes of the order is told by its reports, never by the cancel. */
import type { Draft } from '../draft.ts';
import { mayLeave, tradingState } from '../risk/permission.ts';
import { canRest } from '../silence.ts';
import type { Order } from '../state.ts';

/** How long an order may be open before it is canceled, and between two cancels of it. */
const cancelAfterMs = 10_000;

export function cancelOverdue(draft: Draft): void {
  if (mayLeave(tradingState(draft.state), 'cancel') !== 'yes') return;
  for (const order of Object.values(draft.state.orders)) {
    if (isOverdue(order, draft.at)) cancel(draft, order);
  }
}

/** One that may rest is canceled as soon as nobody says what became of it: it must not fill while it is asked for. */
function isOverdue(order: Order, at: number): boolean {
  if (order.state === 'unknown' && canRest(order)) return at - (order.cancelWantedAt ?? 0) >= cancelAfterMs;
  return order.state === 'open' && at - (order.cancelWantedAt ?? order.stamps.decided) >= cancelAfterMs;
}

/** @param order one that is open, or whose outcome is unknown */
export function cancel(draft: Draft, order: Order): void {
  draft.add({ kind: 'cancelWanted', id: order.id });
  draft.want({ kind: 'cancel', id: order.id, coin: order.request.coin });
}
