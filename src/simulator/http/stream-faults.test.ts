import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createFaults } from '../faults.ts';
import { createRequestLog } from '../ledger.ts';
import { createVenueServer } from './server.ts';
import { createStreamFaults } from './stream-faults.ts';

const closing: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** A venue that sends what it is told to, and one client of it. */
async function start() {
  const faults = createFaults(() => 0);
  const expired: WebSocket[] = [];
  const streams = createStreamFaults('binance', faults, (socket) => expired.push(socket));
  const sockets: WebSocket[] = [];
  const accept = (socket: WebSocket) => {
    sockets.push(socket);
    streams.open('binance.user', socket);
    socket.on('message', (data) => streams.reply(socket, `re:${String(data)}`));
  };
  const failure = () => ({ status: 500, body: '' });
  const front = {
    venue: 'binance',
    handle: failure,
    upgrade: () => ({ accept }),
    placesOrder: () => false,
    clientOrderId: () => null,
    failure,
  } as const;
  const server = createVenueServer(front, faults, createRequestLog());
  closing.push(() => server.close(), streams.close);
  const port = await server.listen(0);
  const connect = async () => {
    const client = new WebSocket(`ws://127.0.0.1:${port}/`);
    const heard: string[] = [];
    const counts = { pongs: 0, closed: 0 };
    client.on('message', (data) => heard.push(String(data)));
    client.on('pong', () => (counts.pongs += 1));
    client.on('close', () => (counts.closed += 1));
    closing.push(() => client.terminate());
    await new Promise((resolve, reject) => client.once('open', resolve).once('error', reject));
    await expect.poll(() => sockets.length).toBeGreaterThan(0);
    return { client, heard, counts };
  };
  const send = (...events: string[]) => {
    for (const event of events) for (const socket of sockets) streams.send('binance.user', socket, event);
  };
  const plant = (kind: string, more: object = {}) =>
    expect(faults.add({ venue: 'binance', match: { stream: 'binance.user' }, kind, ...more })).toMatchObject({ ok: true });
  return { faults, streams, connect, send, plant, expired };
}

describe('a client that does not read', () => {
  it('is cut off before what waits for it fills the memory', async () => {
    const { connect, send } = await start();
    const { client, counts } = await connect();
    client.pause();
    const event = 'x'.repeat(1_000_000);
    for (let sent = 0; sent < 40; sent += 1) send(event);
    client.resume();
    await expect.poll(() => counts.closed, { timeout: 5000 }).toBe(1);
  });
});

describe('events', () => {
  it('are doubled, dropped and overtaken once each', async () => {
    const { connect, send, plant } = await start();
    const { heard } = await connect();
    plant('duplicateEvent');
    send('a', 'b');
    plant('droppedEvents');
    send('c', 'd');
    plant('reorderedEvents');
    send('e', 'f', 'g');
    await expect.poll(() => heard.length).toBe(7);
    expect(heard).toEqual(['a', 'a', 'b', 'd', 'f', 'e', 'g']);
  });

  it('that nothing overtakes come after their time', async () => {
    const { connect, send, plant } = await start();
    const { heard } = await connect();
    plant('reorderedEvents', { delayMs: 20 });
    send('a');
    await expect.poll(() => heard).toEqual(['a']);
  });

  it('that come late hold back those behind them', async () => {
    const { connect, send, plant } = await start();
    const { heard } = await connect();
    plant('latency', { delayMs: 60 });
    const at = performance.now();
    send('a', 'b');
    await expect.poll(() => heard).toEqual(['a', 'b']);
    expect(performance.now() - at).toBeGreaterThan(55);
  });
});

describe('sockets', () => {
  it('lose everything in a gap, and only there', async () => {
    const { connect, send, plant, faults } = await start();
    const { heard } = await connect();
    plant('streamGap', { delayMs: 60_000 });
    send('a');
    faults.clear();
    send('b');
    await expect.poll(() => heard).toEqual(['b']);
  });

  it('stay open and silent when they are half open', async () => {
    const { connect, send, plant, faults, streams } = await start();
    const { client, heard, counts } = await connect();
    client.ping();
    await expect.poll(() => counts.pongs).toBe(1);
    plant('halfOpen');
    client.ping();
    client.send('question');
    send('a');
    const later = await connect();
    later.client.ping();
    await expect.poll(() => later.counts.pongs).toBe(1);
    expect({ heard, ...counts }).toEqual({ heard: [], pongs: 1, closed: 0 });
    faults.clear();
    await expect.poll(() => heard).toEqual(['re:question']);
    expect(counts).toEqual({ pongs: 2, closed: 0 });
    streams.close();
  });

  it('are cut, at once or as soon as there is one', async () => {
    const { connect, plant } = await start();
    plant('reset', { times: 2 });
    const first = await connect();
    await expect.poll(() => first.counts.closed).toBe(1);
    const second = await connect();
    await expect.poll(() => second.counts.closed).toBe(1);
    const third = await connect();
    third.client.ping();
    await expect.poll(() => third.counts.pongs).toBe(1);
    expect(third.counts.closed).toBe(0);
  });

  it('have their listen key expire', async () => {
    const { connect, plant, expired } = await start();
    await connect();
    plant('listenKeyExpired');
    expect(expired.length).toBe(1);
  });
});
