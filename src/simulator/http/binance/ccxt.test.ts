/** ccxt's own whole class against the simulated venue: nothing of ours sits between them but the URLs. */
import ccxt from 'ccxt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keys, startTestVenue, type TestVenue } from './test-venue.ts';

const symbol = 'BTC/USDT:USDT';

function clientOf({ url, ws }: TestVenue) {
  const versions = (name: string, path: string) =>
    Object.fromEntries(['', 'V2', 'V3'].map((suffix, index) => [`${name}${suffix}`, `${url}${path}${index + 1}`]));
  const sapi = Object.fromEntries(['', 'V2', 'V3', 'V4'].map((suffix, index) => [`sapi${suffix}`, `${url}/sapi/v${index + 1}`]));
  return new ccxt.pro.binanceusdm({
    apiKey: keys.id,
    secret: keys.secret,
    enableRateLimit: false,
    urls: {
      api: {
        ...versions('fapiPublic', '/fapi/v'),
        ...versions('fapiPrivate', '/fapi/v'),
        ...sapi,
        fapiData: `${url}/futures/data`,
        public: `${url}/api/v3`,
        private: `${url}/api/v3`,
        ws: { future: `${ws}/ws`, 'ws-api': { future: `${ws}/ws-fapi/v1` } },
      },
    },
  });
}

describe('ccxt binanceusdm', () => {
  let test: TestVenue;
  let client: ReturnType<typeof clientOf>;
  beforeAll(async () => {
    test = await startTestVenue();
    client = clientOf(test);
    await client.loadHttpProxyAgent();
    await client.loadMarkets();
  });
  afterAll(async () => {
    await client.close();
    await test.close();
  });

  it('reads the filters of the listing', () => {
    const market = client.market(symbol);
    expect(market.precision).toMatchObject({ price: 0.1, amount: 0.001 });
    expect(market.limits.cost?.min).toBe(100);
    expect(client.symbols).toContain('1000SHIB/USDT:USDT');
  });

  it('opens and closes a short, seen in orders, positions, balance and the order stream', async () => {
    expect((await client.fetchBalance())['USDT']).toMatchObject({ free: 100_000, used: 0, total: 100_000 });
    await client.setMarginMode('isolated', symbol);
    await expect(client.setMarginMode('isolated', symbol)).rejects.toThrow('No need to change margin type.');
    expect(await client.setLeverage(1, symbol)).toMatchObject({ leverage: 1, symbol: 'BTCUSDT' });
    const seen: { status: unknown; filled: unknown }[] = [];
    const watching = client.watchOrders(symbol);
    await expect.poll(() => client.clients[Object.keys(client.clients).find((key) => key.includes('/private/')) ?? '']?.isConnected).toBe(true);

    const opened = await client.createOrder(symbol, 'market', 'sell', 0.05, undefined, { newClientOrderId: 'kctest-open' });
    expect(opened).toMatchObject({ status: 'closed', filled: 0.05, clientOrderId: 'kctest-open', side: 'sell' });
    for (const order of await watching) seen.push({ status: order.status, filled: order.filled });
    while (seen.at(-1)?.status !== 'closed')
      for (const order of await client.watchOrders(symbol)) seen.push({ status: order.status, filled: order.filled });
    expect(seen.at(-1)).toEqual({ status: 'closed', filled: 0.05 });

    const found = await client.fetchOrder(undefined as unknown as string, symbol, { origClientOrderId: 'kctest-open' });
    expect(found).toMatchObject({ id: opened.id, status: 'closed', filled: 0.05, average: opened.average, cost: opened.cost });
    const [position] = await client.fetchPositions([symbol]);
    expect(position).toMatchObject({ contracts: 0.05, side: 'short', marginMode: 'isolated' });
    expect(position?.entryPrice).toBeCloseTo(opened.average ?? 0, 6);

    const closed = await client.createOrder(symbol, 'market', 'buy', 0.05, undefined, { reduceOnly: true });
    expect(closed).toMatchObject({ status: 'closed', filled: 0.05, reduceOnly: true });
    expect(await client.fetchPositions([symbol])).toEqual([]);
    const trades = await client.fetchMyTrades(symbol);
    const fees = trades.reduce((sum, trade) => sum + (trade.fee?.cost ?? 0), 0);
    expect(fees).toBeCloseTo(((opened.cost ?? 0) + (closed.cost ?? 0)) * 0.0005, 6);
    expect(test.requests.unhandledPaths()).toEqual([]);
  });

  it('follows the book over its stream', async () => {
    const first = await client.watchOrderBook(symbol, 5);
    expect(first.bids[0]?.[0]).toBeLessThan(first.asks[0]?.[0] ?? 0);
    test.setBook('BTCUSDT', [['100000', '3']], [['100001', '4']]);
    await expect.poll(async () => (await client.watchOrderBook(symbol, 5)).bids[0]).toEqual([100_000, 3]);
  });
});
