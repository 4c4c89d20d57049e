/** Which calls there are, their quota group, and who may make them. A later call is one more row. */
import type { Fault } from '../../faults.ts';
import type { Body } from '../../model/upbit/terms.ts';
import type { Exchange } from './exchange.ts';
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
  /** Where its parameters are: the query, or for POST the body. */
  readonly takes: 'query' | 'body';
  /** Of an answer that is not a refusal. */
  readonly status: 200 | 201;
  /** @returns a JSON value or a `Refusal` */
  readonly run: (call: Call) => unknown;
}

/** Keyed by method and path: "GET /v1/accounts". */
export function createRoutes(quotation: Quotation, exchange: Exchange): ReadonlyMap<string, Route> {
  const open = (group: QuotaGroup, run: (params: Params) => unknown): Route => ({
    group,
    signed: false,
    takes: 'query',
    status: 200,
    run: ({ params }) => run(params),
  });
  const signed = (run: (params: Params) => unknown): Route => ({ ...open('default', run), signed: true });
  const post = (group: QuotaGroup, run: (call: Call) => unknown): Route => ({ group, signed: true, takes: 'body', status: 201, run });

  return new Map([
    ['GET /v1/market/all', open('market', quotation.markets)],
    ['GET /v1/ticker', open('ticker', quotation.ticker)],
    ['GET /v1/ticker/all', open('ticker', quotation.tickers)],
    ['GET /v1/orderbook', open('orderbook', quotation.orderbook)],
    ['GET /v1/orderbook/instruments', open('orderbook', quotation.instruments)],
    ['GET /v1/accounts', signed(exchange.accounts)],
    ['GET /v1/orders/chance', signed(exchange.chance)],
    ['GET /v1/order', signed(exchange.order)],
    ['DELETE /v1/order', signed(exchange.cancel)],
    ['GET /v1/orders/open', signed(exchange.open)],
    ['GET /v1/orders/closed', signed(exchange.closed)],
    ['GET /v1/orders/uuids', signed(exchange.byIds)],
    ['POST /v1/orders', post('order', ({ body, fault }) => exchange.place(body, fault))],
    ['POST /v1/orders/test', post('order-test', ({ body }) => exchange.test(body))],
  ]);
}
