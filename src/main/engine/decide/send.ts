/** Writes down the intent of an approved order and asks for it to be placed. */
import type { HedgeId } from '../../../shared/domain/ids.ts';
import type { OrderRequest } from '../../../shared/domain/venue.ts';
import type { Approved } from '../approved.ts';
import type { Draft } from '../draft.ts';
import type { Quote } from '../quote.ts';
import type { Purpose } from '../state.ts';

/** @param on the quote it was approved on: what is asked again right before the wire */
export function send(draft: Draft, hedge: HedgeId, order: Approved<OrderRequest>, purpose: Purpose, on: Quote): void {
  draft.add({ kind: 'orderIntended', hedge, purpose, request: order });
  draft.want({ kind: 'place', order, purpose, on });
}
