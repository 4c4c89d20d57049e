/** Conditional, amended and batched orders, the trading API over WebSocket, hedge mode: as clients meet them. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { field, type Fields, listen, type Listener, sign, startTestVenue, type TestVenue, until } from './test-venue.ts';

let test: TestVenue;
let listeners: Listener[] = [];
const open = async (path: string): Promise<Listener> => {
  const listener = await listen(test.ws + path);
  listeners.push(listener);
  return listener;
};
const order = { symbol: 'BTCUSDT', side: 'SELL', quantity: '0.1' };
const place = (fields: Fields) => test.signed('POST', '/fapi/v1/order', { ...order, type: 'MARKET', ...fields });
const rest = (fields: Fields = {}) => place({ type: 'LIMIT', timeInForce: 'GTC', price: '101000', ...fields });
const algo = (fields: Fields) =>
  test.signed('POST', '/fapi/v1/algoOrder', {
    algoType: 'CONDITIONAL',
    symbol: 'BTCUSDT',
    side: 'BUY',
    type: 'STOP_MARKET',
    quantity: '0.1',
    ...fields,
  });
const newKey = async (): Promise<string> => String(field((await test.raw('POST', '/fapi/v1/listenKey')).body, 'listenKey'));
const put = (at: number) => test.setBook('BTCUSDT', [[(at - 0.1).toFixed(1), '10']], [[at.toFixed(1), '10']]);

beforeEach(async () => {
  test = await startTestVenue();
  put(100_000);
  // The first trade makes the contract price.
  await place({ quantity: '0.002', side: 'BUY' });
  await place({ quantity: '0.002' });
});
afterEach(async () => {
  for (const { socket } of listeners) socket.terminate();
  listeners = [];
  await test.close();
});

describe('conditional orders', () => {
  it('are taken, listed, found, canceled in a namespace of their own', async () => {
    const placed = await algo({ triggerPrice: '101000', clientAlgoId: 'kc-sl-1', newOrderRespType: 'RESULT' });
    expect(placed).toMatchObject({
      status: 200,
      body: {
        clientAlgoId: 'kc-sl-1',
        algoType: 'CONDITIONAL',
        orderType: 'STOP_MARKET',
        algoStatus: 'NEW',
        triggerPrice: '101000.00',
        quantity: '0.100',
        price: '0.00',
        workingType: 'CONTRACT_PRICE',
        icebergQuantity: null,
        triggerTime: 0,
      },
    });
    expect(placed.headers.get('X-MBX-ORDER-COUNT-10S')).toBe('3');
    expect((await algo({ triggerPrice: '101000', clientAlgoId: 'kc-sl-1' })).body).toMatchObject({ code: -4116 });
    expect((await test.signed('GET', '/fapi/v1/openOrders', { symbol: 'BTCUSDT' })).body).toEqual([]);
    expect((await test.signed('GET', '/fapi/v1/openAlgoOrders')).body).toMatchObject([{ clientAlgoId: 'kc-sl-1', actualOrderId: '' }]);
    expect((await test.signed('DELETE', '/fapi/v1/allOpenOrders', { symbol: 'BTCUSDT' })).body).toMatchObject({ code: 200 });
    const algoId = Number(field(placed.body, 'algoId'));
    expect((await test.signed('DELETE', '/fapi/v1/algoOrder', { algoId })).body).toEqual({
      algoId,
      clientAlgoId: 'kc-sl-1',
      code: '200',
      msg: 'success',
    });
    expect((await test.signed('DELETE', '/fapi/v1/algoOrder', { clientAlgoId: 'kc-sl-1' })).body).toMatchObject({ code: -2011 });
    expect((await test.signed('GET', '/fapi/v1/algoOrder', { clientAlgoId: 'kc-sl-1' })).body).toMatchObject({ algoStatus: 'CANCELED' });
    expect((await test.signed('GET', '/fapi/v1/algoOrder', { algoId: 1 })).body).toMatchObject({ code: -2013 });
    expect((await test.signed('GET', '/fapi/v1/allAlgoOrders', { symbol: 'BTCUSDT' })).body).toMatchObject([{ algoId }]);
    await algo({ triggerPrice: '101000' });
    expect((await test.signed('DELETE', '/fapi/v1/algoOpenOrders', { symbol: 'BTCUSDT' })).body).toMatchObject({ code: 200 });
    expect((await test.signed('GET', '/fapi/v1/openAlgoOrders', { symbol: 'BTCUSDT' })).body).toEqual([]);
  });

  it('trigger when the market trades there, and their order is told of by its own id', async () => {
    const { messages } = await open(`/private/ws?listenKey=${await newKey()}`);
    const placed = await algo({ triggerPrice: '101000', clientAlgoId: 'kc-sl-2' });
    put(101_500);
    expect((await place({ side: 'BUY', quantity: '0.002', newOrderRespType: 'RESULT' })).body).toMatchObject({ status: 'FILLED' });
    const states = () => messages.filter((message) => field(message, 'e') === 'ALGO_UPDATE').map((message) => field(message, 'o', 'X'));
    await until('the life of the order', () => states().length === 4);
    expect(states()).toEqual(['NEW', 'TRIGGERING', 'TRIGGERED', 'FINISHED']);
    const row = (await test.signed('GET', '/fapi/v1/algoOrder', { algoId: Number(field(placed.body, 'algoId')) })).body;
    expect(row).toMatchObject({ algoStatus: 'FINISHED', actualQty: '0.100', actualPrice: '101500.00000' });
    const last = messages.findLast((message) => field(message, 'o', 'X') === 'FINISHED');
    expect(last).toMatchObject({ e: 'ALGO_UPDATE', o: { caid: 'kc-sl-2', ai: field(row, 'actualOrderId'), aq: '0.100', tp: '101000.00', rm: '' } });
    const actual = Number(field(row, 'actualOrderId'));
    expect(messages.some((message) => field(message, 'o', 'i') === actual && field(message, 'o', 'X') === 'FILLED')).toBe(true);
  });

  it.each([
    [{ triggerPrice: '99000' }, -2021],
    [{}, -1102],
    [{ triggerPrice: '101000.05' }, -4014],
    [{ triggerPrice: '101000', quantity: '0.0001' }, -1111],
    [{ triggerPrice: '101000', workingType: 'INDEX' }, -4031],
    [{ triggerPrice: '101000', closePosition: true }, -4137],
    [{ triggerPrice: '101000', type: 'LIMIT' }, -1116],
    [{ triggerPrice: '101000', algoType: 'VP' }, -1130],
    [{ type: 'TRAILING_STOP_MARKET', callbackRate: '0.05' }, -2007],
    [{ type: 'TRAILING_STOP_MARKET' }, -1102],
    [{ type: 'STOP', triggerPrice: '101000' }, -1102],
    [{ triggerPrice: '101000', timeInForce: 'GTE_GTC' }, -4509],
    [{ triggerPrice: '101000', selfTradePreventionMode: 'NEVER' }, -5039],
  ] as readonly (readonly [Fields, number])[])('%j is refused with %d', async (fields, code) => {
    expect((await algo(fields)).body).toMatchObject({ code });
  });

  it('survive a restart, waiting', async () => {
    await algo({ triggerPrice: '101000', clientAlgoId: 'kc-kept' });
    const kept = test.keep.load();
    await test.close();
    test = await startTestVenue({ keep: test.keep });
    expect(kept.size).toBeGreaterThan(0);
    expect((await test.signed('GET', '/fapi/v1/openAlgoOrders', { symbol: 'BTCUSDT' })).body).toMatchObject([{ clientAlgoId: 'kc-kept' }]);
  });
});

describe('changing orders', () => {
  it('PUT amends and tells of it', async () => {
    const { messages } = await open(`/private/ws?listenKey=${await newKey()}`);
    await rest({ newClientOrderId: 'kc-a' });
    const amended = await test.signed('PUT', '/fapi/v1/order', { ...order, origClientOrderId: 'kc-a', price: '102000', quantity: '0.2' });
    expect(amended).toMatchObject({ status: 200, body: { clientOrderId: 'kc-a', price: '102000.00', origQty: '0.200', status: 'NEW' } });
    await until('the amendment', () => messages.some((message) => field(message, 'o', 'x') === 'AMENDMENT'));
    const again = await test.signed('PUT', '/fapi/v1/order', { ...order, origClientOrderId: 'kc-a', price: '102000', quantity: '0.2' });
    expect(again.body).toMatchObject({ code: -5027, msg: 'No need to modify the order.' });
    expect((await test.signed('PUT', '/fapi/v1/order', { ...order, orderId: 1, price: '1' })).body).toMatchObject({ code: -2013 });
  });

  it('several orders in one request answer each for itself', async () => {
    const batch = (list: unknown, method = 'POST') => test.signed(method, '/fapi/v1/batchOrders', { batchOrders: JSON.stringify(list) });
    const limit = { ...order, type: 'LIMIT', timeInForce: 'GTC', price: '101000' };
    const answer = await batch([
      { ...limit, newClientOrderId: 'b1' },
      { ...limit, quantity: '0.0001' },
      { ...limit, newClientOrderId: 'b2' },
    ]);
    expect(answer).toMatchObject({ status: 200, body: [{ clientOrderId: 'b1', status: 'NEW' }, { code: -1111 }, { clientOrderId: 'b2' }] });
    expect(answer.headers.get('X-MBX-ORDER-COUNT-10S')).toBe('7');
    expect(answer.headers.get('X-MBX-ORDER-COUNT-1M')).toBe('3');
    expect((await batch(Array.from({ length: 6 }, () => limit))).body).toMatchObject({ code: -4082 });
    const changed = await batch([{ ...order, origClientOrderId: 'b1', price: '103000', quantity: '0.1' }], 'PUT');
    expect(changed.body).toMatchObject([{ clientOrderId: 'b1', price: '103000.00' }]);
    const gone = await test.signed('DELETE', '/fapi/v1/batchOrders', { symbol: 'BTCUSDT', origClientOrderIdList: '["b1","b2","b3"]' });
    expect(gone.body).toMatchObject([{ status: 'CANCELED' }, { status: 'CANCELED' }, { code: -2011 }]);
  });

  it('a dated order expires when the clock is moved past its date', async () => {
    await rest({ timeInForce: 'GTD', goodTillDate: Date.now() + 700_000, newClientOrderId: 'kc-gtd' });
    test.offsetMs = 800_000;
    test.market.step(test.market.now + 1000);
    await until('its end', () => test.venue.ledger().orders.some((row) => row.clientOrderId === 'kc-gtd' && row.state === 'expired'));
  });

  it('GTD and price match', async () => {
    const goodTillDate = Date.now() + 700_500;
    expect((await rest({ timeInForce: 'GTD', goodTillDate })).body).toMatchObject({
      timeInForce: 'GTD',
      goodTillDate: Math.floor(goodTillDate / 1000) * 1000,
    });
    expect((await rest({ timeInForce: 'GTD', goodTillDate: Date.now() + 1000 })).body).toMatchObject({ code: -5040 });
    const matched = { ...order, type: 'LIMIT', timeInForce: 'GTC' };
    expect((await test.signed('POST', '/fapi/v1/order', { ...matched, priceMatch: 'QUEUE' })).body).toMatchObject({
      price: '100000.00',
      priceMatch: 'QUEUE',
    });
    expect((await test.signed('POST', '/fapi/v1/order', { ...matched, priceMatch: 'OPPONENT_5' })).body).toMatchObject({ code: -5041 });
  });
});

describe('hedge mode', () => {
  it('wants a position side, refuses reduceOnly and shows both positions', async () => {
    await test.signed('POST', '/fapi/v1/positionSide/dual', { dualSidePosition: true });
    expect((await place({})).body).toMatchObject({ code: -4061 });
    expect((await place({ positionSide: 'SHORT', reduceOnly: true })).body).toMatchObject({ code: -1106 });
    expect((await place({ positionSide: 'SHORT', newOrderRespType: 'RESULT' })).body).toMatchObject({ status: 'FILLED', positionSide: 'SHORT' });
    expect((await place({ positionSide: 'LONG', side: 'BUY', newOrderRespType: 'RESULT' })).body).toMatchObject({
      status: 'FILLED',
      positionSide: 'LONG',
    });
    expect((await test.signed('GET', '/fapi/v2/positionRisk', { symbol: 'BTCUSDT' })).body).toMatchObject([
      { positionSide: 'LONG', positionAmt: '0.100' },
      { positionSide: 'SHORT', positionAmt: '-0.100' },
    ]);
    expect(Object.keys(test.venue.ledger().positions ?? {})).toEqual(['BTCUSDT:SHORT', 'BTCUSDT:LONG']);
    expect((await place({ positionSide: 'SHORT', side: 'BUY', newOrderRespType: 'RESULT' })).body).toMatchObject({ status: 'FILLED' });
  });
});

describe('the trading API over WebSocket', () => {
  const ask = async (listener: Listener, method: string, params: Fields): Promise<unknown> => {
    const full: Fields = { apiKey: 'a'.repeat(64), timestamp: Date.now(), ...params };
    const source = Object.keys(full)
      .sort()
      .map((name) => `${name}=${String(full[name])}`)
      .join('&');
    const id = `r${listener.messages.length}`;
    listener.socket.send(JSON.stringify({ id, method, params: { ...full, signature: sign(source) } }));
    return until('an answer', () => listener.messages.find((message) => field(message, 'id') === id));
  };

  it('places, queries, amends, cancels and tries out', async () => {
    const socket = await open('/ws-fapi/v1');
    const limit = { ...order, type: 'LIMIT', timeInForce: 'GTC', price: '101000', newClientOrderId: 'ws1' };
    expect(await ask(socket, 'order.place', limit)).toMatchObject({
      status: 200,
      result: { clientOrderId: 'ws1', status: 'NEW' },
      rateLimits: [
        { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: 300, count: 3 },
        { rateLimitType: 'ORDERS', interval: 'MINUTE', intervalNum: 1, limit: 1200, count: 3 },
      ],
    });
    const named = { symbol: 'BTCUSDT', origClientOrderId: 'ws1' };
    expect(await ask(socket, 'order.status', named)).toMatchObject({ status: 200, result: { status: 'NEW' } });
    expect(await ask(socket, 'order.modify', { ...order, ...named, price: '102000' })).toMatchObject({ result: { price: '102000.00' } });
    expect(await ask(socket, 'order.cancel', named)).toMatchObject({ status: 200, result: { status: 'CANCELED' } });
    expect(await ask(socket, 'order.test', { ...limit, returnRateLimits: false })).toEqual({ id: 'r4', status: 200, result: {} });
    expect(
      await ask(socket, 'algoOrder.place', { ...order, side: 'BUY', algoType: 'CONDITIONAL', type: 'STOP_MARKET', triggerPrice: '101000' }),
    ).toMatchObject({
      result: { algoStatus: 'NEW' },
    });
    expect(test.requests.since(0).at(-1)).toMatchObject({ method: 'WS', path: '/ws-fapi/v1/algoOrder.place', status: 200 });
  });

  it('refuses as REST does, with the status in the answer', async () => {
    const socket = await open('/ws-fapi/v1');
    expect(await ask(socket, 'order.place', { ...order, quantity: '50', type: 'MARKET' })).toMatchObject({
      status: 400,
      error: { code: -2019, msg: 'Margin is insufficient.' },
    });
    expect(await ask(socket, 'order.place', { ...order, type: 'MARKET', timestamp: 1 })).toMatchObject({ error: { code: -1021 } });
    expect(await ask(socket, 'order.place', { ...order, type: 'MARKET', apiKey: 'x' })).toMatchObject({ status: 401, error: { code: -2015 } });
    expect(await ask(socket, 'order.nothing', {})).toMatchObject({ status: 400, error: { code: -5000 } });
    socket.socket.send(
      JSON.stringify({
        id: 'bad',
        method: 'order.place',
        params: { ...order, apiKey: 'a'.repeat(64), timestamp: Date.now(), signature: 'f'.repeat(64) },
      }),
    );
    expect(await until('the refusal', () => socket.messages.find((message) => field(message, 'id') === 'bad'))).toMatchObject({
      error: { code: -1022 },
    });
  });

  it('loses answers and orders where a fault says so', async () => {
    const socket = await open('/ws-fapi/v1');
    const match = { method: 'WS', path: '/ws-fapi/v1/order.place' };
    expect(test.faults.add({ venue: 'binance', match, kind: 'replyLost' })).toMatchObject({ ok: true });
    const limit = { ...order, type: 'LIMIT', timeInForce: 'GTC', price: '101000', newClientOrderId: 'ws2' };
    const full: Fields = { apiKey: 'a'.repeat(64), timestamp: Date.now(), ...limit };
    const source = Object.keys(full)
      .sort()
      .map((name) => `${name}=${String(full[name])}`)
      .join('&');
    socket.socket.send(JSON.stringify({ id: 'lost', method: 'order.place', params: { ...full, signature: sign(source) } }));
    expect(await ask(socket, 'order.status', { symbol: 'BTCUSDT', origClientOrderId: 'ws2' })).toMatchObject({ result: { status: 'NEW' } });
    expect(socket.messages.some((message) => field(message, 'id') === 'lost')).toBe(false);
  });

  it('spoils answers where a fault says so, and carries the order out', async () => {
    const socket = new WebSocket(`${test.ws}/ws-fapi/v1`);
    const frames: string[] = [];
    socket.on('message', (data) => frames.push(String(data)));
    await new Promise((resolve) => socket.once('open', resolve));
    const spoiled = async (kind: string): Promise<string> => {
      test.faults.add({ venue: 'binance', match: { method: 'WS', path: '/ws-fapi/v1/order.place' }, kind });
      const full: Fields = { ...order, apiKey: 'a'.repeat(64), newClientOrderId: kind, timestamp: Date.now(), type: 'MARKET' };
      const source = Object.keys(full)
        .sort()
        .map((name) => `${name}=${String(full[name])}`)
        .join('&');
      const before = frames.length;
      socket.send(JSON.stringify({ id: kind, method: 'order.place', params: { ...full, signature: sign(source) } }));
      await until('a frame', () => frames.length > before);
      return frames[before] ?? '';
    };
    expect(await spoiled('emptyObject')).toBe('{}');
    expect(await spoiled('htmlBody')).toContain('502 Bad Gateway');
    const cut = await spoiled('truncatedJson');
    expect(cut).toContain('"id":"truncatedJson"');
    expect(() => JSON.parse(cut)).toThrow(SyntaxError);
    const carriedOut = test.venue.ledger().orders.slice(-3);
    expect(carriedOut.map((row) => `${row.clientOrderId} ${row.state}`)).toEqual(['emptyObject filled', 'htmlBody filled', 'truncatedJson filled']);
    socket.terminate();
  });
});
