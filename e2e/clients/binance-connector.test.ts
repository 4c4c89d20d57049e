/** The venue's own connector for USD-M futures, unchanged, against the simulated venue. */
import {
  BadRequestError,
  DerivativesTradingUsdsFutures,
  DerivativesTradingUsdsFuturesRestAPI as Rest,
  RateLimitBanError,
  ServerError,
  TooManyRequestsError,
  UnauthorizedError,
} from '@binance/derivatives-trading-usds-futures';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Heard, refusal, repeat, startVenues, type Venues } from './kit/venues.ts';

const symbol = 'BTCUSDT';
const { NewOrderSideEnum: Side, NewOrderTypeEnum: Type, NewOrderTimeInForceEnum: Tif, NewOrderNewOrderRespTypeEnum: Answer } = Rest;

let venues: Venues;
let client: DerivativesTradingUsdsFutures;

const clientWith = (keys: { apiKey: string; apiSecret: string }): DerivativesTradingUsdsFutures =>
  new DerivativesTradingUsdsFutures({
    configurationRestAPI: { ...keys, retries: 0, timeout: 5000 },
    configurationWebsocketStreams: {},
    configurationWebsocketAPI: keys,
  });

beforeAll(async () => {
  // The connector writes each connection to the console; its logger reads this when it is first used.
  process.env['LOG_LEVEL'] = 'error';
  venues = await startVenues();
  client = clientWith({ apiKey: venues.keys.binance.apiKey, apiSecret: venues.keys.binance.secret });
});
afterAll(() => venues.close());
beforeEach(() =>
  venues.control('/market', {
    venue: 'binance',
    symbol,
    bids: [
      ['100000', '2'],
      ['99999', '50'],
    ],
    asks: [
      ['100001', '2'],
      ['100002', '50'],
    ],
  }),
);
afterEach(() => venues.clearFaults());

const market = (side: 'BUY' | 'SELL', quantity: number, more: object = {}) =>
  client.restAPI
    .newOrder({ symbol, side: Side[side], type: Type.MARKET, quantity, newOrderRespType: Answer.RESULT, ...more })
    .then((answer) => answer.data());
const limit = (side: 'BUY' | 'SELL', quantity: number, price: number, more: object = {}) =>
  client.restAPI
    .newOrder({ symbol, side: Side[side], type: Type.LIMIT, timeInForce: Tif.GTC, quantity, price, newOrderRespType: Answer.RESULT, ...more })
    .then((answer) => answer.data());

describe('market data', () => {
  it('is read: time, rules, book, tickers, premium', async () => {
    await client.restAPI.testConnectivity();
    const { serverTime } = await (await client.restAPI.checkServerTime()).data();
    expect(Math.abs(Number(serverTime) - Date.now())).toBeLessThan(2000);
    const info = await (await client.restAPI.exchangeInformation()).data();
    const rules = info.symbols?.find((row) => row.symbol === symbol);
    expect(rules).toMatchObject({ status: 'TRADING', contractType: 'PERPETUAL', quantityPrecision: 3 });
    expect(rules?.filters?.map(({ filterType }) => filterType)).toEqual(expect.arrayContaining(['PRICE_FILTER', 'LOT_SIZE', 'MIN_NOTIONAL']));
    const depth = await (await client.restAPI.orderBook({ symbol, limit: 5 })).data();
    expect(depth.bids?.[0]).toEqual(['100000.00', '2.000']);
    expect(depth.asks?.[0]).toEqual(['100001.00', '2.000']);
    expect(await (await client.restAPI.symbolOrderBookTicker({ symbol })).data()).toMatchObject({ bidPrice: '100000.00', askPrice: '100001.00' });
    expect(await (await client.restAPI.markPrice({ symbol })).data()).toMatchObject({ symbol, lastFundingRate: expect.any(String) });
    expect(await (await client.restAPI.ticker24hrPriceChangeStatistics({ symbol })).data()).toMatchObject({ symbol });
    expect(await (await client.restAPI.symbolPriceTicker({ symbol })).data()).toMatchObject({ symbol });
  });

  it('carries the weights used, which the connector reads from the headers', async () => {
    const { rateLimits } = await client.restAPI.checkServerTime();
    expect(rateLimits).toContainEqual({ rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, count: expect.any(Number) });
  });
});

describe('account', () => {
  it('is read and set: balance, configuration, fees, leverage, margin type, position mode', async () => {
    const { assets } = await (await client.restAPI.accountInformationV3()).data();
    expect(assets?.find(({ asset }) => asset === 'USDT')).toMatchObject({ walletBalance: '1000000.00000000' });
    expect(await (await client.restAPI.futuresAccountBalanceV3()).data()).toContainEqual(
      expect.objectContaining({ asset: 'USDT', balance: '1000000.00000000' }),
    );
    expect(await (await client.restAPI.userCommissionRate({ symbol })).data()).toMatchObject({
      makerCommissionRate: '0.0002',
      takerCommissionRate: '0.0005',
    });
    expect(await (await client.restAPI.changeInitialLeverage({ symbol, leverage: 2 })).data()).toMatchObject({ leverage: 2, symbol });
    await client.restAPI.changeMarginType({ symbol, marginType: Rest.ChangeMarginTypeMarginTypeEnum.ISOLATED });
    expect(await refusal(() => client.restAPI.changeMarginType({ symbol, marginType: Rest.ChangeMarginTypeMarginTypeEnum.ISOLATED }))).toMatchObject({
      code: -4046,
      message: 'No need to change margin type.',
    });
    expect(await (await client.restAPI.getCurrentPositionMode()).data()).toEqual({ dualSidePosition: false });
    expect(await refusal(() => client.restAPI.changePositionMode({ dualSidePosition: 'false' }))).toMatchObject({ code: -4059 });
    expect(await (await client.restAPI.symbolConfiguration({ symbol })).data()).toContainEqual(
      expect.objectContaining({ symbol, marginType: 'ISOLATED', leverage: 2 }),
    );
    expect(await (await client.restAPI.notionalAndLeverageBrackets({ symbol })).data()).toBeDefined();
  });
});

describe('orders', () => {
  it('opens and closes a short at the prices of the book', async () => {
    const opened = await market('SELL', 3, { newClientOrderId: 'connector-open' });
    expect(opened).toMatchObject({ status: 'FILLED', executedQty: '3.000', clientOrderId: 'connector-open' });
    const found = await (await client.restAPI.queryOrder({ symbol, origClientOrderId: 'connector-open' })).data();
    // Two at the best bid, one a level below: (2 × 100000 + 99999) / 3.
    expect(found).toMatchObject({ orderId: opened.orderId, avgPrice: '99999.66667', cumQuote: '299999.00000' });
    const trades = await (await client.restAPI.accountTradeList({ symbol, orderId: Number(opened.orderId) })).data();
    expect(trades.map(({ price, qty }) => [price, qty])).toEqual([
      ['100000.00', '2.000'],
      ['99999.00', '1.000'],
    ]);
    const [position] = await (await client.restAPI.positionInformationV3({ symbol })).data();
    expect(position).toMatchObject({ positionAmt: '-3.000', positionSide: 'BOTH' });
    expect(await market('BUY', 3, { reduceOnly: 'true' })).toMatchObject({ status: 'FILLED', reduceOnly: true });
    expect((await venues.ledger()).positions.binance[symbol]?.quantity ?? '0').toBe('0');
  });

  it('places, amends, queries, lists and cancels a resting order', async () => {
    const placed = await limit('BUY', 0.1, 90000, { newClientOrderId: 'connector-rest' });
    expect(placed).toMatchObject({ status: 'NEW', executedQty: '0.000' });
    const amended = await (
      await client.restAPI.modifyOrder({
        symbol,
        side: Rest.ModifyOrderSideEnum.BUY,
        quantity: 0.2,
        price: 91000,
        origClientOrderId: 'connector-rest',
      })
    ).data();
    expect(amended).toMatchObject({ orderId: placed.orderId, origQty: '0.200', price: '91000.00', status: 'NEW' });
    expect(await (await client.restAPI.queryCurrentOpenOrder({ symbol, origClientOrderId: 'connector-rest' })).data()).toMatchObject({
      price: '91000.00',
    });
    expect((await (await client.restAPI.currentAllOpenOrders({ symbol })).data()).map(({ clientOrderId }) => clientOrderId)).toEqual([
      'connector-rest',
    ]);
    expect(await (await client.restAPI.cancelOrder({ symbol, origClientOrderId: 'connector-rest' })).data()).toMatchObject({ status: 'CANCELED' });
    expect(await (await client.restAPI.allOrders({ symbol })).data()).toContainEqual(
      expect.objectContaining({ clientOrderId: 'connector-rest', status: 'CANCELED' }),
    );
  });

  it('places and cancels several at once, with each one its own answer', async () => {
    const order = { symbol, side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: 0.1 } as const;
    const [first, second] = await (
      await client.restAPI.placeMultipleOrders({
        batchOrders: [{ ...order, price: 90000 } as never, { ...order, price: 90000.05 } as never],
      })
    ).data();
    expect(first).toMatchObject({ status: 'NEW', price: '90000.00' });
    expect(second).toEqual({ code: -4014, msg: 'Price not increased by tick size.' });
    const canceled = await (await client.restAPI.cancelMultipleOrders({ symbol, orderIdList: [Number(first?.orderId), 999] })).data();
    expect(canceled).toEqual([expect.objectContaining({ status: 'CANCELED' }), expect.objectContaining({ code: -2011 })]);
    await limit('BUY', 0.1, 90000);
    expect(await (await client.restAPI.cancelAllOpenOrders({ symbol })).data()).toMatchObject({ code: 200 });
    expect(await (await client.restAPI.currentAllOpenOrders({ symbol })).data()).toEqual([]);
  });

  it('keeps a conditional order apart, and triggers it', async () => {
    await market('SELL', 0.6);
    const order = { symbol, side: Rest.NewAlgoOrderSideEnum.BUY, algoType: Rest.NewAlgoOrderAlgoTypeEnum.CONDITIONAL };
    const stop = { ...order, type: Rest.NewAlgoOrderTypeEnum.STOP_MARKET, quantity: 0.5, triggerPrice: 101000, clientAlgoId: 'connector-stop' };
    const placed = await (await client.restAPI.newAlgoOrder({ ...stop, reduceOnly: Rest.NewAlgoOrderReduceOnlyEnum.TRUE })).data();
    expect(placed).toMatchObject({ algoStatus: 'NEW', clientAlgoId: 'connector-stop', orderType: 'STOP_MARKET' });
    expect(await (await client.restAPI.currentAllAlgoOpenOrders({ symbol })).data()).toHaveLength(1);
    expect(await (await client.restAPI.currentAllOpenOrders({ symbol })).data()).toEqual([]);
    await venues.control('/market', { venue: 'binance', symbol, bids: [['101000', '9']], asks: [['101001', '9']] });
    // Conditional orders follow the last trade, not the book.
    await market('BUY', 0.1);
    await expect
      .poll(async () => (await (await client.restAPI.queryAlgoOrder({ clientAlgoId: 'connector-stop' })).data()).algoStatus, { timeout: 10_000 })
      .toBe('FINISHED');
    const second = await (await client.restAPI.newAlgoOrder({ ...stop, clientAlgoId: 'connector-stop-2', triggerPrice: 120000 })).data();
    expect(await (await client.restAPI.cancelAlgoOrder({ algoId: Number(second.algoId) })).data()).toMatchObject({
      clientAlgoId: 'connector-stop-2',
    });
    expect((await venues.ledger()).positions.binance[symbol]?.quantity ?? '0').toBe('0');
  });

  it('checks a test order and makes none of it', async () => {
    const before = (await venues.ledger()).orders.length;
    await client.restAPI.testOrder({ symbol, side: Rest.TestOrderSideEnum.BUY, type: Rest.TestOrderTypeEnum.MARKET, quantity: 0.1 });
    expect((await venues.ledger()).orders).toHaveLength(before);
  });
});

describe('what the venue refuses', () => {
  it.each([
    ['a price off the tick', { quantity: 0.1, price: 90000.05 }, -4014, 'Price not increased by tick size.'],
    ['a quantity off the step', { quantity: 0.1005, price: 90000 }, -1111, 'Precision is over the maximum defined for this asset.'],
    [
      'too small a notional',
      { quantity: 0.001, price: 90000 },
      -4164,
      "Order's notional must be no smaller than 100 (unless you choose reduce only).",
    ],
    ['a reduceOnly order without a position', { quantity: 0.1, price: 90000, reduceOnly: 'true' }, -2022, 'ReduceOnly Order is rejected.'],
    ['more than the margin bears', { quantity: 500, price: 100000 }, -2019, 'Margin is insufficient.'],
    ['a client id with a #', { quantity: 0.1, price: 90000, newClientOrderId: 'a#b' }, -1100, expect.stringContaining('newClientOrderId')],
  ])('%s', async (_what, { quantity, price, ...more }, code, message) => {
    const error = await refusal(() => limit('BUY', quantity, price, more));
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ code, message });
  });

  it('a client id with a space for its signature: the connector signs %20 and sends + (its own mistake)', async () => {
    expect(await refusal(() => limit('BUY', 0.1, 90000, { newClientOrderId: 'a b' }))).toMatchObject({ code: -1022 });
  });

  it('an unknown symbol, an unknown order, an open client id twice, a post-only order that would take', async () => {
    expect(await refusal(() => client.restAPI.orderBook({ symbol: 'NOPEUSDT' }))).toMatchObject({ code: -1121 });
    expect(await refusal(() => client.restAPI.queryOrder({ symbol, orderId: 1 }))).toMatchObject({ code: -2013 });
    expect(await refusal(() => client.restAPI.cancelOrder({ symbol, orderId: 1 }))).toMatchObject({ code: -2011 });
    await limit('BUY', 0.1, 90000, { newClientOrderId: 'twice' });
    expect(await refusal(() => limit('BUY', 0.1, 90000, { newClientOrderId: 'twice' }))).toMatchObject({ code: -4116 });
    expect(await refusal(() => limit('BUY', 0.1, 100001, { timeInForce: 'GTX' }))).toMatchObject({ code: -5022 });
    expect(await refusal(() => limit('BUY', 4, 100001, { timeInForce: 'FOK' }))).toMatchObject({ code: -5021 });
    await client.restAPI.cancelAllOpenOrders({ symbol });
  });

  it('a conditional type on the plain path', async () => {
    expect(await refusal(() => market('BUY', 0.1, { type: 'STOP_MARKET', stopPrice: 120000 }))).toMatchObject({ code: -4120 });
  });

  it('a wrong key, a wrong secret, a clock that is off', async () => {
    const { apiKey, secret } = venues.keys.binance;
    const stranger = clientWith({ apiKey: `${apiKey.slice(1)}x`, apiSecret: secret });
    const error = await refusal(() => stranger.restAPI.accountInformationV3());
    expect(error).toBeInstanceOf(UnauthorizedError);
    expect(error).toMatchObject({ code: -2015 });
    const forger = clientWith({ apiKey, apiSecret: 'wrong' });
    expect(await refusal(() => forger.restAPI.accountInformationV3())).toMatchObject({ code: -1022 });
    await venues.control('/clock', { venue: 'binance', offsetMs: 20_000 });
    expect(await refusal(() => client.restAPI.accountInformationV3())).toMatchObject({ code: -1021 });
    await venues.control('/clock', { venue: 'binance', offsetMs: 0 });
  });

  it('requests beyond the quota, a ban, a venue that is down', async () => {
    await venues.fault('binance', 'GET', '/fapi/v1/time', 'rateLimited');
    expect(await refusal(() => client.restAPI.checkServerTime())).toBeInstanceOf(TooManyRequestsError);
    await venues.fault('binance', 'GET', '/fapi/v1/time', 'banned');
    const ban = await refusal(() => client.restAPI.checkServerTime());
    expect(ban).toBeInstanceOf(RateLimitBanError);
    expect(ban).toMatchObject({ code: -1003, message: expect.stringContaining('banned until') });
    await venues.clearFaults();
    await venues.fault('binance', 'GET', '/fapi/v1/time', 'errorBefore');
    expect(await refusal(() => client.restAPI.checkServerTime())).toBeInstanceOf(ServerError);
  });
});

describe('streams', () => {
  it('brings books, tickers, trades and mark prices', async () => {
    const streams = await client.websocketStreams.connect();
    const heard = new Heard<{ e?: string; s?: string }>();
    const wanted = [
      streams.individualSymbolBookTickerStreams({ symbol: 'btcusdt' }),
      streams.diffBookDepthStreams({ symbol: 'btcusdt' }),
      streams.individualSymbolMiniTickerStream({ symbol: 'btcusdt' }),
      streams.markPriceStream({ symbol: 'btcusdt' }),
      streams.aggregateTradeStreams({ symbol: 'btcusdt' }),
    ];
    for (const stream of wanted) stream.on('message', heard.push as (data: unknown) => void);
    const others = repeat(() => venues.control('/external-order', { venue: 'binance', symbol, side: 'buy', quantity: '0.01' }));
    for (const name of ['bookTicker', 'depthUpdate', '24hrMiniTicker', 'markPriceUpdate', 'aggTrade']) {
      expect(await heard.next(name, ({ e }) => e === name)).toMatchObject({ s: symbol });
    }
    await others.stop();
    await streams.disconnect();
  });

  it('tells of own orders and of the account', async () => {
    const { listenKey } = await (await client.restAPI.startUserDataStream()).data();
    const streams = await client.websocketStreams.connect();
    const heard = new Heard<Record<string, unknown>>();
    streams.userData(String(listenKey)).on('message', heard.push as (data: unknown) => void);
    const placing = repeat(async () => {
      await limit('BUY', 0.1, 90000);
      await client.restAPI.cancelAllOpenOrders({ symbol });
    });
    await heard.next('the order stream', ({ e }) => e === 'ORDER_TRADE_UPDATE');
    await placing.stop();
    await market('SELL', 0.1, { newClientOrderId: 'connector-seen' });
    const filled = await heard.next(
      'the fill',
      ({ e, o }) => e === 'ORDER_TRADE_UPDATE' && (o as { X: string; c: string }).c === 'connector-seen' && (o as { X: string }).X === 'FILLED',
    );
    expect(filled['o']).toMatchObject({ s: symbol, S: 'SELL', z: '0.100', x: 'TRADE' });
    await heard.next('the account', ({ e }) => e === 'ACCOUNT_UPDATE');
    await client.restAPI.keepaliveUserDataStream();
    await client.restAPI.closeUserDataStream();
    await streams.disconnect();
    await market('BUY', 0.1, { reduceOnly: 'true' });
  });
});

describe('the trading socket', () => {
  it('places, queries, amends and cancels', async () => {
    const socket = await client.websocketAPI.connect();
    const placed = await socket.newOrder({
      symbol,
      side: 'BUY' as never,
      type: 'LIMIT' as never,
      timeInForce: 'GTC' as never,
      quantity: 0.1,
      price: 90000,
      newClientOrderId: 'connector-ws',
    });
    expect(placed.data).toMatchObject({ status: 'NEW', clientOrderId: 'connector-ws' });
    expect((await socket.queryOrder({ symbol, origClientOrderId: 'connector-ws' })).data).toMatchObject({ status: 'NEW' });
    expect(
      (await socket.modifyOrder({ symbol, side: 'BUY' as never, quantity: 0.2, price: 91000, origClientOrderId: 'connector-ws' })).data,
    ).toMatchObject({ origQty: '0.200' });
    expect((await socket.cancelOrder({ symbol, origClientOrderId: 'connector-ws' })).data).toMatchObject({ status: 'CANCELED' });
    expect(await refusal(() => socket.queryOrder({ symbol, orderId: 1 }))).toMatchObject({ code: -2013 });
    await socket.disconnect();
  });
});

it('asks for nothing that the simulated venue lacks', async () => {
  expect((await venues.ledger()).unhandled).toEqual([]);
});
