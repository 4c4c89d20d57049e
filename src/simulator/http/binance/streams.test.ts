import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { quantity } from '../../../shared/domain/units.ts';
import { field, type Fields, listen, type Listener, startTestVenue, type TestVenue, until } from './test-venue.ts';

let test: TestVenue;
let listeners: Listener[] = [];
const open = async (path: string): Promise<Listener> => {
  const listener = await listen(test.ws + path);
  listeners.push(listener);
  return listener;
};
const place = (fields: Fields) =>
  test.signed('POST', '/fapi/v1/order', { symbol: 'BTCUSDT', side: 'SELL', type: 'MARKET', quantity: '0.01', ...fields });
const newKey = async (): Promise<string> => String(field((await test.raw('POST', '/fapi/v1/listenKey')).body, 'listenKey'));

async function begin(options: Parameters<typeof startTestVenue>[0] = {}): Promise<void> {
  test = await startTestVenue(options);
  test.setBook(
    'BTCUSDT',
    [
      ['99999.9', '1'],
      ['99990', '10'],
    ],
    [['100000', '10']],
  );
}
afterEach(async () => {
  for (const { socket } of listeners) socket.terminate();
  listeners = [];
  await test.close();
});

describe('user data stream', () => {
  beforeEach(() => begin());

  it('tells of an order in order: NEW, the trades, then the account', async () => {
    const { messages } = await open(`/private/ws?listenKey=${await newKey()}`);
    const answer = await place({ quantity: '1.5', newClientOrderId: 'kc-stream', newOrderRespType: 'RESULT' });
    expect(answer.body).toMatchObject({ status: 'FILLED', executedQty: '1.500', cumQuote: '149994.90000' });
    await until('the account event', () => messages.some((message) => field(message, 'e') === 'ACCOUNT_UPDATE'));
    expect(messages.map((message) => [field(message, 'e'), field(message, 'o', 'x'), field(message, 'o', 'X'), field(message, 'o', 'z')])).toEqual([
      ['ORDER_TRADE_UPDATE', 'NEW', 'NEW', '0.000'],
      ['ORDER_TRADE_UPDATE', 'TRADE', 'PARTIALLY_FILLED', '1.000'],
      ['ORDER_TRADE_UPDATE', 'TRADE', 'FILLED', '1.500'],
      ['ACCOUNT_UPDATE', undefined, undefined, undefined],
    ]);
    expect(messages[1]).toMatchObject({
      o: { c: 'kc-stream', S: 'SELL', l: '1.000', L: '99999.90', n: '49.99995000', N: 'USDT', m: false, ps: 'BOTH' },
    });
    expect(messages[3]).toMatchObject({
      a: { m: 'ORDER', B: [{ a: 'USDT', wb: '99925.00255000', bc: '0' }], P: [{ s: 'BTCUSDT', pa: '-1.5', ep: '99996.6', mt: 'cross' }] },
    });
  });

  it('is heard by a socket that subscribes to its key later, until it unsubscribes', async () => {
    const { socket, messages } = await open('/private/stream?streams=');
    const key = await newKey();
    await place({});
    socket.send(JSON.stringify({ method: 'SUBSCRIBE', params: [key], id: 'a1' }));
    // Events of the order before may still be on their way and come right behind it.
    await until('the acknowledgement', () => messages.length >= 1);
    expect(messages[0]).toEqual({ result: null, id: 'a1' });
    await place({});
    await until('the account event', () => messages.some((message) => field(message, 'data', 'e') === 'ACCOUNT_UPDATE'));
    expect(messages.slice(1).every((message) => field(message, 'stream') === key)).toBe(true);
    socket.send(JSON.stringify({ method: 'UNSUBSCRIBE', params: [key], id: 'a2' }));
    await until('the second acknowledgement', () => field(messages.at(-1), 'id') === 'a2');
    const heard = messages.length;
    const other = await open(`/private/ws?listenKey=${key}`);
    await place({});
    await until('another socket to hear it', () => other.messages.some((message) => field(message, 'e') === 'ACCOUNT_UPDATE'));
    expect(messages).toHaveLength(heard);
  });

  it('may be ahead of the answer or behind it', async () => {
    const { messages } = await open(`/private/ws?listenKey=${await newKey()}`);
    let ahead = 0;
    for (let index = 0; index < 40; index += 1) {
      await until('the last order to be told of', () => messages.filter((message) => field(message, 'e') === 'ACCOUNT_UPDATE').length === index);
      const before = messages.length;
      await place({ side: index % 2 === 0 ? 'SELL' : 'BUY' });
      if (messages.length > before) ahead += 1;
    }
    expect(ahead).toBeGreaterThan(0);
    expect(ahead).toBeLessThan(40);
  });

  it('tells of orders by others, liquidation and funding', async () => {
    const { messages } = await open(`/private/ws?listenKey=${await newKey()}`);
    expect(test.venue.externalOrder('BTCUSDT', 'sell', quantity('0.5'))).toEqual({ ok: true });
    expect(test.venue.liquidate?.('BTCUSDT', '0.5')).toEqual({ ok: true });
    expect(test.venue.fund?.('BTCUSDT', '0.0001')).toEqual({ ok: true });
    await until('the funding event', () => messages.some((message) => field(message, 'a', 'm') === 'FUNDING_FEE'));
    const names = messages.map((message) => String(field(message, 'o', 'c') ?? field(message, 'a', 'm')));
    expect(names[0]).toMatch(/^web_[A-Za-z0-9]{20}$/);
    expect(names).toContain('autoclose-1');
    expect(messages.find((message) => field(message, 'o', 'c') === 'autoclose-1' && field(message, 'o', 'X') === 'FILLED')).toMatchObject({
      o: { x: 'CALCULATED', S: 'BUY', z: '0.250' },
    });
    // 0.25 at the mark 99999.9 × 0.0001, to the short.
    expect(messages.at(-1)).toMatchObject({ a: { m: 'FUNDING_FEE', B: [{ a: 'USDT', bc: '2.4999975' }], P: [] } });
    expect(test.venue.ledger().orders.map((order) => order.external)).toEqual([true, true]);
  });

  it('tells of what the market does to a resting order', async () => {
    const { messages } = await open(`/private/ws?listenKey=${await newKey()}`);
    await place({ type: 'LIMIT', timeInForce: 'GTC', price: '100500', newClientOrderId: 'kc-rest' });
    test.setBook('BTCUSDT', [['100600', '1']], [['100700', '1']]);
    await until('the fill', () => messages.some((message) => field(message, 'o', 'X') === 'FILLED'));
    expect(messages.find((message) => field(message, 'o', 'X') === 'FILLED')).toMatchObject({
      o: { c: 'kc-rest', L: '100500.00', m: true, n: '0.20100000' },
    });
  });

  it('has one key an account that lives on when asked for again', async () => {
    const key = await newKey();
    expect(await newKey()).toBe(key);
    expect(await test.raw('PUT', '/fapi/v1/listenKey')).toMatchObject({ status: 200, body: { listenKey: key } });
    expect(await test.raw('DELETE', '/fapi/v1/listenKey')).toMatchObject({ status: 200, body: {} });
    expect(await test.raw('PUT', '/fapi/v1/listenKey')).toMatchObject({ status: 400, body: { code: -1125, msg: 'This listenKey does not exist.' } });
    expect(await newKey()).not.toBe(key);
    expect(await test.raw('POST', '/fapi/v1/listenKey', { key: '' })).toMatchObject({ status: 401, body: { code: -2014 } });
  });
});

describe('an expired listen key', () => {
  beforeEach(() => begin({ options: { listenKeyLifeMs: 80 } }));
  it('says so once, then its sockets hear nothing', async () => {
    const key = await newKey();
    const { messages } = await open(`/private/ws?listenKey=${key}`);
    await until('the expiry', () => messages.length > 0);
    expect(messages).toMatchObject([{ e: 'listenKeyExpired', listenKey: key }]);
    expect(await test.raw('PUT', '/fapi/v1/listenKey')).toMatchObject({ status: 400, body: { code: -1125 } });
    const next = await open(`/private/ws?listenKey=${await newKey()}`);
    await place({});
    await until('the order', () => next.messages.length > 0);
    expect(messages).toHaveLength(1);
  });
});

describe('market streams', () => {
  beforeEach(() => begin());
  const subscribe = async (listener: Listener, ...params: string[]): Promise<void> => {
    listener.socket.send(JSON.stringify({ method: 'SUBSCRIBE', params, id: 7 }));
    await until('the acknowledgement', () => listener.messages.some((message) => field(message, 'id') === 7));
    expect(listener.messages.find((message) => field(message, 'id') === 7)).toEqual({ result: null, id: 7 });
  };
  const ofKind = (listener: Listener, kind: string) => listener.messages.filter((message) => field(message, 'e') === kind);

  it('depth joins its snapshot and itself, and rebuilds the book', async () => {
    const stream = await open('/public/ws/3');
    await subscribe(stream, 'btcusdt@depth@100ms');
    test.setBook('BTCUSDT', [['99999.9', '2']], [['100000', '10']]);
    const snapshot = (await test.raw('GET', '/fapi/v1/depth?symbol=BTCUSDT&limit=5')).body;
    const last = Number(field(snapshot, 'lastUpdateId'));
    test.setBook(
      'BTCUSDT',
      [
        ['99999.9', '1'],
        ['99990', '10'],
      ],
      [
        ['100000', '3'],
        ['100002', '4'],
      ],
    );
    await until('the event', () => ofKind(stream, 'depthUpdate').some((message) => Number(field(message, 'u')) > last));
    test.setBook('BTCUSDT', [['99998', '5']], [['100003', '6']]);
    await until('another', () => ofKind(stream, 'depthUpdate').some((message) => JSON.stringify(message).includes('99998.00')));
    const events = ofKind(stream, 'depthUpdate').filter((message) => Number(field(message, 'u')) >= last);
    expect(Number(field(events[0], 'U'))).toBeLessThanOrEqual(last);
    const sides = { b: new Map<unknown, unknown>(), a: new Map<unknown, unknown>() };
    const put = (side: 'a' | 'b', rows: unknown) => {
      if (!Array.isArray(rows)) throw new Error('a side is a list');
      for (const [at, size] of rows) {
        if (Number(size) === 0) sides[side].delete(at);
        else sides[side].set(at, size);
      }
    };
    put('b', field(snapshot, 'bids'));
    put('a', field(snapshot, 'asks'));
    for (const [index, event] of events.entries()) {
      if (index > 0) expect(field(event, 'pu')).toBe(field(events[index - 1], 'u'));
      put('b', field(event, 'b'));
      put('a', field(event, 'a'));
    }
    expect([...sides.b]).toEqual([['99998.00', '5.000']]);
    expect([...sides.a]).toEqual([['100003.00', '6.000']]);
  });

  it('bookTicker speaks at once and when the best prices move; trade tells of each', async () => {
    const stream = await open('/public/ws/1');
    await subscribe(stream, 'btcusdt@bookTicker', 'btcusdt@trade');
    await until('the first', () => ofKind(stream, 'bookTicker').length === 1);
    await place({ quantity: '0.4' });
    await until('the next', () => ofKind(stream, 'bookTicker').length === 2);
    expect(ofKind(stream, 'bookTicker')[1]).toMatchObject({ s: 'BTCUSDT', b: '99999.90', B: '0.600', a: '100000.00', A: '10.000' });
    expect(ofKind(stream, 'trade')).toMatchObject([{ s: 'BTCUSDT', p: '99999.90', q: '0.400', X: 'MARKET', m: true }]);
    stream.socket.send(JSON.stringify({ method: 'UNSUBSCRIBE', params: ['btcusdt@trade'], id: 8 }));
    await until('the acknowledgement', () => stream.messages.some((message) => field(message, 'id') === 8));
    await place({ quantity: '0.1' });
    await until('the next', () => ofKind(stream, 'bookTicker').length === 3);
    expect(ofKind(stream, 'trade')).toHaveLength(1);
  });

  it('market has tickers and marks; a stream of the other group stays silent', async () => {
    const stream = await open('/market/ws/2');
    await subscribe(stream, 'btcusdt@markPrice@1s', 'btcusdt@miniTicker', 'btcusdt@bookTicker');
    await until('both', () => ofKind(stream, 'markPriceUpdate').length > 0 && ofKind(stream, '24hrMiniTicker').length > 0);
    expect(ofKind(stream, 'markPriceUpdate')[0]).toMatchObject({ s: 'BTCUSDT', p: '99999.90000000', r: '0.00010000' });
    expect(ofKind(stream, 'bookTicker')).toEqual([]);
  });

  it('answers what it cannot read, and an unknown path as HTTP', async () => {
    const stream = await open('/public/ws');
    stream.socket.send('{');
    stream.socket.send('{"method":"NOPE","id":1}');
    await until('both errors', () => stream.messages.length === 2);
    expect(stream.messages).toMatchObject([{ error: { code: 3 } }, { error: { code: 2 } }]);
    await expect(listen(`${test.ws}/ws`)).rejects.toThrow('404');
    expect(test.requests.unhandledPaths()).toEqual(['/ws']);
  });
});
