/**
 * ccxt's own class for USD-M futures, whole, with its own URLs: every unified method that the console or its user may
 * call, and every watch, with the values that ccxt makes of the venue's answers. Some of them are traps; they are named so.
 */
import ccxt from 'ccxt';
import { describe, expect, it } from 'vitest';
import { until } from '../kit/until.ts';
import { byClientId, client, clientWith, freshId, limit, market, none, setBook, symbol, venues, tradeAt101001 } from './kit/ccxt-binance.ts';
import { refusal } from './kit/venues.ts';

describe('reading', () => {
  it('loadMarkets: the filters drive precision and limits, and nothing but exchangeInfo is asked', async () => {
    const found = client.market(symbol);
    expect(found).toMatchObject({ id: 'BTCUSDT', contractSize: 1, linear: true, taker: 0.0005, maker: 0.0002 });
    expect(found.precision).toMatchObject({ price: 0.1, amount: 0.001 });
    expect(found.limits.cost?.min).toBe(100);
    const { requests } = await venues.ledger();
    expect(requests.filter(({ path }) => path.startsWith('/sapi/')).map(({ path }) => path)).toEqual([]);
  });

  it('fetchBalance: free is available, total has the unrealized profit in it', async () => {
    const { USDT } = await client.fetchBalance();
    expect(USDT).toMatchObject({ used: 0 });
    expect(USDT?.free).toBe(USDT?.total);
  });

  it('fetchTicker without bid and ask, fetchBidsAsks with them', async () => {
    expect(await client.fetchTicker(symbol)).toMatchObject({ symbol, bid: undefined, ask: undefined, last: expect.any(Number) });
    expect((await client.fetchBidsAsks([symbol]))[symbol]).toMatchObject({ bid: 100_000, bidVolume: 2, ask: 100_001, askVolume: 2 });
  });

  it('fetchOrderBook, fetchFundingRate, fetchTradingFee', async () => {
    const book = await client.fetchOrderBook(symbol, 5);
    expect(book.bids[0]).toEqual([100_000, 2]);
    expect(book.nonce).toEqual(expect.any(Number));
    const funding = await client.fetchFundingRate(symbol);
    expect(funding).toMatchObject({ symbol, fundingRate: expect.any(Number), markPrice: expect.any(Number), indexPrice: expect.any(Number) });
    expect((funding.fundingTimestamp ?? 0) % 28_800_000).toBe(0);
    expect(await client.fetchTradingFee(symbol)).toMatchObject({ maker: 0.0002, taker: 0.0005 });
  });

  it('loadTimeDifference follows the clock of the venue', async () => {
    await venues.control('/clock', { venue: 'binance', offsetMs: -30_000 });
    expect(await refusal(() => client.fetchBalance())).toBeInstanceOf(ccxt.InvalidNonce);
    await client.loadTimeDifference();
    await client.fetchBalance();
    await venues.control('/clock', { venue: 'binance', offsetMs: 0 });
    await client.loadTimeDifference();
    expect(Math.abs(Number(client.options['timeDifference']))).toBeLessThan(1000);
  });

  it('every answer tells the weight used and, to an order, how many there were', async () => {
    await limit('buy', 0.01, 90_000);
    expect(Number(client.last_response_headers?.['X-Mbx-Used-Weight-1m'])).toBeGreaterThan(0);
    expect(Number(client.last_response_headers?.['X-Mbx-Order-Count-10s'])).toBeGreaterThan(0);
    expect(Number(client.last_response_headers?.['X-Mbx-Order-Count-1m'])).toBeGreaterThan(0);
  });
});

describe('settings', () => {
  it('setLeverage, setMarginMode: the mode that is set already throws (trap)', async () => {
    expect(await client.setLeverage(10, symbol)).toMatchObject({ leverage: 10, symbol: 'BTCUSDT' });
    await client.setMarginMode('isolated', symbol);
    const again = await refusal(() => client.setMarginMode('isolated', symbol));
    expect(again).toBeInstanceOf(ccxt.MarginModeAlreadySet);
    expect(again).toMatchObject({ message: expect.stringContaining('-4046') });
    client.options['setMarginMode'] = { throwMarginModeAlreadySet: false };
    await client.setMarginMode('isolated', symbol);
    client.options['setMarginMode'] = { throwMarginModeAlreadySet: true };
    await client.setMarginMode('cross', symbol);
  });

  it('setPositionMode, fetchPositionMode: the mode that is set already throws too (trap)', async () => {
    expect(await client.fetchPositionMode(symbol)).toMatchObject({ hedged: false });
    const again = await refusal(() => client.setPositionMode(false, symbol));
    expect(again).toBeInstanceOf(ccxt.OperationRejected);
    expect(again).toMatchObject({ message: expect.stringContaining('-4059') });
  });

  it('the dead man’s switch through the implicit method', async () => {
    await limit('buy', 0.01, 90_000);
    await client.fapiPrivatePostCountdownCancelAll({ symbol: 'BTCUSDT', countdownTime: 300 });
    await expect.poll(async () => (await client.fetchOpenOrders(symbol)).length, { timeout: 10_000 }).toBe(0);
  });
});

describe('more of the account', () => {
  it('hedge mode: both sides at once; reduceOnly turns the side', async () => {
    await client.setPositionMode(true, symbol);
    expect(await client.fetchPositionMode(symbol)).toMatchObject({ hedged: true });
    expect(await refusal(() => market('sell', 0.01))).toMatchObject({ message: expect.stringContaining('"code":-4061,') });
    const hedged = true;
    await market('sell', 0.02, { hedged });
    await market('buy', 0.01, { hedged });
    const positions = await client.fetchPositions([symbol]);
    expect(positions.map(({ side, contracts, hedged: own }) => [side, contracts, own]).sort()).toEqual([
      ['long', 0.01, true],
      ['short', 0.02, true],
    ]);
    expect(await refusal(() => client.setPositionMode(false, symbol))).toMatchObject({ message: expect.stringContaining('"code":-4068,') });
    await market('buy', 0.02, { hedged, reduceOnly: true });
    await market('sell', 0.01, { hedged, reduceOnly: true });
    expect(await client.fetchPositions([symbol])).toEqual([]);
    await client.setPositionMode(false, symbol);
  });

  it('margin of an isolated position, its settings, leverage and margin modes', async () => {
    await client.setMarginMode('isolated', symbol);
    await client.setLeverage(5, symbol);
    expect(await client.fetchLeverage(symbol)).toMatchObject({ symbol, marginMode: 'isolated', longLeverage: 5, shortLeverage: 5 });
    expect(await client.fetchMarginMode(symbol)).toMatchObject({ symbol, marginMode: 'isolated' });
    await market('sell', 0.05);
    expect(await client.addMargin(symbol, 100)).toMatchObject({ type: 'add', amount: 100 });
    expect(await client.reduceMargin(symbol, 50)).toMatchObject({ type: 'reduce', amount: 50 });
    const [position] = await client.fetchPositions([symbol]);
    expect(position).toMatchObject({ marginMode: 'isolated' });
    expect(position?.liquidationPrice).toBeGreaterThan(100_000);
    expect(await refusal(() => client.setMarginMode('cross', symbol))).toMatchObject({ message: expect.stringContaining('"code":-4048,') });
    await market('buy', 0.05, { reduceOnly: true });
    await client.setMarginMode('cross', symbol);
  });

  it('what funding and fees took, and what the key may do', async () => {
    await market('sell', 0.05);
    await venues.control('/funding', { symbol: 'BTCUSDT', rate: '0.0001' });
    const [funding] = await client.fetchFundingHistory(symbol);
    expect(funding?.amount).toBeGreaterThan(0.49);
    expect((await client.fetchLedger('USDT')).map(({ type }) => type)).toEqual(expect.arrayContaining(['fee']));
    expect(await client.sapiGetAccountApiRestrictions()).toMatchObject({ enableWithdrawals: false, enableFutures: true });
  });
});

describe('orders', () => {
  it('a market order is final in its own answer; fees are in the trades only', async () => {
    const clientOrderId = freshId();
    const sold = await market('sell', 3, { newClientOrderId: clientOrderId });
    expect(sold).toMatchObject({ status: 'closed', type: 'market', side: 'sell', filled: 3, remaining: 0, clientOrderId });
    const found = await byClientId(clientOrderId);
    expect(found).toMatchObject({ id: sold.id, status: 'closed', average: 99_999.66667, cost: 299_999 });
    expect(found.fee?.cost).toBeUndefined();
    const trades = await client.fetchMyTrades(symbol, undefined, undefined, { orderId: sold.id });
    expect(trades.map(({ price, amount }) => [price, amount])).toEqual([
      [100_000, 2],
      [99_999, 1],
    ]);
    expect(trades.map(({ fee }) => fee)).toEqual([
      { cost: 100, currency: 'USDT' },
      { cost: 49.9995, currency: 'USDT' },
    ]);
  });

  it('fetchPositions: absolute size, the side from the sign, no leverage (trap); none when flat', async () => {
    await market('sell', 0.5);
    const [position] = await client.fetchPositions([symbol]);
    expect(position).toMatchObject({ symbol, contracts: 0.5, side: 'short', marginMode: 'cross', leverage: undefined, entryPrice: 100_000 });
    await market('buy', 0.5, { reduceOnly: true });
    expect(await client.fetchPositions([symbol])).toEqual([]);
  });

  it('test:true is dropped and the order is real (trap); the raw path checks only', async () => {
    await limit('buy', 0.01, 90_000, { test: true });
    expect(await client.fetchOpenOrders(symbol)).toHaveLength(1);
    await client.fapiPrivatePostOrderTest({ symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.01' });
    expect((await venues.ledger()).requests.at(-1)).toMatchObject({ path: '/fapi/v1/order/test', status: 200 });
    expect(await client.fetchOpenOrders(symbol)).toHaveLength(1);
  });

  it('a limit order rests, is found and canceled by either id; quantity is cut, price rounded (trap)', async () => {
    const clientOrderId = freshId();
    const placed = await limit('buy', 0.0129, 90_000.17, { newClientOrderId: clientOrderId });
    expect(placed).toMatchObject({ status: 'open', amount: 0.012, price: 90_000.2, filled: 0, timeInForce: 'GTC', clientOrderId });
    expect((await client.fetchOrder(String(placed.id), symbol)).clientOrderId).toBe(clientOrderId);
    expect(await client.cancelOrder(String(placed.id), symbol)).toMatchObject({ status: 'canceled' });
    for (const name of ['origClientOrderId', 'clientOrderId']) {
      const own = freshId();
      await limit('buy', 0.01, 90_000, { clientOrderId: own });
      await client.cancelOrder(none, symbol, { [name]: own });
      expect(await byClientId(own)).toMatchObject({ status: 'canceled' });
    }
    const before = (await venues.ledger()).requests.length;
    expect(await refusal(() => limit('buy', 0.0001, 90_000))).toBeInstanceOf(ccxt.InvalidOrder);
    expect((await venues.ledger()).requests).toHaveLength(before);
  });

  it('IOC ends expired with fills (trap), FOK and post-only are refused', async () => {
    const ioc = await limit('buy', 3, 100_001, { timeInForce: 'IOC' });
    expect(ioc).toMatchObject({ status: 'expired', filled: 2, remaining: 1 });
    await setBook();
    expect(await refusal(() => limit('buy', 4, 100_001, { timeInForce: 'FOK' }))).toBeInstanceOf(ccxt.OrderNotFillable);
    expect(await refusal(() => limit('buy', 0.01, 100_001, { postOnly: true }))).toBeInstanceOf(ccxt.OrderNotFillable);
    expect(await limit('buy', 0.01, 100_000, { postOnly: true })).toMatchObject({ status: 'open', postOnly: true, timeInForce: 'PO' });
  });

  it('fetchOpenOrders warns without a symbol; cancelAllOrders clears', async () => {
    await limit('buy', 0.01, 90_000);
    expect(await refusal(() => client.fetchOpenOrders())).toBeInstanceOf(ccxt.ExchangeError);
    expect(await client.fetchOpenOrders(symbol)).toHaveLength(1);
    await client.cancelAllOrders(symbol);
    expect(await client.fetchOpenOrders(symbol)).toEqual([]);
    expect(await client.fetchOrders(symbol)).toContainEqual(expect.objectContaining({ status: 'canceled' }));
  });

  it('editOrder amends in place', async () => {
    const placed = await limit('buy', 0.01, 90_000);
    const amended = await client.editOrder(String(placed.id), symbol, 'limit', 'buy', 0.02, 91_000);
    expect(amended).toMatchObject({ id: placed.id, status: 'open', amount: 0.02, price: 91_000 });
  });

  it('createOrders answers each one by itself', async () => {
    const order = { symbol, type: 'limit', side: 'buy', amount: 0.01 } as const;
    const answers = await client.createOrders([
      { ...order, price: 90_000 },
      { ...order, price: 91_000 },
    ]);
    expect(answers.map(({ status, price }) => [status, price])).toEqual([
      ['open', 90_000],
      ['open', 91_000],
    ]);
  });

  it('candles and funding history', async () => {
    const candles = await client.fetchOHLCV(symbol, '1m', undefined, 10);
    expect(candles).toHaveLength(10);
    for (const [at] of candles) expect(Number(at) % 60_000).toBe(0);
    expect(await client.fetchFundingRateHistory(symbol, undefined, 3)).toContainEqual(
      expect.objectContaining({ symbol, fundingRate: expect.any(Number) }),
    );
  });
});

describe('conditional orders', () => {
  const stop = (more: object = {}) =>
    client.createOrder(symbol, 'STOP_MARKET', 'buy', 0.01, undefined, { triggerPrice: 120_000, reduceOnly: true, ...more });

  it('live in a namespace of their own: trigger:true finds, lists and cancels them, and nothing else does (trap)', async () => {
    await market('sell', 0.05);
    const clientOrderId = freshId();
    const placed = await stop({ clientOrderId });
    expect(placed).toMatchObject({ status: 'open', clientOrderId, triggerPrice: 120_000, reduceOnly: true });
    expect(await client.fetchOpenOrders(symbol)).toEqual([]);
    await client.cancelAllOrders(symbol);
    const listed = await client.fetchOpenOrders(symbol, undefined, undefined, { trigger: true });
    expect(listed.map(({ id }) => id)).toEqual([placed.id]);
    expect(await client.fetchOrder(String(placed.id), symbol, { trigger: true })).toMatchObject({ status: 'open', clientOrderId });
    expect(await refusal(() => client.fetchOrder(String(placed.id), symbol))).toBeInstanceOf(ccxt.OrderNotFound);
    // The answer to a cancel has the id and no status.
    expect(await client.cancelOrder(String(placed.id), symbol, { trigger: true })).toMatchObject({ id: placed.id, status: undefined });
    await stop();
    await client.cancelAllOrders(symbol, { trigger: true });
    expect(await client.fetchOpenOrders(symbol, undefined, undefined, { trigger: true })).toEqual([]);
  });

  it('of each kind; a trailing stop wants its rate', async () => {
    await market('sell', 0.05);
    const reduceOnly = true;
    const kinds = [
      await client.createOrder(symbol, 'market', 'buy', 0.01, undefined, { stopLossPrice: 120_000, reduceOnly }),
      await client.createOrder(symbol, 'market', 'buy', 0.01, undefined, { takeProfitPrice: 80_000, reduceOnly }),
      await client.createOrder(symbol, 'limit', 'buy', 0.01, 121_000, { stopLossPrice: 120_000, reduceOnly }),
      await client.createOrder(symbol, 'limit', 'buy', 0.01, 79_000, { takeProfitPrice: 80_000, reduceOnly }),
      await client.createOrder(symbol, 'TRAILING_STOP_MARKET', 'buy', 0.01, undefined, { trailingPercent: 1, reduceOnly }),
    ];
    expect(kinds.map(({ info }) => info['orderType'])).toEqual(['STOP_MARKET', 'TAKE_PROFIT_MARKET', 'STOP', 'TAKE_PROFIT', 'TRAILING_STOP_MARKET']);
    expect(await refusal(() => client.createOrder(symbol, 'TRAILING_STOP_MARKET', 'buy', 0.01, undefined, { reduceOnly }))).toBeInstanceOf(
      ccxt.InvalidOrder,
    );
    await client.cancelAllOrders(symbol, { trigger: true });
  });

  it('are closed with nothing filled once triggered, by REST (trap); the actual order has the fills', async () => {
    await market('sell', 0.05);
    const placed = await stop({ triggerPrice: 101_000 });
    await tradeAt101001();
    const triggered = await until(
      'the trigger',
      async () => {
        const order = await client.fetchOrder(String(placed.id), symbol, { trigger: true });
        return order.info['algoStatus'] === 'FINISHED' ? order : undefined;
      },
      10_000,
    );
    expect(triggered).toMatchObject({ status: 'closed', filled: 0 });
    const actual = await client.fetchOrder(String(triggered.info['actualOrderId']), symbol);
    expect(actual).toMatchObject({ status: 'closed', filled: 0.01, side: 'buy', reduceOnly: true });
  });
});

describe('what the venue refuses, as ccxt has it', () => {
  const coded = (code: number): unknown => expect.stringContaining(`"code":${code},`);
  it.each([
    [-2019, ccxt.InsufficientFunds, () => limit('sell', 110, 100_001)],
    [-4164, ccxt.InvalidOrder, () => limit('buy', 0.001, 90_000)],
    [-2022, ccxt.InvalidOrder, () => limit('buy', 0.01, 90_000, { reduceOnly: true })],
    [-2013, ccxt.OrderNotFound, () => client.fetchOrder('1', symbol)],
    [-2011, ccxt.OrderNotFound, () => client.cancelOrder('1', symbol)],
    [-4003, ccxt.BadRequest, () => client.fapiPrivatePostOrder({ symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0' })],
    [
      -4014,
      ccxt.BadRequest,
      () => client.fapiPrivatePostOrder({ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.01', price: '90000.05' }),
    ],
    [-1111, ccxt.BadRequest, () => client.fapiPrivatePostOrder({ symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.01234' })],
    [-1102, ccxt.BadRequest, () => client.fapiPrivatePostOrder({ symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET' })],
    [-1116, ccxt.BadRequest, () => client.fapiPrivatePostOrder({ symbol: 'BTCUSDT', side: 'BUY', type: 'WISH', quantity: '0.01' })],
    [
      -4120,
      ccxt.ExchangeError,
      () => client.fapiPrivatePostOrder({ symbol: 'BTCUSDT', side: 'BUY', type: 'STOP_MARKET', stopPrice: '120000', quantity: '0.01' }),
    ],
    [-1121, ccxt.BadSymbol, () => client.fapiPublicGetDepth({ symbol: 'NOPEUSDT' })],
    [-4061, ccxt.OperationRejected, () => market('buy', 0.01, { hedged: true })],
  ] as const)('%i', async (code, kind, call) => {
    const error = await refusal(call as () => Promise<unknown>);
    expect(error).toMatchObject({ message: coded(code) });
    expect((error as Error).constructor.name).toBe(kind.name);
  });

  it('a client id that is open already: the earlier order is, and this one is not (trap)', async () => {
    const newClientOrderId = freshId();
    await limit('buy', 0.01, 90_000, { newClientOrderId });
    const error = await refusal(() => limit('buy', 0.01, 90_000, { newClientOrderId }));
    expect(error).toBeInstanceOf(ccxt.InvalidOrder);
    expect(error).toMatchObject({ message: coded(-4116) });
    await client.cancelAllOrders(symbol);
    expect(await limit('buy', 0.01, 90_000, { newClientOrderId })).toMatchObject({ status: 'open' });
  });

  it('keys and signatures', async () => {
    const { apiKey, secret } = venues.keys.binance;
    for (const [keys, code] of [
      [{ apiKey: `${apiKey.slice(1)}x`, secret }, -2015],
      [{ apiKey: 'no-key', secret }, -2014],
      [{ apiKey, secret: 'wrong' }, -1022],
    ] as const) {
      const stranger = clientWith(keys);
      const error = await refusal(() => stranger.fapiPrivateV3GetAccount());
      expect(error).toMatchObject({ message: coded(code) });
      expect((error as Error).constructor).toBe(ccxt.AuthenticationError);
    }
  });

  it('on other URLs than its own, ccxt knows fewer codes (trap)', async () => {
    const versions = (name: string) =>
      Object.fromEntries(['', 'V2', 'V3'].map((suffix, index) => [`${name}${suffix}`, `${venues.binance}/fapi/v${index + 1}`]));
    const elsewhere = new ccxt.pro.binanceusdm({
      ...venues.keys.binance,
      enableRateLimit: false,
      options: { fetchCurrencies: false },
      urls: { api: { ...versions('fapiPublic'), ...versions('fapiPrivate') } },
    });
    const error = await refusal(() => elsewhere.createOrder(symbol, 'limit', 'sell', 110, 100_001));
    expect(error).toMatchObject({ message: coded(-2019) });
    expect((error as Error).constructor).toBe(ccxt.ExchangeError);
  });

  it('quota, ban and trouble between client and exchange', async () => {
    for (const [kind, thrown] of [
      ['rateLimited', ccxt.DDoSProtection],
      ['banned', ccxt.DDoSProtection],
      ['errorBefore', ccxt.ExchangeNotAvailable],
      ['errorAfter', ccxt.OperationFailed],
      ['clockError', ccxt.InvalidNonce],
      ['reset', ccxt.NetworkError],
    ] as const) {
      await venues.fault('binance', 'POST', '/fapi/v1/order', kind);
      const error = await refusal(() => limit('buy', 0.01, 90_000));
      expect(error, kind).toBeInstanceOf(thrown);
      await venues.clearFaults();
    }
  });

  it('a page of HTML is no class of ccxt, an empty object an order without an id (trap)', async () => {
    await venues.fault('binance', 'POST', '/fapi/v1/order', 'htmlBody', { status: 200 });
    const error = await refusal(() => limit('buy', 0.01, 90_000));
    expect(error).toBeInstanceOf(TypeError);
    expect(error).not.toBeInstanceOf(ccxt.BaseError);
    await venues.clearFaults();
    await venues.fault('binance', 'POST', '/fapi/v1/order', 'emptyObject');
    expect((await limit('buy', 0.01, 90_000)).id).toBeUndefined();
  });
});

it('asks for nothing that the simulated venue lacks', async () => {
  expect((await venues.ledger()).unhandled).toEqual([]);
});
