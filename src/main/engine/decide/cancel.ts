/** Asking a venue to take back an order. What becomes of the order is told by its reports, never by the cancel. */
import type { Draft } from '../draft.ts';
import { isInFlight } from '../legs.ts';
import { mayLeave, tradingState } from '../risk/permission.ts';
import type { Order } from '../state.ts';

/** How long an order may be open before it is canceled, and between two cancels of it. */
const cancelAfterMs = 10_000;

export function cancelOverdue(draft: Draft): void {
  if (mayLeave(tradingState(draft.state), 'cancel') !== 'yes') return;
  for (const order of Object.values(draft.state.orders)) {
    if (order.state !== 'open' || draft.at - (order.cancelWantedAt ?? order.stamps.decided) < cancelAfterMs) continue;
    cancel(draft, order);
  }
}

export function cancel(draft: Draft, order: Order): void {
  if (!isInFlight(order)) return;
  draft.add({ kind: 'cancelWanted', id: order.id });
  draft.want({ kind: 'cancel', id: order.id, coin: order.request.coin });
}
