/**
 * ccxt's own class for Upbit, whole, with its own URLs: every unified method that the console or its user may call, and
 * every watch, with the values that ccxt makes of the venue's answers. Some of them are traps; they are named so.
 */
import ccxt from 'ccxt';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { refusal, repeat, startVenues, type Venues } from './kit/venues.ts';

const symbol = 'BTC/KRW';
/** ccxt takes no value where its own signature wants one. */
const none = undefined as never;

type Client = InstanceType<typeof ccxt.pro.upbit>;

let venues: Venues;
let client: Client;
let made = 0;
const freshId = (): string => `tour-${made++}`;

const clientWith = (keys: { apiKey: string; secret: string }): Client => new ccxt.pro.upbit(keys);

/** One bid of 0.5 at 160,000,000 and one ask of 0.5 at 160,100,000, much more a step away. */
const setBook = () =>
  venues.control('/market', {
    venue: 'upbit',
    symbol: 'KRW-BTC',
    bids: [
      ['160000000', '0.5'],
      ['159999000', '20'],
    ],
    asks: [
      ['160100000', '0.5'],
      ['160101000', '20'],
    ],
  });

beforeAll(async () => {
  venues = await startVenues();
  client = clientWith({ apiKey: venues.keys.upbit.accessKey, secret: venues.keys.upbit.secretKey });
  await client.loadMarkets();
});
afterAll(async () => {
  await client.close();
  await venues.close();
});
beforeEach(setBook);
afterEach(() => venues.clearFaults());

const marketBuy = (cost: number, more: object = {}) => client.createOrder(symbol, 'market', 'buy', none, undefined, { cost, ...more });
const limitBuy = (amount: number, price: number, more: object = {}) => client.createOrder(symbol, 'limit', 'buy', amount, price, more);
const byIdentifier = (identifier: string) => client.fetchOrder(none, undefined, { identifier });

describe('reading', () => {
  it('loadMarkets: no ticks of the KRW market, all active', () => {
    expect(client.market(symbol)).toMatchObject({ id: 'KRW-BTC', base: 'BTC', quote: 'KRW', taker: 0.0005, maker: 0.0005, active: true });
    expect(client.market(symbol).precision).toMatchObject({ price: 1e-8, amount: 1e-8 });
  });

  it('fetchBalance: free is balance, used is locked', async () => {
    const order = await limitBuy(0.001, 100_000_000);
    const { KRW } = await client.fetchBalance();
    expect(KRW).toEqual({ free: 999_899_950, used: 100_050, total: 1_000_000_000 });
    await client.cancelOrder(String(order.id));
    expect((await client.fetchBalance())['KRW']).toEqual({ free: 1_000_000_000, used: 0, total: 1_000_000_000 });
  });

  it('fetchTicker, fetchTickers: numbers, no bid and ask, the time of the last trade', async () => {
    const ticker = await client.fetchTicker(symbol);
    expect(ticker).toMatchObject({ symbol, bid: undefined, ask: undefined, last: expect.any(Number), timestamp: ticker.info['trade_timestamp'] });
    expect(ticker.percentage).toBeCloseTo(Number(ticker.info['signed_change_rate']) * 100, 9);
    expect(Object.keys(await client.fetchTickers([symbol, 'USDT/KRW'])).sort()).toEqual([symbol, 'USDT/KRW']);
    expect(Object.keys(await client.fetchTickers())).toEqual(expect.arrayContaining([symbol, 'ETH/KRW', 'USDT/KRW']));
  });

  it('fetchOrderBook: floats, no nonce', async () => {
    const book = await client.fetchOrderBook(symbol, 5);
    expect(book.bids.slice(0, 2)).toEqual([
      [160_000_000, 0.5],
      [159_999_000, 20],
    ]);
    expect(book.asks[0]).toEqual([160_100_000, 0.5]);
    expect(book.nonce).toBeUndefined();
  });

  it('fetchTradingFee, and the tick through the implicit method', async () => {
    expect(await client.fetchTradingFee(symbol)).toMatchObject({ maker: 0.0005, taker: 0.0005 });
    expect(await client.publicGetOrderbookInstruments({ markets: 'KRW-BTC' })).toMatchObject([{ market: 'KRW-BTC', tick_size: '1000' }]);
  });

  it('every answer tells what is left of the quota', async () => {
    await client.fetchBalance();
    expect(client.last_response_headers?.['Remaining-Req']).toMatch(/^group=default; min=\d+; sec=\d+$/);
  });
});

describe('orders', () => {
  it('a market buy by cost ends canceled with fills, and its own answer tells nothing of them (trap)', async () => {
    const identifier = freshId();
    const placed = await marketBuy(6000.4, { clientOrderId: identifier });
    expect(placed).toMatchObject({ status: 'open', filled: 0, cost: 6000.4 });
    expect(placed.info).toMatchObject({ ord_type: 'price', side: 'bid', price: '6000.4', identifier, volume: null });
    const found = await client.fetchOrder(String(placed.id));
    expect(found).toMatchObject({ status: 'canceled', type: 'market', side: 'buy', average: 160_100_000, amount: undefined, remaining: undefined });
    expect(found.cost).toBe(Number(found.info['trades'][0].funds));
    expect(found.filled).toBe(Number(found.info['executed_volume']));
    expect(found.fee?.cost).toBe(found.info['paid_fee']);
    expect(found).toMatchObject({ fees: [{ cost: Number(found.info['paid_fee']), currency: 'KRW' }] });
    expect((await byIdentifier(identifier)).id).toBe(placed.id);
  });

  it('createMarketBuyOrderWithCost; the lists, which have no trades, give a wrong cost (trap)', async () => {
    const { id } = await client.createMarketBuyOrderWithCost(symbol, 7000.4);
    const listed = (await client.fetchCanceledOrders(symbol)).find((order) => order.id === id);
    expect(listed).toMatchObject({ status: 'canceled', cost: 7000.4 });
    const real = await client.fetchOrder(String(id));
    expect(Number(listed?.info['executed_funds'])).toBe(real.cost);
    expect(real.cost).toBeLessThan(7000.4);
  });

  it('a market sell cuts the volume at eight places and ends closed', async () => {
    await marketBuy(1_000_000);
    const { id } = await client.createOrder(symbol, 'market', 'sell', 0.00123456789);
    const sold = await client.fetchOrder(String(id));
    expect(sold).toMatchObject({ status: 'closed', type: 'market', side: 'sell', filled: 0.00123456, average: 160_000_000 });
    expect(sold.info).toMatchObject({ ord_type: 'market', volume: '0.00123456', price: null });
    expect(await client.fetchClosedOrders(symbol, Date.now() - 3_600_000, 10, { until: Date.now() + 60_000 })).toContainEqual(
      expect.objectContaining({ id }),
    );
  });

  it('without cost, a price is wanted; with the option off the amount is the cost (trap)', async () => {
    expect(await refusal(() => client.createOrder(symbol, 'market', 'buy', 0.001))).toBeInstanceOf(ccxt.InvalidOrder);
    client.options['createMarketBuyOrderRequiresPrice'] = false;
    const error = await refusal(() => client.createOrder(symbol, 'market', 'buy', 0.001, 160_000_000));
    client.options['createMarketBuyOrderRequiresPrice'] = true;
    expect(error).toBeInstanceOf(ccxt.ExchangeError);
    expect(String(error)).toContain('under_min_total');
  });

  it('a limit order rests, is found, listed and canceled, by uuid and by identifier', async () => {
    const identifier = freshId();
    const placed = await limitBuy(0.001, 100_000_000, { clientOrderId: identifier });
    expect(placed).toMatchObject({ status: 'open', type: 'limit', price: 100_000_000, amount: 0.001, filled: 0, remaining: 0.001 });
    expect((await client.fetchOpenOrders(symbol, undefined, 50)).map(({ id }) => id)).toEqual([placed.id]);
    expect((await byIdentifier(identifier)).id).toBe(placed.id);
    expect((await client.privateGetOrder({ identifier }))['uuid']).toBe(placed.id);
    expect(await client.cancelOrder(String(placed.id))).toMatchObject({ id: placed.id });
    expect(await client.fetchOrder(String(placed.id))).toMatchObject({ status: 'canceled', filled: 0 });
    const second = freshId();
    await limitBuy(0.001, 100_000_000, { clientOrderId: second });
    await client.cancelOrder(none, undefined, { identifier: second });
    const third = freshId();
    await limitBuy(0.001, 100_000_000, { clientOrderId: third });
    await client.privateDeleteOrder({ identifier: third });
    expect(await client.fetchOpenOrders(symbol)).toEqual([]);
  });

  it('IOC, FOK and post-only; ccxt does not bring prices to the tick (trap)', async () => {
    const ioc = await limitBuy(0.6, 160_100_000, { timeInForce: 'IOC' });
    expect(await client.fetchOrder(String(ioc.id))).toMatchObject({ status: 'canceled', filled: 0.5, remaining: 0.1 });
    await setBook();
    const fok = await limitBuy(0.6, 160_100_000, { timeInForce: 'FOK' });
    expect(await client.fetchOrder(String(fok.id))).toMatchObject({ status: 'canceled', filled: 0 });
    const maker = await limitBuy(0.001, 160_000_000, { postOnly: true });
    expect(maker.info).toMatchObject({ time_in_force: 'post_only', state: 'wait' });
    await client.cancelOrder(String(maker.id));
    const error = await refusal(() => limitBuy(0.001, 100_000_123.456));
    expect(error).toBeInstanceOf(ccxt.ExchangeError);
    expect(String(error)).toContain('invalid_price_bid');
  });

  it('best orders; without trades the cost of a best buy is no cost at all (trap)', async () => {
    const bought = await client.createOrder(symbol, 'market', 'buy', none, undefined, { ordType: 'best', timeInForce: 'ioc', cost: 1_000_000 });
    expect(bought.info).toMatchObject({ ord_type: 'best', side: 'bid', price: '1000000', time_in_force: 'ioc' });
    expect((await client.fetchOrder(String(bought.id))).filled).toBeGreaterThan(0.006);
    const listed = (await client.fetchCanceledOrders(symbol)).find(({ id }) => id === bought.id);
    expect(listed?.cost).not.toBe(Number(listed?.info['executed_funds']));
    const sold = await client.createOrder(symbol, 'market', 'sell', 0.001, undefined, { ordType: 'best', timeInForce: 'fok' });
    expect(await client.fetchOrder(String(sold.id))).toMatchObject({ status: 'closed', filled: 0.001 });
  });

  it('test:true checks an order and makes none', async () => {
    const before = (await venues.ledger()).orders.length;
    await limitBuy(0.001, 100_000_000, { test: true });
    const { orders, requests } = await venues.ledger();
    expect(orders).toHaveLength(before);
    expect(requests.at(-1)).toMatchObject({ method: 'POST', path: '/v1/orders/test' });
  });

  it('editOrder cancels one and places another in one request', async () => {
    const first = await limitBuy(0.001, 100_000_000);
    const second = await client.editOrder(String(first.id), symbol, 'limit', 'buy', 0.002, 110_000_000, { newClientOrderId: freshId() });
    expect(String(second.id)).not.toBe(String(first.id));
    expect(await client.fetchOrder(String(first.id))).toMatchObject({ status: 'canceled' });
    const open = await client.fetchOpenOrders(symbol);
    expect(open).toHaveLength(1);
    expect(open[0]).toMatchObject({ price: 110_000_000, amount: 0.002 });
    await client.cancelOrder(String(open[0]?.id));
  });

  it('candles and trades', async () => {
    const candles = await client.fetchOHLCV(symbol, '1m', undefined, 10);
    expect(candles).toHaveLength(10);
    for (const [at, open, high, low] of candles) {
      expect(Number(at) % 60_000).toBe(0);
      expect(Number(low)).toBeLessThanOrEqual(Number(open));
      expect(Number(high)).toBeGreaterThanOrEqual(Number(open));
    }
    expect(await client.fetchTrades(symbol, undefined, 5)).toContainEqual(expect.objectContaining({ symbol, price: expect.any(Number) }));
  });
});

describe('what the venue refuses, as ccxt has it', () => {
  const error = (name: string): unknown => expect.stringContaining(`"name":"${name}"`);

  it('by its own class where ccxt knows the name', async () => {
    const bid = await refusal(() => marketBuy(999_999_000));
    expect(bid).toBeInstanceOf(ccxt.InsufficientFunds);
    expect(bid).toMatchObject({ message: error('insufficient_funds_bid') });
    const ask = await refusal(() => client.createOrder('ETH/KRW', 'market', 'sell', 1));
    expect(ask).toBeInstanceOf(ccxt.InsufficientFunds);
    expect(ask).toMatchObject({ message: error('insufficient_funds_ask') });
    expect(await refusal(() => client.fetchOrder('00000000-0000-4000-8000-000000000000'))).toBeInstanceOf(ccxt.OrderNotFound);
    const stranger = clientWith({ apiKey: 'stranger', secret: venues.keys.upbit.secretKey });
    expect(await refusal(() => stranger.fetchBalance())).toMatchObject({ message: error('invalid_access_key') });
    expect(await refusal(() => stranger.fetchBalance())).toBeInstanceOf(ccxt.AuthenticationError);
    const forger = clientWith({ apiKey: venues.keys.upbit.accessKey, secret: 'wrong' });
    expect(await refusal(() => forger.fetchBalance())).toMatchObject({ message: error('jwt_verification') });
    expect(await refusal(() => client.fetchWithdrawals('KRW'))).toBeInstanceOf(ccxt.PermissionDenied);
  });

  it('as plain ExchangeError where it does not (trap)', async () => {
    const identifier = freshId();
    await limitBuy(0.001, 100_000_000, { clientOrderId: identifier });
    const twice = await refusal(() => limitBuy(0.001, 100_000_000, { clientOrderId: identifier }));
    expect((twice as Error).constructor).toBe(ccxt.ExchangeError);
    expect(twice).toMatchObject({ message: error('duplicated_identifier') });
    await client.cancelOrder(none, undefined, { identifier });
    expect(await refusal(() => limitBuy(0.001, 100_000_000, { clientOrderId: identifier }))).toMatchObject({
      message: error('duplicated_identifier'),
    });
    for (const [call, name] of [
      [() => limitBuy(0.00001, 100_000_000), 'under_min_total_bid'],
      [() => limitBuy(0.001, 100_000_500), 'invalid_price_bid'],
    ] as const) {
      const thrown = await refusal(call);
      expect((thrown as Error).constructor).toBe(ccxt.ExchangeError);
      expect(thrown).toMatchObject({ message: error(name) });
    }
  });

  it('429, 418 and 500 look like a refusal of the order (trap)', async () => {
    for (const kind of ['rateLimited', 'banned', 'errorAfter']) {
      await venues.fault('upbit', 'GET', '/v1/accounts', kind);
      expect(((await refusal(() => client.fetchBalance())) as Error).constructor).toBe(ccxt.ExchangeError);
      await venues.clearFaults();
    }
  });

  it('a page of HTML: a class of its own with 502, no error at all with 200 (trap)', async () => {
    await venues.fault('upbit', 'GET', '/v1/accounts', 'htmlBody');
    expect(await refusal(() => client.fetchBalance())).toBeInstanceOf(ccxt.ExchangeNotAvailable);
    await venues.clearFaults();
    await venues.fault('upbit', 'POST', '/v1/orders', 'htmlBody', { status: 200 });
    expect((await limitBuy(0.001, 100_000_000)).id).toBeUndefined();
    for (const { id } of await client.fetchOpenOrders(symbol)) await client.cancelOrder(String(id));
  });

  it('an empty object is an order without an id and no error (trap)', async () => {
    await venues.fault('upbit', 'POST', '/v1/orders', 'emptyObject');
    expect((await limitBuy(0.001, 100_000_000)).id).toBeUndefined();
    for (const { id } of await client.fetchOpenOrders(symbol)) await client.cancelOrder(String(id));
  });
});

describe('watches', () => {
  it('watchTicker, watchOrderBook (15 of 30 levels) and watchTrades', async () => {
    expect(await client.watchTicker(symbol)).toMatchObject({ symbol, bid: undefined, last: expect.any(Number) });
    const book = await client.watchOrderBook(symbol);
    expect(book.bids[0]).toEqual([160_000_000, 0.5]);
    expect((await client.fetchOrderBook('ETH/KRW')).bids).toHaveLength(30);
    expect((await client.watchOrderBook('ETH/KRW')).bids).toHaveLength(15);
    const trades = client.watchTrades(symbol);
    const others = repeat(() => venues.control('/external-order', { venue: 'upbit', symbol: 'KRW-BTC', side: 'buy', quantity: '0.001' }));
    expect((await trades)[0]).toMatchObject({ symbol, price: expect.any(Number), amount: expect.any(Number) });
    await others.stop();
  });

  it('watchOrders: right money, but neither client id nor time (trap); watchMyTrades: the right fee; watchBalance', async () => {
    // ccxt opens one private connection for all three; nothing comes before something changes.
    const orders = client.watchOrders(symbol);
    const balance = client.watchBalance();
    const trades = client.watchMyTrades(symbol);
    const identifier = freshId();
    let round = 0;
    const buying = repeat(() => marketBuy(16_010.5, { clientOrderId: `${identifier}-${round++}` }));
    let last = (await orders).at(-1);
    while (last?.status !== 'canceled') last = (await client.watchOrders(symbol)).at(-1);
    expect(last).toMatchObject({ symbol, side: 'buy', type: 'price', average: 160_100_000, clientOrderId: undefined, timestamp: undefined });
    expect(last.info['identifier']).toMatch(new RegExp(`^${identifier}`));
    expect(last.cost).toBe(last.info['executed_funds']);
    expect(last.filled).toBe(last.info['executed_volume']);
    const [trade] = await trades;
    expect(trade?.fee).toEqual({ cost: trade?.info['trade_fee'], currency: 'KRW' });
    expect((await balance)['KRW']).toMatchObject({ free: expect.any(Number), used: expect.any(Number) });
    await buying.stop();
  });

  it('a refused token ends the watch with the upgrade', async () => {
    const stranger = clientWith({ apiKey: 'stranger', secret: 'wrong' });
    stranger.setMarkets(client.markets);
    expect(await refusal(() => stranger.watchOrders(symbol))).toBeInstanceOf(ccxt.NetworkError);
    await stranger.close();
  });
});

it('asks for nothing that the simulated venue lacks', async () => {
  expect((await venues.ledger()).unhandled).toEqual([]);
});
