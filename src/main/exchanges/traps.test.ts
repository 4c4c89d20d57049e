/** What the network can do to an order, against servers that do it. */
import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { clientOrderId, coin } from '../../shared/domain/ids.ts';
import { quantity } from '../../shared/domain/units.ts';
import { asApproved } from '../engine/testing/approved.ts';
import { createBinance } from './binance/binance.ts';
import type { RequestObserver, VenuePort } from './port.ts';
import { startTrap, type TrapServer } from './trap-server.ts';
import { createUpbit } from './upbit/upbit.ts';

const id = clientOrderId(`kc${'3'.repeat(26)}`);
const btc = coin('BTC');
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

type Answering = (response: ServerResponse) => void;
const json =
  (body: unknown, status = 200) =>
  (response: ServerResponse) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };

const exchangeInfo = {
  symbols: [{ symbol: 'BTCUSDT', baseAsset: 'BTC', quoteAsset: 'USDT', contractType: 'PERPETUAL', status: 'TRADING', filters: [] }],
};
/** What both venues need to start. */
const healthy: Readonly<Record<string, () => Answering>> = {
  '/v1/market/all': () => json([{ market: 'KRW-BTC' }]),
  '/v1/ticker': () => json([{ market: 'KRW-BTC', trade_price: 160500000 }]),
  '/fapi/v1/exchangeInfo': () => json(exchangeInfo),
  '/fapi/v1/time': () => json({ serverTime: Date.now() }),
  '/fapi/v1/ping': () => json({}),
};

const venues = {
  upbit: { path: '/v1/orders', lookUp: '/v1/order' },
  binance: { path: '/fapi/v1/order', lookUp: '/fapi/v1/order' },
} as const;
type Name = keyof typeof venues;
const names = ['upbit', 'binance'] as const;
const secrets = ['the-access-key', 'the-secret-key'];

const portTo = (name: Name, server: Pick<TrapServer, 'rest' | 'ws'>, deadlineMs: number, onRequest: RequestObserver = () => undefined): VenuePort => {
  const common = { rest: server.rest, ws: server.ws, loopbackOnly: true, deadlineMs, onRequest, now: Date.now };
  return name === 'upbit'
    ? createUpbit({ ...common, keys: { accessKey: 'the-access-key', secretKey: 'the-secret-key' } })
    : createBinance({ ...common, keys: { apiKey: 'the-access-key', secret: 'the-secret-key' } });
};

async function venueThat(name: Name, misbehave: Answering, deadlineMs = 400, onRequest?: RequestObserver) {
  const trap = await startTrap((request, response) => {
    const well = healthy[(request.url ?? '').split('?')[0] ?? ''];
    return well === undefined ? misbehave(response) : well()(response);
  });
  closers.push(trap.close);
  const port = portTo(name, trap, deadlineMs, onRequest);
  closers.push(port.close);
  expect(await port.start()).toEqual({ ok: true, value: undefined });
  const placements = () => trap.requests.filter(({ method, path }) => method === 'POST' && path === venues[name].path).length;
  return { port, trap, placements };
}

const orderFor = (name: Name) =>
  asApproved({
    clientOrderId: id,
    venue: name,
    leg: name === 'upbit' ? 'spot' : 'perp',
    coin: btc,
    side: 'sell',
    reduceOnly: false,
    terms: { type: 'market', quantity: quantity('0.01') },
  });

const traps: readonly (readonly [string, Answering, { readonly outcome: string; readonly code: string }])[] = [
  ['never answers', () => undefined, { outcome: 'unknown', code: 'TIMEOUT' }],
  [
    'sends its headers and then nothing',
    (response) => void response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' }).write('{"uuid":'),
    { outcome: 'unknown', code: 'TIMEOUT' },
  ],
  ['hangs up', (response) => response.destroy(), { outcome: 'unknown', code: 'NETWORK' }],
  [
    'hangs up in the middle of the body',
    (response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' }).write('{"uuid":', () => response.destroy());
    },
    { outcome: 'unknown', code: 'NETWORK' },
  ],
  ['answers with a page', (response) => response.writeHead(200).end('<html>hello</html>'), { outcome: 'unknown', code: 'BAD_ANSWER' }],
  ['answers with nothing', json({}), { outcome: 'unknown', code: 'BAD_ANSWER' }],
  ['answers with half an answer', (response) => response.writeHead(200).end('{"uuid":"u1","ord'), { outcome: 'unknown', code: 'BAD_ANSWER' }],
  ['sends elsewhere', (response) => response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end(), { outcome: 'unknown', code: 'NETWORK' }],
  ['shows an error page', (response) => response.writeHead(502).end('<html>bad gateway</html>'), { outcome: 'unknown', code: 'VENUE_ERROR' }],
  [
    'fails in its own form',
    json({ error: { name: 'internal_error', message: '…' }, code: -1000, msg: '…' }, 500),
    { outcome: 'unknown', code: 'VENUE_ERROR' },
  ],
  ['has enough of us', json({ error: { name: 'too_many_requests', message: '…' } }, 429), { outcome: 'notSent', code: 'RATE_LIMITED' }],
];

describe.each(names)('a placement at %s that is called back', (name) => {
  it('while it waits for its connection does not leave', async () => {
    const { port, placements } = await venueThat(name, json({}));
    // The first question is asked as the request is handed over, the second when its connection is there.
    const asked: boolean[] = [];
    const mayStart = (): boolean => {
      asked.push(asked.length === 0);
      return asked.length === 1;
    };
    expect(await port.place(orderFor(name), mayStart)).toMatchObject({ outcome: 'notSent', code: 'BLOCKED' });
    expect([asked, placements()]).toEqual([[true, false], 0]);
    // The venue is there for the next one.
    expect(await port.place(orderFor(name), () => true)).toMatchObject({ outcome: 'unknown', code: 'BAD_ANSWER' });
    expect(placements()).toBe(1);
  });
});

describe.each(names)('a placement at %s, when the venue', (name) => {
  it.each(traps)('%s', async (_, misbehave, failure) => {
    const { port, placements } = await venueThat(name, misbehave);
    const startedAt = performance.now();
    expect(await port.place(orderFor(name), () => true)).toMatchObject(failure);
    expect(performance.now() - startedAt).toBeLessThan(1500);
    expect(placements()).toBe(1);
  });

  it('cannot be reached', async () => {
    const { port, trap } = await venueThat(name, json({}));
    await trap.close();
    // A kept connection whose end was not noticed yet may still take a request: that one is unknown, the next is not.
    const results = [await port.place(orderFor(name), () => true), await port.place(orderFor(name), () => true)];
    expect(results.at(-1)).toMatchObject({ outcome: 'notSent', code: 'NETWORK' });
    expect(results[0]).toMatchObject({ code: 'NETWORK' });
  });

  it('would be asked, but the door is closed', async () => {
    const { port, placements } = await venueThat(name, json({}));
    expect(await port.place(orderFor(name), () => false)).toMatchObject({ outcome: 'notSent', code: 'BLOCKED' });
    expect(placements()).toBe(0);
  });

  it('says our keys, which are kept out of what it said', async () => {
    const body = { error: { name: 'internal_error', message: secrets.join(' ') }, code: -1000, msg: secrets.join(' ') };
    const { port } = await venueThat(name, json(body, 500));
    const result = await port.place(orderFor(name), () => true);
    expect(JSON.stringify(result)).toContain('*** ***');
    for (const secret of secrets) expect(JSON.stringify(result)).not.toContain(secret);
  });
});

describe.each(names)('reads at %s', (name) => {
  it('are asked again after a failure, and the last answer counts', async () => {
    let count = 0;
    const seen: boolean[] = [];
    const misbehave: Answering = (response) => {
      count += 1;
      if (count === 1) return response.destroy();
      return json(
        name === 'upbit' ? { error: { name: 'order_not_found', message: '…' } } : { code: -2013, msg: '…' },
        name === 'upbit' ? 404 : 400,
      )(response);
    };
    const { port, trap } = await venueThat(name, misbehave, 5000, ({ signed, ok }) => {
      if (signed) seen.push(ok);
    });
    expect(await port.lookUp({ clientOrderId: id, coin: btc })).toEqual({ ok: true, value: null });
    expect(trap.requests.filter(({ path }) => path === venues[name].lookUp)).toHaveLength(2);
    expect(seen).toEqual([true]);
  });

  it('are not asked again when the venue refused', async () => {
    const refusal = name === 'upbit' ? { error: { name: 'invalid_access_key', message: '…' } } : { code: -2015, msg: '…' };
    const { port, trap } = await venueThat(name, json(refusal, 401));
    expect(await port.lookUp({ clientOrderId: id, coin: btc })).toMatchObject({ ok: false, failure: { outcome: 'refused', code: 'AUTHENTICATION' } });
    expect(trap.requests.filter(({ path }) => path === venues[name].lookUp)).toHaveLength(1);
  });
});

describe('a clock out of step', () => {
  it('is put right, and the read is signed anew', async () => {
    let count = 0;
    const { port, trap } = await venueThat('binance', (response) => {
      count += 1;
      return json(count === 1 ? { code: -1021, msg: '…' } : { code: -2013, msg: '…' }, 400)(response);
    });
    const before = trap.requests.filter(({ path }) => path === '/fapi/v1/time').length;
    expect(await port.lookUp({ clientOrderId: id, coin: btc })).toEqual({ ok: true, value: null });
    expect(trap.requests.filter(({ path }) => path === '/fapi/v1/time')).toHaveLength(before + 3);
    expect(count).toBe(2);
  });
});

describe('a block of quotation at Upbit', () => {
  it('holds no order, and quotation for as long as was said', async () => {
    const trap = await startTrap((request, response) => {
      const path = (request.url ?? '').split('?')[0] ?? '';
      const blocked = { error: { name: 'too_many_requests', message: '요청 수 제한을 초과했습니다. 30초 후 다시 시도해주세요.' } };
      if (path === '/v1/orderbook') return json(blocked, 418)(response);
      return (healthy[path]?.() ?? json({ uuid: 'u1', state: 'wait', identifier: id }, 201))(response);
    });
    closers.push(trap.close);
    const port = portTo('upbit', trap, 2000);
    closers.push(port.close);
    await port.start();
    expect(await port.book(btc)).toMatchObject({ ok: false, failure: { code: 'RATE_LIMITED', retryAfterMs: 30_000 } });
    expect(await port.place(orderFor('upbit'), () => true)).toMatchObject({ outcome: 'accepted' });
    expect(await port.book(btc, 'reserved')).toMatchObject({ ok: false, failure: { outcome: 'notSent', code: 'RATE_LIMITED' } });
    expect(trap.requests.filter(({ path }) => path === '/v1/orderbook')).toHaveLength(1);
  });
});

describe('the guard', () => {
  const elsewhere = { rest: new URL('https://api.example.com'), ws: new URL('wss://api.example.com') };
  it.each(names)('does not even build a paper client for another machine: %s', (name) => {
    expect(() => portTo(name, elsewhere, 400)).toThrow('paper connects to loopback only');
  });

  it('does not build a live client for loopback', () => {
    const here = { rest: new URL('https://127.0.0.1:1'), ws: new URL('wss://127.0.0.1:1') };
    const keys = { accessKey: 'a', secretKey: 'b' };
    expect(() => createUpbit({ ...here, keys, loopbackOnly: false, onRequest: () => undefined, now: Date.now })).toThrow('never to loopback');
  });

  it.each(names)('lets nothing leave before the start: %s', async (name) => {
    const trap = await startTrap((_, response) => json({})(response));
    closers.push(trap.close);
    const port = portTo(name, trap, 400);
    closers.push(port.close);
    expect(await port.place(orderFor(name), () => true)).toMatchObject({ outcome: 'notSent', code: 'BLOCKED' });
    expect(trap.requests).toEqual([]);
  });
});
