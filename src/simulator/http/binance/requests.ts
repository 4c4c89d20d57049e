/** From a raw request to the venue's answer: path, quota, key, signature, then the path's own work. */
import { type Checked, accept, type Refusal, refusals, refuse } from '../../model/binance/refusal.ts';
import type { FailureKind, FrontAnswer, FrontRequest } from '../server.ts';
import type { RequestRole } from '../../fault-kinds.ts';
import { accountRoutes } from './account-routes.ts';
import { algoRoutes } from './algo-routes.ts';
import { changeRoutes } from './change-routes.ts';
import { historyRoutes } from './history-routes.ts';
import { incomeRoutes } from './income-routes.ts';
import { listenKeyRoutes } from './listen-key-routes.ts';
import { marketRoutes } from './market-routes.ts';
import { orderRoutes } from './order-routes.ts';
import { type Parameters, readParameters } from './parameters.ts';
import { type Headers, type Quota, weightPerMinute } from './quota.ts';
import type { Desk, Route } from './router.ts';
import { checkKey, checkSigned } from './signature.ts';

const routes = new Map(
  [...marketRoutes, ...historyRoutes, ...accountRoutes, ...incomeRoutes, ...orderRoutes, ...changeRoutes, ...algoRoutes, ...listenKeyRoutes].map(
    (route) => [`${route.method} ${route.path}`, route],
  ),
);
/** The route of a path; undefined where the venue has none. */
export const routeOf = (method: string, path: string): Route | undefined => routes.get(`${method} ${path}`);

export interface RequestParts {
  readonly desk: Desk;
  readonly quota: Quota;
  readonly keys: { readonly id: string; readonly secret: string };
  /** Puts what the request changed on record and lets its events go. */
  commit(): void;
}

const answerOf = (status: number, body: unknown, headers: Headers): FrontAnswer => ({ status, headers, body: JSON.stringify(body) });
const refusalAnswer = ({ code, msg, status }: Refusal, headers: Headers = {}): FrontAnswer => answerOf(status, { code, msg }, headers);

function apiKeyOf(request: FrontRequest): string | undefined {
  const key = request.headers['x-mbx-apikey'];
  return Array.isArray(key) ? key[0] : key;
}

function authorize(parts: RequestParts, route: Route, request: FrontRequest, body: string): Checked<Parameters> {
  const apiKey = apiKeyOf(request);
  const { query } = request;
  if (route.security === 'signed') return checkSigned({ query, body, apiKey }, parts.keys, parts.desk.parts.now());
  const key = route.security === 'key' ? checkKey(apiKey, parts.keys.id) : accept(undefined);
  return key.ok ? readParameters(query, body) : key;
}

/** @param parameters undefined where they cannot be read */
export function weightOf(route: Route, parameters: Parameters | undefined): number {
  if (typeof route.weight === 'number') return route.weight;
  return parameters === undefined ? 1 : route.weight(parameters);
}

/** Answers one request; everything that it changes is on record when this returns. */
export function handleRequest(parts: RequestParts, request: FrontRequest): FrontAnswer {
  const route = routeOf(request.method, request.path);
  if (route === undefined) return { ...refusalAnswer(refusals.unknownPath(request.path, request.method)), unhandled: true };
  const body = request.body.toString('latin1');
  const read = typeof route.weight === 'number' ? undefined : readParameters(request.query, body);
  const weight = weightOf(route, read?.ok === true ? read.value : undefined);
  const metered = parts.quota.count(parts.desk.parts.now(), weight, route.orders);
  if (metered.refusal !== undefined) return refusalAnswer(metered.refusal, metered.headers);
  const allowed = authorize(parts, route, request, body);
  const result = allowed.ok ? route.handle(parts.desk, { parameters: allowed.value, fault: request.fault }) : refuse(allowed.refusal);
  parts.commit();
  return result.ok ? answerOf(200, result.value, metered.headers) : refusalAnswer(result.refusal, metered.headers);
}

const roles = new Map<string, RequestRole>([
  ['POST /fapi/v1/order', 'place'],
  ['POST /fapi/v1/batchOrders', 'place'],
  ['POST /fapi/v1/algoOrder', 'place'],
  ['PUT /fapi/v1/order', 'place'],
  ['DELETE /fapi/v1/order', 'cancel'],
  ['DELETE /fapi/v1/batchOrders', 'cancel'],
  ['GET /fapi/v1/order', 'query'],
  ['GET /fapi/v1/openOrder', 'query'],
  ['GET /fapi/v1/openOrders', 'query'],
  ['GET /fapi/v1/allOrders', 'query'],
  ['GET /fapi/v1/exchangeInfo', 'rules'],
]);
/** What a request does, as far as faults care. */
export const roleOf = (method: string, path: string): RequestRole => roles.get(`${method} ${path}`) ?? 'other';
/** Whether a request places an order that is carried out. */
export const placesOrder = (method: string, path: string): boolean => roleOf(method, path) === 'place';

/** The client's own id in a request; null where it names none. */
export function clientOrderIdOf(request: Pick<FrontRequest, 'query' | 'body'>): string | null {
  const sources = [new URLSearchParams(request.query), new URLSearchParams(request.body.toString('latin1'))];
  for (const name of ['newClientOrderId', 'origClientOrderId', 'clientAlgoId']) {
    for (const source of sources) {
      const value = source.get(name);
      if (value !== null && value !== '') return value;
    }
  }
  return null;
}

/** The venue's words for a fault between client and exchange (general-info, "HTTP Return Codes"). */
export function faultAnswer(kind: FailureKind, now: number, forMs: number): FrontAnswer {
  switch (kind) {
    case 'banned': {
      const until = Math.ceil(now + forMs);
      const msg = `Way too many requests; IP(127.0.0.1) banned until ${until}. Please use the websocket for live updates to avoid bans.`;
      return answerOf(418, { code: -1003, msg }, { 'Retry-After': String(Math.ceil(forMs / 1000)) });
    }
    case 'clockError':
      return refusalAnswer(refusals.timestampOutside, {});
    case 'maintenance':
      return answerOf(503, { code: -1016, msg: 'This service is no longer available.' }, {});
    case 'errorBefore':
      return answerOf(503, { code: 0, msg: 'Service Unavailable.' }, {});
    case 'errorAfter':
      return answerOf(503, { code: -1000, msg: 'Unknown error, please check your request or try again later.' }, {});
    case 'rateLimited':
      return refusalAnswer(refusals.tooManyRequests(weightPerMinute), { 'X-MBX-USED-WEIGHT-1M': String(weightPerMinute + 1), 'Retry-After': '1' });
  }
}
