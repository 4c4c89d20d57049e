/** From a raw request to the venue's answer: path, quota, key, signature, then the path's own work. */
import { type Checked, accept, type Refusal, refusals, refuse } from '../../model/binance/refusal.ts';
import type { FailureKind, FrontAnswer, FrontRequest } from '../server.ts';
import { accountRoutes } from './account-routes.ts';
import { listenKeyRoutes } from './listen-key-routes.ts';
import { marketRoutes } from './market-routes.ts';
import { orderRoutes } from './order-routes.ts';
import { type Parameters, readParameters } from './parameters.ts';
import { type Headers, type Quota, weightPerMinute } from './quota.ts';
import type { Desk, Route } from './router.ts';
import { checkKey, checkSigned } from './signature.ts';

const routes = new Map(
  [...marketRoutes, ...accountRoutes, ...orderRoutes, ...listenKeyRoutes].map((route) => [`${route.method} ${route.path}`, route]),
);

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

function weightOf(route: Route, query: string, body: string): number {
  if (typeof route.weight === 'number') return route.weight;
  const parameters = readParameters(query, body);
  return parameters.ok ? route.weight(parameters.value) : 1;
}

/** Answers one request; everything that it changes is on record when this returns. */
export function handleRequest(parts: RequestParts, request: FrontRequest): FrontAnswer {
  const route = routes.get(`${request.method} ${request.path}`);
  if (route === undefined) return { ...refusalAnswer(refusals.unknownPath(request.path, request.method)), unhandled: true };
  const body = request.body.toString('latin1');
  const metered = parts.quota.count(parts.desk.parts.now(), weightOf(route, request.query, body), route.orders ?? 0);
  if (metered.refusal !== undefined) return refusalAnswer(metered.refusal, metered.headers);
  const allowed = authorize(parts, route, request, body);
  const result = allowed.ok ? route.handle(parts.desk, { parameters: allowed.value, fault: request.fault }) : refuse(allowed.refusal);
  parts.commit();
  return result.ok ? answerOf(200, result.value, metered.headers) : refusalAnswer(result.refusal, metered.headers);
}

/** Whether a request places an order that is carried out. */
export const placesOrder = (method: string, path: string): boolean => method === 'POST' && path === '/fapi/v1/order';

/** The client's own id in a request; null where it names none. */
export function clientOrderIdOf(request: Pick<FrontRequest, 'query' | 'body'>): string | null {
  const sources = [new URLSearchParams(request.query), new URLSearchParams(request.body.toString('latin1'))];
  for (const name of ['newClientOrderId', 'origClientOrderId']) {
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
