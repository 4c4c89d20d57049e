/** A silent order that a person settled by hand: nobody asks for it any more. Should it turn up after all, it is booked. */
import type { ClientOrderId } from '../../../shared/domain/ids.ts';
import { ZERO } from '../../../shared/domain/units.ts';
import type { Draft } from '../draft.ts';
import { clear } from './alarms.ts';

/** @param id an order whose outcome is unknown @param why for the order's row */
export function setAside(draft: Draft, id: ClientOrderId, why: string): void {
  const failure = { outcome: 'unknown', code: 'ORDER_NOT_FOUND', venueCode: '', said: why } as const;
  draft.add({ kind: 'orderChanged', id, state: 'rejected', filled: ZERO, venueOrderId: null, failure, wire: null, acknowledged: null });
  clear(draft, `unknown:${id}`);
}
