/** Amending an order, and several orders in one request. Source: usds-margined-futures, "Modify Order", "Place Multiple Orders". */
import { z } from 'zod';
import { amend } from '../../model/binance/amend.ts';
import { accept, type Checked, refusals, refuse } from '../../model/binance/refusal.ts';
import { orderAnswer } from './order-shapes.ts';
import { cancelOrder, namedOrder, placeOrder } from './order-routes.ts';
import { readPrice, readQuantity } from './order-ticket.ts';
import { readPriceMatch, readSide } from './order-terms.ts';
import { type Parameters, parseJson, required } from './parameters.ts';
import { type Call, type Desk, namedSymbol, plantedRefusal, type Route } from './router.ts';

const maxPlaced = 5;
const maxCanceled = 10;
const path = '/fapi/v1/batchOrders';

const amendOrder: Route = {
  method: 'PUT',
  path: '/fapi/v1/order',
  security: 'signed',
  weight: 0,
  orders: { short: 1, long: 1 },
  handle(desk, { parameters, fault }) {
    const rules = namedSymbol(desk, parameters);
    if (!rules.ok) return rules;
    const planted = plantedRefusal(fault, rules.value);
    if (planted !== undefined) return refuse(planted);
    const order = namedOrder(desk, parameters, rules.value);
    if (!order.ok) return order;
    const side = readSide(parameters);
    if (!side.ok) return side;
    const quantity = readQuantity(parameters);
    if (!quantity.ok) return quantity;
    const priceMatch = readPriceMatch(parameters, true);
    if (!priceMatch.ok) return priceMatch;
    const price = readPrice(desk, parameters, rules.value.symbol, side.value, priceMatch.value);
    if (!price.ok) return price;
    const amended = amend(desk.parts, order.value, { side: side.value, price: price.value, quantity: quantity.value });
    return amended.ok ? accept(orderAnswer(amended.value, rules.value, desk.options.moneyInAnswers)) : amended;
  },
};

const batchForm = z.array(z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])));
const idsForm = z.array(z.union([z.number().int(), z.string()]));

const parametersOf = (fields: Readonly<Record<string, string | number | boolean>>): Parameters => ({
  get: (name) => (fields[name] === undefined ? undefined : String(fields[name]) || undefined),
});

/** Reads a parameter that holds JSON. */
function jsonOf<T>(parameters: Parameters, name: string, form: z.ZodType<T>): Checked<T> {
  const sent = required(parameters, name);
  if (!sent.ok) return sent;
  const parsed = form.safeParse(parseJson(sent.value));
  return parsed.success ? accept(parsed.data) : refuse(refusals.parameter(name));
}

/** One request's work on each of a list; each answers for itself. */
function each(desk: Desk, call: Call, route: Route, list: readonly Parameters[]): Checked<unknown> {
  const results = list.map((parameters, index) => route.handle(desk, { ...call, parameters, fault: index === 0 ? call.fault : null }));
  return accept(results.map((result) => (result.ok ? result.value : { code: result.refusal.code, msg: result.refusal.msg })));
}

const onList = (method: 'POST' | 'PUT', route: Route): Route => ({
  method,
  path,
  security: 'signed',
  weight: 5,
  orders: { short: 5, long: 1 },
  handle(desk, call) {
    const list = jsonOf(call.parameters, 'batchOrders', batchForm);
    if (!list.ok) return list;
    if (list.value.length === 0 || list.value.length > maxPlaced) return refuse(refusals.batchSize(list.value.length));
    return each(desk, call, route, list.value.map(parametersOf));
  },
});

const cancelMany: Route = {
  method: 'DELETE',
  path,
  security: 'signed',
  weight: 1,
  handle(desk, call) {
    const rules = namedSymbol(desk, call.parameters);
    if (!rules.ok) return rules;
    const { symbol } = rules.value;
    const byClientId = call.parameters.get('orderIdList') === undefined;
    const ids = jsonOf(call.parameters, byClientId ? 'origClientOrderIdList' : 'orderIdList', idsForm);
    if (!ids.ok) return ids;
    if (ids.value.length === 0 || ids.value.length > maxCanceled) return refuse(refusals.batchSize(ids.value.length));
    const list = ids.value.map((id) => parametersOf({ symbol, [byClientId ? 'origClientOrderId' : 'orderId']: id }));
    return each(desk, call, cancelOrder, list);
  },
};

export const changeRoutes: readonly Route[] = [amendOrder, onList('POST', placeOrder), onList('PUT', amendOrder), cancelMany];
