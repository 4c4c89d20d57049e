/**
 * What came of a change of an order by hand. The order that is to replace the old one is in the books from before the
 * request on; either the venue changes the old one where it lies, and the new one never was, or the old one ends by its
 * own report and the new one lives under its own id. Never are both live.
 */
import { own } from '../../../shared/domain/record.ts';
import { gt } from '../../../shared/domain/units.ts';
import { changesInPlace, type OrderReport } from '../../../shared/domain/venue.ts';
import type { Failure } from '../../../shared/domain/failure.ts';
import type { Draft } from '../draft.ts';
import type { InputOf } from '../inputs.ts';
import { isInFlight } from '../legs.ts';
import type { Order } from '../state.ts';
import { clear } from './alarms.ts';
import { failed, type Tried, triedAt } from './order-failed.ts';

/** @returns the reports to take in: of the old order, and of the one that replaces it */
export function amendmentEnded(draft: Draft, input: InputOf<'amended'>): readonly OrderReport[] {
  const { id, outcome } = input;
  const next = own(draft.state.orders, id);
  switch (outcome.outcome) {
    case 'changed':
      if (next?.replaces !== undefined) draft.add({ kind: 'orderAmended', id: next.replaces, by: id });
      return [outcome.report];
    case 'replaced':
      return [...(outcome.ended === null ? [] : [outcome.ended]), outcome.report];
    case 'ended':
      // The old order is over and the venue has none beside it, whatever became of the request for one.
      if (next !== undefined) never(draft, next, { ...(outcome.failure ?? nothingLeft), outcome: 'notSent' }, triedAt(input));
      return [outcome.ended];
    default:
      if (next !== undefined && (next.state === 'sending' || next.state === 'unknown'))
        failed(draft, id, outcome.outcome === 'unknown' ? 'unknown' : 'rejected', outcome, triedAt(input));
      return [];
  }
}

const nothingLeft: Failure = { outcome: 'notSent', code: 'BLOCKED', venueCode: '', said: 'Nothing was left to trade' };
const orderOver: Failure = { outcome: 'notSent', code: 'BLOCKED', venueCode: '', said: 'The order that it was to change is over' };

/** The one that was to replace it was not placed. */
function never(draft: Draft, next: Order, failure: Failure, tried?: Tried): void {
  if (!isInFlight(next)) return;
  failed(draft, next.id, 'rejected', failure, tried);
  clear(draft, `unknown:${next.id}`);
}

/**
 * The venue's word on an order whose change nobody answered for may tell what came of the change.
 * @param limit the terms that the venue shows; undefined of an order that is over
 */
export function tellOfAmendment(draft: Draft, order: Order, { limit }: Pick<OrderReport, 'limit'>): void {
  const next = order.replacedBy === undefined ? undefined : own(draft.state.orders, order.replacedBy.order);
  if (order.replacedBy === undefined || next?.state !== 'unknown') return;
  const { terms } = next.request;
  if (!changesInPlace(order.request, terms)) return;
  const { together } = order.replacedBy;
  const isShown = limit !== undefined && terms.type === 'limit' && limit.price === terms.price && limit.quantity === together;
  // More than the old terms asked for can only have filled at the new ones.
  if (isShown || ('quantity' in order.request.terms && gt(order.filled, order.request.terms.quantity))) {
    draft.add({ kind: 'orderAmended', id: order.id, by: next.id });
    clear(draft, `unknown:${next.id}`);
  } else if (!isInFlight(order)) never(draft, next, orderOver);
}
