/**
 * The control API: looks into both venues, plants faults, moves the market and the clocks. Loopback only.
 *
 * 1. A request whose Host is not exactly this server's address, or that bears an Origin, is refused with 403: no web
 *    page can reach it, not even under a name that resolves to loopback.
 * 2. Every answer is JSON: 200 with what was asked for or {"ok":true}, else 400, 403, 404 or 405 with {"error"}.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { type Decimal, decimal, lte, parseDecimal, type Price, type Quantity, ratio, sign, text } from '../shared/domain/units.ts';
import { faultKinds } from './fault-kinds.ts';
import type { Faults } from './faults.ts';
import { closeServer, listenOnLoopback, readBody } from './http/loopback.ts';
import type { RequestLog } from './ledger.ts';
import { largestInput } from './model/listing.ts';
import type { Market } from './model/market.ts';
import { sentence } from './sentence.ts';
import type { ControlResult, SimulatedVenue, VenueName } from './venue.ts';

export interface ControlParts {
  readonly venues: Readonly<Record<VenueName, SimulatedVenue>>;
  readonly market: Market;
  readonly faults: Faults;
  readonly requests: RequestLog;
  /** Shifts a venue's clock by this much from the machine's. */
  setClockOffset(venue: VenueName, offsetMs: number): void;
  /** Starts everything over; what is absent is as it was at the start. */
  reset(how: { readonly seed?: number; readonly krw?: Quantity; readonly usdt?: Quantity }): void;
}

export interface ControlServer {
  /** Binds 127.0.0.1:port (0 = any). @returns the bound port */
  listen(port: number): Promise<number>;
  close(): Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly body: unknown;
}
type Post = (parts: ControlParts, input: unknown) => Reply;

/** Decimals are text; a JSON number is taken by its text where that is a plain decimal. */
const decimalForm = <U extends string>(holds: (value: Decimal<U>) => boolean, rule: string) =>
  z.union([z.string(), z.number().transform(String)]).transform((source, context): Decimal<U> => {
    const value = parseDecimal<U>(source);
    if (value !== undefined && holds(value)) return value;
    context.addIssue({ code: 'custom', message: `${rule}, was ${JSON.stringify(source)}` });
    return z.NEVER;
  });
const aboveZero = <U extends string>() =>
  decimalForm<U>((value) => sign(value) > 0 && lte(value, decimal<U>(largestInput)), `a decimal above 0 and at most ${largestInput}`);
const amount = decimalForm<'quantity'>((value) => sign(value) >= 0, 'a decimal of 0 or more');
const part = decimalForm<'ratio'>((value) => sign(value) > 0 && lte(value, ratio('1')), 'a decimal above 0 and at most 1');
const rate = decimalForm<'ratio'>(() => true, 'a decimal');

const venue = z.enum(['upbit', 'binance']);
const symbol = z.string().min(1);
const level = z.tuple([aboveZero<'price'>(), aboveZero<'quantity'>()]).transform(([price, size]: [Price, Quantity]) => ({ price, quantity: size }));
const marketForm = z.union([
  z.strictObject({ venue, symbol, price: aboveZero<'price'>() }),
  z.strictObject({ venue, symbol, bids: z.array(level).max(1000), asks: z.array(level).max(1000) }),
]);
const clockForm = z.strictObject({ venue, offsetMs: z.number().min(-31_536_000_000).max(31_536_000_000) });
const externalForm = z.strictObject({ venue, symbol, side: z.enum(['buy', 'sell']), quantity: aboveZero<'quantity'>() });
const liquidateForm = z.strictObject({ symbol, fraction: part.default(ratio('1')), kind: z.enum(['liquidation', 'adl']).default('liquidation') });
const optionForm = z.strictObject({ venue, name: z.string().min(1), value: z.union([z.boolean(), z.number(), z.string()]) });
const fundingForm = z.strictObject({ symbol, rate });
const resetForm = z.strictObject({ seed: z.number().int().min(0).optional(), krw: amount.optional(), usdt: amount.optional() });

/** Checks a body and does what it says. */
const post =
  <T extends z.ZodType>(form: T, act: (parts: ControlParts, input: z.output<T>) => ControlResult): Post =>
  (parts, input) => {
    const parsed = form.safeParse(input);
    if (!parsed.success) return refused(sentence(parsed.error));
    const result = act(parts, parsed.data);
    return result.ok ? { status: 200, body: { ok: true } } : refused(result.error);
  };

const posts: Readonly<Record<string, Post>> = {
  '/faults': ({ faults }, input) => {
    const added = faults.add(input);
    return added.ok ? { status: 200, body: { id: added.id } } : refused(added.error);
  },
  '/market': post(marketForm, ({ market }, input) =>
    'price' in input ? market.recentre(input.venue, input.symbol, input.price) : market.setBook(input.venue, input.symbol, input.bids, input.asks),
  ),
  '/clock': post(clockForm, ({ setClockOffset }, input) => {
    setClockOffset(input.venue, input.offsetMs);
    return { ok: true };
  }),
  '/external-order': post(externalForm, ({ venues }, input) => venues[input.venue].externalOrder(input.symbol, input.side, input.quantity)),
  '/liquidate': post(liquidateForm, ({ venues }, { symbol: named, fraction, kind }) => {
    const { binance } = venues;
    const done = kind === 'adl' ? binance.deleverage?.(named, text(fraction)) : binance.liquidate?.(named, text(fraction));
    return done ?? cannot('liquidate');
  }),
  '/options': post(optionForm, ({ venues }, { venue: named, name, value }) => venues[named].configure?.(name, value) ?? cannot('be configured')),
  '/funding': post(fundingForm, ({ venues }, input) => venues.binance.fund?.(input.symbol, text(input.rate)) ?? cannot('charge funding')),
  '/reset': post(resetForm, ({ reset }, { seed, krw, usdt }) => {
    reset({ ...(seed === undefined ? {} : { seed }), ...(krw === undefined ? {} : { krw }), ...(usdt === undefined ? {} : { usdt }) });
    return { ok: true };
  }),
};
const paths = ['/ledger', '/faults/kinds', '/fx/usd-krw', ...Object.keys(posts)];

export function createControl(parts: ControlParts): ControlServer {
  const server = createServer();
  let host = '';

  const answer = (request: IncomingMessage, body: Buffer): Reply => {
    if (request.headers.host !== host) return { status: 403, body: { error: `Host is not ${host}` } };
    if (request.headers.origin !== undefined) return { status: 403, body: { error: 'Requests from web pages are refused' } };
    // Not by `new URL`, which throws at what a request line may hold, such as `//`.
    const [path = '', query = ''] = (request.url ?? '/').split('?', 2);
    if (!paths.includes(path)) return { status: 404, body: { error: `There is no ${path}; there are ${paths.join(', ')}` } };
    return route(parts, request.method ?? 'GET', path, query, body) ?? { status: 405, body: { error: `${path} does not take ${request.method}` } };
  };

  server.on('request', (request, response) => {
    readBody(request, (body) => write(response, body === undefined ? refused('The body is over 1 MB') : answer(request, body)));
  });
  return {
    listen: async (port) => {
      const bound = await listenOnLoopback(server, port);
      host = `127.0.0.1:${bound}`;
      return bound;
    },
    close: () => closeServer(server),
  };
}

function route(parts: ControlParts, method: string, path: string, query: string, body: Buffer): Reply | undefined {
  if (method === 'GET' && path === '/faults/kinds') return { status: 200, body: faultKinds };
  if (method === 'GET' && path === '/fx/usd-krw') return { status: 200, body: bankRate(parts.market) };
  if (method === 'GET' && path === '/ledger') return ledger(parts, new URLSearchParams(query).get('since') ?? '0');
  if (method === 'DELETE' && path === '/faults') {
    parts.faults.clear();
    return { status: 200, body: { ok: true } };
  }
  const act = posts[path];
  if (method !== 'POST' || act === undefined) return undefined;
  let input: unknown;
  try {
    input = JSON.parse(body.length === 0 ? '{}' : body.toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return refused('The body is not JSON');
    throw error;
  }
  return act(parts, input);
}

/** What a bank says a dollar costs; `at` is when it said so. */
const bankRate = (market: Market) => ({ rate: text(market.bankRate()), at: market.now, source: `${market.kind} bank` });

/** Requests are those after `since`; everything else is whole. */
function ledger({ venues, requests }: ControlParts, since: string): Reply {
  if (!/^\d{1,15}$/.test(since)) return refused('since: a request number');
  const upbit = venues.upbit.ledger();
  const binance = venues.binance.ledger();
  return {
    status: 200,
    body: {
      requests: requests.since(Number(since)),
      orders: [...upbit.orders, ...binance.orders],
      fills: [...upbit.fills, ...binance.fills],
      balances: { upbit: upbit.balances, binance: binance.balances },
      positions: { binance: binance.positions ?? {} },
      unhandled: requests.unhandledPaths(),
    },
  };
}

const refused = (error: string): Reply => ({ status: 400, body: { error } });
const cannot = (what: string): ControlResult => ({ ok: false, error: `This venue cannot ${what}` });

function write(response: ServerResponse, { status, body }: Reply): void {
  const source = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'content-length': String(Buffer.byteLength(source)) });
  response.end(source);
}
