/** Planted faults as this venue carries them out: on orders and queries, on user data and market data. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { field, type Fields, listen, type Listener, startTestVenue, type TestVenue, until } from './test-venue.ts';

let test: TestVenue;
let listeners: Listener[] = [];
const open = async (path: string): Promise<Listener> => {
  const listener = await listen(test.ws + path);
  listeners.push(listener);
  return listener;
};
const order = { symbol: 'BTCUSDT', side: 'SELL', quantity: '0.1' };
const place = (fields: Fields) => test.signed('POST', '/fapi/v1/order', { ...order, type: 'MARKET', newOrderRespType: 'RESULT', ...fields });
const limit = { type: 'LIMIT', timeInForce: 'GTC', price: '101000' };
const query = (origClientOrderId: string) => test.signed('GET', '/fapi/v1/order', { symbol: 'BTCUSDT', origClientOrderId });
const cancel = (origClientOrderId: string) => test.signed('DELETE', '/fapi/v1/order', { symbol: 'BTCUSDT', origClientOrderId });
const plant = (match: unknown, kind: string, more: object = {}) => {
  expect(test.faults.add({ venue: 'binance', match, kind, ...more })).toMatchObject({ ok: true });
};
const orders = { path: '/fapi/v1/order' };
const user = { stream: 'binance.user' };
const newKey = async (): Promise<string> => String(field((await test.raw('POST', '/fapi/v1/listenKey')).body, 'listenKey'));
const userStream = async (): Promise<Listener> => open(`/private/ws?listenKey=${await newKey()}`);

beforeEach(async () => {
  test = await startTestVenue({ options: { maxEventDelayMs: 0 } });
  test.setBook('BTCUSDT', [['99999.9', '10']], [['100000', '10']]);
});
afterEach(async () => {
  for (const { socket } of listeners) socket.terminate();
  listeners = [];
  await test.close();
});

describe('faults on orders and queries', () => {
  it('the venue cancels what it took: at once, with a part filled, or later', async () => {
    plant(orders, 'venueCancel', { fraction: '0.3' });
    expect((await place({})).body).toMatchObject({ status: 'CANCELED', executedQty: '0.030' });
    plant(orders, 'venueCancel', { delayMs: 5 });
    expect((await place({ ...limit, newClientOrderId: 'f1' })).body).toMatchObject({ status: 'NEW' });
    await until('the cancel', () => test.venue.ledger().orders.some((row) => row.clientOrderId === 'f1' && row.state === 'canceled'));
  });

  it('an order fills after its cancel was acknowledged', async () => {
    const { messages } = await userStream();
    await place({ ...limit, newClientOrderId: 'f2' });
    plant(orders, 'fillAfterCancel', { fraction: '0.5' });
    expect((await cancel('f2')).body).toMatchObject({ status: 'CANCELED', executedQty: '0.000' });
    expect((await query('f2')).body).toMatchObject({ status: 'CANCELED', executedQty: '0.050' });
    await until('the fill', () => messages.some((message) => field(message, 'o', 'x') === 'TRADE'));
  });

  it('a lagging query does not find a young order, a stale one shows no fill', async () => {
    await place({ newClientOrderId: 'f3' });
    plant(orders, 'queryLag', { delayMs: 60_000 });
    expect((await query('f3')).body).toMatchObject({ code: -2013 });
    expect((await query('f3')).body).toMatchObject({ status: 'FILLED' });
    plant(orders, 'staleFilled');
    expect((await query('f3')).body).toMatchObject({ status: 'NEW', executedQty: '0.000' });
    plant({ path: '/fapi/v1/openOrders' }, 'queryLag');
    await place({ ...limit });
    expect((await test.signed('GET', '/fapi/v1/openOrders', { symbol: 'BTCUSDT' })).body).toEqual([]);
  });

  it('trading is halted, filters change', async () => {
    plant(orders, 'halt');
    expect((await place({})).body).toMatchObject({ code: -4140 });
    plant({ path: '/fapi/v1/*' }, 'filterChange', { times: 2 });
    expect((await place({})).body).toMatchObject({ code: -4023 });
    const info = (await test.raw('GET', '/fapi/v1/exchangeInfo')).body;
    expect(field(info, 'symbols', 0, 'filters', 1)).toMatchObject({ filterType: 'LOT_SIZE', stepSize: '0.010' });
  });
});

describe('faults on the user data stream', () => {
  const told = (messages: readonly unknown[]) => messages.map((message) => field(message, 'o', 'x') ?? field(message, 'e'));
  const fill = ['NEW', 'TRADE', 'ACCOUNT_UPDATE'];

  it('an event comes twice, or never', async () => {
    const { messages } = await userStream();
    plant(user, 'duplicateEvent');
    await place({});
    await until('four events', () => messages.length === 4);
    expect(told(messages)).toEqual(['NEW', ...fill]);
    plant(user, 'droppedEvents');
    await place({});
    await until('two more', () => messages.length === 6);
    expect(told(messages).slice(4)).toEqual(['TRADE', 'ACCOUNT_UPDATE']);
  });

  it('events change places', async () => {
    const { messages } = await userStream();
    plant(user, 'reorderedEvents');
    await place({});
    await until('all events', () => messages.length === 3);
    expect(told(messages).toSorted()).toEqual(fill.toSorted());
    expect(told(messages)).not.toEqual(fill);
  });

  it('events come late', async () => {
    const { messages } = await userStream();
    plant(user, 'latency', { delayMs: 120 });
    const sent = performance.now();
    await place({});
    await until('all events', () => messages.length === 3);
    expect(performance.now() - sent).toBeGreaterThan(110);
  });

  it('a gap swallows what happens in it', async () => {
    const { messages } = await userStream();
    plant(user, 'streamGap', { delayMs: 60_000 });
    await place({});
    test.faults.clear();
    await place({});
    await until('the second order', () => messages.length === 3);
    expect(told(messages)).toEqual(fill);
  });

  it('a half-open socket stays open and says nothing', async () => {
    const { messages, socket } = await userStream();
    plant(user, 'halfOpen');
    await place({});
    let ponged = false;
    socket.on('pong', () => {
      ponged = true;
    });
    socket.ping();
    const other = await userStream();
    await place({});
    await until('the other socket to hear', () => other.messages.length === 3);
    expect([messages.length, ponged, socket.readyState]).toEqual([0, false, socket.OPEN]);
  });

  it('the listen key ends before its time', async () => {
    const { messages } = await userStream();
    plant(user, 'listenKeyExpired');
    await until('the end of the key', () => messages.some((message) => field(message, 'e') === 'listenKeyExpired'));
    expect(await test.raw('PUT', '/fapi/v1/listenKey')).toMatchObject({ status: 400, body: { code: -1125 } });
    await place({});
    const next = await userStream();
    await place({});
    await until('the new key to work', () => next.messages.length === 3);
    expect(messages.length).toBe(1);
  });
});

describe('faults on market data', () => {
  it('a lost depth event leaves a gap that pu tells of', async () => {
    const { messages } = await open('/public/ws/btcusdt@depth@100ms');
    let size = 1;
    const move = () => {
      size = (size % 1000) + 1;
      test.setBook('BTCUSDT', [['99999.9', String(size)]], [['100000', '10']]);
    };
    move();
    await until('the first event', () => messages.length === 1);
    plant({ stream: 'binance.public' }, 'droppedEvents');
    const last = field(messages[0], 'u');
    // The book goes on moving: the event after the first is lost, the one after that arrives.
    const next = await until('the next event', () => {
      move();
      return messages[1];
    });
    expect(Number(field(next, 'pu'))).toBeGreaterThan(Number(last));
  });
});

describe('the life of a socket', () => {
  it('ends after its time, and before when it does not answer pings', async () => {
    await test.close();
    test = await startTestVenue({ options: { socketLifeMs: 150, pingEveryMs: 20, pongWithinMs: 10_000 } });
    const { socket } = await open('/public/ws/btcusdt@bookTicker');
    let [pings, code] = [0, 0];
    socket.on('ping', () => {
      pings += 1;
    });
    socket.on('close', (closed) => {
      code = closed;
    });
    await until('the end', () => code > 0);
    expect(pings).toBeGreaterThan(2);
    expect(code).toBe(1001);
  });
});

describe('events of the account', () => {
  it('executions are told of in short form first, where that is on', async () => {
    expect(test.venue.configure?.('tradeLite', true)).toEqual({ ok: true });
    const { messages } = await userStream();
    await place({ newClientOrderId: 'lite' });
    await until('all events', () => messages.length === 4);
    expect(messages.map((message) => field(message, 'e'))).toEqual(['ORDER_TRADE_UPDATE', 'TRADE_LITE', 'ORDER_TRADE_UPDATE', 'ACCOUNT_UPDATE']);
    expect(messages[1]).toMatchObject({ s: 'BTCUSDT', c: 'lite', S: 'SELL', L: '99999.90', l: '0.100', m: false });
  });

  it('the account may be told of ahead of the executions', async () => {
    test.venue.configure?.('accountEvents', 'first');
    const { messages } = await userStream();
    await place({});
    await until('all events', () => messages.length === 3);
    expect(messages.map((message) => field(message, 'o', 'x') ?? field(message, 'e'))).toEqual(['NEW', 'ACCOUNT_UPDATE', 'TRADE']);
  });

  it('only the kinds that a socket asked for', async () => {
    const key = await newKey();
    const { messages } = await open(`/private/stream?listenKey=${key}&events=ACCOUNT_UPDATE/ALGO_UPDATE`);
    await place({});
    await until('the event', () => messages.length === 1);
    expect(messages).toMatchObject([{ stream: key, data: { e: 'ACCOUNT_UPDATE', a: { m: 'ORDER' } } }]);
  });

  it('settings, deleveraging and a margin call', async () => {
    const { messages } = await userStream();
    const told = (e: string) => until(e, () => messages.find((message) => field(message, 'e') === e));
    await test.signed('POST', '/fapi/v1/leverage', { symbol: 'BTCUSDT', leverage: 50 });
    expect(await told('ACCOUNT_CONFIG_UPDATE')).toMatchObject({ ac: { s: 'BTCUSDT', l: 50 } });
    await test.signed('POST', '/fapi/v1/marginType', { symbol: 'BTCUSDT', marginType: 'ISOLATED' });
    await place({ quantity: '1' });
    test.setBook('BTCUSDT', [['101549.9', '10']], [['101550', '10']]);
    expect(await told('MARGIN_CALL')).toMatchObject({ p: [{ s: 'BTCUSDT', ps: 'SHORT', pa: '-1', mt: 'ISOLATED' }] });
    expect(test.venue.deleverage?.('BTCUSDT', '0.5')).toEqual({ ok: true });
    await until('the order', () => messages.some((message) => field(message, 'o', 'c') === 'adl_autoclose'));
    const deleveraged = messages.filter((message) => field(message, 'o', 'c') === 'adl_autoclose');
    expect(deleveraged.map((message) => field(message, 'o', 'x'))).toEqual(['NEW', 'CALCULATED']);
    expect(test.venue.ledger().positions).toMatchObject({ BTCUSDT: { quantity: '-0.5' } });
  });

  it('income adds up to what the wallet lost and won', async () => {
    await place({ quantity: '1' });
    await place({ side: 'BUY', quantity: '0.4' });
    test.venue.fund?.('BTCUSDT', '0.0003');
    const rows: unknown = (await test.signed('GET', '/fapi/v1/income', { limit: 100 })).body;
    if (!Array.isArray(rows)) throw new Error('no list');
    expect(rows.map((row) => field(row, 'incomeType'))).toEqual(['TRANSFER', 'COMMISSION', 'REALIZED_PNL', 'COMMISSION', 'FUNDING_FEE']);
    const sum = rows.reduce<number>((total, row) => total + Number(field(row, 'income')), 0);
    expect(sum).toBeCloseTo(Number(test.venue.ledger().balances['USDT']?.['wallet']), 8);
    const funding = (await test.signed('GET', '/fapi/v1/income', { incomeType: 'FUNDING_FEE', symbol: 'BTCUSDT' })).body;
    expect(funding).toMatchObject([{ incomeType: 'FUNDING_FEE', asset: 'USDT', symbol: 'BTCUSDT' }]);
  });
});
