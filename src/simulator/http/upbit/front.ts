/**
 * The simulated Upbit: REST and WebSocket on one loopback port, written from docs.upbit.com. What the documents leave
 * open is marked [?] where it is decided.
 */
import { type Quantity, relabel, text } from '../../../shared/domain/units.ts';
import { type AccountMarket, UpbitAccount } from '../../model/upbit/account.ts';
import { volumeOrder } from '../../model/upbit/external.ts';
import { isRefusal, noRoute, type Refusal, refusal, refusalBody } from '../../model/upbit/refusal.ts';
import type { ControlResult, SimulatedVenue, VenueClock, VenueParts } from '../../venue.ts';
import {
  createVenueServer,
  type FailureKind,
  type Front,
  type FrontAnswer,
  type FrontRequest,
  type UpgradeAnswer,
  type UpgradeRequest,
} from '../server.ts';
import { createStreamFaults } from '../stream-faults.ts';
import { createTimers } from '../timers.ts';
import { createCandleCalls } from './candles.ts';
import { createExchange } from './exchange.ts';
import { readBody, readQuery } from './params.ts';
import { createPrivateStreams, type PrivateStreams } from './private-streams.ts';
import { createPublicStreams, type PublicStreams } from './public-streams.ts';
import { limitAnswer } from './limit-answer.ts';
import { changedOptions, type UpbitOptions, upbitOptions } from './options.ts';
import { createOrdering } from './ordering.ts';
import { createQuota, type Metered, type Quota } from './quota.ts';
import { createQuotation } from './quotation.ts';
import { createRoutes, type Route } from './routes.ts';
import { ledgerFills, ledgerOrder } from './rows.ts';
import { createTape } from './tape.ts';
import { createTokenCheck, type TokenCheck } from './token.ts';

const publicPath = '/websocket/v1';
const privatePath = '/websocket/v1/private';
const underMaintenance = '서버 점검 중입니다.';
const serverError = '일시적인 오류가 발생했습니다. 잠시 후 다시 시도해주세요.';

/** @param wanted habits that differ from the usual ones */
export function createUpbit(parts: VenueParts, wanted: Partial<UpbitOptions> = {}): SimulatedVenue {
  const { market, clock, keep, random, keys, faults, requests } = parts;
  const initial = upbitOptions(wanted);
  // Everybody reads it when it matters, so a switch acts at once.
  const options = { ...initial };
  const seen: AccountMarket = {
    find: (symbol) => market.find('upbit', symbol),
    book: (symbol) => market.book('upbit', symbol),
    lastPrice: (symbol) => market.ticker('upbit', symbol).last,
    isOffline: (symbol) => options.offlineMarkets.includes(symbol),
  };
  const timers = createTimers();
  const tape = createTape(market);
  const streamFaults = createStreamFaults('upbit', faults);
  const candles = createCandleCalls(market, clock, tape);
  const publicStreams = createPublicStreams({ market, clock, timing: options, faults: streamFaults, candles });
  const privateStreams = createPrivateStreams({ clock, random, options, faults: streamFaults });
  const account = new UpbitAccount({ keep, clock, market: seen, random, told: privateStreams.tell });
  const stopFills = market.onMakerFills('upbit', (_symbol, fills) => account.madeFills(fills));
  const isListed = (code: string): boolean => market.find('upbit', code) !== undefined;
  const routes = createRoutes({
    quotation: createQuotation(market, clock, tape),
    candles,
    exchange: createExchange({ account, market, clock, options, accessKey: keys.id }),
    ordering: createOrdering({ account, isListed, options, timers }),
  });
  const tokens = createTokenCheck(keys, options);
  const quota = createQuota(options);
  const front = createFront({ routes, clock, options, quota, tokens, publicStreams, privateStreams });
  const server = createVenueServer(front, faults, requests);

  return {
    name: 'upbit',
    listen: server.listen,
    close: async () => {
      stopFills();
      tape.close();
      timers.clear();
      streamFaults.close();
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
    configure: (name, value) => {
      const read = changedOptions(options, name, value);
      if (typeof read === 'string') return { ok: false, error: read };
      Object.assign(options, read);
      return { ok: true };
    },
    reset: (quote) => {
      timers.clear();
      Object.assign(options, initial);
      quota.clear();
      tape.forget();
      candles.forget();
      account.reset(relabel<'krw'>(quote));
    },
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
  readonly options: UpbitOptions;
  readonly quota: Quota;
  readonly tokens: TokenCheck;
  readonly publicStreams: PublicStreams;
  readonly privateStreams: PrivateStreams;
}

function createFront({ routes, clock, options, quota, tokens, publicStreams, privateStreams }: FrontParts): Front {
  const routeOf = (method: string, path: string): Route | undefined => routes.get(`${method} ${path}`);
  const limitedAnswer = ({ headers, limited }: Metered) => (limited === undefined ? undefined : limitAnswer(limited, headers, options));

  const run = (route: Route, request: FrontRequest, headers: Fields): FrontAnswer => {
    const params = readQuery(request.query);
    const posted = route.takes === 'body' ? readBody(request.body) : { hashed: '', body: {} };
    if (params === undefined || posted === undefined) return refused(refusal('invalid_parameter'), headers);
    const hashed = route.takes === 'body' ? posted.hashed : params.hashed;
    const stranger = route.signed ? tokens.request(request.headers.authorization, hashed) : undefined;
    if (stranger !== undefined) return refused(stranger, headers);
    if (route.scope !== null && options.outOfScope.includes(route.scope)) return refused(refusal('out_of_scope'), headers);
    const value = route.run({ params, body: posted.body, fault: request.fault });
    if (typeof value === 'object' && value !== null && isRefusal(value)) return refused(value, headers);
    return { status: route.status, headers, body: JSON.stringify(value) };
  };
  const handle = (request: FrontRequest): FrontAnswer => {
    const route = routeOf(request.method, request.path);
    if (route === undefined) return { ...refused(noRoute), unhandled: true };
    // Quotation requests that bear an Origin have a group of their own beside the usual one.
    const origin = route.signed || request.headers.origin === undefined ? undefined : quota.count('origin', clock.now());
    const metered = origin?.limited === undefined ? quota.count(route.group, clock.now()) : origin;
    const limited = limitedAnswer(metered);
    if (limited === undefined) return run(route, request, { ...metered.headers, ...origin?.headers });
    if (options.limitedMayExecute && limited.status === 429 && route.role === 'place') run(route, request, {});
    return limited;
  };
  const upgrade = ({ path, headers }: UpgradeRequest): UpgradeAnswer => {
    if (path !== publicPath && path !== privatePath) return { ...refused(noRoute), unhandled: true };
    const origin = headers.origin === undefined ? undefined : quota.count('origin', clock.now());
    // Connections that bear a token count for the account, the others for the address.
    const by = headers.authorization === undefined ? 'address' : 'account';
    const metered = origin?.limited === undefined ? quota.count('websocket-connect', clock.now(), by) : origin;
    const limited = limitedAnswer(metered);
    if (limited !== undefined) return limited;
    if (path === publicPath) return { accept: publicStreams.accept };
    const stranger = tokens.stream(headers.authorization);
    if (stranger === undefined) return { accept: privateStreams.accept };
    return options.badStreamToken === 'frame' ? { accept: privateStreams.acceptStranger } : refused(stranger, metered.headers);
  };
  const failure = (kind: FailureKind, request: FrontRequest, forMs: number): FrontAnswer => {
    const spent = quota.spent(routeOf(request.method, request.path)?.group ?? 'default');
    switch (kind) {
      // [?] Upbit names no error for a wrong clock or for maintenance; a ban tells its length in the body.
      case 'clockError':
        return refused(refusal('jwt_verification'));
      case 'maintenance':
        return refused({ status: 503, name: 'maintenance', message: underMaintenance });
      case 'banned':
        return limitAnswer({ status: 418, forMs }, spent, { ...options, retryAfter: true });
      case 'rateLimited':
        // A second is when the next count begins at the latest.
        return limitAnswer({ status: 429, forMs: 1000 }, spent, { ...options, retryAfter: true });
      default:
        return refused({ status: kind === 'errorBefore' ? 503 : 500, name: 'server_error', message: serverError });
    }
  };
  /** Every answer tells the venue's own time. */
  const dated = (answer: FrontAnswer): FrontAnswer => ({ ...answer, headers: { ...answer.headers, Date: new Date(clock.now()).toUTCString() } });

  return {
    venue: 'upbit',
    handle: (request) => dated(handle(request)),
    upgrade: (request) => {
      const answer = upgrade(request);
      return 'accept' in answer ? answer : dated(answer);
    },
    placesOrder: (method, path) => routeOf(method, path)?.role === 'place',
    role: (method, path) => routeOf(method, path)?.role ?? 'other',
    clientOrderId: ({ method, path, query, body }) => {
      if (method === 'POST' && path === '/v1/orders') return textOrNull(readBody(body)?.body['identifier']);
      if (method === 'POST' && path === '/v1/orders/cancel_and_new') return textOrNull(readBody(body)?.body['new_identifier']);
      return path === '/v1/order' ? textOrNull(readQuery(query)?.get('identifier')) : null;
    },
    failure: (kind, request, forMs) => dated(failure(kind, request, forMs)),
  };
}

type Fields = Readonly<Record<string, string>>;

const refused = (why: Refusal, headers: Fields = {}): FrontAnswer => ({ status: why.status, headers, body: JSON.stringify(refusalBody(why)) });
const textOrNull = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
