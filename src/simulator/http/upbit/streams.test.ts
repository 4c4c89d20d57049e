import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Kit, type KitOptions, levels, startKit, token } from './test-kit.ts';

import { closeListeners, connectTo, type Frame, is, type Listener, listenTo, until } from './stream-kit.ts';

let kit: Kit;
const start = async (options?: KitOptions) => {
  kit = await startKit(options);
};
afterEach(async () => {
  closeListeners();
  await kit.close();
});

const connect = (path: string, jwt?: string, headers?: Record<string, string>) => connectTo(kit.port, path, jwt, headers);
const listen = (path: string, request: unknown, jwt?: string) => listenTo(kit.port, path, request, jwt);
const open = (request: unknown) => listen('/websocket/v1', request);
/** Subscribed for certain: the venue has answered what was sent after the subscription. */
async function openPrivate(request: unknown): Promise<Listener> {
  const listener = await listen('/websocket/v1/private', request, token('', { alg: 'HS256' }));
  listener.socket.send('PING');
  await listener.next((frame) => frame['status'] === 'UP');
  return listener;
}
const ticket = { ticket: 'test' };

describe('public streams', () => {
  it('sends a snapshot of each topic first, in binary frames, then what changes', async () => {
    await start();
    const stream = await open([
      ticket,
      { type: 'ticker', codes: ['KRW-BTC'] },
      { type: 'orderbook', codes: ['KRW-BTC'] },
      { type: 'trade', codes: ['KRW-BTC'] },
    ]);
    await until(() => stream.frames.length === 3);
    expect(stream.frames.map((frame) => [frame['type'], frame['stream_type']])).toEqual([
      ['ticker', 'SNAPSHOT'],
      ['orderbook', 'SNAPSHOT'],
      ['trade', 'SNAPSHOT'],
    ]);
    expect(stream.binary).toEqual([true, true, true]);
    expect(stream.frames[1]).toMatchObject({ code: 'KRW-BTC', orderbook_units: [{ ask_price: 100_000_000 }, { ask_price: 100_001_000 }], level: 0 });
    await kit.call('POST', '/v1/orders', { market: 'KRW-BTC', side: 'bid', ord_type: 'price', price: '1000000' });
    expect(await stream.next(is('orderbook', 'REALTIME'))).toMatchObject({ orderbook_units: [{ ask_price: 100_001_000, ask_size: 0.5 }] });
    expect(await stream.next(is('trade', 'REALTIME'))).toMatchObject({
      trade_price: 100_000_000,
      trade_volume: 0.01,
      ask_bid: 'BID',
      best_ask_price: 100_001_000,
    });
    expect(await stream.next(is('ticker', 'REALTIME'))).toMatchObject({ trade_price: 100_000_000, market_state: 'ACTIVE' });
  });

  it('replaces the subscription, and keeps to snapshots where only they are asked for', async () => {
    await start();
    const stream = await open([ticket, { type: 'orderbook', codes: ['KRW-BTC'] }]);
    await stream.next(is('orderbook', 'SNAPSHOT'));
    stream.socket.send(
      JSON.stringify([ticket, { type: 'orderbook', codes: ['KRW-ETH.1'] }, { type: 'orderbook', codes: ['KRW-XRP'], is_only_snapshot: true }]),
    );
    await stream.next((frame) => frame['code'] === 'KRW-XRP');
    expect(await stream.next((frame) => frame['code'] === 'KRW-ETH.1')).toMatchObject({ orderbook_units: [{}] });
    stream.frames.length = 0;
    for (const [coin, at] of [
      ['XRP', '3000'],
      ['BTC', '90000000'],
      ['ETH', '5000000'],
    ] as const) {
      kit.market.setBook('upbit', `KRW-${coin}`, levels([[at, '1']]), []);
    }
    await stream.next(is('orderbook', 'REALTIME'));
    expect(stream.frames.map((frame) => frame['code'])).toEqual(['KRW-ETH.1']);
  });

  it.each([
    ['hello', 'WRONG_FORMAT'],
    ['{}', 'WRONG_FORMAT'],
    [[{ type: 'ticker', codes: ['KRW-BTC'] }], 'NO_TICKET'],
    [[ticket], 'NO_TYPE'],
    [[ticket, { codes: ['KRW-BTC'] }], 'NO_TYPE'],
    [[ticket, { type: 'ticker' }], 'NO_CODES'],
    [[ticket, { type: 'ticker', codes: [] }], 'INVALID_PARAM'],
    [[ticket, { type: 'weather', codes: ['KRW-BTC'] }], 'INVALID_PARAM'],
    [[ticket, { type: 'ticker', codes: ['KRW-BTC'] }, { format: 'SHORT' }], 'INVALID_PARAM'],
    [[ticket, { type: 'myOrder' }], 'INVALID_AUTH'],
  ])('answers %j with %s', async (request, name) => {
    await start();
    const stream = await open(request);
    await until(() => stream.frames.length > 0);
    expect(stream.frames[0]).toMatchObject({ error: { name } });
  });

  it('answers PING at once and again, and closes what is idle', async () => {
    await start({ options: { idleMs: 120, statusMs: 20 } });
    const stream = await open('PING');
    await until(() => stream.frames.length >= 3);
    expect(stream.frames[2]).toEqual({ status: 'UP' });
    await until(() => stream.socket.readyState === WebSocket.CLOSED);
  });

  it('allows one upgrade with an Origin in ten seconds, and five a second at all', async () => {
    await start();
    kit.clock.offsetMs = 1000 - (Date.now() % 1000);
    const origin = { origin: 'http://example.test' };
    expect(typeof (await connect('/websocket/v1', undefined, origin))).toBe('object');
    expect(await connect('/websocket/v1', undefined, origin)).toBe(429);
    const rest: (Listener | number)[] = [];
    for (let count = 0; count < 5; count += 1) rest.push(await connect('/websocket/v1'));
    expect(rest.map((one) => typeof one)).toEqual(['object', 'object', 'object', 'object', 'number']);
  });
});

describe('private streams', () => {
  it('refuses the upgrade without a good token', async () => {
    await start();
    expect(await connect('/websocket/v1/private')).toBe(401);
    expect(await connect('/websocket/v1/private', token('', { secret: 'another' }))).toBe(401);
    expect(await connect('/websocket/nowhere')).toBe(404);
  });

  it('sends wait, trades and cancel of a market buy with what Upbit prints, and the balances after each', async () => {
    await start();
    const stream = await openPrivate([ticket, { type: 'myOrder' }, { type: 'myAsset' }]);
    expect(stream.frames.filter((frame) => frame['type'] !== undefined)).toEqual([]);
    const placed = await kit.call('POST', '/v1/orders', {
      market: 'KRW-BTC',
      side: 'bid',
      ord_type: 'price',
      price: '1500000',
      identifier: 'kimp-1',
    });
    const { uuid } = placed.body as { uuid: string };
    await stream.next((frame) => frame['state'] === 'cancel');
    await until(() => stream.frames.filter(is('myAsset')).length === 4);
    const orders = stream.frames.filter(is('myOrder'));
    expect(orders.map((frame) => frame['state'])).toEqual(['wait', 'trade', 'trade', 'cancel']);
    expect(orders[0]).toMatchObject({
      code: 'KRW-BTC',
      uuid,
      ask_bid: 'BID',
      order_type: 'price',
      price: 1_500_000,
      volume: null,
      remaining_volume: null,
      executed_volume: 0,
      avg_price: 0,
      locked: 1_500_750,
      reserved_fee: 750,
      trade_uuid: null,
      trade_fee: null,
      is_maker: null,
      trade_timestamp: null,
      identifier: 'kimp-1',
      stream_type: 'REALTIME',
    });
    expect(orders[1]).toMatchObject({
      price: 100_000_000,
      volume: 0.01,
      executed_volume: 0.01,
      executed_funds: 1_000_000,
      paid_fee: 500,
      trade_fee: 500,
      trades_count: 1,
      is_maker: false,
    });
    expect(orders[2]).toMatchObject({ price: 100_001_000, trades_count: 2 });
    expect(orders[3]).toMatchObject({ price: 1_500_000, volume: null, trade_uuid: null, trades_count: 2 });
    const assets = stream.frames.filter(is('myAsset'));
    expect(assets[0]).toMatchObject({ assets: [{ currency: 'KRW', balance: 98_499_250, locked: 1_500_750 }] });
    expect(assets[1]).toMatchObject({
      assets: [
        { currency: 'KRW', locked: 500_250 },
        { currency: 'BTC', balance: 0.01, locked: 0 },
      ],
    });
    expect(assets[3]).toMatchObject({ assets: [{ currency: 'KRW', locked: 0 }] });
    expect(new Set(assets.map((frame) => frame['asset_uuid'])).size).toBe(4);
    const types = stream.frames.filter((frame) => frame['type'] !== undefined).map((frame) => frame['type']);
    expect(types).toEqual(Array(4).fill(['myOrder', 'myAsset']).flat());
  });

  it('tells of a sell that is done, of makers, of cancels and of others on the account', async () => {
    await start();
    const stream = await openPrivate([ticket, { type: 'myOrder', codes: ['KRW-BTC'] }]);
    const order = (more: object) =>
      kit.call('POST', '/v1/orders', { market: 'KRW-BTC', side: 'bid', ord_type: 'limit', price: '99998000', volume: '0.02', ...more });
    const { uuid } = (await order({ identifier: 'maker' })).body as { uuid: string };
    kit.market.setBook('upbit', 'KRW-BTC', levels([['99000000', '1']]), levels([['99998000', '0.015']]));
    await kit.call('DELETE', '/v1/order', { uuid });
    await kit.call('POST', '/v1/orders', { market: 'KRW-BTC', side: 'ask', ord_type: 'market', volume: '0.01', identifier: 'seller' });
    await stream.next((frame) => frame['identifier'] === 'seller' && frame['state'] === 'done');
    expect(stream.frames.filter(is('myOrder')).map((frame) => [frame['identifier'], frame['state'], frame['is_maker']])).toEqual([
      ['maker', 'wait', null],
      ['maker', 'trade', true],
      ['maker', 'cancel', null],
      ['seller', 'wait', null],
      ['seller', 'trade', false],
      ['seller', 'done', null],
    ]);
    expect(stream.frames.some(is('myAsset'))).toBe(false);
  });

  it('lets the stream and the answer come in either order', async () => {
    await start({ krw: '1000000000', options: { eventDelayMs: 4 } });
    const stream = await openPrivate([ticket, { type: 'myOrder' }]);
    const firsts = { stream: 0, answer: 0 };
    for (let round = 0; round < 60 && (firsts.stream === 0 || firsts.answer === 0); round += 1) {
      kit.clock.offsetMs += 1000;
      const identifier = `round-${round}`;
      const params = { market: 'KRW-BTC', side: 'bid', ord_type: 'limit', price: '90000000', volume: '0.001', identifier };
      const answeredAt = kit.call('POST', '/v1/orders', params).then(() => performance.now());
      const isOurs = (frame: Frame) => frame['identifier'] === identifier && frame['state'] === 'wait';
      await stream.next(isOurs);
      const heardAt = stream.times[stream.frames.findIndex(isOurs)] ?? 0;
      firsts[heardAt < (await answeredAt) ? 'stream' : 'answer'] += 1;
    }
    expect([firsts.stream > 0, firsts.answer > 0]).toEqual([true, true]);
  });

  it('refuses codes for myAsset', async () => {
    await start();
    const stream = await listen('/websocket/v1/private', [ticket, { type: 'myAsset', codes: ['KRW-BTC'] }], token(''));
    expect(await stream.next((frame) => 'error' in frame)).toMatchObject({ error: { name: 'WRONG_FORMAT' } });
  });
});
