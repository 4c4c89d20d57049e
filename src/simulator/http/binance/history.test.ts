/** Candles, trades, funding history and the streams that are made of them. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { field, listen, type Listener, startTestVenue, type TestVenue, until } from './test-venue.ts';

let test: TestVenue;
const listeners: Listener[] = [];
const get = async (path: string): Promise<readonly unknown[]> => {
  const { body } = await test.raw('GET', path);
  if (!Array.isArray(body)) throw new Error(JSON.stringify(body));
  return body;
};
const lengthOf = (value: unknown): number => (Array.isArray(value) ? value.length : -1);
const at = (row: unknown, index: number): number => Number(field(row, index));

beforeEach(async () => {
  test = await startTestVenue();
});
afterEach(async () => {
  for (const { socket } of listeners.splice(0)) socket.terminate();
  await test.close();
});

describe('candles', () => {
  it('are the newest, the running one last, twelve fields each', async () => {
    const rows = await get('/fapi/v1/klines?symbol=BTCUSDT&interval=1m&limit=5');
    expect(rows.length).toBe(5);
    expect(rows.every((row) => Array.isArray(row) && row.length === 12 && typeof row[0] === 'number' && typeof row[1] === 'string')).toBe(true);
    expect(at(rows.at(-1), 6)).toBeGreaterThan(Date.now() - 60_000);
    for (const [index, row] of rows.entries()) {
      if (index > 0) expect([at(row, 0) - at(rows[index - 1], 0), field(row, 1)]).toEqual([60_000, field(rows[index - 1], 4)]);
      expect(at(row, 2)).toBeGreaterThanOrEqual(Math.max(at(row, 1), at(row, 4)));
      expect(at(row, 3)).toBeLessThanOrEqual(Math.min(at(row, 1), at(row, 4)));
    }
  });

  it('of longer intervals are added up from the minutes', async () => {
    const hour = Math.floor(Date.now() / 3_600_000 - 3) * 3_600_000;
    const [whole] = await get(`/fapi/v1/klines?symbol=BTCUSDT&interval=1h&startTime=${hour}&limit=1`);
    const minutes = await get(`/fapi/v1/klines?symbol=BTCUSDT&interval=1m&startTime=${hour}&limit=60`);
    expect(minutes.length).toBe(60);
    expect([at(whole, 0), at(whole, 6)]).toEqual([hour, hour + 3_599_999]);
    expect([field(whole, 1), field(whole, 4)]).toEqual([field(minutes[0], 1), field(minutes[59], 4)]);
    expect(at(whole, 2)).toBe(Math.max(...minutes.map((row) => at(row, 2))));
    expect(at(whole, 5)).toBeCloseTo(
      minutes.reduce<number>((sum, row) => sum + at(row, 5), 0),
      6,
    );
  });

  it('of a year come within a moment and join', async () => {
    const began = performance.now();
    const rows = await get('/fapi/v1/klines?symbol=BTCUSDT&interval=1d&limit=365');
    expect(performance.now() - began).toBeLessThan(2000);
    expect(rows.length).toBe(365);
    for (const [index, row] of rows.entries()) if (index > 0) expect(field(row, 1)).toBe(field(rows[index - 1], 4));
  });

  it('weigh by their number and are refused beyond the limits', async () => {
    const used = async (limit: number) => {
      const before = Number((await test.raw('GET', '/fapi/v1/ping')).headers.get('X-MBX-USED-WEIGHT-1M'));
      return (
        Number((await test.raw('GET', `/fapi/v1/klines?symbol=BTCUSDT&interval=1m&limit=${limit}`)).headers.get('X-MBX-USED-WEIGHT-1M')) - before
      );
    };
    expect([await used(99), await used(100), await used(1000), await used(1500)]).toEqual([1, 2, 5, 10]);
    const refused = async (query: string) => field((await test.raw('GET', `/fapi/v1/klines?${query}`)).body, 'code');
    expect(await refused('symbol=BTCUSDT&interval=1s')).toBe(-1120);
    expect(await refused('symbol=BTCUSDT&interval=1m&limit=1501')).toBe(-1130);
    expect(await refused('interval=1m')).toBe(-1102);
  });
});

describe('trades and funding', () => {
  it('trades are those of the market, own ones among them', async () => {
    test.setBook('BTCUSDT', [['99999.9', '1']], [['100000', '1']]);
    await test.signed('POST', '/fapi/v1/order', { symbol: 'BTCUSDT', side: 'SELL', type: 'MARKET', quantity: '0.25' });
    const last = (await get('/fapi/v1/trades?symbol=BTCUSDT&limit=1'))[0];
    expect(last).toMatchObject({ price: '99999.90', qty: '0.250', isBuyerMaker: true });
    expect((await get('/fapi/v1/aggTrades?symbol=BTCUSDT')).at(-1)).toMatchObject({ a: field(last, 'id'), p: '99999.90', m: true });
  });

  it('funding lies on the boundaries of eight hours', async () => {
    const rows = await get('/fapi/v1/fundingRate?symbol=BTCUSDT&limit=4');
    expect(rows.length).toBe(4);
    for (const row of rows) {
      expect(Number(field(row, 'fundingTime')) % 28_800_000).toBe(0);
      expect(field(row, 'fundingRate')).toBe('0.00010000');
    }
  });
});

describe('market streams', () => {
  const open = async (path: string): Promise<Listener> => {
    const listener = await listen(test.ws + path);
    listeners.push(listener);
    return listener;
  };

  it('combined ones name the stream', async () => {
    const { messages } = await open('/stream?streams=btcusdt@markPrice@1s/btcusdt@depth5@100ms');
    const mark = await until('a mark price', () => messages.find((message) => field(message, 'stream') === 'btcusdt@markPrice@1s'));
    expect(mark).toMatchObject({ data: { e: 'markPriceUpdate', s: 'BTCUSDT', p: expect.stringMatching(/^\d+\.\d{8}$/) } });
    const depth = await until('the best levels', () => messages.find((message) => field(message, 'stream') === 'btcusdt@depth5@100ms'));
    expect([lengthOf(field(depth, 'data', 'b')), lengthOf(field(depth, 'data', 'a'))]).toEqual([5, 5]);
  });

  it('candles, tickers and all symbols at once', async () => {
    const { messages } = await open('/market/ws/btcusdt@kline_1m/btcusdt@ticker/!markPrice@arr@1s');
    const kline = await until('a candle', () => messages.find((message) => field(message, 'e') === 'kline'));
    expect(kline).toMatchObject({ s: 'BTCUSDT', k: { i: '1m', s: 'BTCUSDT', x: false, o: expect.stringMatching(/^\d+\.\d\d$/) } });
    expect(await until('a ticker', () => messages.find((message) => field(message, 'e') === '24hrTicker'))).toMatchObject({ s: 'BTCUSDT' });
    const all = await until('every mark price', () => messages.find((message) => Array.isArray(message)));
    expect(lengthOf(all)).toBe(test.market.listed('binance').length);
  });

  it('of the other group stay silent, and eleven messages in a second end the socket', async () => {
    const { socket, messages } = await open('/public/ws');
    socket.send(JSON.stringify({ method: 'SUBSCRIBE', params: ['btcusdt@markPrice@1s', 'btcusdt@bookTicker'], id: 1 }));
    await until('a best price', () => messages.find((message) => field(message, 'e') === 'bookTicker'));
    expect(messages[0]).toEqual({ result: null, id: 1 });
    let code = 0;
    socket.on('close', (closed) => {
      code = closed;
    });
    for (let id = 2; id < 13; id += 1) socket.send(JSON.stringify({ method: 'LIST_SUBSCRIPTIONS', id }));
    await until('the end', () => code > 0);
    expect(code).toBe(1008);
    expect(messages.some((message) => field(message, 'e') === 'markPriceUpdate')).toBe(false);
  });
});
