/**
 * One ccxt client at simulated venues, a known book before each test and a flat account after it. Importing this into a
 * test file sets it up there.
 */
import ccxt from 'ccxt';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { startVenues, type Venues } from './venues.ts';

export const symbol = 'BTC/USDT:USDT';
/** ccxt takes no value where its own signature wants one. */
export const none = undefined as never;

export type Client = InstanceType<typeof ccxt.pro.binanceusdm>;

export let venues: Venues;
export let client: Client;
let made = 0;
export const freshId = (): string => `tour-${made++}`;

export const clientWith = (keys: { apiKey: string; secret: string }): Client =>
  new ccxt.pro.binanceusdm({ ...keys, enableRateLimit: false, options: { fetchCurrencies: false } });

export const setBook = (bid = '100000', ask = '100001') =>
  venues.control('/market', {
    venue: 'binance',
    symbol: 'BTCUSDT',
    bids: [
      [bid, '2'],
      [String(Number(bid) - 1), '50'],
    ],
    asks: [
      [ask, '2'],
      [String(Number(ask) + 1), '50'],
    ],
  });

beforeAll(async () => {
  venues = await startVenues();
  client = clientWith(venues.keys.binance);
  await client.loadMarkets();
});
afterAll(async () => {
  await client.close();
  await venues.close();
});
beforeEach(() => setBook());
afterEach(async () => {
  await venues.clearFaults();
  await client.cancelAllOrders(symbol);
  await client.cancelAllOrders(symbol, { trigger: true });
  const [position] = await client.fetchPositions([symbol]);
  if (position?.contracts) {
    await client.createOrder(symbol, 'market', position.side === 'short' ? 'buy' : 'sell', position.contracts, undefined, { reduceOnly: true });
  }
});

export const market = (side: 'buy' | 'sell', amount: number, more: object = {}) =>
  client.createOrder(symbol, 'market', side, amount, undefined, more);
export const limit = (side: 'buy' | 'sell', amount: number, price: number, more: object = {}) =>
  client.createOrder(symbol, 'limit', side, amount, price, more);
export const byClientId = (origClientOrderId: string, more: object = {}) => client.fetchOrder(none, symbol, { origClientOrderId, ...more });

/** Conditional orders follow the last trade, not the book. */
export const tradeAt101001 = async (): Promise<void> => {
  await setBook('101000', '101001');
  await market('buy', 0.001);
};
