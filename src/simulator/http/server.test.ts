import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createFaults } from '../faults.ts';
import { createRequestLog } from '../ledger.ts';
import { createVenueServer, type Front, type FrontRequest, type VenueServer } from './server.ts';

interface Reply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

const running: VenueServer[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
});

/** A venue with one account book: how often orders were carried out. */
async function start() {
  const seen: FrontRequest[] = [];
  const front: Front = {
    venue: 'binance',
    handle: (request) => {
      if (!request.path.startsWith('/fapi/')) return { status: 404, body: '{"code":404}', unhandled: true };
      seen.push(request);
      return { status: 200, headers: { 'X-Weight': '1' }, body: JSON.stringify({ count: seen.length, fault: request.fault?.kind ?? null }) };
    },
    upgrade: (request) =>
      request.path === '/ws'
        ? { accept: (socket) => socket.on('message', (message) => socket.send(`${request.query}:${String(message)}`)) }
        : { status: 404, body: 'no', unhandled: true },
    placesOrder: (method, path) => method === 'POST' && path === '/fapi/v1/order',
    clientOrderId: ({ query }) => new URLSearchParams(query).get('newClientOrderId'),
    failure: (kind) => ({ status: kind === 'rateLimited' ? 429 : 500, body: `{"code":"${kind}"}` }),
  };
  const faults = createFaults(() => 0);
  const log = createRequestLog();
  const server = createVenueServer(front, faults, log);
  running.push(server);
  const port = await server.listen(0);
  return { port, faults, log, seen, server };
}

function ask(port: number, method: string, path: string, body = '', signal?: AbortSignal): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { port, host: '127.0.0.1', method, path, agent: new Agent(), ...(signal === undefined ? {} : { signal }) },
      (response) => {
        let read = '';
        response.on('data', (chunk: Buffer) => {
          read += chunk.toString();
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: read }));
        response.on('error', reject);
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

const order = '/fapi/v1/order?symbol=BTCUSDT&newClientOrderId=a%31';
const plant = (faults: ReturnType<typeof createFaults>, kind: string, more: object = {}) =>
  expect(faults.add({ venue: 'binance', match: { method: 'POST', path: '/fapi/v1/order' }, kind, ...more }).ok).toBe(true);

describe('requests', () => {
  it('reach the front undecoded and are on record', async () => {
    const { port, log, seen } = await start();
    const before = performance.timeOrigin + performance.now();
    const reply = await ask(port, 'POST', order, 'price=1%2B1');
    expect(reply).toMatchObject({ status: 200, headers: { 'x-weight': '1', 'content-type': 'application/json; charset=utf-8' } });
    expect(seen[0]).toMatchObject({
      method: 'POST',
      rawUrl: order,
      path: '/fapi/v1/order',
      query: 'symbol=BTCUSDT&newClientOrderId=a%31',
      fault: null,
    });
    expect(seen[0]?.body.toString()).toBe('price=1%2B1');
    const [row] = log.since(0);
    expect(row).toMatchObject({ seq: 1, venue: 'binance', method: 'POST', path: '/fapi/v1/order', clientOrderId: 'a1', status: 200, fault: null });
    expect(row?.at).toBeGreaterThanOrEqual(Math.floor(before));
  });

  it('are stamped when their last byte is read', async () => {
    const { port, log } = await start();
    const socket = connect(port, '127.0.0.1');
    socket.write('POST /fapi/v1/order HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab');
    // Another request in between proves that the first half was read before.
    await ask(port, 'GET', '/fapi/v1/time');
    const between = performance.timeOrigin + performance.now();
    const answered = new Promise((resolve) => socket.once('data', resolve));
    socket.write('cd');
    await answered;
    socket.destroy();
    expect(log.since(0).map((row) => row.path)).toEqual(['/fapi/v1/time', '/fapi/v1/order']);
    expect(log.since(0)[1]?.at).toBeGreaterThanOrEqual(between - 0.001);
  });

  it('to unknown paths are counted', async () => {
    const { port, log } = await start();
    expect((await ask(port, 'GET', '/api/v3/time?x=1')).status).toBe(404);
    expect(log.unhandledPaths()).toEqual(['/api/v3/time']);
  });

  it('over 1 MB are refused', async () => {
    const { port, seen } = await start();
    expect((await ask(port, 'POST', order, 'x'.repeat(1_000_001))).status).toBe(413);
    expect(seen).toEqual([]);
  });
});

describe('faults', () => {
  it('requestLost: read, never carried out, never answered', async () => {
    const { port, faults, log, seen } = await start();
    plant(faults, 'requestLost', { delayMs: 30 });
    await expect(ask(port, 'POST', order)).rejects.toThrow('socket hang up');
    expect(seen.length).toBe(0);
    expect(log.since(0)[0]).toMatchObject({ status: 0, fault: 'requestLost', clientOrderId: 'a1' });
    expect((await ask(port, 'POST', order)).status).toBe(200);
  });

  it('replyLost: carried out, never answered; the connection stays open without a delay', async () => {
    const { port, faults, log, seen } = await start();
    plant(faults, 'replyLost');
    await expect(ask(port, 'POST', order, '', AbortSignal.timeout(150))).rejects.toThrow('aborted');
    expect(seen.length).toBe(1);
    expect(log.since(0)[0]).toMatchObject({ status: 0, fault: 'replyLost' });
  });

  it('latency: a client that is gone by then was given no answer', async () => {
    const { port, faults, log, seen } = await start();
    plant(faults, 'latency', { delayMs: 120 });
    await expect(ask(port, 'POST', order, '', AbortSignal.timeout(30))).rejects.toThrow('aborted');
    await expect.poll(() => seen.length).toBe(1);
    expect(log.since(0)[0]).toMatchObject({ status: 0, fault: 'latency' });
  });

  it('latency: carried out late, others pass it', async () => {
    const { port, faults, log } = await start();
    plant(faults, 'latency', { delayMs: 120 });
    const begun = performance.now();
    const slow = ask(port, 'POST', order);
    await expect.poll(() => log.since(0).length).toBe(1);
    expect(JSON.parse((await ask(port, 'POST', order)).body)).toMatchObject({ count: 1 });
    expect(JSON.parse((await slow).body)).toMatchObject({ count: 2 });
    expect(performance.now() - begun).toBeGreaterThanOrEqual(119);
  });

  it('errorBefore and rateLimited: the venue says no, nothing is carried out', async () => {
    const { port, faults, log, seen } = await start();
    plant(faults, 'errorBefore');
    plant(faults, 'rateLimited');
    expect(await ask(port, 'POST', order)).toMatchObject({ status: 503, body: '{"code":"errorBefore"}' });
    expect(await ask(port, 'POST', order)).toMatchObject({ status: 429, headers: { 'retry-after': '1' } });
    expect(seen.length).toBe(0);
    expect(log.since(0).map((row) => [row.status, row.fault])).toEqual([
      [503, 'errorBefore'],
      [429, 'rateLimited'],
    ]);
  });

  it('errorAfter: carried out, then an error', async () => {
    const { port, faults, seen } = await start();
    plant(faults, 'errorAfter');
    expect((await ask(port, 'POST', order)).status).toBe(500);
    expect(seen.length).toBe(1);
  });

  it('on orders are handed to the front', async () => {
    const { port, faults, log } = await start();
    plant(faults, 'partialFill');
    expect(JSON.parse((await ask(port, 'POST', order)).body)).toMatchObject({ fault: 'partialFill' });
    expect(log.since(0)[0]?.fault).toBe('partialFill');
  });
});

describe('upgrades', () => {
  it('reach the front and are on record', async () => {
    const { port, log } = await start();
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws?key=1`);
    const answer = new Promise((resolve) => socket.once('message', (message) => resolve(String(message))));
    socket.once('open', () => socket.send('hello'));
    expect(await answer).toBe('key=1:hello');
    expect(log.since(0)).toMatchObject([{ method: 'GET', path: '/ws', status: 101 }]);
    socket.terminate();
  });

  it('are refused with plain HTTP', async () => {
    const { port, log } = await start();
    const socket = new WebSocket(`ws://127.0.0.1:${port}/nowhere`);
    const status = await new Promise((resolve) => socket.once('unexpected-response', (_, response) => resolve(response.statusCode)));
    expect(status).toBe(404);
    expect(log.unhandledPaths()).toEqual(['/nowhere']);
  });
});

describe('answers', () => {
  it.each([
    ['rateLimited', 429, 0],
    ['banned', 418, 0],
    ['clockError', 500, 0],
    ['maintenance', 500, 0],
    ['htmlBody', 502, 1],
    ['emptyObject', 200, 1],
    ['truncatedJson', 200, 1],
  ] as const)('of %s', async (kind, status, carriedOut) => {
    const { port, faults, log, seen } = await start();
    plant(faults, kind, { delayMs: 2500 });
    const reply = await ask(port, 'POST', order);
    expect({ status: reply.status, carriedOut: seen.length, fault: log.since(0)[0]?.fault }).toEqual({ status, carriedOut, fault: kind });
    if (kind === 'htmlBody')
      expect(reply).toMatchObject({ headers: { 'content-type': 'text/html; charset=utf-8' }, body: expect.stringContaining('<h1>502 Bad Gateway') });
    if (kind === 'emptyObject') expect(reply.body).toBe('{}');
    if (kind === 'truncatedJson') expect(() => JSON.parse(reply.body)).toThrow(SyntaxError);
    if (kind === 'banned') expect(reply.headers['retry-after']).toBe('3');
  });

  it('stall in the middle, or are cut with the connection', async () => {
    const { port, faults, log, seen } = await start();
    plant(faults, 'stalledBody', { delayMs: 30 });
    await expect(ask(port, 'POST', order)).rejects.toThrow('aborted');
    plant(faults, 'reset');
    await expect(ask(port, 'POST', order)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(seen.length).toBe(2);
    expect(log.since(0).map((row) => row.status)).toEqual([200, 0]);
  });

  it('refuse an upgrade', async () => {
    const { port, faults, log } = await start();
    faults.add({ venue: 'binance', match: { path: '/ws' }, kind: 'maintenance' });
    const refused = new WebSocket(`ws://127.0.0.1:${port}/ws`);
    await expect(new Promise((_resolve, reject) => refused.once('error', reject))).rejects.toThrow('500');
    expect(log.since(0)[0]).toMatchObject({ path: '/ws', status: 500, fault: 'maintenance' });
  });
});

describe('closing', () => {
  it('ends open sockets and requests that wait', async () => {
    const { port, faults, server, log } = await start();
    plant(faults, 'requestLost');
    const lost = ask(port, 'POST', order).catch((error: unknown) => error);
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`);
    await new Promise((resolve) => socket.once('open', resolve));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await expect.poll(() => log.since(0).length).toBe(2);
    await server.close();
    await closed;
    expect(await lost).toBeInstanceOf(Error);
  });
});
