/** A silent order that a person settled by hand: nobody asks for it any more. Should it turn up after all, it is booked. */
import type { ClientOrderId } from '../../../shared/domain/ids.ts';
import type { Draft } from '../draft.ts';
import { clear } from './alarms.ts';
import { failed } from './order-failed.ts';

/** @param id an order whose outcome is unknown @param why for the order's row */
export function setAside(draft: Draft, id: ClientOrderId, why: string): void {
  failed(draft, id, 'rejected', { outcome: 'unknown', code: 'ORDER_NOT_FOUND', venueCode: '', said: why });
  clear(draft, `unknown:${id}`);
}
