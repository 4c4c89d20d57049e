/** Orders and trades. Source: usds-margined-futures, trade REST. */
import { isZero, usdt, ZERO } from '../../../shared/domain/units.ts';
import type { SymbolRules, Ticket } from '../../model/binance/order-check.ts';
import { cancel, cancelAll, cancelLate, checkOrder, expireAtOnce, place } from '../../model/binance/orders.ts';
import { isOpen, type Order } from '../../model/binance/records.ts';
import { accept, type Checked, refusals, refuse } from '../../model/binance/refusal.ts';
import type { Fault } from '../../faults.ts';
import { orderAnswer, orderRow, tradeRow } from './order-shapes.ts';
import { readTicket } from './order-ticket.ts';
import { optionalInteger, type Parameters } from './parameters.ts';
import { type Call, type Desk, namedOrAll, namedSymbol, plantedEnd, plantedRefusal, type Route } from './router.ts';

const dayMs = 86_400_000;
const defaultRows = 500;
const maxRows = 1000;

/** Orders that the venue no longer finds: without fills after 3 days once canceled or expired, any after 90. */
function isForgotten(order: Order, now: number): boolean {
  if (isOpen(order)) return false;
  const age = now - order.createdAt;
  return age > 90 * dayMs || (isZero(order.filled) && order.status !== 'FILLED' && age > 3 * dayMs);
}

/** How far behind a query is where its fault does not say. */
const usualLagMs = 2000;
const lagOf = (fault: Fault | null): number | undefined => (fault?.kind === 'queryLag' ? (fault.delayMs ?? usualLagMs) : undefined);

/** Whether a query finds an order: one that lags does not find what is younger than its lag. */
function isSeen(desk: Desk, order: Order, fault: Fault | null): boolean {
  const lag = lagOf(fault);
  return lag === undefined || order.createdAt <= desk.parts.now() - lag;
}

/** The order as a query shows it: one that lags, or is stale, shows it as it was taken. */
function asSeen(desk: Desk, order: Order, fault: Fault | null): Order {
  const lag = lagOf(fault);
  const isBehind = lag !== undefined && order.updatedAt > desk.parts.now() - lag;
  return isBehind || fault?.kind === 'staleFilled' ? asTaken(order) : order;
}

function rowOf(desk: Desk, order: Order) {
  const rules = desk.parts.rules(order.symbol);
  return rules === undefined ? [] : [orderRow(order, rules)];
}

/** The order that a request names by either id; undefined where the symbol has none such. */
export function namedOrder(desk: Desk, parameters: Parameters, rules: SymbolRules): Checked<Order | undefined> {
  const id = optionalInteger(parameters, 'orderId');
  if (!id.ok) return id;
  const clientId = parameters.get('origClientOrderId');
  if (id.value === undefined && clientId === undefined) return refuse(refusals.missingBoth('origClientOrderId', 'orderId'));
  const { state } = desk.parts;
  const found = id.value === undefined ? state.orderByClientId(rules.symbol, clientId ?? '') : state.order(id.value);
  return accept(found?.symbol === rules.symbol ? found : undefined);
}

/** Symbol and order of a request, with the refusal for an order that is not there. */
function withOrder(desk: Desk, { parameters }: Call, isThere: (order: Order) => boolean): Checked<{ order: Order; rules: SymbolRules }> {
  const rules = namedSymbol(desk, parameters);
  if (!rules.ok) return rules;
  const order = namedOrder(desk, parameters, rules.value);
  if (!order.ok) return order;
  if (order.value === undefined || !isThere(order.value)) return refuse(refusals.noSuchOrder);
  return accept({ order: order.value, rules: rules.value });
}

export const placeOrder: Route = {
  method: 'POST',
  path: '/fapi/v1/order',
  security: 'signed',
  weight: 0,
  orders: { short: 1, long: 1 },
  handle(desk, { parameters, fault }) {
    const read = readTicket(desk, parameters);
    if (!read.ok) return read;
    const { ticket, rules, responseType } = read.value;
    const planted = plantedRefusal(fault, rules);
    if (planted !== undefined) return refuse(planted);
    const placed = placeOrExpire(desk, ticket, fault);
    if (!placed.ok) return placed;
    if (fault?.kind === 'venueCancel' && fault.delayMs !== null) {
      const { id } = placed.value;
      desk.later(fault.delayMs, () => cancel(desk.parts, desk.parts.state.order(id)));
    }
    const shown = responseType === 'RESULT' ? placed.value : asTaken(placed.value);
    return accept(orderAnswer(shown, rules, desk.options.moneyInAnswers));
  },
};

/** Places an order; a post-only one that would trade is refused or expires, as the switch says. */
function placeOrExpire(desk: Desk, ticket: Ticket, fault: Fault | null): Checked<Order> {
  const placed = place(desk.parts, ticket, plantedEnd(fault));
  const wouldTrade = !placed.ok && placed.refusal.code === refusals.postOnly.code;
  return wouldTrade && desk.options.crossingPostOnly === 'expire' ? accept(expireAtOnce(desk.parts, ticket)) : placed;
}

/** An ACK says that the order was taken, whatever became of it since. */
const asTaken = (order: Order): Order => ({ ...order, status: 'NEW', filled: ZERO, quote: usdt('0'), updatedAt: order.createdAt });

const testOrder: Route = {
  method: 'POST',
  path: '/fapi/v1/order/test',
  security: 'signed',
  weight: 0,
  handle(desk, { parameters }) {
    const read = readTicket(desk, parameters);
    if (!read.ok) return read;
    const refusal = checkOrder(desk.parts, read.value.ticket);
    return refusal === undefined ? accept({}) : refuse(refusal);
  },
};

const queryOrder: Route = {
  method: 'GET',
  path: '/fapi/v1/order',
  security: 'signed',
  weight: 1,
  handle(desk, call) {
    const found = withOrder(desk, call, (order) => !isForgotten(order, desk.parts.now()) && isSeen(desk, order, call.fault));
    return found.ok ? accept(orderRow(asSeen(desk, found.value.order, call.fault), found.value.rules)) : found;
  },
};

const openOrder: Route = {
  method: 'GET',
  path: '/fapi/v1/openOrder',
  security: 'signed',
  weight: 1,
  handle(desk, call) {
    const found = withOrder(desk, call, (order) => isSeen(desk, order, call.fault) && isOpen(asSeen(desk, order, call.fault)));
    return found.ok ? accept(orderRow(asSeen(desk, found.value.order, call.fault), found.value.rules)) : found;
  },
};

export const cancelOrder: Route = {
  method: 'DELETE',
  path: '/fapi/v1/order',
  security: 'signed',
  weight: 1,
  handle(desk, { parameters, fault }) {
    const rules = namedSymbol(desk, parameters);
    if (!rules.ok) return rules;
    const order = namedOrder(desk, parameters, rules.value);
    if (!order.ok) return order;
    const isLate = fault?.kind === 'fillAfterCancel';
    const canceled = isLate ? cancelLate(desk.parts, order.value, fault.fraction) : cancel(desk.parts, order.value);
    if (canceled === undefined) return refuse(refusals.unknownOrder);
    return accept(orderAnswer(canceled, rules.value, desk.options.moneyInAnswers));
  },
};

const cancelOpen: Route = {
  method: 'DELETE',
  path: '/fapi/v1/allOpenOrders',
  security: 'signed',
  weight: 1,
  handle(desk, { parameters }) {
    const rules = namedSymbol(desk, parameters);
    if (!rules.ok) return rules;
    cancelAll(desk.parts, rules.value.symbol);
    return accept({ code: 200, msg: 'The operation of cancel all open order is done.' });
  },
};

const openOrders: Route = {
  method: 'GET',
  path: '/fapi/v1/openOrders',
  security: 'signed',
  weight: (parameters) => (parameters.get('symbol') === undefined ? 40 : 1),
  handle(desk, { parameters, fault }) {
    const symbols = namedOrAll(desk, parameters);
    if (!symbols.ok) return symbols;
    const open = desk.parts.state.openOrders(parameters.get('symbol')).filter((order) => isSeen(desk, order, fault));
    return accept(open.flatMap((order) => rowOf(desk, asSeen(desk, order, fault))));
  },
};

export interface Page {
  readonly from: number | undefined;
  readonly start: number;
  readonly end: number;
  readonly limit: number;
}

/** Paging of the lists: by id upward, or by time; without either the newest rows. */
export function readPage(parameters: Parameters, idName: string): Checked<Page> {
  const values: Record<string, number | undefined> = {};
  for (const name of [idName, 'startTime', 'endTime', 'limit']) {
    const value = optionalInteger(parameters, name);
    if (!value.ok) return value;
    values[name] = value.value;
  }
  return accept({
    from: values[idName],
    start: values['startTime'] ?? 0,
    end: values['endTime'] ?? Number.POSITIVE_INFINITY,
    limit: Math.min(values['limit'] ?? defaultRows, maxRows),
  });
}

/** Cuts a page out of rows in rising order of id. */
export function paged<T>(rows: readonly T[], page: Page, of: (row: T) => { readonly id: number; readonly at: number }): readonly T[] {
  const inside = rows.filter((row) => {
    const { id, at } = of(row);
    return at >= page.start && at <= page.end && (page.from === undefined || id >= page.from);
  });
  const fromStart = page.from !== undefined || page.start > 0;
  return fromStart ? inside.slice(0, page.limit) : inside.slice(-page.limit);
}

const allOrders: Route = {
  method: 'GET',
  path: '/fapi/v1/allOrders',
  security: 'signed',
  weight: 5,
  handle(desk, { parameters, fault }) {
    const rules = namedSymbol(desk, parameters);
    if (!rules.ok) return rules;
    const page = readPage(parameters, 'orderId');
    if (!page.ok) return page;
    const now = desk.parts.now();
    const known = desk.parts.state.orders(rules.value.symbol).filter((order) => !isForgotten(order, now) && isSeen(desk, order, fault));
    const rows = paged(known, page.value, (order) => ({ id: order.id, at: order.createdAt }));
    return accept(rows.map((order) => orderRow(asSeen(desk, order, fault), rules.value)));
  },
};

const userTrades: Route = {
  method: 'GET',
  path: '/fapi/v1/userTrades',
  security: 'signed',
  weight: 5,
  handle(desk, { parameters }) {
    const rules = namedSymbol(desk, parameters);
    if (!rules.ok) return rules;
    const page = readPage(parameters, 'fromId');
    if (!page.ok) return page;
    const orderId = optionalInteger(parameters, 'orderId');
    if (!orderId.ok) return orderId;
    const known = desk.parts.state
      .trades()
      .filter((trade) => trade.symbol === rules.value.symbol && (orderId.value === undefined || trade.orderId === orderId.value));
    const rows = paged(known, page.value, (trade) => ({ id: trade.id, at: trade.at }));
    return accept(rows.map((trade) => tradeRow(trade, rules.value)));
  },
};

export const orderRoutes: readonly Route[] = [
  placeOrder,
  testOrder,
  queryOrder,
  openOrder,
  cancelOrder,
  cancelOpen,
  openOrders,
  allOrders,
  userTrades,
];
