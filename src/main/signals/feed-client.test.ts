import { createServer, type Server } from 'node:http';
import { describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { FeedClient, type FeedClientOptions, type FeedTimes, type Gap } from './feed-client.ts';
import { readFeedUrl } from './feed-url.ts';
import type { SignalItem, TroubleCode } from './source.ts';
import { enterLine, keep, lastPlace, until, wordsOf } from './testing.ts';

const fast: Partial<FeedTimes> = { firstRetryMs: 10, longestRetryMs: 40, pingMs: 20, silenceMs: 100 };
const numbered = (seq: number): string => `{"seq":${seq},"signal":${enterLine(`s${seq}`)}}`;

interface Feeding {
  readonly url: string;
  readonly items: SignalItem[];
  readonly gaps: Gap[];
  readonly troubles: TroubleCode[];
  /** Connections so far, newest last, and what each said. */
  readonly sockets: WebSocket[];
  readonly said: unknown[];
}
async function feeding(work: (feeding: Feeding) => Promise<void>, more: Partial<FeedClientOptions> = {}): Promise<SignalItem[]> {
  const sockets: WebSocket[] = [];
  const said: unknown[] = [];
  const http: Server = createServer();
  const server = new WebSocketServer({ server: http, autoPong: false });
  server.on('connection', (socket) => {
    sockets.push(socket);
    socket.on('message', (data: Buffer) => said.push(JSON.parse(data.toString())));
    socket.on('ping', () => socket.pong());
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const address = http.address();
  const url = `ws://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/feed?key=secret`;
  const { items, onSignal } = keep();
  const [gaps, troubles]: [Gap[], TroubleCode[]] = [[], []];
  const client = new FeedClient({
    url,
    place: null,
    onSignal,
    onGap: (gap) => gaps.push(gap),
    onTrouble: (code) => troubles.push(code),
    now: Date.now,
    times: fast,
    ...more,
  });
  await client.start();
  try {
    await work({ url, items, gaps, troubles, sockets, said });
  } finally {
    await client.close();
    for (const socket of sockets) socket.terminate();
    await new Promise<void>((resolve) => http.close(() => resolve()));
  }
  return items;
}
const connections = ({ said }: Feeding, count: number): Promise<void> => until(() => said.length >= count, `${count} connections`);

describe('a feed', () => {
  it('is asked to resume, and its numbers go with the signals', () =>
    feeding(async (feed) => {
      await connections(feed, 1);
      expect(feed.said).toEqual([{ type: 'resume', after: 0 }]);
      feed.sockets[0]?.send(numbered(7));
      feed.sockets[0]?.send(numbered(8));
      await until(() => feed.items.length === 2, 'both signals');
      expect(feed.items[1]?.source).toEqual({ kind: 'feed', url: feed.url.replace('?key=secret', ''), seq: 8 });
      expect(lastPlace(feed.items)).toEqual({ seq: 8 });
      expect(feed.gaps).toEqual([]);
    }).then(() => undefined));
  it('may send bare signals', () =>
    feeding(async (feed) => {
      await connections(feed, 1);
      feed.sockets[0]?.send(enterLine('a'));
      feed.sockets[0]?.send('nonsense');
      await until(() => feed.items.length === 2, 'both');
      expect(wordsOf(feed.items)).toEqual(['a', 'NOT_JSON']);
      expect(feed.items[0]?.place).toBeNull();
    }).then(() => undefined));
  it('is resumed behind what was journaled, over restarts and reconnects', () =>
    feeding(
      async (feed) => {
        await connections(feed, 1);
        feed.sockets[0]?.send(numbered(42));
        await until(() => feed.items.length === 1, 'the signal');
        feed.sockets[0]?.close();
        await connections(feed, 2);
        expect(feed.said).toEqual([
          { type: 'resume', after: 41 },
          { type: 'resume', after: 42 },
        ]);
        expect(feed.troubles).toEqual(['DISCONNECTED']);
      },
      { place: { seq: 41 } },
    ).then(() => undefined));
  it('shows gaps, also over a reconnect, and takes older numbers as they come', () =>
    feeding(
      async (feed) => {
        await connections(feed, 1);
        for (const seq of [3, 4, 8, 5]) feed.sockets[0]?.send(numbered(seq));
        await until(() => feed.items.length === 4, 'the signals');
        feed.sockets[0]?.terminate();
        await connections(feed, 2);
        feed.sockets[1]?.send(numbered(10));
        await until(() => feed.items.length === 5, 'the last');
        expect(feed.gaps).toEqual([
          { first: 2, last: 2 },
          { first: 5, last: 7 },
          { first: 9, last: 9 },
        ]);
        expect(wordsOf(feed.items)).toEqual(['s3', 's4', 's8', 's5', 's10']);
        expect(lastPlace(feed.items)).toEqual({ seq: 10 });
      },
      { place: { seq: 1 } },
    ).then(() => undefined));
  it('that falls silent is given up and connected anew', () =>
    feeding(async (feed) => {
      await connections(feed, 1);
      feed.sockets[0]?.removeAllListeners('ping');
      await connections(feed, 2);
      expect(feed.troubles).toEqual(['DISCONNECTED']);
    }).then(() => undefined));
  it('is asked again for a signal that could not be taken', () => {
    let failures = 1;
    return feeding(
      async (feed) => {
        await connections(feed, 1);
        feed.sockets[0]?.send(numbered(6));
        feed.sockets[0]?.send(numbered(7));
        await connections(feed, 2);
        expect(feed.said[1]).toEqual({ type: 'resume', after: 5 });
        expect(feed.troubles).toContain('NOT_TAKEN');
      },
      {
        place: { seq: 5 },
        onSignal: () => {
          failures -= 1;
          return failures >= 0 ? Promise.reject(new Error('disk full')) : Promise.resolve();
        },
      },
    ).then(() => undefined);
  });
  it('is not followed elsewhere', async () => {
    const asked: string[] = [];
    const redirecting = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    redirecting.on('upgrade', (request, socket) => {
      asked.push(request.url ?? '');
      // The client hangs up on the answer; that is its right.
      socket.on('error', () => undefined);
      socket.end('HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n');
    });
    await new Promise<void>((resolve) => redirecting.listen(0, '127.0.0.1', resolve));
    const address = redirecting.address();
    const troubles: TroubleCode[] = [];
    const url = `ws://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/here`;
    const client = new FeedClient({
      url,
      place: null,
      onSignal: keep().onSignal,
      onGap: () => undefined,
      onTrouble: (code) => troubles.push(code),
      now: Date.now,
      times: fast,
    });
    await client.start();
    await until(() => asked.length >= 3, 'several tries');
    await client.close();
    await new Promise<void>((resolve) => redirecting.close(() => resolve()));
    expect(new Set(asked)).toEqual(new Set(['/here']));
    expect(troubles).toEqual(['REFUSED']);
  });
});

describe('a feed address', () => {
  it.each(['wss://example.com/signals', 'ws://127.0.0.1:8080', 'ws://localhost/x?key=1', 'ws://[::1]:9/'])('may be %s', (url) => {
    expect(readFeedUrl(url).ok).toBe(true);
  });
  it.each([
    'ws://example.com',
    'ws://127.0.0.1.evil.test',
    'ws://localhost.evil.test',
    'http://127.0.0.1',
    'wss://user:pass@example.com',
    'ws://10.0.0.1',
    'nonsense',
    '',
  ])('may not be %s', (url) => {
    expect(readFeedUrl(url).ok).toBe(false);
  });
});
