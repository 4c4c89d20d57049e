/** For tests only: a simulated Upbit on loopback, and a client that signs as the documents say, written apart from the venue's own check. */
import { createHash, createHmac, randomUUID } from 'node:crypto';
import type { Level, SimulatedVenue } from '../../venue.ts';
import { createFaults, type Faults } from '../../faults.ts';
import { type Keep, keepInMemory } from '../../keep.ts';
import { createRequestLog, preciseNow, type RequestLog } from '../../ledger.ts';
import { createMarket, type Market } from '../../model/market.ts';
import { seededRandom } from '../../model/random.ts';
import { price, quantity } from '../../../shared/domain/units.ts';
import { createUpbit } from './front.ts';
import type { UpbitOptions } from './options.ts';

export const keys = { id: 'test-access-key', secret: 'test-secret-key' };

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON. */
  readonly body: unknown;
}
export interface Kit {
  readonly venue: SimulatedVenue;
  readonly market: Market;
  readonly faults: Faults;
  readonly requests: RequestLog;
  readonly port: number;
  /** Shifts the venue's clock. */
  readonly clock: { offsetMs: number };
  /** Signed. GET and DELETE put the parameters into the query, POST into the body. */
  call(method: 'GET' | 'POST' | 'DELETE', path: string, params?: Readonly<Record<string, string | readonly string[]>>): Promise<Reply>;
  /** As it is given. */
  raw(path: string, init?: RequestInit): Promise<Reply>;
  close(): Promise<void>;
}

export const levels = (rows: readonly (readonly [string, string])[]): Level[] => rows.map(([p, q]) => ({ price: price(p), quantity: quantity(q) }));

export interface KitOptions {
  readonly keep?: Keep;
  readonly options?: Partial<UpbitOptions>;
  /** null leaves the account as the record has it. */
  readonly krw?: string | null;
}

export async function startKit({ keep = keepInMemory(), options = {}, krw = '100000000' }: KitOptions = {}): Promise<Kit> {
  const market = createMarket({ seed: 1, kind: 'still', startAt: preciseNow() });
  market.setBook(
    'upbit',
    'KRW-BTC',
    levels([['99999000', '0.5']]),
    levels([
      ['100000000', '0.01'],
      ['100001000', '0.5'],
    ]),
  );
  const random = seededRandom(1, 'upbit');
  const faults = createFaults(random);
  const requests = createRequestLog();
  const clock = { offsetMs: 0 };
  const parts = { clock: { now: () => preciseNow() + clock.offsetMs }, faults, requests, keep, market, keys, random };
  const venue = createUpbit(parts, options);
  if (krw !== null) venue.reset(quantity(krw));
  const port = await venue.listen(0);
  const raw = async (path: string, init: RequestInit = {}): Promise<Reply> => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, init);
    return { status: answer.status, headers: answer.headers, body: await answer.json() };
  };
  return {
    venue,
    market,
    faults,
    requests,
    port,
    clock,
    raw,
    call: (method, path, params = {}) => {
      const hashed = joined(params);
      const authorization = `Bearer ${token(hashed)}`;
      if (method === 'POST')
        return raw(path, { method, headers: { authorization, 'content-type': 'application/json' }, body: JSON.stringify(params) });
      return raw(hashed === '' ? path : `${path}?${encodeURI(hashed)}`, { method, headers: { authorization } });
    },
    close: () => venue.close(),
  };
}

/** k=v joined by &, arrays as k[]=v each. */
const joined = (params: Readonly<Record<string, string | readonly string[]>>): string =>
  Object.entries(params)
    .flatMap(([key, value]) => (typeof value === 'string' ? [`${key}=${value}`] : value.map((one) => `${key}[]=${one}`)))
    .join('&');

export interface TokenOptions {
  readonly alg?: 'HS256' | 'HS512' | 'none';
  readonly nonce?: string;
  readonly accessKey?: string;
  readonly secret?: string;
}

/** A JWT as the documents make it. @param hashed the parameters as they are hashed; empty for none */
export function token(hashed: string, { alg = 'HS512', nonce = randomUUID(), accessKey = keys.id, secret = keys.secret }: TokenOptions = {}): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const hash = hashed === '' ? {} : { query_hash: createHash('sha512').update(hashed).digest('hex'), query_hash_alg: 'SHA512' };
  const signed = `${part({ alg, typ: 'JWT' })}.${part({ access_key: accessKey, nonce, ...hash })}`;
  const signature =
    alg === 'none'
      ? ''
      : createHmac(alg === 'HS256' ? 'sha256' : 'sha512', secret)
          .update(signed)
          .digest('base64url');
  return `${signed}.${signature}`;
}
