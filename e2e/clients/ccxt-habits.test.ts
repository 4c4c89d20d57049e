/**
 * The other value of each switch that ccxt can tell: what the venues' documents leave open changes what it makes of the
 * answers. A client of the venues must bear both.
 */
import ccxt from 'ccxt';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startSimulator, temporaryFolder } from '../kit/programs.ts';
import { type Keys, refusal, startVenues, type Venues } from './kit/venues.ts';

const perp = 'BTC/USDT:USDT';
const spot = 'BTC/KRW';
const switches = [
  'binance.moneyInAnswers=false',
  'upbit.limitBody=text',
  'upbit.badStreamToken=frame',
  'upbit.streamNonceReuse=false',
  'upbit.visibleAfterMs=300',
];

let venues: Venues;
let binance: InstanceType<typeof ccxt.pro.binanceusdm>;
let upbit: InstanceType<typeof ccxt.pro.upbit>;

const upbitWith = (keys: { apiKey: string; secret: string }) => new ccxt.pro.upbit(keys);
const pendingFor = (call: Promise<unknown>, ms: number): Promise<unknown> =>
  Promise.race([
    call.then(
      () => 'answered',
      (error: unknown) => error,
    ),
    new Promise((resolve) => setTimeout(() => resolve('pending'), ms)),
  ]);

beforeAll(async () => {
  venues = await startVenues(['--market', 'still', '--seed', '7', ...switches.flatMap((one) => ['--switch', one])]);
  binance = new ccxt.pro.binanceusdm({ ...venues.keys.binance, enableRateLimit: false, options: { fetchCurrencies: false } });
  upbit = upbitWith({ apiKey: venues.keys.upbit.accessKey, secret: venues.keys.upbit.secretKey });
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

describe('Binance answers without avgPrice and cumQuote', () => {
  it('a market order has no price at all, a limit order a wrong one; the order asked for again has the right one (traps)', async () => {
    const sold = await binance.createOrder(perp, 'market', 'sell', 0.01);
    expect(sold).toMatchObject({ status: 'closed', filled: 0.01, average: undefined, price: undefined, cost: undefined });
    expect(await binance.fetchOrder(String(sold.id), perp)).toMatchObject({ average: 100_000, cost: 1000 });
    const bought = await binance.createOrder(perp, 'limit', 'buy', 0.01, 101_000);
    expect(bought).toMatchObject({ status: 'closed', filled: 0.01, average: undefined, cost: 1010 });
    expect(await binance.fetchOrder(String(bought.id), perp)).toMatchObject({ average: 100_001, cost: 1000.01 });
  });
});

describe('Upbit with plain text for quotas', () => {
  it.each([
    ['rateLimited', ccxt.RateLimitExceeded],
    ['banned', ccxt.DDoSProtection],
  ] as const)('%s has a class of its own', async (kind, thrown) => {
    await venues.fault('upbit', 'GET', '/v1/accounts', kind);
    expect(((await refusal(() => upbit.fetchBalance())) as Error).constructor).toBe(thrown);
  });
});

describe('Upbit with strict tokens on its private stream', () => {
  it('an error frame is ignored and the watch pends for ever (trap)', async () => {
    const stranger = upbitWith({ apiKey: 'stranger', secret: 'wrong' });
    stranger.setMarkets(upbit.markets);
    expect(await pendingFor(stranger.watchOrders(spot), 1000)).toBe('pending');
    await stranger.close();
  });

  it('ccxt caches its token: the second connection is refused until the cache is emptied (trap)', async () => {
    const client = upbitWith({ apiKey: venues.keys.upbit.accessKey, secret: venues.keys.upbit.secretKey });
    client.setMarkets(upbit.markets);
    const buy = () => client.createOrder(spot, 'market', 'buy', undefined as never, undefined, { cost: 20_000 });
    const first = client.watchOrders(spot);
    const placed = (async () => {
      while ((await pendingFor(first, 300)) === 'pending') await buy();
    })();
    await first;
    await placed;
    const cut = refusal(async () => {
      for (;;) await client.watchOrders(spot);
    });
    await venues.streamFault('upbit.myOrder', 'reset');
    expect(await cut).toBeInstanceOf(ccxt.NetworkError);
    const refused = client.watchOrders(spot);
    await buy();
    expect(await pendingFor(refused, 1000)).toBe('pending');
    await client.close();
    const fresh = upbitWith({ apiKey: venues.keys.upbit.accessKey, secret: venues.keys.upbit.secretKey });
    fresh.setMarkets(upbit.markets);
    const again = fresh.watchOrders(spot);
    while ((await pendingFor(again, 300)) === 'pending') await buy();
    expect((await again).length).toBeGreaterThan(0);
    await fresh.close();
  });
});

describe('Upbit orders', () => {
  it('cannot be found by their identifier at once', async () => {
    const identifier = 'found-later';
    await upbit.createOrder(spot, 'limit', 'buy', 0.001, 100_000_000, { clientOrderId: identifier });
    const ask = () => upbit.fetchOrder(undefined as never, undefined, { identifier });
    expect(await refusal(ask)).toBeInstanceOf(ccxt.OrderNotFound);
    await expect.poll(async () => (await ask().catch(() => undefined))?.status, { timeout: 5000 }).toBe('open');
  });
});

/** A venue with one switch, and what ccxt makes of it. */
const keysAndMarkets = [
  ['upbit.key=expired', 'expired_access_key', ccxt.ExchangeError],
  ['upbit.key=foreignAddress', 'no_authorization_ip', ccxt.ExchangeError],
  ['upbit.algorithms=["HS512"]', 'jwt_verification', ccxt.AuthenticationError],
  ['upbit.outOfScope=["makeOrders"]', 'out_of_scope', ccxt.PermissionDenied],
  ['upbit.offlineMarkets=["KRW-BTC"]', 'market_offline', ccxt.ExchangeError],
] as const;

it.each(keysAndMarkets)('%s: %s', async (one, name, thrown) => {
  const other = await startSimulatedUpbit(one);
  const error = await refusal(() => other.client.createOrder(spot, 'limit', 'buy', 0.001, 100_000_000));
  expect(error).toMatchObject({ message: expect.stringContaining(`"name":"${name}"`) });
  expect((error as Error).constructor).toBe(thrown);
  await other.close();
});

/** A second simulator beside the suite's own, reached by its own address. */
async function startSimulatedUpbit(one: string) {
  const folder = await temporaryFolder();
  const { program, ready } = await startSimulator(folder.path, ['--market', 'still', '--switch', one]);
  const { upbit: keys } = ready.keys as Keys;
  const urls = { api: { public: ready.upbit.rest, private: ready.upbit.rest } };
  const client = new ccxt.upbit({ apiKey: keys.accessKey, secret: keys.secretKey, urls });
  return {
    client,
    async close() {
      await program.end();
      await folder.remove();
    },
  };
}
