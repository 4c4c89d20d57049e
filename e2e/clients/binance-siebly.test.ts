/** The `binance` package, unchanged, against the simulated venue: REST, streams and the trading socket. */
import { USDMClient, WebsocketAPIClient, WebsocketClient } from 'binance';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Heard, refusal, repeat, startVenues, type Venues } from './kit/venues.ts';

const symbol = 'BTCUSDT';
let venues: Venues;
let client: USDMClient;

const keysOf = ({ apiKey, secret }: Venues['keys']['binance']) => ({ api_key: apiKey, api_secret: secret });

beforeAll(async () => {
  venues = await startVenues();
  client = new USDMClient({ ...keysOf(venues.keys.binance), disableTimeSync: true });
});
afterAll(() => venues.close());
beforeEach(() => venues.control('/market', { venue: 'binance', symbol, bids: [['100000', '50']], asks: [['100001', '50']] }));
afterEach(() => venues.clearFaults());

const market = (side: 'BUY' | 'SELL', quantity: number, more: object = {}) =>
  client.submitNewOrder({ symbol, side, type: 'MARKET', quantity, newOrderRespType: 'RESULT', ...more });
const limit = (side: 'BUY' | 'SELL', quantity: number, price: number, more: object = {}) =>
  client.submitNewOrder({ symbol, side, type: 'LIMIT', timeInForce: 'GTC', quantity, price, newOrderRespType: 'RESULT', ...more });

describe('reading', () => {
  it('market data', async () => {
    await client.testConnectivity();
    expect(Math.abs((await client.getServerTime()) - Date.now())).toBeLessThan(2000);
    expect((await client.getExchangeInfo()).symbols.map((row) => row.symbol)).toContain(symbol);
    expect((await client.getOrderBook({ symbol, limit: 5 })).bids[0]).toEqual(['100000.00', '50.000']);
    expect(await client.getSymbolOrderBookTicker({ symbol })).toMatchObject({ bidPrice: '100000.00', askPrice: '100001.00' });
    expect(await client.getMarkPrice({ symbol })).toMatchObject({ symbol, markPrice: expect.any(String) });
    expect(await client.get24hrChangeStatistics({ symbol })).toMatchObject({ symbol });
  });

  it('the account', async () => {
    expect(await client.getBalanceV3()).toContainEqual(expect.objectContaining({ asset: 'USDT', balance: '1000000.00000000' }));
    expect((await client.getAccountInformationV3()).assets).toContainEqual(expect.objectContaining({ asset: 'USDT' }));
    expect(await client.getAccountCommissionRate({ symbol })).toMatchObject({ takerCommissionRate: '0.0005' });
    expect(await client.setLeverage({ symbol, leverage: 2 })).toMatchObject({ symbol, leverage: 2 });
    await client.setMarginType({ symbol, marginType: 'ISOLATED' });
    expect(await refusal(() => client.setMarginType({ symbol, marginType: 'ISOLATED' }))).toMatchObject({ code: -4046 });
    expect(await client.getCurrentPositionMode()).toEqual({ dualSidePosition: false });
  });
});

describe('orders', () => {
  it('opens and closes a short', async () => {
    const opened = await market('SELL', 0.5, { newClientOrderId: client.generateNewOrderId() });
    expect(opened).toMatchObject({ status: 'FILLED', executedQty: '0.500' });
    expect(await client.getAccountTrades({ symbol, orderId: Number(opened.orderId) })).toMatchObject([
      { price: '100000.00', qty: '0.500', maker: false },
    ]);
    expect(await client.getPositionsV3({ symbol })).toMatchObject([{ positionAmt: '-0.500' }]);
    expect(await market('BUY', 0.5, { reduceOnly: 'true' })).toMatchObject({ status: 'FILLED', reduceOnly: true });
  });

  it('places, queries, lists and cancels', async () => {
    const placed = await limit('BUY', 0.1, 90000);
    expect(placed).toMatchObject({ status: 'NEW' });
    const orderId = Number(placed.orderId);
    expect(await client.getOrder({ symbol, orderId })).toMatchObject({ status: 'NEW', price: '90000.00' });
    expect(await client.getCurrentOpenOrder({ symbol, orderId })).toMatchObject({ orderId: placed.orderId });
    expect(await client.getAllOpenOrders({ symbol })).toHaveLength(1);
    expect(await client.cancelOrder({ symbol, orderId })).toMatchObject({ status: 'CANCELED' });
    await limit('BUY', 0.1, 90000);
    expect(await client.cancelAllOpenOrders({ symbol })).toMatchObject({ code: 200 });
  });

  it('amends in place', async () => {
    const placed = await limit('BUY', 0.1, 90000);
    const amended = await client.modifyOrder({ symbol, side: 'BUY', orderId: Number(placed.orderId), quantity: 0.2, price: 91000 });
    expect(amended).toMatchObject({ orderId: placed.orderId, origQty: '0.200', price: '91000.00' });
    await client.cancelAllOpenOrders({ symbol });
  });

  it('places and cancels several at once', async () => {
    const order = { symbol, side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.1' } as const;
    const answers = await client.submitMultipleOrders([
      { ...order, price: '90000' },
      { ...order, price: '90000.05' },
    ] as never);
    expect(answers).toEqual([expect.objectContaining({ status: 'NEW' }), expect.objectContaining({ code: -4014 })]);
    await client.cancelAllOpenOrders({ symbol });
  });

  it('keeps conditional orders apart', async () => {
    await market('SELL', 0.1);
    const placed = await client.submitNewAlgoOrder({
      algoType: 'CONDITIONAL',
      symbol,
      side: 'BUY',
      type: 'STOP_MARKET',
      quantity: '0.1',
      triggerPrice: '120000',
      reduceOnly: 'true',
    });
    expect(placed).toMatchObject({ algoStatus: 'NEW', orderType: 'STOP_MARKET' });
    expect(await client.getOpenAlgoOrders({ symbol })).toHaveLength(1);
    expect(await client.getAlgoOrder({ algoId: placed.algoId })).toMatchObject({ algoStatus: 'NEW' });
    await client.cancelAlgoOrder({ algoId: placed.algoId });
    expect(await client.getOpenAlgoOrders({ symbol })).toEqual([]);
    await market('BUY', 0.1, { reduceOnly: 'true' });
  });
});

describe('what the venue refuses', () => {
  it('comes with its code and text', async () => {
    for (const [call, code] of [
      [() => limit('BUY', 0.1, 90000.05), -4014],
      [() => limit('BUY', 0.001, 90000), -4164],
      [() => limit('BUY', 0.1, 90000, { reduceOnly: 'true' }), -2022],
      [() => limit('BUY', 100, 100000), -2019],
      [() => client.getOrder({ symbol, orderId: 1 }), -2013],
      [() => client.cancelOrder({ symbol, orderId: 1 }), -2011],
      [() => client.getOrderBook({ symbol: 'NOPEUSDT' }), -1121],
      [() => new USDMClient({ api_key: 'stranger', api_secret: 'x', disableTimeSync: true }).getBalanceV3(), -2015],
      [() => new USDMClient({ api_key: venues.keys.binance.apiKey, api_secret: 'x', disableTimeSync: true }).getBalanceV3(), -1022],
    ] as const) {
      expect(await refusal(call as () => Promise<unknown>)).toMatchObject({ code, message: expect.any(String) });
    }
  });

  it('tells of quotas and bans, with the headers that the client counts', async () => {
    await client.getServerTime();
    expect(client.getRateLimitStates()['x-mbx-used-weight-1m']).toBeGreaterThan(0);
    await venues.fault('binance', 'GET', '/fapi/v1/time', 'rateLimited');
    expect(await refusal(() => client.getServerTime())).toMatchObject({
      code: -1003,
      headers: expect.objectContaining({ 'retry-after': expect.any(String) }),
    });
    await venues.clearFaults();
    await venues.fault('binance', 'GET', '/fapi/v1/time', 'banned');
    expect(await refusal(() => client.getServerTime())).toMatchObject({ code: -1003, message: expect.stringContaining('banned until') });
  });
});

describe('streams', () => {
  const quiet = { trace: () => undefined, info: () => undefined, error: () => undefined };

  it('market data and own orders, each on its own connection', async () => {
    const socket = new WebsocketClient(keysOf(venues.keys.binance), quiet as never);
    const heard = new Heard<Record<string, unknown>>();
    socket.on('message', (data) => heard.push(data as never));
    socket.on('exception', () => undefined);
    await socket.subscribe(['btcusdt@bookTicker', 'btcusdt@depth@100ms'], 'usdmPublic');
    await socket.subscribe(['btcusdt@markPrice@1s', 'btcusdt@miniTicker'], 'usdmMarket');
    const of = (name: string) => heard.next(name, (message) => (message['data'] as { e?: string } | undefined)?.e === name || message['e'] === name);
    for (const name of ['bookTicker', 'markPriceUpdate', '24hrMiniTicker']) await of(name);
    await socket.subscribeUsdFuturesUserDataStream();
    const placing = repeat(async () => {
      await limit('BUY', 0.1, 90000);
      await client.cancelAllOpenOrders({ symbol });
    });
    await of('ORDER_TRADE_UPDATE');
    await placing.stop();
    await market('SELL', 0.1);
    await of('ACCOUNT_UPDATE');
    await market('BUY', 0.1, { reduceOnly: 'true' });
    socket.closeAll(true);
  });

  it('the trading socket', async () => {
    const socket = new WebsocketAPIClient({ ...keysOf(venues.keys.binance), attachEventListeners: false }, quiet as never);
    const order = { symbol, side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: 0.1, price: 90000 } as const;
    // The client signs the timestamp that it is given, and adds none.
    const now = () => ({ timestamp: Date.now() });
    const placed = await socket.submitNewFuturesOrder('usdm', { ...order, ...now() } as never);
    expect(placed).toMatchObject({ status: 200, result: { status: 'NEW' } });
    const { orderId } = (placed as { result: { orderId: number } }).result;
    expect(await socket.getFuturesOrderStatus('usdm', { symbol, orderId, ...now() } as never)).toMatchObject({ result: { status: 'NEW' } });
    expect(await socket.cancelFuturesOrder('usdm', { symbol, orderId, ...now() } as never)).toMatchObject({ result: { status: 'CANCELED' } });
    expect(await refusal(() => socket.getFuturesOrderStatus('usdm', { symbol, orderId: 1, ...now() } as never))).toMatchObject({
      error: { code: -2013 },
    });
    await socket.disconnectAll();
  });
});

it('asks for nothing that the simulated venue lacks', async () => {
  expect((await venues.ledger()).unhandled).toEqual([]);
});
