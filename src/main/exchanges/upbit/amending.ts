/**
 * Other terms for an order that rests at Upbit, which makes a new order of it in any case.
 *
 * 1. Another price for the same quantity goes as one request, `cancel_and_new` with `remain_only`: the venue itself
 *    takes over what is left, so that no fill between our look and its work is traded twice.
 * 2. Another quantity is canceled and placed by hand: `cancel_and_new` with a number would not know of such a fill.
 */
import { z } from 'zod';
import { text, ZERO } from '../../../shared/domain/units.ts';
import type { OrderRequest } from '../../../shared/domain/venue.ts';
import type { Approved } from '../../engine/approved.ts';
import type { AmendResult, Resting } from '../port.ts';
import { cancelThenPlace, isSameSize, quantityOf, type Replacing, seenOver } from '../replacing.ts';
import { one, type UpbitConnection } from './connection.ts';
import { timesInForce } from './orders.ts';

const replacedShape = z.object({ uuid: z.string().min(1), new_order_uuid: z.string().min(1) });

export async function amend(
  connection: UpbitConnection,
  parts: Replacing,
  resting: Resting,
  next: Approved<OrderRequest>,
  mayStart: () => boolean,
): Promise<AmendResult> {
  const { terms } = next;
  const [before, after] = [quantityOf(resting), quantityOf(next)];
  const native = terms.type === 'limit' && resting.terms.type === 'limit' && before !== undefined && after !== undefined && isSameSize(before, after);
  if (!native) return cancelThenPlace(parts, resting, next, mayStart);
  const body = {
    prev_order_identifier: resting.clientOrderId,
    new_ord_type: 'limit',
    new_price: text(terms.price),
    new_volume: 'remain_only',
    new_identifier: next.clientOrderId,
    ...(terms.timeInForce === 'GTC' ? {} : { new_time_in_force: timesInForce[terms.timeInForce] }),
  };
  const { caller, orders, options } = connection;
  const answer = await caller.call({
    kind: 'once',
    signed: true,
    charges: one('order'),
    lane: next.side === 'sell' ? 'reducing' : 'urgent',
    send: () => orders.privatePostOrdersCancelAndNew(body),
    shape: replacedShape,
    mayStart,
  });
  if (!answer.ok && answer.failure.outcome !== 'refused') return answer.failure;
  if (answer.ok) {
    const ended = await seenOver(parts, resting);
    const found = await parts.lookUp({ clientOrderId: next.clientOrderId, coin: next.coin, venueOrderId: answer.value.new_order_uuid });
    const accepted = {
      clientOrderId: next.clientOrderId,
      venueOrderId: answer.value.new_order_uuid,
      state: 'open',
      filled: ZERO,
      fills: [],
    } as const;
    return { outcome: 'replaced', ended, report: found.ok && found.value !== null ? found.value : { ...accepted, at: options.now() } };
  }
  // The venue works through both halves in turn: what became of the first where the second was refused has to be seen.
  const old = await parts.lookUp(resting);
  if (!old.ok || old.value === null) return { ...answer.failure, outcome: 'unknown' };
  return old.value.state === 'open' ? answer.failure : { outcome: 'ended', ended: old.value, failure: answer.failure };
}
