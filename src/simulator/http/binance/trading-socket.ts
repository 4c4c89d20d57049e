/**
 * The trading API over WebSocket: what REST does, asked for as {"id","method","params"}.
 *
 * 1. The signature is HMAC-SHA256 over all params but itself, as `name=value` in the order of their names.
 * 2. Requests count against the same quota as REST, stand in the ledger as `WS /ws-fapi/v1/<method>`, and faults find them
 *    by that path.
 * Source: usds-margined-futures, websocket-api-general-info and websocket-trade-api.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { WebSocket } from 'ws';
import { z } from 'zod';
import type { Fault, Faults, Taken } from '../../faults.ts';
import { preciseNow, type RequestLog } from '../../ledger.ts';
import { accept, type Checked, type Refusal, refusals, refuse } from '../../model/binance/refusal.ts';
import { half, htmlPage } from '../answering.ts';
import { createTimers } from '../timers.ts';
import { type Parameters, parseJson } from './parameters.ts';
import type { RateLimit } from './quota.ts';
import { type RequestParts, roleOf, routeOf, weightOf } from './requests.ts';
import type { Route } from './router.ts';
import { checkKey, checkTime } from './signature.ts';
import { createMessageLimit } from './socket-requests.ts';

export interface TradingSockets {
  connect(socket: WebSocket, withRateLimits: boolean): void;
  close(): void;
}

/** The REST request that stands behind each method. */
const methods = new Map<string, readonly [method: string, path: string]>([
  ['order.place', ['POST', '/fapi/v1/order']],
  ['order.test', ['POST', '/fapi/v1/order/test']],
  ['order.modify', ['PUT', '/fapi/v1/order']],
  ['order.cancel', ['DELETE', '/fapi/v1/order']],
  ['order.status', ['GET', '/fapi/v1/order']],
  ['algoOrder.place', ['POST', '/fapi/v1/algoOrder']],
  ['algoOrder.cancel', ['DELETE', '/fapi/v1/algoOrder']],
  ['account.balance', ['GET', '/fapi/v2/balance']],
  ['v2/account.balance', ['GET', '/fapi/v3/balance']],
  ['account.status', ['GET', '/fapi/v2/account']],
  ['v2/account.status', ['GET', '/fapi/v3/account']],
  ['account.position', ['GET', '/fapi/v2/positionRisk']],
  ['v2/account.position', ['GET', '/fapi/v3/positionRisk']],
  ['depth', ['GET', '/fapi/v1/depth']],
  ['ticker.price', ['GET', '/fapi/v1/ticker/price']],
  ['ticker.book', ['GET', '/fapi/v1/ticker/bookTicker']],
  ['userDataStream.start', ['POST', '/fapi/v1/listenKey']],
  ['userDataStream.ping', ['PUT', '/fapi/v1/listenKey']],
  ['userDataStream.stop', ['DELETE', '/fapi/v1/listenKey']],
]);

const requestForm = z.object({
  id: z.union([z.string(), z.number(), z.null()]).default(null),
  method: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).default({}),
});
type Request = z.output<typeof requestForm>;
type Params = Request['params'];

interface WsAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const parametersOf = (params: Params): Parameters => ({
  get(name) {
    const value = params[name];
    return value === undefined || value === null || value === '' ? undefined : String(value);
  },
});

function checkSignature(params: Params, secret: string): Checked<void> {
  const { signature, ...signed } = params;
  if (signature === undefined || signature === '') return refuse(refusals.missing('signature'));
  const source = Object.keys(signed)
    .sort()
    .map((name) => `${name}=${String(signed[name])}`)
    .join('&');
  const expected = createHmac('sha256', secret).update(source).digest();
  const given = /^[0-9a-f]{64}$/i.test(String(signature)) ? Buffer.from(String(signature), 'hex') : Buffer.alloc(0);
  return given.length === expected.length && timingSafeEqual(given, expected) ? accept(undefined) : refuse(refusals.badSignature);
}

function authorize(parts: RequestParts, route: Route, params: Params): Checked<Parameters> {
  const parameters = parametersOf(params);
  if (route.security === 'none') return accept(parameters);
  const key = checkKey(parameters.get('apiKey'), parts.keys.id);
  if (!key.ok || route.security === 'key') return key.ok ? accept(parameters) : key;
  const signature = checkSignature(params, parts.keys.secret);
  if (!signature.ok) return signature;
  const time = checkTime(parameters, parts.desk.parts.now());
  return time.ok ? accept(parameters) : time;
}

const refused = ({ code, msg, status }: Refusal): WsAnswer => ({ status, body: { error: { code, msg } } });

function carryOut(parts: RequestParts, route: Route, params: Params, fault: Fault | null): WsAnswer {
  const metered = parts.quota.count(parts.desk.parts.now(), weightOf(route, parametersOf(params)), route.orders);
  if (metered.refusal !== undefined) return refused(metered.refusal);
  const allowed = authorize(parts, route, params);
  const result = allowed.ok ? route.handle(parts.desk, { parameters: allowed.value, fault }) : refuse(allowed.refusal);
  parts.commit();
  return result.ok ? { status: 200, body: { result: result.value } } : refused(result.refusal);
}

/** What a fault between client and exchange answers here. */
function failed(kind: 'errorBefore' | 'errorAfter' | 'rateLimited' | 'banned' | 'clockError' | 'maintenance', now: number, forMs: number): WsAnswer {
  switch (kind) {
    case 'errorBefore':
      return { status: 503, body: { error: { code: 0, msg: 'Service Unavailable.' } } };
    case 'errorAfter':
      return { status: 503, body: { error: { code: -1000, msg: 'Unknown error, please check your request or try again later.' } } };
    case 'maintenance':
      return { status: 503, body: { error: { code: -1016, msg: 'This service is no longer available.' } } };
    case 'rateLimited':
      return refused(refusals.tooManyRequests(2400));
    case 'banned':
      return refused(refusals.banned(Math.ceil(now + forMs)));
    case 'clockError':
      return refused(refusals.timestampOutside);
  }
}

/** What becomes of a request under its fault; undefined: no answer. */
function underFault(parts: RequestParts, route: Route, params: Params, { fault, forMs }: Taken): WsAnswer | undefined | 'reset' {
  switch (fault?.kind) {
    case 'requestLost':
      return undefined;
    case 'errorBefore':
    case 'rateLimited':
    case 'banned':
    case 'clockError':
    case 'maintenance':
      return failed(fault.kind, parts.desk.parts.now(), forMs);
    case 'replyLost':
    case 'stalledBody':
      carryOut(parts, route, params, null);
      return undefined;
    case 'reset':
      carryOut(parts, route, params, null);
      return 'reset';
    case 'errorAfter':
      carryOut(parts, route, params, null);
      return failed('errorAfter', parts.desk.parts.now(), forMs);
    default:
      return carryOut(parts, route, params, fault ?? null);
  }
}

/** What a fault leaves of an answer that is on its way. */
function frameUnder(fault: Fault | undefined, whole: string): string {
  switch (fault?.kind) {
    case 'truncatedJson':
      return half(whole);
    case 'emptyObject':
      return '{}';
    case 'htmlBody':
      return htmlPage(fault.status).body;
    default:
      return whole;
  }
}

/** @param faults those that are planted on requests */
export function createTradingSockets(parts: RequestParts, faults: Faults, requests: RequestLog): TradingSockets {
  const timers = createTimers();
  const serve = (socket: WebSocket, request: Request, withRateLimits: boolean): void => {
    const { id, method, params } = request;
    const found = methods.get(method);
    const route = found === undefined ? undefined : routeOf(...found);
    const path = `/ws-fapi/v1/${method}`;
    const at = preciseNow();
    const named = parametersOf(params);
    const clientOrderId = named.get('newClientOrderId') ?? named.get('origClientOrderId') ?? named.get('clientAlgoId') ?? null;
    const taken = faults.take('binance', 'WS', path, found === undefined ? 'other' : roleOf(...found));
    const row = requests.begin({ venue: 'binance', method: 'WS', path, clientOrderId, at, fault: taken.fault?.kind ?? null });
    const limits = (): readonly RateLimit[] => parts.quota.used(route?.orders === undefined ? 'REQUEST_WEIGHT' : 'ORDERS');
    const act = (): void => {
      if (route === undefined) requests.unhandled(path);
      const answer =
        route === undefined ? refused({ code: -5000, msg: `Method ${method} is invalid`, status: 400 }) : underFault(parts, route, params, taken);
      if (answer === undefined) return;
      if (answer === 'reset') return socket.terminate();
      if (socket.readyState !== socket.OPEN) return;
      row.status = answer.status;
      const wantsLimits = withRateLimits && params['returnRateLimits'] !== false;
      const rateLimits = wantsLimits ? { rateLimits: limits() } : {};
      socket.send(frameUnder(taken.fault, JSON.stringify({ id, status: answer.status, ...answer.body, ...rateLimits })));
    };
    if (taken.latencyMs > 0) timers.after(taken.latencyMs, act);
    else act();
  };
  return {
    connect(socket, withRateLimits) {
      const isWithinLimit = createMessageLimit(maxMessages);
      socket.on('message', (data) => {
        if (!isWithinLimit()) return socket.close(1008, 'Too many requests');
        const request = requestForm.safeParse(parseJson(String(data)));
        if (request.success) return serve(socket, request.data, withRateLimits);
        return socket.send(JSON.stringify({ id: null, status: 400, error: { code: -1100, msg: 'Malformed request.' }, rateLimits: [] }));
      });
    },
    close: timers.clear,
  };
}

/** Orders over WebSocket are bounded by the order limits, not by the message limit of streams. */
const maxMessages = 1000;
