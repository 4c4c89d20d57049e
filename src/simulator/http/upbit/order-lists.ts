/** The filters that Upbit's lists of orders share: states, time window, order. */
import type { UpbitOrder } from '../../model/upbit/order.ts';
import { invalidValue, type Refusal, refusal } from '../../model/upbit/refusal.ts';
import type { Params } from './params.ts';

const weekMs = 7 * 86_400_000;
const msForm = /^\d{13}$/;
const isoForm = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;

/** `state` or `states[]`, never both. @param allowed what this list knows @param usual what it shows when asked for none */
export function wantedStates(params: Params, allowed: readonly string[], usual: readonly string[]): readonly string[] | Refusal {
  const one = params.get('state');
  const many = params.all('states');
  if (one !== undefined && many.length > 0) return refusal('invalid_parameter');
  const wanted = one !== undefined ? [one] : many;
  if (wanted.some((state) => !allowed.includes(state))) return invalidValue(one === undefined ? 'states' : 'state');
  return wanted.length === 0 ? usual : wanted;
}

export interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

/**
 * start_time and end_time over the time of creation, at most seven days; one alone reaches seven days from there, none
 * at all the last seven. @returns undefined when a time is malformed or the window is too wide [?]
 */
export function readWindow(params: Params, now: number): TimeWindow | undefined {
  const start = readTime(params.get('start_time'));
  const end = readTime(params.get('end_time'));
  if (start === 'malformed' || end === 'malformed') return undefined;
  if (start === null) return { from: (end ?? now) - weekMs, to: end ?? now };
  if (end === null) return { from: start, to: start + weekMs };
  return end - start > weekMs ? undefined : { from: start, to: end };
}

function readTime(value: string | undefined): number | null | 'malformed' {
  if (value === undefined || value === '') return null;
  if (msForm.test(value)) return Number(value);
  const at = isoForm.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? 'malformed' : at;
}

/** Newest first, unless order_by=asc. */
export function newestFirst(orders: readonly UpbitOrder[], params: Params): UpbitOrder[] {
  const ascending = params.get('order_by') === 'asc';
  return orders.toSorted((a, b) => (ascending ? a.number - b.number : b.number - a.number));
}
