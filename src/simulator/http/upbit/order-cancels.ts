/** The two calls that cancel many orders at once: what they pick, and how they say what became of each. */
import type { UpbitAccount } from '../../model/upbit/account.ts';
import type { UpbitOrder } from '../../model/upbit/order.ts';
import { invalidValue, type Refusal, refusal } from '../../model/upbit/refusal.ts';
import { newestFirst } from './order-lists.ts';
import type { Params } from './params.ts';

/** Ends an order, on time or too late; undefined: it could not. */
export type Cancel = (uuid: string) => UpbitOrder | undefined;

const usualCount = 20;
const mostCount = 300;
const mostNames = 20;

/** DELETE /v1/orders/open: waiting orders by side, pairs or quote currency; the newest first unless order_by=asc. */
export function cancelOpen(account: UpbitAccount, params: Params, cancel: Cancel): unknown {
  const side = params.get('cancel_side') ?? 'all';
  if (side !== 'all' && side !== 'ask' && side !== 'bid') return invalidValue('cancel_side');
  const lists = { pairs: list(params, 'pairs'), excluded: list(params, 'excluded_pairs'), quotes: list(params, 'quote_currencies') };
  const count = params.get('count') === undefined ? usualCount : Number(params.get('count'));
  if (!Number.isSafeInteger(count) || count < 1 || count > mostCount) return invalidValue('count');
  if (lists.pairs !== undefined && lists.quotes !== undefined) return refusal('invalid_parameter');
  if ((lists.pairs?.length ?? 0) > mostNames || (lists.excluded?.length ?? 0) > mostNames) return refusal('invalid_parameter');
  const wanted = newestFirst(account.waiting(), params).filter(
    (order) =>
      (side === 'all' || order.side === side) &&
      (lists.pairs?.includes(order.market) ?? true) &&
      (lists.quotes?.includes(order.market.split('-')[0] ?? '') ?? true) &&
      !(lists.excluded?.includes(order.market) ?? false),
  );
  return cancelEach(wanted.slice(0, count), cancel);
}

/** DELETE /v1/orders/uuids: at most 20, by uuids[] or identifiers[]; unknown ones are left out [?]. */
export function cancelNamed(account: UpbitAccount, params: Params, cancel: Cancel): unknown {
  const found = ordersNamed(account, params, mostNames);
  return Array.isArray(found) ? cancelEach(found, cancel) : found;
}

/** The orders of uuids[] or identifiers[], one of the two and at most so many. */
export function ordersNamed(account: UpbitAccount, params: Params, most: number): UpbitOrder[] | Refusal {
  const uuids = params.all('uuids');
  const identifiers = params.all('identifiers');
  const count = uuids.length + identifiers.length;
  if (count === 0 || count > most || (uuids.length > 0 && identifiers.length > 0)) return refusal('invalid_parameter');
  const found = uuids.length > 0 ? uuids.map(account.byUuid) : identifiers.map(account.byIdentifier);
  return [...new Set(found)].filter((order) => order !== undefined);
}

function cancelEach(orders: readonly UpbitOrder[], cancel: Cancel) {
  const results = orders.map((order) => ({ order, ended: cancel(order.uuid) !== undefined }));
  const group = (ended: boolean) => {
    const rows = results.filter((row) => row.ended === ended).map(({ order }) => named(order));
    return { count: rows.length, orders: rows };
  };
  return { success: group(true), failed: group(false) };
}

const named = ({ uuid, market, identifier }: UpbitOrder) => ({ uuid, market, ...(identifier === null ? {} : { identifier }) });
const list = (params: Params, name: string): readonly string[] | undefined => {
  const value = params.get(name);
  return value === undefined || value === '' ? undefined : value.split(',').map((code) => code.trim());
};
