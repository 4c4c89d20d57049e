/** A client by others, whole and unchanged, must not be able to tell this venue from the real one. */
import ccxt from 'ccxt';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Kit, keys, startKit } from './test-kit.ts';

const idOf = ({ id }: { id: string | undefined }): string => id ?? '';

let kit: Kit;
let client: InstanceType<typeof ccxt.pro.upbit>;
beforeEach(async () => {
  kit = await startKit();
  const rest = `http://127.0.0.1:${kit.port}`;
  client = new ccxt.pro.upbit({
    apiKey: keys.id,
    secret: keys.secret,
    urls: { api: { public: rest, private: rest, ws: `ws://127.0.0.1:${kit.port}/websocket/v1` } },
  });
  await client.loadHttpProxyAgent();
});
afterEach(async () => {
  await client.close();
  await kit.close();
});

it('trades through ccxt: balance, market buy by cost, IOC, fetch, cancel, lists, errors', async () => {
  const markets = await client.loadMarkets();
  expect(markets['BTC/KRW']).toMatchObject({ id: 'KRW-BTC', taker: 0.0005 });
  expect(await client.fetchBalance()).toMatchObject({ KRW: { free: 100_000_000, used: 0 } });
  expect((await client.fetchOrderBook('BTC/KRW', 5)).asks[0]).toEqual([100_000_000, 0.01]);
  expect(Object.keys(await client.fetchTickers())).toContain('BTC/KRW');
  expect(await client.fetchTradingFee('BTC/KRW')).toMatchObject({ taker: 0.0005 });

  const bought = await client.createOrder('BTC/KRW', 'market', 'buy', undefined as unknown as number, undefined, {
    cost: 600_000.4,
    clientOrderId: 'kimp-1',
  });
  const filled = await client.fetchOrder(idOf(bought));
  expect(filled).toMatchObject({ status: 'canceled', filled: 0.006, average: 100_000_000, cost: 600_000, clientOrderId: 'kimp-1' });
  expect(await client.fetchOrder(undefined as unknown as string, undefined, { identifier: 'kimp-1' })).toMatchObject({ id: bought.id });

  const ioc = await client.createOrder('BTC/KRW', 'limit', 'buy', 0.01, 100_000_000, { timeInForce: 'IOC' });
  expect(await client.fetchOrder(idOf(ioc))).toMatchObject({ status: 'canceled', filled: 0.004, remaining: 0.006 });

  const resting = await client.createOrder('BTC/KRW', 'limit', 'buy', 0.01, 90_000_000, { clientOrderId: 'rests' });
  expect((await client.fetchOpenOrders('BTC/KRW')).map((order) => order.id)).toEqual([resting.id]);
  expect(await client.cancelOrder(idOf(resting))).toMatchObject({ id: resting.id });
  expect(await client.fetchOrder(idOf(resting))).toMatchObject({ status: 'canceled', filled: 0 });
  expect((await client.fetchCanceledOrders('BTC/KRW')).length).toBe(3);

  const sold = await client.createOrder('BTC/KRW', 'market', 'sell', 0.01);
  expect(await client.fetchOrder(idOf(sold))).toMatchObject({ status: 'closed', filled: 0.01, average: 99_999_000 });
  await expect(client.createOrder('BTC/KRW', 'market', 'sell', 0.01)).rejects.toBeInstanceOf(ccxt.InsufficientFunds);
  await expect(client.fetchOrder('unknown')).rejects.toBeInstanceOf(ccxt.OrderNotFound);
  const { KRW } = await client.fetchBalance();
  // 100,000,000 − 600,300 − 400,200 + 999,990 − 499.995
  expect(KRW).toMatchObject({ free: 99_998_990.005, used: 0 });
  expect(kit.requests.unhandledPaths()).toEqual([]);
});

it('replaces an order, cancels it by name, reads trades and candles through ccxt', async () => {
  const resting = await client.createOrder('BTC/KRW', 'limit', 'buy', 0.01, 90_000_000, { clientOrderId: 'first' });
  const edited = await client.editOrder(idOf(resting), 'BTC/KRW', 'limit', 'buy', 0.02, 91_000_000, { newClientOrderId: 'second' });
  expect(await client.fetchOrder(idOf(edited))).toMatchObject({ status: 'open', price: 91_000_000, amount: 0.02, clientOrderId: 'second' });
  expect(await client.fetchOrder(idOf(resting))).toMatchObject({ status: 'canceled' });
  await client.cancelOrder(undefined as unknown as string, undefined, { identifier: 'second' });
  expect(await client.fetchOpenOrders('BTC/KRW')).toEqual([]);
  expect(await client.createOrder('BTC/KRW', 'limit', 'buy', 0.01, 90_000_000, { test: true })).toMatchObject({ status: 'open' });
  expect(await client.fetchOpenOrders('BTC/KRW')).toEqual([]);

  await client.createOrder('BTC/KRW', 'market', 'buy', undefined as unknown as number, undefined, { cost: 100_000 });
  expect((await client.fetchTrades('BTC/KRW', undefined, 5)).at(-1)).toMatchObject({ side: 'buy', price: 100_000_000, amount: 0.001 });
  const candles = await client.fetchOHLCV('BTC/KRW', '1m', undefined, 10);
  expect(candles.length).toBe(10);
  expect((await client.fetchOHLCV('BTC/KRW', '1d', undefined, 3)).length).toBe(3);
  expect(kit.requests.unhandledPaths()).toEqual([]);
});

it('streams through ccxt: own orders, balances, books, trades, tickers', async () => {
  await client.loadMarkets();
  const book = await client.watchOrderBook('BTC/KRW');
  expect(book.asks[0]?.[0]).toBe(100_000_000);
  expect(await client.watchTicker('BTC/KRW')).toMatchObject({ symbol: 'BTC/KRW' });
  const seen: string[] = [];
  const watch = async () => {
    for (;;) {
      for (const order of await client.watchOrders('BTC/KRW')) {
        seen.push(`${order.status} ${order.filled}`);
        if (order.status === 'canceled') return order;
      }
    }
  };
  const watched = watch();
  const balance = client.watchBalance();
  const end = performance.now() + 5000;
  while (kit.requests.since(0).filter((row) => row.path === '/websocket/v1/private').length === 0) {
    if (performance.now() > end) throw new Error('ccxt did not open the private stream');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  // The subscription is sent when the connection is open: an order meets it at the latest on one of these tries.
  const buying = setInterval(() => {
    kit.clock.offsetMs += 1000;
    client.createOrder('BTC/KRW', 'market', 'buy', undefined as unknown as number, undefined, { cost: 6000.4 }).catch(() => {
      // The client is closed while the last try is under way.
    });
  }, 100);
  const last = await watched;
  clearInterval(buying);
  expect(last).toMatchObject({ symbol: 'BTC/KRW', side: 'buy', filled: 0.00006, average: 100_000_000, cost: 6000 });
  // ccxt hands on what came last since it was asked, so a state between may be missing.
  expect(seen.at(-1)).toBe('canceled 0.00006');
  expect(['open 0', 'open 0.00006', 'canceled 0.00006']).toEqual(expect.arrayContaining(seen));
  expect((await balance)['KRW']).toBeDefined();
});
