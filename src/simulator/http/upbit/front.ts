/**
 * The simulated Upbit: REST and WebSocket on one loopback port, written from docs.upbit.com. What the documents leave
 * open is marked [?] where it is decided.
 */
import { type Quantity, relabel, text } from '../../../shared/domain/units.ts';
import { type AccountMarket, UpbitAccount } from '../../model/upbit/account.ts';
import { volumeOrder } from '../../model/upbit/external.ts';
import { isRefusal, noRoute, type Refusal, refusal, refusalBody } from '../../model/upbit/refusal.ts';
import type { ControlResult, SimulatedVenue, VenueClock, VenueParts } from '../../venue.ts';
import { createVenueServer, type Front, type FrontAnswer, type FrontRequest, type UpgradeAnswer, type UpgradeRequest } from '../server.ts';
import { createExchange } from './exchange.ts';
import { readBody, readQuery } from './params.ts';
import { createPrivateStreams, type PrivateStreams } from './private-streams.ts';
import { createPublicStreams, type PublicStreams } from './public-streams.ts';
import { createQuota, type Quota } from './quota.ts';
import { createQuotation } from './quotation.ts';
import { createRoutes, type Route } from './routes.ts';
import { ledgerFills, ledgerOrder } from './rows.ts';
import { type StreamTiming, usualTiming } from './timing.ts';
import { createTokenCheck, type TokenCheck } from './token.ts';

const publicPath = '/websocket/v1';
const privatePath = '/websocket/v1/private';
const placePath = '/v1/orders';
const underMaintenance = '서버 점검 중입니다.';
const serverError = '일시적인 오류가 발생했습니다. 잠시 후 다시 시도해주세요.';

/** @param timing delays of the streams: tests shorten them */
export function createUpbit(parts: VenueParts, timing: StreamTiming = usualTiming): SimulatedVenue {
  const { market, clock, keep, random, keys, faults, requests } = parts;
  const seen: AccountMarket = {
    find: (symbol) => market.find('upbit', symbol),
    book: (symbol) => market.book('upbit', symbol),
    lastPrice: (symbol) => market.ticker('upbit', symbol).last,
    isOffline: () => false,
  };
  const publicStreams = createPublicStreams(market, clock, timing);
  const privateStreams = createPrivateStreams(clock, random, timing);
  const account = new UpbitAccount({ keep, clock, market: seen, random, told: privateStreams.tell });
  const stopFills = market.onMakerFills('upbit', (_symbol, fills) => account.madeFills(fills));
  const routes = createRoutes(createQuotation(market, clock), createExchange(account, market, clock));
  const front = createFront({ routes, clock, quota: createQuota(), tokens: createTokenCheck(keys), publicStreams, privateStreams });
  const server = createVenueServer(front, faults, requests);

  return {
    name: 'upbit',
    listen: server.listen,
    close: async () => {
      stopFills();
      publicStreams.close();
      privateStreams.close();
      await server.close();
    },
    ledger: () => {
      const orders = [...account.orders()];
      return {
        orders: orders.map(ledgerOrder),
        fills: orders.flatMap(ledgerFills).toSorted((a, b) => a.at - b.at),
        balances: Object.fromEntries(
          account.wallet.rows().map(([currency, row]) => [currency, { free: text(row.balance), locked: text(row.locked) }]),
        ),
      };
    },
    externalOrder: (symbol, side, quantity) => placeExternal(account, seen, symbol, side, quantity),
    reset: (quote) => account.reset(relabel<'krw'>(quote)),
  };
}

function placeExternal(account: UpbitAccount, market: AccountMarket, symbol: string, side: 'buy' | 'sell', quantity: Quantity): ControlResult {
  if (market.find(symbol) === undefined) return { ok: false, error: `symbol: upbit lists no ${symbol}` };
  const terms = volumeOrder(symbol, side, quantity, market.book(symbol));
  if (terms === undefined) return { ok: false, error: `quantity: the book of ${symbol} does not hold ${text(quantity)}` };
  const placed = account.place(terms, { external: true });
  return isRefusal(placed) ? { ok: false, error: `${placed.name}: ${placed.message}` } : { ok: true };
}

interface FrontParts {
  readonly routes: ReadonlyMap<string, Route>;
  readonly clock: VenueClock;
  readonly quota: Quota;
  readonly tokens: TokenCheck;
  readonly publicStreams: PublicStreams;
  readonly privateStreams: PrivateStreams;
}

function createFront({ routes, clock, quota, tokens, publicStreams, privateStreams }: FrontParts): Front {
  const isTooSoon = (headers: FrontRequest['headers']): boolean => headers.origin !== undefined && !quota.allowsOrigin(clock.now());
  const handle = (request: FrontRequest): FrontAnswer => {
    const route = routes.get(`${request.method} ${request.path}`);
    if (route === undefined) return { ...refused(noRoute), unhandled: true };
    if (!route.signed && isTooSoon(request.headers)) return refused(refusal('too_many_requests'));
    const metered = quota.count(route.group, clock.now());
    if (metered.refusal !== undefined) return refused(metered.refusal, metered.headers);
    const params = readQuery(request.query);
    const posted = route.takes === 'body' ? readBody(request.body) : { hashed: '', body: {} };
    if (params === undefined || posted === undefined) return refused(refusal('invalid_parameter'), metered.headers);
    const hashed = route.takes === 'body' ? posted.hashed : params.hashed;
    const stranger = route.signed ? tokens.request(request.headers.authorization, hashed) : undefined;
    if (stranger !== undefined) return refused(stranger, metered.headers);
    const value = route.run({ params, body: posted.body, fault: request.fault });
    if (typeof value === 'object' && value !== null && isRefusal(value)) return refused(value, metered.headers);
    return { status: route.status, headers: metered.headers, body: JSON.stringify(value) };
  };

  return {
    venue: 'upbit',
    handle,
    upgrade: ({ path, headers }: UpgradeRequest): UpgradeAnswer => {
      if (path !== publicPath && path !== privatePath) return { ...refused(noRoute), unhandled: true };
      if (isTooSoon(headers)) return refused(refusal('too_many_requests'));
      const stranger = path === privatePath ? tokens.stream(headers.authorization) : undefined;
      if (stranger !== undefined) return refused(stranger);
      const metered = quota.count('websocket-connect', clock.now());
      if (metered.refusal !== undefined) return refused(metered.refusal, metered.headers);
      return { accept: path === privatePath ? privateStreams.accept : publicStreams.accept };
    },
    placesOrder: (method, path) => method === 'POST' && path === placePath,
    clientOrderId: ({ method, path, query, body }) => {
      if (path === placePath && method === 'POST') return textOrNull(readBody(body)?.body['identifier']);
      return path === '/v1/order' ? textOrNull(readQuery(query)?.get('identifier')) : null;
    },
    failure: (kind, request, forMs) => {
      // [?] Upbit names no error for a wrong clock or for maintenance; a ban tells its length in the body.
      if (kind === 'clockError') return refused(refusal('jwt_verification'));
      if (kind === 'maintenance') return refused({ status: 503, name: 'maintenance', message: underMaintenance });
      if (kind === 'banned') {
        const seconds = Math.ceil(forMs / 1000);
        const message = `${refusal('too_many_requests').message} ${seconds}초 후 다시 시도해주세요.`;
        return refused({ status: 418, name: 'too_many_requests', message }, { 'Retry-After': String(seconds) });
      }
      if (kind !== 'rateLimited') return refused({ status: kind === 'errorBefore' ? 503 : 500, name: 'server_error', message: serverError });
      const group = routes.get(`${request.method} ${request.path}`)?.group ?? 'default';
      // [?] Whether Upbit sends Retry-After is not documented; a second is when the next count begins at the latest.
      return refused(refusal('too_many_requests'), { ...quota.spent(group), 'Retry-After': '1' });
    },
  };
}

const refused = (why: Refusal, headers: Readonly<Record<string, string>> = {}): FrontAnswer => ({
  status: why.status,
  headers,
  body: JSON.stringify(refusalBody(why)),
});
const textOrNull = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
