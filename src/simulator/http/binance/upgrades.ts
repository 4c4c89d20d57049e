/**
 * WebSocket paths: /private for user data, /public and /market for market data, each as /ws or combined as /stream;
 * /stream alone for streams of either market group; /ws-fapi/v1 for trading. The venue pings every three minutes, ends
 * what has not answered for ten, and ends every socket after a day.
 */
import type { WebSocket } from 'ws';
import type { UpgradeAnswer, UpgradeRequest } from '../server.ts';
import type { StreamFaults } from '../stream-faults.ts';
import type { PublicStreams } from './public-streams.ts';
import type { BinanceOptions } from './options.ts';
import type { TradingSockets } from './trading-socket.ts';
import type { UserStream } from './user-stream.ts';

const marketPath = /^(?:\/(public|market))?\/(ws|stream)(?:\/(.*))?$/;

export interface Upgrades {
  upgrade(request: UpgradeRequest): UpgradeAnswer;
  close(): void;
}

export interface UpgradeParts {
  readonly user: UserStream;
  readonly streams: PublicStreams;
  readonly trading: TradingSockets;
  readonly faults: StreamFaults;
  readonly options: BinanceOptions;
}

export function createUpgrades({ user, streams, trading, faults, options }: UpgradeParts): Upgrades {
  const sockets = createSockets(options, faults);
  const taken = (open: (socket: WebSocket) => void): UpgradeAnswer => ({
    accept(socket) {
      sockets.keep(socket);
      open(socket);
    },
  });
  return {
    upgrade({ path, query }) {
      const fields = new URLSearchParams(query);
      if (path === '/ws-fapi/v1') return taken((socket) => trading.connect(socket, fields.get('returnRateLimits') !== 'false'));
      if (path === '/private/ws' || path === '/private/stream') {
        const listenKey = fields.get('listenKey') ?? fields.get('streams') ?? '';
        const events = new Set((fields.get('events') ?? '').split('/').filter((name) => name !== ''));
        return taken((socket) => user.connect(socket, { listenKey, events, isCombined: path === '/private/stream' }));
      }
      const [, group, kind, behind = ''] = marketPath.exec(path) ?? [];
      // The path without a group is left for combined streams only.
      if (kind === undefined || (group === undefined && kind === 'ws')) return notFound;
      const names = namesOf(kind === 'stream' ? (fields.get('streams') ?? '') : behind);
      const opening = { group: group === 'market' || group === 'public' ? group : 'any', streams: names, isCombined: kind === 'stream' } as const;
      return taken((socket) => streams.connect(socket, opening));
    },
    close: sockets.close,
  };
}

const notFound: UpgradeAnswer = { status: 404, headers: { 'content-type': 'text/html' }, body: '', unhandled: true };

/** Stream names of a path; an index, as some clients put there, is none. */
const namesOf = (source: string): readonly string[] =>
  source
    .replaceAll('%40', '@')
    .replaceAll('%21', '!')
    .split('/')
    .filter((name) => name.includes('@') || name.startsWith('!'));

/** Keeps sockets alive as long as they answer, and no longer than a day. */
function createSockets(options: BinanceOptions, faults: StreamFaults) {
  const open = new Map<WebSocket, { heardAt: number; readonly since: number }>();
  const look = (): void => {
    const now = performance.now();
    for (const [socket, { heardAt, since }] of open) {
      // A half-open socket stays open, and nothing gets through.
      if (faults.isSilent(socket)) continue;
      if (now - since > options.socketLifeMs) socket.close(1001);
      else if (now - heardAt > options.pongWithinMs) socket.terminate();
      else socket.ping();
    }
  };
  const timer = setInterval(look, Math.min(options.pingEveryMs, options.socketLifeMs));
  return {
    keep(socket: WebSocket): void {
      const row = { heardAt: performance.now(), since: performance.now() };
      open.set(socket, row);
      socket.on('pong', () => {
        row.heardAt = performance.now();
      });
      socket.on('close', () => open.delete(socket));
      // A connection that breaks closes; nothing else is to be done about its error.
      socket.on('error', () => socket.terminate());
    },
    close(): void {
      clearInterval(timer);
      for (const socket of open.keys()) socket.terminate();
      open.clear();
    },
  };
}
