/** A whole simulated venue on loopback for this folder's tests, with a signing client that uses nothing of the venue's code. */
import { createHmac } from 'node:crypto';
import { WebSocket } from 'ws';
import { price, type Quantity, quantity } from '../../../shared/domain/units.ts';
import { createFaults, type Faults } from '../../faults.ts';
import { type Keep, keepInMemory } from '../../keep.ts';
import { createRequestLog, preciseNow, type RequestLog } from '../../ledger.ts';
import { createMarket, type Market } from '../../model/market.ts';
import { seededRandom } from '../../model/random.ts';
import { createBinance } from './front.ts';
import type { ChosenOptions } from './options.ts';

export const keys = { id: 'a'.repeat(64), secret: 'b'.repeat(64) };

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}
export type Fields = Readonly<Record<string, string | number | boolean>>;

export interface TestVenue {
  readonly venue: ReturnType<typeof createBinance>;
  readonly market: Market;
  readonly faults: Faults;
  readonly requests: RequestLog;
  readonly keep: Keep;
  readonly url: string;
  readonly ws: string;
  offsetMs: number;
  /** A signed request; `timestamp` may be given, else it is now. */
  signed(method: string, path: string, fields?: Fields): Promise<Answer>;
  /** A request as it is. */
  raw(method: string, pathAndQuery: string, options?: { readonly body?: string; readonly key?: string }): Promise<Answer>;
  setBook(symbol: string, bids: readonly (readonly [string, string])[], asks: readonly (readonly [string, string])[]): void;
  close(): Promise<void>;
}

export interface TestVenueOptions {
  readonly keep?: Keep;
  readonly usdt?: string;
  readonly options?: ChosenOptions;
}

export const sign = (source: string): string => createHmac('sha256', keys.secret).update(source).digest('hex');

export async function startTestVenue({ keep = keepInMemory(), usdt = '100000', options = {} }: TestVenueOptions = {}): Promise<TestVenue> {
  const market = createMarket({ seed: 7, kind: 'still', startAt: preciseNow() });
  const faults = createFaults(seededRandom(7, 'faults'));
  const requests = createRequestLog();
  const isFresh = keep.load().size === 0;
  const self = { offsetMs: 0 };
  const venue = createBinance(
    { clock: { now: () => preciseNow() + self.offsetMs }, faults, requests, keep, market, keys, random: seededRandom(7, 'binance') },
    { tradeLite: false, ...options },
  );
  if (isFresh) venue.reset(quantity(usdt));
  const port = await venue.listen(0);
  const url = `http://127.0.0.1:${port}`;
  const raw: TestVenue['raw'] = async (method, pathAndQuery, { body, key = keys.id } = {}) => {
    const headers: Record<string, string> = key === '' ? {} : { 'X-MBX-APIKEY': key };
    if (body !== undefined) headers['Content-Type'] = 'application/x-www-form-urlencoded';
    const response = await fetch(url + pathAndQuery, { method, headers, ...(body === undefined ? {} : { body }) });
    const source = await response.text();
    return { status: response.status, headers: response.headers, body: JSON.parse(source) };
  };
  return Object.assign(self, {
    venue,
    market,
    faults,
    requests,
    keep,
    url,
    ws: `ws://127.0.0.1:${port}`,
    raw,
    signed(method: string, path: string, fields: Fields = {}) {
      const source = Object.entries({ timestamp: Math.floor(Date.now()) + self.offsetMs, ...fields })
        .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
        .join('&');
      const line = `${source}&signature=${sign(source)}`;
      return method === 'GET' || method === 'DELETE' ? raw(method, `${path}?${line}`) : raw(method, path, { body: line });
    },
    setBook(symbol: string, bids: readonly (readonly [string, string])[], asks: readonly (readonly [string, string])[]) {
      const levels = (rows: readonly (readonly [string, string])[]) =>
        rows.map(([p, q]): { price: ReturnType<typeof price>; quantity: Quantity } => ({ price: price(p), quantity: quantity(q) }));
      const set = market.setBook('binance', symbol, levels(bids), levels(asks));
      if (!set.ok) throw new Error(set.error);
    },
    close: () => venue.close(),
  });
}

/** What lies at a path of a JSON value: `field(answer, 'o', 'X')`; undefined where there is nothing. */
export function field(value: unknown, ...path: readonly (string | number)[]): unknown {
  let at = value;
  for (const step of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = Object.entries(at).find(([name]) => name === String(step))?.[1];
  }
  return at;
}

/** Waits until the condition gives something. @throws Error when it does not within five seconds */
export async function until<T>(what: string, condition: () => T | undefined | false): Promise<T> {
  const deadline = performance.now() + 5000;
  for (;;) {
    const value = condition();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`Waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export interface Listener {
  readonly messages: unknown[];
  readonly socket: WebSocket;
}

/** Opens a WebSocket and collects what it hears. */
export async function listen(url: string): Promise<Listener> {
  const socket = new WebSocket(url);
  const messages: unknown[] = [];
  socket.on('message', (data) => messages.push(JSON.parse(String(data))));
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return { messages, socket };
}
