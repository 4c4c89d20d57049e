import { request as httpRequest } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { text } from '../shared/domain/units.ts';
import { type ControlServer, createControl } from './control.ts';
import { createFaults } from './faults.ts';
import { createRequestLog } from './ledger.ts';
import { createMarket } from './model/market.ts';
import type { LedgerOrder, SimulatedVenue, VenueLedger, VenueName } from './venue.ts';

const running: ControlServer[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
});

const order = (venue: VenueName): LedgerOrder => ({
  venue,
  symbol: venue === 'upbit' ? 'KRW-BTC' : 'BTCUSDT',
  clientOrderId: 'a',
  venueOrderId: '1',
  side: 'buy',
  type: 'limit',
  timeInForce: 'ioc',
  reduceOnly: false,
  price: '1',
  quantity: '1',
  cost: null,
  filled: '1',
  averagePrice: '1',
  state: 'filled',
  external: false,
  createdAt: 1,
  updatedAt: 1,
});

/** Venues that note what control asks of them. */
async function start() {
  const asked: unknown[] = [];
  const venue = (name: VenueName): SimulatedVenue => {
    const books: VenueLedger = {
      orders: [order(name)],
      fills: [],
      balances: name === 'upbit' ? { KRW: { free: '5', locked: '0' } } : { USDT: { wallet: '7', available: '6' } },
    };
    return {
      name,
      listen: (port) => Promise.resolve(port),
      close: () => Promise.resolve(),
      ledger: () => (name === 'binance' ? { ...books, positions: { BTCUSDT: { quantity: '-0.01' } } } : books),
      externalOrder: (symbol, side, quantity) => {
        asked.push(['external', name, symbol, side, text(quantity)]);
        return symbol === 'NONE' ? { ok: false, error: 'symbol: there is no NONE' } : { ok: true };
      },
      ...(name === 'binance' && {
        liquidate: (symbol: string, fraction: string) => {
          asked.push(['liquidate', symbol, fraction]);
          return { ok: true } as const;
        },
        fund: (symbol: string, rate: string) => {
          asked.push(['fund', symbol, rate]);
          return { ok: true } as const;
        },
      }),
      reset: (quote) => asked.push(['reset', name, text(quote)]),
    };
  };
  const market = createMarket({ seed: 1, kind: 'still', startAt: 0 });
  const requests = createRequestLog();
  const control = createControl({
    venues: { upbit: venue('upbit'), binance: venue('binance') },
    market,
    faults: createFaults(() => 0),
    requests,
    setClockOffset: (name, offsetMs) => asked.push(['clock', name, offsetMs]),
    reset: ({ seed, krw, usdt }) => asked.push(['resetAll', seed, krw && text(krw), usdt && text(usdt)]),
  });
  running.push(control);
  const port = await control.listen(0);
  const ask = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<{ status: number; body: unknown }> =>
    new Promise((resolve, reject) => {
      const sent = httpRequest({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
        let read = '';
        response.on('data', (chunk: Buffer) => {
          read += chunk.toString();
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(read) }));
      });
      sent.on('error', reject);
      sent.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body));
    });
  return { ask, asked, market, requests, port };
}

const done = { status: 200, body: { ok: true } };

describe('the ledger', () => {
  it('brings both venues and the request log together', async () => {
    const { ask, requests } = await start();
    const row = requests.begin({ venue: 'upbit', method: 'POST', path: '/v1/orders', clientOrderId: 'a', at: 1.5, fault: 'replyLost' });
    requests.begin({ venue: 'binance', method: 'GET', path: '/x', clientOrderId: null, at: 2, fault: null });
    requests.unhandled('/x');
    row.status = 201;
    expect(await ask('GET', '/ledger')).toEqual({
      status: 200,
      body: {
        requests: [
          { seq: 1, venue: 'upbit', method: 'POST', path: '/v1/orders', clientOrderId: 'a', at: 1.5, status: 201, fault: 'replyLost' },
          { seq: 2, venue: 'binance', method: 'GET', path: '/x', clientOrderId: null, at: 2, status: 0, fault: null },
        ],
        orders: [order('upbit'), order('binance')],
        fills: [],
        balances: { upbit: { KRW: { free: '5', locked: '0' } }, binance: { USDT: { wallet: '7', available: '6' } } },
        positions: { binance: { BTCUSDT: { quantity: '-0.01' } } },
        unhandled: ['/x'],
      },
    });
    expect((await ask('GET', '/ledger?since=1')).body).toMatchObject({ requests: [{ seq: 2 }] });
    expect((await ask('GET', '/ledger?since=x')).status).toBe(400);
  });
});

describe('faults', () => {
  it('are planted, named and deleted', async () => {
    const { ask } = await start();
    expect((await ask('GET', '/faults/kinds')).body).toContain('replyLost');
    const planted = { venue: 'upbit', match: { method: 'POST', path: '/v1/orders' }, kind: 'replyLost', times: 1 };
    expect(await ask('POST', '/faults', planted)).toEqual({ status: 200, body: { id: 'f1' } });
    expect(await ask('DELETE', '/faults')).toEqual(done);
    expect(await ask('POST', '/faults', { ...planted, kind: 'eaten' })).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining('there are') },
    });
  });
});

describe('the market', () => {
  it('has a bank rate beside it', async () => {
    const { ask } = await start();
    expect(await ask('GET', '/fx/usd-krw')).toEqual({ status: 200, body: { rate: '1391.7', at: 0, source: 'still bank' } });
  });

  it('is moved and set', async () => {
    const { ask, market } = await start();
    expect(await ask('POST', '/market', { venue: 'binance', symbol: 'BTCUSDT', price: '120000' })).toEqual(done);
    expect(text(market.center('binance', 'BTCUSDT'))).toBe('120000');
    const book = { venue: 'upbit', symbol: 'KRW-BTC', bids: [['160000000', '0.5']], asks: [['160001000', '0.25']] };
    expect(await ask('POST', '/market', book)).toEqual(done);
    expect(
      market
        .book('upbit', 'KRW-BTC')
        .levels('sell')
        .map(({ quantity }) => text(quantity)),
    ).toEqual(['0.25']);
  });

  it.each([
    [{ venue: 'binance', symbol: 'BTCUSDT', price: '-1' }, 'above 0'],
    [{ venue: 'binance', symbol: 'NONE', price: '1' }, 'NONE'],
    [{ venue: 'binance', symbol: 'BTCUSDT', bids: [['1', 'x']], asks: [] }, 'above 0'],
    [{ venue: 'binance', symbol: 'BTCUSDT', price: '1000000000000000000000000' }, 'at most'],
    [{ venue: 'upbit', symbol: 'KRW-BTC', bids: [['1000000000000000000000000', '1']], asks: [] }, 'at most'],
    [{ venue: 'binance', symbol: 'BTCUSDT' }, 'price'],
    [{ venue: 'bithumb', symbol: 'BTCUSDT', price: '1' }, 'venue'],
  ])('refuses %j', async (body, named) => {
    const { ask } = await start();
    expect(await ask('POST', '/market', body)).toMatchObject({ status: 400, body: { error: expect.stringContaining(named) } });
  });
});

describe('the rest', () => {
  it('reaches the venues', async () => {
    const { ask, asked } = await start();
    expect(await ask('POST', '/clock', { venue: 'upbit', offsetMs: -1500 })).toEqual(done);
    expect(await ask('POST', '/external-order', { venue: 'binance', symbol: 'BTCUSDT', side: 'buy', quantity: '0.01' })).toEqual(done);
    expect(await ask('POST', '/liquidate', { symbol: 'BTCUSDT', fraction: '0.5' })).toEqual(done);
    expect(await ask('POST', '/funding', { symbol: 'BTCUSDT', rate: '-0.0001' })).toEqual(done);
    expect(await ask('POST', '/reset', { seed: 3, krw: '1000000' })).toEqual(done);
    expect(asked).toEqual([
      ['clock', 'upbit', -1500],
      ['external', 'binance', 'BTCUSDT', 'buy', '0.01'],
      ['liquidate', 'BTCUSDT', '0.5'],
      ['fund', 'BTCUSDT', '-0.0001'],
      ['resetAll', 3, '1000000', undefined],
    ]);
    expect(await ask('POST', '/external-order', { venue: 'upbit', symbol: 'NONE', side: 'buy', quantity: '1' })).toEqual({
      status: 400,
      body: { error: 'symbol: there is no NONE' },
    });
    expect((await ask('POST', '/liquidate', { symbol: 'BTCUSDT', fraction: '2' })).status).toBe(400);
  });
});

describe('the door', () => {
  it('refuses other hosts, web pages, other paths and methods, and what is not JSON', async () => {
    const { ask, port } = await start();
    expect((await ask('GET', '/ledger', undefined, { host: `localhost:${port}` })).status).toBe(403);
    expect((await ask('GET', '/ledger', undefined, { host: 'evil.example' })).status).toBe(403);
    expect((await ask('GET', '/ledger', undefined, { origin: `http://127.0.0.1:${port}` })).status).toBe(403);
    expect((await ask('GET', '/ledger', undefined, { origin: 'null' })).status).toBe(403);
    expect((await ask('GET', '/nowhere')).status).toBe(404);
    expect((await ask('GET', '/toString')).status).toBe(404);
    expect((await ask('GET', '//')).status).toBe(404);
    expect((await ask('GET', '//host:port/ledger')).status).toBe(404);
    expect((await ask('DELETE', '/market')).status).toBe(405);
    expect(await ask('POST', '/clock', '{"venue"')).toEqual({ status: 400, body: { error: 'The body is not JSON' } });
  });
});
