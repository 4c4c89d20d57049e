/**
 * One ccxt instance, made safe: ccxt signs, sends and carries sockets; what comes back is the venue's raw answer.
 *
 * 1. Its connections pass the loopback guard, whatever URL they are made for.
 * 2. Answers keep the digits the venue wrote: every JSON number becomes text.
 * 3. Every answer outside 2xx is a `VenueAnswer` with status, headers and body; ccxt's class is only a hint.
 * 4. Each request carries its own context, so headers and the deadline's signal never mix between parallel requests.
 * 5. ccxt's throttler, retries, market loading and unified structures are not used.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Exchange, UndiciHandler } from 'ccxt/js/src/base/Exchange.js';
import { AuthenticationError, InsufficientFunds, OnMaintenance, OrderNotFound } from 'ccxt/js/src/base/errors.js';
import type { FailureCode } from '../../shared/domain/failure.ts';
import { parseExact } from './exact-json.ts';
import { guardedAgents, guardedConnector, guardedLookup, NotConnected } from './loopback.ts';

/** An answer outside 2xx. */
export class VenueAnswer extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly hint: FailureCode | undefined;
  constructor(status: number, headers: Readonly<Record<string, string>>, body: string, hint: FailureCode | undefined) {
    super(`HTTP ${status}`);
    this.name = 'VenueAnswer';
    this.status = status;
    this.headers = headers;
    this.body = body;
    this.hint = hint;
  }
}

/** The last check before the wire said no. */
export class HeldBack extends Error {
  constructor() {
    super('held back right before the wire');
    this.name = 'HeldBack';
  }
}

/** What belongs to one request while it is under way. */
export interface RequestContext {
  /** Aborts the request, its body included. */
  readonly signal: AbortSignal;
  /** True once the transport has begun to write it: from here on the venue may have it. */
  left: boolean;
  /** Asked as the request is handed over, and again right before its first byte is written: a connection may have to be made between. */
  readonly mayStart?: () => boolean;
  readonly onHeaders: (headers: Readonly<Record<string, string>>) => void;
}

/** Instances whose transport has the guard under it. */
const guarded = new WeakSet<Exchange>();
const underWay = new AsyncLocalStorage<RequestContext>();

/** Runs one ccxt call with its context. */
export const withContext = <T>(context: RequestContext, send: () => Promise<T>): Promise<T> => underWay.run(context, send);

/** Constructor settings that every instance shares. Pings and deadlines are ours (socket.ts, caller.ts). */
export const commonConfig = { enableRateLimit: false, userAgent: 'kimp-console', streaming: { keepAlive: 0 } } as const;

const hints = [
  [InsufficientFunds, 'INSUFFICIENT_FUNDS'],
  [OrderNotFound, 'ORDER_NOT_FOUND'],
  [AuthenticationError, 'AUTHENTICATION'],
  [OnMaintenance, 'MAINTENANCE'],
] as const;

/** Installs the hooks on a fresh instance. Call `open` before its first request. */
export function makeSafe(exchange: Exchange, loopbackOnly: boolean): void {
  const classify = exchange.handleErrors.bind(exchange);
  const classifyStatus = exchange.handleHttpStatusCode.bind(exchange);
  const request = exchange.undiciRequest.bind(exchange);
  exchange.parseJson = parseExact;
  exchange.handleErrors = (status, reason, url, method, rawHeaders, body, response, sentHeaders, sentBody) => {
    const headers = Object.fromEntries(Object.entries(rawHeaders).map(([name, value]) => [name.toLowerCase(), value]));
    underWay.getStore()?.onHeaders(headers);
    // true: ccxt looks no further.
    if (status >= 200 && status < 300) return true;
    const hint = hintOf(() => {
      classify(status, reason, url, method, rawHeaders, body, response, sentHeaders, sentBody);
      classifyStatus(status, reason, url, method, body);
    });
    throw new VenueAnswer(status, headers, body, hint);
  };
  exchange.undiciRequest = (url, options) => {
    const context = underWay.getStore();
    if (context === undefined) return Promise.reject(new Error('Invariant: every request has a context'));
    if (!guarded.has(exchange)) return Promise.reject(new NotConnected('the venue was not started', true));
    if (context.signal.aborted) return Promise.reject(context.signal.reason);
    if (context.mayStart?.() === false) return Promise.reject(new HeldBack());
    // ccxt's own signal is let go once the headers are there; ours covers the body.
    return request(url, { ...options, signal: context.signal });
  };
  const agents = guardedAgents(loopbackOnly);
  exchange.httpAgent = agents.plain;
  exchange.agent = agents.secure;
}

function hintOf(classify: () => void): FailureCode | undefined {
  try {
    classify();
  } catch (error) {
    return hints.find(([type]) => error instanceof type)?.[1];
  }
  return undefined;
}

/** Loads ccxt's transport and puts the guard under it; once per instance. */
export async function open(exchange: Exchange, loopbackOnly: boolean): Promise<void> {
  if (guarded.has(exchange)) return;
  await Promise.all([exchange.loadFetchImplementation(), exchange.loadProxyModules()]);
  const undici = exchange.undiciModule;
  if (undici === undefined) throw new Error('Invariant: ccxt runs on undici, which could not be loaded');
  const options = exchange.getDispatcherOptions(true);
  const inner = undici.buildConnector({ autoSelectFamily: true, lookup: guardedLookup(loopbackOnly) });
  const unguarded = exchange.fetchDispatcher;
  const agent = new undici.Agent({ ...options, connect: guardedConnector(inner, loopbackOnly) });
  const dispatch = agent.dispatch.bind(agent);
  agent.dispatch = (request, handler) => dispatch(request, heldBack(handler, underWay.getStore()));
  exchange.fetchDispatcher = agent;
  guarded.add(exchange);
  await unguarded?.destroy();
}

/** Asks once more when a connection is there: undici calls `onConnect` in the turn in which it writes, right before it. */
function heldBack(handler: UndiciHandler, context: RequestContext | undefined): UndiciHandler {
  if (context === undefined) return handler;
  const connected = handler.onConnect.bind(handler);
  handler.onConnect = (abort, more) => {
    if (context.mayStart?.() === false) return abort(new HeldBack());
    context.left = true;
    connected(abort, more);
  };
  return handler;
}

/** Ends an instance's connections. */
export async function shut(exchange: Exchange): Promise<void> {
  await exchange.fetchDispatcher?.destroy();
  for (const client of Object.values(exchange.clients ?? {})) {
    client.clearPingInterval();
    client.clearConnectionTimeout();
    client.connection?.terminate();
  }
  const agents = [exchange.httpAgent, exchange.agent] as { destroy?(): void }[];
  for (const agent of agents) agent?.destroy?.();
}
