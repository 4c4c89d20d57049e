/** Conditional orders. Source: usds-margined-futures, "New Algo Order" and those beside it. */
import { cancelAlgo, cancelAllAlgos, placeAlgo } from '../../model/binance/algo.ts';
import type { AlgoOrder } from '../../model/binance/records.ts';
import { accept, type Checked, refusals, refuse } from '../../model/binance/refusal.ts';
import { algoAnswer, algoRow } from './algo-shapes.ts';
import { readAlgoTicket } from './algo-ticket.ts';
import { paged, readPage } from './order-routes.ts';
import { optionalInteger, type Parameters } from './parameters.ts';
import { type Desk, namedOrAll, namedSymbol, plantedRefusal, type Route } from './router.ts';

const path = '/fapi/v1/algoOrder';

/** The conditional order that a request names by either id; undefined where there is none such. */
function namedAlgo(desk: Desk, parameters: Parameters): Checked<AlgoOrder | undefined> {
  const id = optionalInteger(parameters, 'algoId');
  if (!id.ok) return id;
  const clientId = parameters.get('clientAlgoId');
  if (id.value === undefined && clientId === undefined) return refuse(refusals.missingBoth('algoId', 'clientAlgoId'));
  const { state } = desk.parts;
  return accept(id.value === undefined ? state.algoByClientId(clientId ?? '') : state.algo(id.value));
}

function rowOf(desk: Desk, order: AlgoOrder) {
  const rules = desk.parts.rules(order.symbol);
  return rules === undefined ? undefined : algoRow(order, desk.parts.state.order(order.actualOrderId), rules);
}

const placeOrder: Route = {
  method: 'POST',
  path,
  security: 'signed',
  weight: 0,
  orders: { short: 1, long: 1 },
  handle(desk, { parameters, fault }) {
    const read = readAlgoTicket(desk, parameters);
    if (!read.ok) return read;
    const planted = plantedRefusal(fault, read.value.rules);
    if (planted !== undefined) return refuse(planted);
    const placed = placeAlgo(desk.parts, read.value.ticket);
    return placed.ok ? accept(algoAnswer(placed.value, read.value.rules)) : placed;
  },
};

const queryOrder: Route = {
  method: 'GET',
  path,
  security: 'signed',
  weight: 1,
  handle(desk, { parameters }) {
    const order = namedAlgo(desk, parameters);
    if (!order.ok) return order;
    return order.value === undefined ? refuse(refusals.noSuchOrder) : accept(rowOf(desk, order.value));
  },
};

const cancelOrder: Route = {
  method: 'DELETE',
  path,
  security: 'signed',
  weight: 1,
  handle(desk, { parameters }) {
    const order = namedAlgo(desk, parameters);
    if (!order.ok) return order;
    const canceled = cancelAlgo(desk.parts, order.value);
    if (canceled === undefined) return refuse(refusals.unknownOrder);
    // The code is text in this answer.
    return accept({ algoId: canceled.id, clientAlgoId: canceled.clientId, code: '200', msg: 'success' });
  },
};

const cancelOpen: Route = {
  method: 'DELETE',
  path: '/fapi/v1/algoOpenOrders',
  security: 'signed',
  weight: 1,
  handle(desk, { parameters }) {
    const rules = namedSymbol(desk, parameters);
    if (!rules.ok) return rules;
    cancelAllAlgos(desk.parts, rules.value.symbol);
    return accept({ code: 200, msg: 'The operation of cancel all open order is done.' });
  },
};

const openOrders: Route = {
  method: 'GET',
  path: '/fapi/v1/openAlgoOrders',
  security: 'signed',
  weight: (parameters) => (parameters.get('symbol') === undefined ? 40 : 1),
  handle(desk, { parameters }) {
    const symbols = namedOrAll(desk, parameters);
    if (!symbols.ok) return symbols;
    const id = optionalInteger(parameters, 'algoId');
    if (!id.ok) return id;
    const named = parameters.get('symbol');
    const waiting = desk.parts.state.waitingAlgos(named).filter((order) => id.value === undefined || order.id === id.value);
    return accept(waiting.map((order) => rowOf(desk, order)));
  },
};

const allOrders: Route = {
  method: 'GET',
  path: '/fapi/v1/allAlgoOrders',
  security: 'signed',
  weight: 5,
  handle(desk, { parameters }) {
    const rules = namedSymbol(desk, parameters);
    if (!rules.ok) return rules;
    const page = readPage(parameters, 'algoId');
    if (!page.ok) return page;
    const rows = desk.parts.state.algos().filter((order) => order.symbol === rules.value.symbol);
    return accept(paged(rows, page.value, (order) => ({ id: order.id, at: order.createdAt })).map((order) => rowOf(desk, order)));
  },
};

export const algoRoutes: readonly Route[] = [placeOrder, queryOrder, cancelOrder, cancelOpen, openOrders, allOrders];
