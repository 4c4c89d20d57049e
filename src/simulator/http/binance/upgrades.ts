/**
 * WebSocket paths: /private/ws?listenKey=KEY, /public/ws and /market/ws, the latter two with an index or stream names
 * behind them. The venue pings every three minutes and ends what has not answered for ten.
 */
import type { WebSocket } from 'ws';
import type { UpgradeAnswer, UpgradeRequest } from '../server.ts';
import type { PublicStreams } from './public-streams.ts';
import type { UserStream } from './user-stream.ts';

const pingEveryMs = 180_000;
const pongWithinMs = 600_000;
const marketPath = /^\/(public|market)\/ws(?:\/(.*))?$/;

export interface Upgrades {
  upgrade(request: UpgradeRequest): UpgradeAnswer;
  close(): void;
}

export function createUpgrades(user: UserStream, streams: PublicStreams): Upgrades {
  const heard = new Map<WebSocket, number>();
  const timer = setInterval(() => {
    for (const [socket, at] of heard) {
      if (performance.now() - at > pongWithinMs) socket.terminate();
      else socket.ping();
    }
  }, pingEveryMs);

  const keep = (socket: WebSocket): void => {
    heard.set(socket, performance.now());
    socket.on('pong', () => heard.set(socket, performance.now()));
    socket.on('close', () => heard.delete(socket));
    // A connection that breaks closes; nothing else is to be done about its error.
    socket.on('error', () => socket.terminate());
  };
  return {
    upgrade({ path, query }) {
      if (path === '/private/ws') {
        const listenKey = new URLSearchParams(query).get('listenKey') ?? '';
        return {
          accept(socket) {
            keep(socket);
            user.connect(socket, listenKey);
          },
        };
      }
      const found = marketPath.exec(path);
      if (found === null) return { status: 404, headers: { 'content-type': 'text/html' }, body: '', unhandled: true };
      const group = found[1] === 'market' ? 'market' : 'public';
      const behind = (found[2] ?? '').replaceAll('%40', '@');
      const names = behind.split('/').filter((name) => name.includes('@'));
      return {
        accept(socket) {
          keep(socket);
          streams.connect(socket, group, names);
        },
      };
    },
    close() {
      clearInterval(timer);
      for (const socket of heard.keys()) socket.terminate();
      heard.clear();
    },
  };
}
