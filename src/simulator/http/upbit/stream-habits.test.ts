/** Formats, silence, limits and faults of the streams, and the switches for what the documents leave open. */
import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { printFrame } from './formats.ts';
import { createMessageQuota } from './message-quota.ts';
import { closeListeners, connectTo, is, type Listener, listenTo, until } from './stream-kit.ts';
import { type Kit, type KitOptions, levels, startKit, token } from './test-kit.ts';

let kit: Kit;
const start = async (options?: KitOptions) => {
  kit = await startKit(options);
};
afterEach(async () => {
  closeListeners();
  await kit.close();
});

const ticket = { ticket: 'test' };
const say = (listener: Listener, request: unknown) => listener.socket.send(typeof request === 'string' ? request : JSON.stringify(request));
const settled = async (listener: Listener) => {
  const before = listener.frames.filter((frame) => frame['status'] === 'UP').length;
  say(listener, 'PING');
  await until(() => listener.frames.filter((frame) => frame['status'] === 'UP').length > before);
};
const open = (request: unknown) => listenTo(kit.port, '/websocket/v1', request);
const openPrivate = async (types: readonly string[], jwt = token('')) => {
  const listener = await listenTo(kit.port, '/websocket/v1/private', [ticket, ...types.map((type) => ({ type }))], jwt);
  await settled(listener);
  return listener;
};
const setAsk = (at: string) => kit.market.setBook('upbit', 'KRW-BTC', levels([['99999000', '0.5']]), levels([[at, '1']]));
const asks = (listener: Listener) =>
  listener.frames.filter(is('orderbook', 'REALTIME')).map((frame) => (frame['orderbook_units'] as { ask_price: number }[])[0]?.ask_price);
const rest = (identifier: string) =>
  kit.call('POST', '/v1/orders', { market: 'KRW-BTC', side: 'bid', ord_type: 'limit', price: '90000000', volume: '0.001', identifier });
const names = (listener: Listener) => listener.frames.filter(is('myOrder')).map((frame) => frame['identifier']);
const plant = (stream: string, kind: string, more = {}) =>
  expect(kit.faults.add({ venue: 'upbit', match: { stream }, kind, ...more })).toMatchObject({ ok: true });

describe('formats', () => {
  it('shorten keys, and put a frame into a list', async () => {
    await start();
    const topics = [
      { type: 'ticker', codes: ['KRW-BTC'] },
      { type: 'trade', codes: ['KRW-BTC'] },
      { type: 'orderbook', codes: ['KRW-BTC.1'] },
    ];
    const short = await open([ticket, ...topics, { format: 'SIMPLE' }]);
    await until(() => short.frames.length === 3);
    const [ticker, trade, book] = short.frames;
    expect(Object.keys(ticker ?? {})).toEqual(
      'ty cd op hp lp tp pcp c cp scp cr scr tv atp atp24h atv atv24h h52wp h52wdt l52wp l52wdt ttms tms tdt ttm ab aav abv ms its dd mw st'.split(
        ' ',
      ),
    );
    expect(Object.keys(trade ?? {})).toEqual('ty cd tms td ttm ttms tp tv ab pcp c cp sid bap bas bbp bbs st'.split(' '));
    expect(book).toMatchObject({
      ty: 'orderbook',
      cd: 'KRW-BTC.1',
      tas: 0.51,
      obu: [{ ap: 100_000_000, bp: 99_999_000, as: 0.01, bs: 0.5 }],
      lv: 0,
      st: 'SNAPSHOT',
    });
    const list = await open([ticket, ...topics.slice(0, 1), { format: 'JSON_LIST' }]);
    await until(() => list.frames.length === 1);
    expect(list.frames[0]).toMatchObject([{ type: 'ticker', code: 'KRW-BTC' }]);
    const shortList = await open([ticket, ...topics.slice(0, 1), { format: 'SIMPLE_LIST' }]);
    await until(() => shortList.frames.length === 1);
    expect(shortList.frames[0]).toMatchObject([{ ty: 'ticker', cd: 'KRW-BTC' }]);
    // The next request brings its own format.
    say(shortList, [ticket, ...topics.slice(0, 1)]);
    await shortList.next(is('ticker'));
  });

  it('shorten the account’s frames', async () => {
    await start();
    const stream = await listenTo(
      kit.port,
      '/websocket/v1/private',
      [ticket, { type: 'myOrder' }, { type: 'myAsset' }, { format: 'SIMPLE' }],
      token(''),
    );
    await settled(stream);
    await rest('short');
    const order = await stream.next((frame) => frame['ty'] === 'myOrder');
    expect(order).toMatchObject({
      cd: 'KRW-BTC',
      ab: 'BID',
      ot: 'limit',
      s: 'wait',
      p: 90_000_000,
      v: 0.001,
      rv: 0.001,
      l: 90_045,
      id: 'short',
      smpt: 'cancel_maker',
    });
    expect(Object.keys(order).every((key) => key.length <= 4)).toBe(true);
    const asset = await stream.next((frame) => frame['ty'] === 'myAsset');
    expect(asset).toMatchObject({ ast: [{ cu: 'KRW', b: 99_909_955, l: 90_045 }], st: 'REALTIME' });
    expect(JSON.parse(printFrame({ type: 'x', code: 'y' }, 'DEFAULT').toString())).toEqual({ type: 'x', code: 'y' });
  });
});

describe('candles', () => {
  it('are told as they run: a snapshot first, and again in the second after a trade', async () => {
    await start();
    const types = ['candle.1m', 'candle.240m', 'candle.1s'];
    const stream = await open([ticket, ...types.map((type) => ({ type, codes: ['KRW-BTC'] }))]);
    await stream.next(is('candle.240m', 'SNAPSHOT'));
    await kit.call('POST', '/v1/orders', { market: 'KRW-BTC', side: 'bid', ord_type: 'price', price: '6000' });
    const frame = await stream.next(is('candle.1s', 'REALTIME'));
    expect(frame).toMatchObject({
      code: 'KRW-BTC',
      opening_price: 100_000_000,
      trade_price: 100_000_000,
      candle_acc_trade_volume: 0.00006,
      candle_acc_trade_price: 6000,
    });
    expect(frame['candle_date_time_utc']).toBe(new Date(Math.floor(kit.market.now / 1000) * 1000).toISOString().slice(0, 19));
    expect(await stream.next(is('candle.1m', 'REALTIME'))).toMatchObject({ code: 'KRW-BTC', opening_price: expect.any(Number) as unknown });
    await stream.next(is('candle.240m', 'REALTIME'));
  });
});

describe('silence and limits', () => {
  it('says nothing while a book stays as it is', async () => {
    await start();
    const stream = await open([ticket, { type: 'orderbook', codes: ['KRW-BTC'] }]);
    await stream.next(is('orderbook', 'SNAPSHOT'));
    setAsk('100000000');
    await until(() => asks(stream).length === 1);
    setAsk('100000000');
    kit.market.step(kit.market.now + 500);
    setAsk('100002000');
    await until(() => asks(stream).length === 2);
    expect(asks(stream)).toEqual([100_000_000, 100_002_000]);
  });

  it('takes five requests a second from a connection, and any number of PINGs', async () => {
    await start();
    const stream = await open('PING');
    for (let count = 0; count < 10; count += 1) say(stream, 'PING');
    for (let count = 0; count < 6; count += 1)
      say(stream, [ticket, { type: 'ticker', codes: [`KRW-${['BTC', 'ETH', 'XRP', 'SOL', 'DOGE', 'SHIB'][count]}`] }]);
    expect(await stream.next((frame) => 'error' in frame)).toMatchObject({ error: { name: 'TOO_MANY_REQUESTS' } });
    expect(stream.frames.filter(is('ticker')).map((frame) => frame['code'])).toEqual(['KRW-BTC', 'KRW-ETH', 'KRW-XRP', 'KRW-SOL', 'KRW-DOGE']);
    expect(stream.frames.filter((frame) => frame['status'] === 'UP').length).toBe(11);
  });

  it('ends the connection instead, where that is wanted', async () => {
    await start({ options: { excessMessages: 'close' } });
    const stream = await open([ticket, { type: 'ticker', codes: ['KRW-BTC'] }]);
    for (let count = 0; count < 5; count += 1) say(stream, [ticket, { type: 'ticker', codes: ['KRW-BTC'] }]);
    await until(() => stream.socket.readyState === WebSocket.CLOSED);
  });

  it('counts a hundred a minute beside five a second', async () => {
    await start();
    const isAllowed = createMessageQuota();
    const taken = Array.from({ length: 120 }, (_, index) => isAllowed(index * 250));
    expect([taken.indexOf(false), isAllowed(59_999), isAllowed(60_000), isAllowed(60_001)]).toEqual([100, false, true, false]);
  });
});

describe('tokens and first subscriptions', () => {
  it('lets a used nonce in again, or not', async () => {
    for (const streamNonceReuse of [true, false]) {
      await start({ options: { streamNonceReuse } });
      const jwt = token('', { nonce: randomUUID() });
      expect(typeof (await connectTo(kit.port, '/websocket/v1/private', jwt))).toBe('object');
      const again = await connectTo(kit.port, '/websocket/v1/private', jwt);
      expect([streamNonceReuse, typeof again === 'number' ? again : 101]).toEqual([streamNonceReuse, streamNonceReuse ? 101 : 401]);
      if (streamNonceReuse) await kit.close();
    }
  });

  it('refuses a bad token with a frame, where that is wanted', async () => {
    await start({ options: { badStreamToken: 'frame' } });
    const stream = await listenTo(kit.port, '/websocket/v1/private', [ticket, { type: 'myOrder' }], token('', { secret: 'another' }));
    expect(await stream.next((frame) => 'error' in frame)).toMatchObject({
      error: { name: 'INVALID_AUTH', message: '인증 정보가 올바르지 않습니다.' },
    });
    await rest('unheard');
    await settled(stream);
    expect(names(stream)).toEqual([]);
  });

  it('leaves the first subscription ever to myAsset without a word, and serves the second', async () => {
    await start({ options: { firstAssetSilenceMs: 60_000, eventDelayMs: 0 } });
    const first = await openPrivate(['myOrder', 'myAsset']);
    await rest('one');
    await first.next((frame) => frame['identifier'] === 'one');
    const second = await openPrivate(['myAsset']);
    await rest('two');
    await second.next(is('myAsset'));
    await first.next((frame) => frame['identifier'] === 'two');
    expect([first, second].map((listener) => listener.frames.filter(is('myAsset')).length)).toEqual([0, 1]);
  });
});

describe('faults', () => {
  it.each([
    ['duplicateEvent', ['a', 'a', 'b', 'c']],
    ['droppedEvents', ['b', 'c']],
    ['reorderedEvents', ['b', 'a', 'c']],
  ] as const)('%s happens to one event of the account’s stream', async (kind, heard) => {
    await start({ options: { eventDelayMs: 0 } });
    const stream = await openPrivate(['myOrder', 'myAsset']);
    plant('upbit.myOrder', kind);
    for (const name of ['a', 'b', 'c']) {
      await rest(name);
      if (name !== 'a') await stream.next((frame) => frame['identifier'] === name);
    }
    await until(() => names(stream).length === heard.length);
    expect(names(stream)).toEqual(heard);
    // The other stream on the same socket is left alone.
    expect(stream.frames.filter(is('myAsset')).length).toBe(3);
  });

  it('holds events back, and loses what comes in a gap', async () => {
    await start({ options: { eventDelayMs: 0 } });
    const stream = await openPrivate(['myOrder']);
    plant('upbit.myOrder', 'latency', { delayMs: 80 });
    const askedAt = performance.now();
    await rest('late');
    await stream.next((frame) => frame['identifier'] === 'late');
    expect(performance.now() - askedAt).toBeGreaterThanOrEqual(80);
    plant('upbit.myOrder', 'streamGap', { delayMs: 100 });
    await rest('lost');
    await expect
      .poll(
        async () => {
          kit.clock.offsetMs += 1000;
          await rest(randomUUID());
          return names(stream).length;
        },
        { interval: 20, timeout: 5000 },
      )
      .toBeGreaterThan(1);
    expect(names(stream)).not.toContain('lost');
  });

  it('leaves a half-open socket open and silent, PING and all', async () => {
    await start({ options: { eventDelayMs: 0 } });
    const [stream, other] = [await openPrivate(['myAsset']), await openPrivate(['myOrder'])];
    plant('upbit.myAsset', 'halfOpen');
    const heard = stream.frames.length;
    say(stream, 'PING');
    await rest('unheard');
    await other.next((frame) => frame['identifier'] === 'unheard');
    await settled(other);
    expect([stream.frames.length, stream.socket.readyState]).toEqual([heard, WebSocket.OPEN]);
    kit.faults.clear();
    await stream.next((frame) => frame['status'] === 'UP' && stream.frames.length > heard);
  });

  it('does not end a half-open socket for being idle', async () => {
    await start({ options: { idleMs: 60 } });
    const stream = await openPrivate(['myAsset']);
    const closed: number[] = [];
    stream.socket.on('close', () => closed.push(performance.now()));
    plant('upbit.myAsset', 'halfOpen', { delayMs: 200 });
    const planted = performance.now();
    await until(() => closed.length > 0);
    // An idle one ends after 60 ms. A timer counts from the beginning of its turn of the loop, some ms before.
    expect((closed[0] ?? 0) - planted).toBeGreaterThanOrEqual(150);
  });

  it('acts on public streams, and can cut them', async () => {
    await start();
    const stream = await open([ticket, { type: 'orderbook', codes: ['KRW-BTC'] }]);
    await stream.next(is('orderbook', 'SNAPSHOT'));
    plant('upbit.public', 'duplicateEvent');
    setAsk('100003000');
    await until(() => asks(stream).length === 2);
    expect(asks(stream)).toEqual([100_003_000, 100_003_000]);
    plant('upbit.public', 'reset');
    await until(() => stream.socket.readyState === WebSocket.CLOSED);
  });
});
