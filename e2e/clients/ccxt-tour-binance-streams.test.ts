/** ccxt's own class for USD-M futures, whole: every watch, and its orders over the trading socket. */
import ccxt from 'ccxt';
import { describe, expect, it } from 'vitest';
import { until } from '../kit/until.ts';
import { client, freshId, limit, market, none, setBook, symbol, venues, tradeAt101001 } from './kit/ccxt-binance.ts';
import { Heard, refusal, repeat } from './kit/venues.ts';

/** Everything that a watch tells until the client is closed. */
function follow<T>(watch: () => Promise<readonly T[]>): Heard<T> {
  const heard = new Heard<T>();
  const loop = async (): Promise<void> => {
    for (;;) for (const value of await watch()) heard.push(value);
  };
  loop().catch((error: unknown) => {
    if (!(error instanceof ccxt.ExchangeClosedByUser)) throw error;
  });
  return heard;
}

describe('watches', () => {
  it('watchTicker without bid and ask, watchBidsAsks with them, watchMarkPrice, watchOrderBook', async () => {
    expect(await client.watchTicker(symbol)).toMatchObject({ symbol, bid: undefined, last: expect.any(Number) });
    expect((await client.watchBidsAsks([symbol]))[symbol]).toMatchObject({ bid: 100_000, ask: 100_001 });
    expect(await client.watchMarkPrice(symbol)).toMatchObject({ symbol, markPrice: expect.any(Number) });
    expect((await client.watchOrderBook(symbol, 5)).bids[0]).toEqual([100_000, 2]);
    await setBook('100100', '100101');
    await until('the book to follow', async () => ((await client.watchOrderBook(symbol, 5)).bids[0]?.[0] === 100_100 ? true : undefined), 10_000);
  });

  it('watchTrades, by trade and by aggTrade', async () => {
    const others = repeat(() => venues.control('/external-order', { venue: 'binance', symbol: 'BTCUSDT', side: 'buy', quantity: '0.01' }));
    for (const name of ['trade', 'aggTrade']) {
      expect((await client.watchTrades(symbol, undefined, undefined, { name }))[0]).toMatchObject({ symbol, price: expect.any(Number) });
    }
    await others.stop();
  });

  it('watchOrders, watchMyTrades, watchBalance (total only) and watchPositions (a closed one has the side both) (traps)', async () => {
    const orders = follow(() => client.watchOrders(symbol));
    const positions = follow(() => client.watchPositions([symbol]));
    const trades = follow(() => client.watchMyTrades(symbol));
    const balance = client.watchBalance();
    const placing = repeat(async () => {
      await limit('buy', 0.01, 90_000);
      await client.cancelAllOrders(symbol);
    });
    await orders.next('the user stream', () => true);
    await placing.stop();
    const opened = freshId();
    const { id } = await market('sell', 0.05, { newClientOrderId: opened });
    const filled = await orders.next('the fill', ({ clientOrderId, status }) => clientOrderId === opened && status === 'closed');
    expect(filled).toMatchObject({ filled: 0.05, average: 100_000, side: 'sell', fee: { cost: 2.5, currency: 'USDT' } });
    const trade = await trades.next('its trade', ({ order }) => order === id);
    expect(trade).toMatchObject({ price: 100_000, amount: 0.05, fee: { cost: 2.5, currency: 'USDT' } });
    expect((await balance)['USDT']).toMatchObject({ free: undefined, used: undefined, total: expect.any(Number) });
    await positions.next('the position', ({ contracts, side }) => contracts === 0.05 && side === 'short');
    await market('buy', 0.05, { reduceOnly: true });
    await positions.next('the closed position', ({ contracts, side }) => contracts === 0 && String(side) === 'both');
  });

  it('a triggered conditional order looks filled (trap); its actual order is', async () => {
    await market('sell', 0.05);
    const orders = follow(() => client.watchOrders(symbol));
    const clientOrderId = freshId();
    await client.createOrder(symbol, 'STOP_MARKET', 'buy', 0.01, undefined, { triggerPrice: 101_000, reduceOnly: true, clientOrderId });
    await orders.next('the conditional order', (order) => order.clientOrderId === clientOrderId && order.status === 'open');
    await tradeAt101001();
    const looks = await orders.next('its end', (order) => order.clientOrderId === clientOrderId && order.status === 'closed');
    expect(looks).toMatchObject({ filled: 0.01, info: { at: 'CONDITIONAL', X: expect.stringMatching(/^(TRIGGERED|FINISHED)$/) } });
    // The actual order bears the same client id.
    const actual = await orders.next('the fill', ({ clientOrderId: own, info }) => own === clientOrderId && info['x'] === 'TRADE');
    expect(actual).toMatchObject({ status: 'closed', side: 'buy', filled: 0.01, average: 101_001, reduceOnly: true });
  });
});

describe('the trading socket', () => {
  it('createOrderWs, fetchOrderWs, editOrderWs, cancelOrderWs', async () => {
    const newClientOrderId = freshId();
    const placed = await client.createOrderWs(symbol, 'limit', 'buy', 0.01, 90_000, { newClientOrderId });
    expect(placed).toMatchObject({ status: 'open', clientOrderId: newClientOrderId });
    expect(await client.fetchOrderWs(none, symbol, { origClientOrderId: newClientOrderId })).toMatchObject({ id: placed.id, status: 'open' });
    expect(await client.cancelOrderWs(String(placed.id), symbol)).toMatchObject({ status: 'canceled' });
    expect(await client.createOrderWs(symbol, 'market', 'sell', 0.01, undefined, { newClientOrderId: freshId() })).toMatchObject({
      status: 'closed',
      filled: 0.01,
    });
  });

  it('test:true goes to order.test and makes no order', async () => {
    const before = (await venues.ledger()).orders.length;
    await client.createOrderWs(symbol, 'market', 'sell', 0.01, undefined, { test: true });
    expect((await venues.ledger()).orders).toHaveLength(before);
  });

  it('refuses with the code; its class is lost (trap)', async () => {
    // 110 BTC at 100,000 are 11 million: more than a million of margin carries at ten times.
    await client.setLeverage(10, symbol);
    const error = await refusal(() => client.createOrderWs(symbol, 'limit', 'sell', 110, 100_001));
    expect((error as Error).constructor).toBe(ccxt.ExchangeError);
    expect(error).toMatchObject({ message: expect.stringContaining('-2019') });
  });
});

it('asks for nothing that the simulated venue lacks', async () => {
  expect((await venues.ledger()).unhandled).toEqual([]);
});
