/**
 * What ccxt makes of trouble between it and the venues: each is a case in which a caller must not take the class of an
 * error, or its absence, for what became of the order. The ledger of the simulated venue knows.
 */
import ccxt from 'ccxt';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../kit/until.ts';
import { refusal, repeat, startVenues, type Venues } from './kit/venues.ts';

const perp = 'BTC/USDT:USDT';
const spot = 'BTC/KRW';
const none = undefined as never;

type Binance = InstanceType<typeof ccxt.pro.binanceusdm>;
type Upbit = InstanceType<typeof ccxt.pro.upbit>;

let venues: Venues;
let binance: Binance;
let upbit: Upbit;
let made = 0;
const freshId = (): string => `trouble-${made++}`;

const newBinance = (more: object = {}): Binance =>
  new ccxt.pro.binanceusdm({ ...venues.keys.binance, enableRateLimit: false, timeout: 500, options: { fetchCurrencies: false }, ...more });
const newUpbit = (more: object = {}): Upbit =>
  new ccxt.pro.upbit({ apiKey: venues.keys.upbit.accessKey, secret: venues.keys.upbit.secretKey, timeout: 500, ...more });

beforeAll(async () => {
  venues = await startVenues();
  binance = newBinance();
  upbit = newUpbit();
  await Promise.all([binance.loadMarkets(), upbit.loadMarkets()]);
});
afterAll(async () => {
  await Promise.all([binance.close(), upbit.close()]);
  await venues.close();
});
beforeEach(async () => {
  await venues.control('/market', { venue: 'binance', symbol: 'BTCUSDT', bids: [['100000', '50']], asks: [['100001', '50']] });
  await venues.control('/market', { venue: 'upbit', symbol: 'KRW-BTC', bids: [['160000000', '5']], asks: [['160100000', '5']] });
});
afterEach(() => venues.clearFaults());

const sell = (id: string) => binance.createOrder(perp, 'market', 'sell', 0.01, undefined, { newClientOrderId: id });
const buy = (id: string) => upbit.createOrder(spot, 'market', 'buy', none, undefined, { cost: 20_000, clientOrderId: id });
const isDone = async (id: string): Promise<boolean> => (await venues.ledger()).orders.some(({ clientOrderId }) => clientOrderId === id);

/** An order and its venue's path, on either venue. */
const places = [
  ['binance', '/fapi/v1/order', sell],
  ['upbit', '/v1/orders', buy],
] as const;

describe.each(places)('an order at %s', (venue, path, place) => {
  it.each([
    ['requestLost', false],
    ['replyLost', true],
  ])('%s: RequestTimeout either way', async (kind, done) => {
    await venues.fault(venue, 'POST', path, kind);
    const id = freshId();
    expect(await refusal(() => place(id))).toBeInstanceOf(ccxt.RequestTimeout);
    expect(await isDone(id)).toBe(done);
  });

  it('reset after it was carried out: NetworkError', async () => {
    await venues.fault(venue, 'POST', path, 'reset');
    const id = freshId();
    const error = await refusal(() => place(id));
    expect(error).toBeInstanceOf(ccxt.NetworkError);
    expect(error).not.toBeInstanceOf(ccxt.RequestTimeout);
    expect(await isDone(id)).toBe(true);
  });

  it('a body that stalls is not under the timeout of ccxt: the call hangs (trap)', async () => {
    await venues.fault(venue, 'POST', path, 'stalledBody', { delayMs: 2500 });
    const id = freshId();
    const ended = place(id).then(
      () => 'answered',
      (error: unknown) => error,
    );
    // Three times the timeout.
    expect(await Promise.race([ended, new Promise((resolve) => setTimeout(() => resolve('hangs'), 1500))])).toBe('hangs');
    expect(await isDone(id)).toBe(true);
    expect(await ended).toBeInstanceOf(Error);
  });

  it('an answer that is cut off is an error of some kind, and the order is there', async () => {
    await venues.fault(venue, 'POST', path, 'truncatedJson');
    const id = freshId();
    const answer = await place(id).catch((error: unknown) => error);
    expect(answer instanceof Error || (answer as { id?: string }).id === undefined).toBe(true);
    expect(await isDone(id)).toBe(true);
  });
});

it('retries of ccxt send a Binance order again and again (trap)', async () => {
  const eager = newBinance({ options: { fetchCurrencies: false, maxRetriesOnFailure: 2 } });
  eager.setMarkets(binance.markets);
  const from = (await venues.ledger()).requests.length;
  await venues.fault('binance', 'POST', '/fapi/v1/order', 'requestLost', { times: 3 });
  const id = freshId();
  await refusal(() => eager.createOrder(perp, 'market', 'sell', 0.01, undefined, { newClientOrderId: id }));
  const sent = (await venues.ledger()).requests.slice(from).filter(({ clientOrderId }) => clientOrderId === id);
  expect(sent).toHaveLength(3);
});

it('markets that failed to load once fail for ever, without asking again, until they are reloaded (trap)', async () => {
  const fresh = newUpbit();
  await venues.fault('upbit', 'GET', '/v1/market/all', 'errorBefore');
  await refusal(() => fresh.loadMarkets());
  const asked = async (): Promise<number> => (await venues.ledger()).requests.filter(({ path }) => path === '/v1/market/all').length;
  const before = await asked();
  await refusal(() => fresh.loadMarkets());
  expect(await asked()).toBe(before);
  expect(Object.keys(await fresh.loadMarkets(true))).toContain(spot);
});

it('a nonce that is used twice is refused', async () => {
  const repeating = newUpbit();
  repeating.setMarkets(upbit.markets);
  repeating.uuid = () => 'the-same-nonce';
  await repeating.fetchBalance();
  expect(await refusal(() => repeating.fetchBalance())).toMatchObject({ message: expect.stringContaining('nonce_used') });
});

it('a client that heeds no quota is refused at Upbit, under a class that says nothing of it (trap)', async () => {
  const hasty = newUpbit({ enableRateLimit: false, timeout: 5000 });
  hasty.setMarkets(upbit.markets);
  const asked = await Promise.allSettled(Array.from({ length: 20 }, () => hasty.fetchTicker(spot)));
  const refused = asked.flatMap((one) => (one.status === 'rejected' ? [one.reason as Error] : []));
  expect(refused.length).toBeGreaterThan(5);
  expect(new Set(refused.map((error) => error.constructor.name))).toEqual(new Set(['ExchangeError']));
  expect(refused[0]?.message).toContain('too_many_requests');
  await until('the quota to be free again', async () => (await upbit.fetchTicker(spot).catch(() => undefined)) ?? undefined, 20_000);
});

it('lists in parameters are sent in a form that no venue reads (trap)', async () => {
  expect(await refusal(() => upbit.privateGetOrdersUuids({ 'uuids[]': ['a', 'b'] }))).toBeInstanceOf(ccxt.ExchangeError);
});

describe('streams', () => {
  it('a closed one rejects its watch with NetworkError, and the next watch connects at once', async () => {
    await binance.watchBidsAsks([perp]);
    await venues.control('/market', { venue: 'binance', symbol: 'BTCUSDT', bids: [['99000', '50']], asks: [['99001', '50']] });
    await binance.watchBidsAsks([perp]);
    const next = refusal(() => binance.watchBidsAsks([perp]));
    await venues.streamFault('binance.public', 'reset');
    expect(await next).toBeInstanceOf(ccxt.NetworkError);
    expect((await binance.watchBidsAsks([perp]))[perp]).toMatchObject({ bid: 99_000 });
    await upbit.watchOrderBook(spot);
    const book = refusal(async () => {
      for (;;) await upbit.watchOrderBook(spot);
    });
    await venues.streamFault('upbit.public', 'reset');
    expect(await book).toBeInstanceOf(ccxt.NetworkError);
    expect((await upbit.watchOrderBook(spot)).bids[0]).toEqual([160_000_000, 5]);
  });

  it('a lost depth event is a gap in the sequence: ChecksumError, and the next watch begins anew', async () => {
    const client = newBinance();
    client.setMarkets(binance.markets);
    await client.watchOrderBook(perp, 5);
    let price = 100_000;
    const moving = repeat(async () => {
      price += 10;
      await venues.control('/market', { venue: 'binance', symbol: 'BTCUSDT', bids: [[String(price), '5']], asks: [[String(price + 1), '5']] });
    }, 120);
    await client.watchOrderBook(perp, 5);
    // Other streams are open too; some of what is dropped is of the book.
    await venues.streamFault('binance.public', 'droppedEvents', { times: 6 });
    const error = await refusal(async () => {
      for (;;) await client.watchOrderBook(perp, 5);
    });
    expect(error).toBeInstanceOf(ccxt.ChecksumError);
    expect((await client.watchOrderBook(perp, 5)).bids[0]?.[0]).toBeGreaterThan(100_000);
    await moving.stop();
    await client.close();
  });

  it('an expired listen key is ignored: the watch stays silent, and a new key with a new connection is needed (trap)', async () => {
    const client = newBinance({ options: { fetchCurrencies: false, watchPositions: { fetchPositionsSnapshot: false } } });
    client.setMarkets(binance.markets);
    const first = client.watchOrders(perp);
    const placing = repeat(() => sell(freshId()));
    await first;
    await placing.stop();
    await venues.streamFault('binance.user', 'listenKeyExpired');
    const silent = client.watchOrders(perp).catch((error: unknown) => error);
    await sell(freshId());
    expect(await Promise.race([silent, new Promise((resolve) => setTimeout(() => resolve('silent'), 1000))])).toBe('silent');
    client.options['future'] = { ...client.options['future'], listenKey: undefined, lastAuthenticatedTime: 0 };
    const [url = ''] = Object.keys(client.clients).filter((key) => key.includes('/private/'));
    client.clients[url]?.connection?.terminate();
    expect(await silent).toBeInstanceOf(ccxt.NetworkError);
    const again = client.watchOrders(perp);
    const more = repeat(() => sell(freshId()));
    expect((await again).length).toBeGreaterThan(0);
    await more.stop();
    await client.close();
  });

  it('a liquidation comes as an order of the venue’s own', async () => {
    const client = newBinance();
    client.setMarkets(binance.markets);
    await sell(freshId());
    const first = client.watchOrders(perp);
    const placing = repeat(() => sell(freshId()));
    await first;
    await placing.stop();
    await venues.control('/liquidate', { symbol: 'BTCUSDT', fraction: '1' });
    const found = await until(
      'the liquidation',
      async () => (await client.watchOrders(perp)).find(({ clientOrderId }) => clientOrderId?.startsWith('autoclose-')),
      10_000,
    );
    expect(found).toMatchObject({ side: 'buy' });
    await client.close();
  });
});
