import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';
import { hedgeOf, signalId } from '../../shared/domain/ids.ts';
import { type SignalChange, SocketServer, type SocketServerOptions } from './socket-server.ts';
import type { SignalItem } from './source.ts';
import { enterLine, keep, until, wordsOf } from './testing.ts';

const token = 'a-token-of-the-signal-socket';
const bearer = { headers: { authorization: `Bearer ${token}` } };

interface Client {
  readonly socket: WebSocket;
  readonly heard: Record<string, unknown>[];
  /** The close code once the connection is over, or the HTTP status that refused it. */
  readonly end: { code?: number };
}
interface Serving {
  readonly server: SocketServer;
  readonly items: SignalItem[];
  readonly stops: string[];
  dial(options?: ClientOptions): Client;
  /** A client that is connected with its token. */
  known(): Promise<Client>;
}

async function serving(work: (serving: Serving) => Promise<void>, more: Partial<SocketServerOptions> = {}): Promise<void> {
  const { items, onSignal } = keep();
  const stops: string[] = [];
  const server = new SocketServer({ port: 0, token, onSignal, onStop: (reason) => stops.push(reason), now: Date.now, ...more });
  const clients: Client[] = [];
  const dial = (options: ClientOptions = {}): Client => {
    const client: Client = { socket: new WebSocket(server.url, options), heard: [], end: {} };
    client.socket.on('message', (data: Buffer) => client.heard.push(JSON.parse(data.toString())));
    client.socket.on('unexpected-response', (request, response) => {
      client.end.code = response.statusCode ?? 0;
      request.destroy();
    });
    client.socket.on('error', () => undefined);
    client.socket.on('close', (code) => {
      client.end.code ??= code;
    });
    clients.push(client);
    return client;
  };
  const known = async (): Promise<Client> => {
    const client = dial(bearer);
    await once(client.socket, 'open');
    return client;
  };
  await server.start();
  try {
    await work({ server, items, stops, dial, known });
  } finally {
    for (const { socket } of clients) socket.terminate();
    await server.close();
  }
}
const ended = (client: Client): Promise<void> => until(() => client.end.code !== undefined, 'the end of the connection');
const change = (id: string, state: string, final: boolean): SignalChange => ({
  id: signalId(id),
  state,
  code: state.toUpperCase(),
  reason: 'because',
  hedge: hedgeOf(signalId(id)),
  final,
});

describe('a client with its token', () => {
  it('submits signals, bare or in an envelope, and hears of its own', () =>
    serving(async ({ server, items, known }) => {
      const [one, other] = [await known(), await known()];
      one.socket.send(enterLine('a'));
      other.socket.send(`{"type":"signal","signal":${enterLine('b')}}`);
      await until(() => items.length === 2, 'both signals');
      expect(wordsOf(items).sort()).toEqual(['a', 'b']);
      expect(items.map(({ source }) => source.kind)).toEqual(['socket', 'socket']);
      server.announce(change('a', 'accepted', false));
      server.announce(change('b', 'rejected', true));
      server.announce(change('a', 'executed', true));
      server.announce(change('unknown', 'executed', true));
      await until(() => one.heard.length === 2 && other.heard.length === 1, 'the verdicts');
      expect(one.heard[1]).toEqual({ type: 'state', id: 'a', state: 'executed', code: 'EXECUTED', reason: 'because', hedge: 'a', final: true });
      expect(other.heard).toMatchObject([{ id: 'b', state: 'rejected', final: true }]);
    }));
  it('hears a change that comes before its signal is journaled', () => {
    const started: { server?: SocketServer } = {};
    const onSignal = async ({ parsed }: SignalItem): Promise<void> => {
      if (parsed.ok) started.server?.announce(change(parsed.signal.id, 'accepted', false));
    };
    return serving(
      async ({ server, known }) => {
        started.server = server;
        const { socket, heard } = await known();
        socket.send(enterLine('a'));
        await until(() => heard.length === 1, 'the change');
      },
      { onSignal },
    );
  });
  it('may say hello instead', () =>
    serving(async ({ items, dial }) => {
      const { socket } = dial();
      await once(socket, 'open');
      socket.send(JSON.stringify({ type: 'hello', token }));
      socket.send(enterLine('a'));
      await until(() => items.length === 1, 'the signal');
    }));
  it('stops, whatever else is wrong with the message', () =>
    serving(async ({ stops, known }) => {
      const { socket } = await known();
      socket.send('{"type":"stop","reason":"model diverged"}');
      socket.send('{"type":"stop","more":[1],"more":2}');
      await until(() => stops.length === 2, 'both stops');
      expect(stops).toEqual(['model diverged', 'no reason given']);
    }));
  it('hears an error for what cannot be parsed, which is kept as well, and stays connected', () =>
    serving(async ({ items, stops, known }) => {
      const { socket, heard } = await known();
      const wrong = [
        'nonsense',
        '[]',
        '{"type":"signal"}',
        '{"type":"arm"}',
        '{"type":"signal","signal":{"id":"x"}}',
        `{"type":"signal","signal":${enterLine('y')},"more":1}`,
      ];
      for (const message of wrong) socket.send(message);
      socket.send(Buffer.from([0xff, 0xfe]));
      socket.send(enterLine('a'));
      await until(() => wordsOf(items).includes('a'), 'the good signal');
      await until(() => heard.length >= 7, 'all errors');
      expect(heard.map(({ code }) => code)).toEqual([
        'NOT_JSON',
        'NOT_AN_OBJECT',
        'MISSING_KEY',
        'BAD_VALUE',
        'MISSING_KEY',
        'UNKNOWN_KEY',
        'NOT_JSON',
      ]);
      expect(heard[0]).toEqual({ type: 'error', code: 'NOT_JSON', at: expect.any(Number) as number });
      expect(wordsOf(items)).toEqual(['NOT_JSON', 'NOT_AN_OBJECT', 'MISSING_KEY', 'NOT_JSON', 'a']);
      expect(stops).toEqual([]);
    }));
  it('is read on while signals wait for the journal: a stop is heard, and the surplus refused', () => {
    const waiting: (() => void)[] = [];
    return serving(
      async ({ known, stops }) => {
        const { socket, heard } = await known();
        for (let index = 0; index < 600; index += 1) socket.send(enterLine(`s${index}`));
        socket.send('nonsense');
        socket.send('{"type":"stop","reason":"now"}');
        await until(() => stops.length === 1, 'the stop');
        expect(waiting).toHaveLength(512);
        await until(() => heard.length === 89, 'the refusals');
        const reason = expect.stringContaining('512 signals') as string;
        expect(heard[0]).toEqual({ type: 'state', id: 's512', state: 'rejected', code: 'NOT_TAKEN', reason, hedge: null, final: true });
        expect(heard[87]).toMatchObject({ id: 's599', state: 'rejected' });
        expect(heard[88]).toMatchObject({ type: 'error', code: 'NOT_JSON' });
        waiting.shift()?.();
        socket.send(enterLine('s512'));
        socket.send(enterLine('s513'));
        await until(() => heard.length === 90, 'one more refusal');
        expect(waiting).toHaveLength(512);
        expect(heard[89]).toMatchObject({ id: 's513', code: 'NOT_TAKEN' });
        for (const resolve of waiting) resolve();
      },
      { onSignal: () => new Promise<void>((resolve) => waiting.push(resolve)) },
    );
  });
  it('has no more than one message taken in a turn, so that a stop waits for none of the others', () => {
    let inTurn = 0;
    let most = 0;
    let taken = 0;
    const onSignal = (): Promise<void> => {
      taken += 1;
      inTurn += 1;
      most = Math.max(most, inTurn);
      setImmediate(() => {
        inTurn = 0;
      });
      return Promise.resolve();
    };
    return serving(
      async ({ known }) => {
        const { socket } = await known();
        for (let index = 0; index < 500; index += 1) socket.send(enterLine(`burst-${index}`));
        await until(() => taken === 500, 'the burst');
        expect(most).toBe(1);
      },
      { onSignal },
    );
  });

  it('is cut off when a signal could not be taken', () =>
    serving(
      async ({ known }) => {
        const client = await known();
        client.socket.send(enterLine('a'));
        await ended(client);
        expect(client.end.code).toBe(1011);
      },
      { onSignal: () => Promise.reject(new Error('disk full')) },
    ));
});

describe('the door', () => {
  it.each<[string, ClientOptions, number]>([
    ['a wrong token', { headers: { authorization: 'Bearer wrong' } }, 401],
    ['another scheme', { headers: { authorization: `Basic ${token}` } }, 401],
    ['a web page', { ...bearer, origin: 'http://127.0.0.1' }, 403],
    ['a page without origin', { headers: { ...bearer.headers, origin: 'null' } }, 403],
    ['a name of someone else', { headers: { ...bearer.headers, host: 'rebind.test' } }, 421],
    ['a name that begins like ours', { headers: { ...bearer.headers, host: '127.0.0.1.evil.test' } }, 421],
    ['another port', { headers: { ...bearer.headers, host: '127.0.0.1:1' } }, 421],
  ])('refuses %s', (_name, options, status) =>
    serving(async ({ dial, items }) => {
      const client = dial(options);
      await ended(client);
      expect(client.end.code).toBe(status);
      expect(items).toEqual([]);
    }),
  );
  it('hangs up on a signal or a stop before the hello, and on a wrong hello', () =>
    serving(async ({ dial, items, stops }) => {
      for (const first of [enterLine('a'), '{"type":"stop"}', '{"type":"hello","token":"wrong"}', '{"type":"hello"}', 'x']) {
        const client = dial();
        await once(client.socket, 'open');
        client.socket.send(first);
        client.socket.send(enterLine('b'));
        await ended(client);
        expect(client.end.code).toBe(1008);
      }
      expect([items, stops]).toEqual([[], []]);
    }));
  it('hangs up on silence', () =>
    serving(
      async ({ dial }) => {
        const client = dial();
        await ended(client);
        expect(client.end.code).toBe(1008);
      },
      { helloMs: 30 },
    ));
  it('hangs up on a message above 64 kB', () =>
    serving(async ({ known, items }) => {
      const client = await known();
      client.socket.send('x'.repeat(65_537));
      await ended(client);
      expect(client.end.code).toBe(1009);
      expect(items).toEqual([]);
    }));
  it('hangs up on a client that does not answer pings', () =>
    serving(
      async ({ dial }) => {
        const client = dial({ ...bearer, autoPong: false });
        await ended(client);
        expect(client.end.code).toBe(1006);
      },
      { pingMs: 30 },
    ));
  it('lets 8 clients in, and strangers do not take their places', () =>
    serving(async ({ dial, known, items }) => {
      for (let index = 0; index < 8; index += 1) await once(dial().socket, 'open');
      const stranger = dial();
      await ended(stranger);
      expect(stranger.end.code).toBe(503);
      const clients: Client[] = [];
      for (let index = 0; index < 8; index += 1) clients.push(await known());
      const ninth = dial(bearer);
      await ended(ninth);
      expect(ninth.end.code).toBe(503);
      clients[0]?.socket.close();
      await until(async () => {
        const tenth = dial(bearer);
        await Promise.race([once(tenth.socket, 'open'), ended(tenth)]);
        if (tenth.socket.readyState === WebSocket.OPEN) tenth.socket.send(enterLine('a'));
        return tenth.end.code === undefined;
      }, 'room for one more');
      await until(() => items.length > 0, 'its signal');
    }));
  it('speaks no HTTP, and is not held up by half a handshake', () =>
    serving(async ({ server, known }) => {
      const answer = await fetch(server.url.replace('ws:', 'http:'));
      expect(answer.status).toBe(426);
      const dawdlers = Array.from({ length: 20 }, () =>
        connect(Number(new URL(server.url).port), '127.0.0.1')
          .on('error', () => undefined)
          .resume(),
      );
      for (const dawdler of dawdlers) dawdler.write('GET / HTTP/1.1\r\n');
      const { socket } = await known();
      expect(socket.readyState).toBe(WebSocket.OPEN);
      await until(() => dawdlers.every((dawdler) => dawdler.closed || dawdler.readableEnded || dawdler.destroyed), 'the end of the dawdlers');
    }));
});
