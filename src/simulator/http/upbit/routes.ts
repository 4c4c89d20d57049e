/** Which calls there are, their quota group, and who may make them. A later call is one more row. */
import type { RequestRole } from '../../fault-kinds.ts';
import type { Fault } from '../../faults.ts';
import type { Body } from '../../model/upbit/terms.ts';
import { type CandleCalls, minuteUnits } from './candles.ts';
import type { Exchange } from './exchange.ts';
import type { KeyScope } from './options.ts';
import type { Ordering } from './ordering.ts';
import type { Params } from './params.ts';
import type { Quotation } from './quotation.ts';
import type { QuotaGroup } from './quota.ts';

export interface Call {
  /** The query's parameters. */
  readonly params: Params;
  readonly body: Body;
  readonly fault: Fault | null;
}

export interface Route {
  readonly group: QuotaGroup;
  readonly signed: boolean;
  /** What the key must be allowed to do; null: nothing in particular. */
  readonly scope: KeyScope | null;
  /** What it does, as far as faults care. */
  readonly role: RequestRole;
  /** Where its parameters are: the query, or for POST the body. */
  readonly takes: 'query' | 'body';
  /** Of an answer that is not a refusal. */
  readonly status: 200 | 201;
  /** @returns a JSON value or a `Refusal` */
  readonly run: (call: Call) => unknown;
}

export interface Calls {
  readonly quotation: Quotation;
  readonly candles: CandleCalls;
  readonly exchange: Exchange;
  readonly ordering: Ordering;
}

/** Keyed by method and path: "GET /v1/accounts". */
export function createRoutes({ quotation, candles, exchange, ordering }: Calls): ReadonlyMap<string, Route> {
  const base = { takes: 'query', status: 200, scope: null } as const;
  const open = (group: QuotaGroup, run: (params: Params, fault: Fault | null) => unknown, role: RequestRole = 'other'): Route => ({
    ...base,
    group,
    role,
    signed: false,
    run: ({ params, fault }) => run(params, fault),
  });
  const signed = (scope: KeyScope | null, role: RequestRole, run: (params: Params, fault: Fault | null) => unknown): Route => ({
    ...open('default', run, role),
    scope,
    signed: true,
  });
  const post = (group: QuotaGroup, role: RequestRole, run: (call: Call) => unknown): Route => ({
    group,
    role,
    scope: 'makeOrders',
    signed: true,
    takes: 'body',
    status: 201,
    run,
  });

  return new Map([
    ...minuteUnits.map((unit) => [`GET /v1/candles/minutes/${unit}`, open('candle', (params) => candles.minutes(unit, params))] as const),
    ['GET /v1/candles/days', open('candle', candles.days)],
    ['GET /v1/market/all', open('market', quotation.markets)],
    ['GET /v1/ticker', open('ticker', quotation.ticker)],
    ['GET /v1/ticker/all', open('ticker', quotation.tickers)],
    ['GET /v1/orderbook', open('orderbook', quotation.orderbook)],
    ['GET /v1/orderbook/instruments', open('orderbook', quotation.instruments, 'rules')],
    ['GET /v1/trades/ticks', open('trade', quotation.trades)],
    ['GET /v1/accounts', signed('accounts', 'other', exchange.accounts)],
    ['GET /v1/orders/chance', signed('orders', 'rules', exchange.chance)],
    ['GET /v1/order', signed('orders', 'query', exchange.order)],
    ['GET /v1/orders/open', signed('orders', 'query', exchange.open)],
    ['GET /v1/orders/closed', signed('orders', 'query', exchange.closed)],
    ['GET /v1/orders/uuids', signed('orders', 'query', exchange.byIds)],
    ['GET /v1/api_keys', signed(null, 'other', exchange.keys)],
    ['GET /v1/status/wallet', signed(null, 'other', exchange.wallets)],
    ['GET /v1/withdraws', signed('withdraws', 'other', exchange.withdraws)],
    ['DELETE /v1/order', signed('makeOrders', 'cancel', ordering.cancel)],
    ['DELETE /v1/orders/uuids', signed('makeOrders', 'cancel', ordering.cancelNamed)],
    ['DELETE /v1/orders/open', { ...signed('makeOrders', 'cancel', ordering.cancelOpen), group: 'order-cancel-all' }],
    ['POST /v1/orders', post('order', 'place', ({ body, fault }) => ordering.place(body, fault))],
    ['POST /v1/orders/cancel_and_new', post('order', 'place', ({ body, fault }) => ordering.replace(body, fault))],
    ['POST /v1/orders/test', post('order-test', 'other', ({ body }) => ordering.test(body))],
  ]);
}
