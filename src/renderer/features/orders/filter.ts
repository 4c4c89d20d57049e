/** Which orders are shown. */
import type { OrderRow, OrderState } from '../../../shared/contract/rows.ts';

export interface Filter {
  readonly venue: 'all' | OrderRow['venue'];
  readonly state: 'all' | OrderState;
  /** Of a hedge, or by hand. */
  readonly made: 'all' | 'hedges' | 'byHand';
  /** Part of a hedge's, order's or venue's order id, or of a trade's, case aside. */
  readonly search: string;
}
export const everything: Filter = { venue: 'all', state: 'all', made: 'all', search: '' };

export function fits({ venue, state, made, search }: Filter, row: OrderRow): boolean {
  if (venue !== 'all' && row.venue !== venue) return false;
  if (state !== 'all' && row.state !== state) return false;
  if (made !== 'all' && (row.hedge === null) !== (made === 'byHand')) return false;
  const wanted = search.trim().toLowerCase();
  if (wanted === '') return true;
  const names = [row.hedge ?? '', row.id, row.venueOrderId ?? '', ...row.fills.map((fill) => fill.tradeId)];
  return names.some((name) => name.toLowerCase().includes(wanted));
}
