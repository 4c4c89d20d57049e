/** Streams against servers that fail to be one. */
import { afterEach, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { createBinance } from './binance/binance.ts';
import type { VenueEvent, VenuePort } from './port.ts';
import { startTrap, until } from './trap-server.ts';
import { createUpbit } from './upbit/upbit.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** As the defaults, only quicker. */
const streamTiming = { openWithinMs: 2000, pingEveryMs: 100, silentAfterMs: 400, firstBackoffMs: 20, maxBackoffMs: 500 };
const row = { symbol: 'BTCUSDT', baseAsset: 'BTC', quoteAsset: 'USDT', contractType: 'PERPETUAL', status: 'TRADING', filters: [] };
const ours = `kc${'4'.repeat(26)}`;

/** A venue whose REST side is well and whose sockets do as told; `number` counts connections from 1. */
async function streamFrom(name: 'upbit' | 'binance', onSocket: (socket: WebSocket, number: number) => void, keyCheckMs?: number) {
  let keys = 0;
  const paths: string[] = [];
  const trap = await startTrap(
    (request, response) => {
      const path = (request.url ?? '').split('?')[0];
      if (path === '/fapi/v1/listenKey') keys += request.method === 'POST' ? 1 : 0;
      // Where it is asked: the first key is over, and nobody says so but the answer to its keep-alive.
      if (request.method === 'PUT' && keys === 1) {
        response.writeHead(400, { 'content-type': 'application/json' }).end('{"code":-1125,"msg":"…"}');
        return;
      }
      const bodies: Readonly<Record<string, unknown>> = {
        '/v1/market/all': [{ market: 'KRW-BTC' }],
        '/fapi/v1/exchangeInfo': { symbols: [row] },
        '/fapi/v1/time': { serverTime: Date.now() },
        '/fapi/v1/listenKey': { listenKey: `KEY${keys}` },
      };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(bodies[path ?? ''] ?? {}));
    },
    (socket, path) => {
      paths.push(path);
      onSocket(socket, paths.length);
    },
  );
  closers.push(trap.close);
  const common = {
    rest: trap.rest,
    ws: trap.ws,
    loopbackOnly: true,
    streamTiming: { ...streamTiming, ...(keyCheckMs === undefined ? {} : { keyCheckMs }) },
    onRequest: () => undefined,
    now: Date.now,
  };
  const port: VenuePort =
    name === 'upbit'
      ? createUpbit({ ...common, keys: { accessKey: 'a', secretKey: 'b' } })
      : createBinance({ ...common, keys: { apiKey: 'a', secret: 'b' } });
  closers.push(port.close);
  await port.start();
  const events: VenueEvent[] = [];
  port.subscribe((event) => events.push(event));
  const streamStates = () => events.flatMap((event) => (event.kind === 'stream' ? [event.state] : []));
  return { port, events, paths, streamStates, trap };
}

const answersPings = (socket: WebSocket) => socket.on('ping', (data) => socket.pong(data));
const orderEvent = JSON.stringify({
  e: 'ORDER_TRADE_UPDATE',
  T: 1785546000122,
  o: { s: 'BTCUSDT', c: ours, x: 'NEW', X: 'NEW', i: 7, z: '0' },
});

describe.each(['upbit', 'binance'] as const)('a stream of %s', (name) => {
  it('is live only once the venue answers over it', async () => {
    const { streamStates, trap } = await streamFrom(name, (socket) => {
      // Opens, and says nothing until it is pinged the second time.
      let pings = 0;
      socket.on('ping', (data) => {
        pings += 1;
        if (pings > 1) socket.pong(data);
      });
    });
    await until(() => trap.sockets.length === 1);
    expect(streamStates()).toEqual([]);
    await until(() => streamStates().length > 0);
    expect(streamStates()).toEqual(['live']);
  });

  it('is cut and dialed again when it went silent behind an open socket', async () => {
    const { streamStates, trap } = await streamFrom(name, (socket, number) => {
      if (number > 1) answersPings(socket);
      else socket.once('ping', (data) => socket.pong(data));
    });
    await until(() => streamStates().length === 3);
    expect(streamStates()).toEqual(['live', 'silent', 'live']);
    await until(() => trap.sockets[0]?.readyState === 3);
  });

  it('is dialed again when the venue closes it, later each time while that goes on', async () => {
    const at: number[] = [];
    const { streamStates } = await streamFrom(name, (socket, number) => {
      at.push(performance.now());
      if (number < 4) socket.close(1001);
      else answersPings(socket);
    });
    await until(() => streamStates().includes('live'));
    const gaps = at.slice(1).map((time, index) => time - (at[index] ?? 0));
    expect(gaps).toHaveLength(3);
    expect(gaps[2]).toBeGreaterThan(gaps[0] ?? 0);
  });

  it('leaves nothing open when it ends while dialing', async () => {
    const { port, trap, streamStates } = await streamFrom(name, () => undefined);
    await until(() => trap.sockets.length === 1);
    await port.close();
    await until(() => trap.sockets[0]?.readyState === 3);
    expect(trap.sockets).toHaveLength(1);
    expect(streamStates()).toEqual([]);
  });
});

describe('the stream of upbit', () => {
  it('does not take an error frame for a sign of life', async () => {
    const { streamStates, events } = await streamFrom('upbit', (socket, number) => {
      if (number === 1) socket.send('{"error":{"name":"INVALID_AUTH","message":"…"}}');
      else answersPings(socket);
    });
    await until(() => streamStates().includes('live'));
    expect(events[0]).toMatchObject({ state: 'silent', reason: 'the venue refused the stream: INVALID_AUTH' });
  });

  it('asks for both types on one connection, with a fresh token each time, and probes it', async () => {
    const frames: string[] = [];
    const { paths } = await streamFrom('upbit', (socket, number) => {
      socket.on('message', (data) => {
        frames.push(String(data));
        if (number > 1 && String(data) === 'PING') socket.send(Buffer.from('{"status":"UP"}'));
      });
      if (number === 1) socket.once('ping', () => socket.terminate());
    });
    await until(() => paths.length === 2 && frames.filter((frame) => frame === 'PING').length >= 2);
    const subscriptions = frames.filter((frame) => frame !== 'PING').map((frame) => JSON.parse(frame));
    expect(subscriptions[0].slice(1)).toEqual([{ type: 'myOrder' }, { type: 'myAsset' }]);
    expect(subscriptions[0][0].ticket).not.toBe(subscriptions[1]?.[0].ticket);
    expect(paths).toEqual(['/websocket/v1/private', '/websocket/v1/private']);
  });
});

describe('the stream of binance', () => {
  it('finds out by asking that its key is over, and takes a new one', async () => {
    const { streamStates, paths } = await streamFrom('binance', answersPings, 150);
    await until(() => paths.length === 2);
    await until(() => streamStates().length === 3);
    expect(streamStates()).toEqual(['live', 'silent', 'live']);
    expect(paths).toEqual(['/private/ws?listenKey=KEY1', '/private/ws?listenKey=KEY2']);
  });

  it('takes a new key when the old one expired', async () => {
    const { streamStates, paths, events } = await streamFrom('binance', (socket, number) => {
      answersPings(socket);
      if (number === 1) socket.once('ping', () => socket.send('{"e":"listenKeyExpired","E":1785546000999,"listenKey":"KEY1"}'));
      else socket.send(orderEvent);
    });
    await until(() => events.some((event) => event.kind === 'order'));
    expect(paths).toEqual(['/private/ws?listenKey=KEY1', '/private/ws?listenKey=KEY2']);
    expect(streamStates()).toEqual(['live', 'silent', 'live']);
    expect(events.find((event) => event.kind === 'order')).toMatchObject({ report: { clientOrderId: ours, venueOrderId: '7', state: 'open' } });
  });
});
