/**
 * Sockets of market streams: who gets which stream's messages, raw or combined ({"stream":…,"data":…}). A stream that the
 * socket's group does not have is acknowledged too and stays silent, as the venue does it.
 */
import type { WebSocket } from 'ws';
import type { StreamFaults } from '../stream-faults.ts';
import type { Depth } from './depth-stream.ts';
import { createFeeds, type StreamGroup } from './feeds.ts';
import type { Desk } from './router.ts';
import { serveSubscriptions, type Subscriptions } from './socket-requests.ts';

/** What a socket was opened for; any group goes on the path that names none. */
export interface Opening {
  readonly group: StreamGroup | 'any';
  readonly streams: readonly string[];
  readonly isCombined: boolean;
}
interface Connection extends Subscriptions {
  readonly socket: WebSocket;
  readonly group: StreamGroup | 'any';
}

export interface PublicStreams {
  connect(socket: WebSocket, opening: Opening): void;
  close(): void;
}

export function createPublicStreams(desk: Desk, depthOf: (symbol: string) => Depth, faults: StreamFaults): PublicStreams {
  const connections = new Set<Connection>();
  const feeds = createFeeds(desk, depthOf, (name, group, message) => {
    const raw = JSON.stringify(message);
    for (const { socket, group: own, names, isCombined } of connections) {
      if ((own !== 'any' && own !== group) || !names.has(name)) continue;
      faults.send('binance.public', socket, isCombined ? `{"stream":${JSON.stringify(name)},"data":${raw}}` : raw);
    }
  });
  const sweep = (): void => feeds.keepOnly(new Set([...connections].flatMap((connection) => [...connection.names])));
  return {
    connect(socket, { group, streams, isCombined }) {
      const names = new Set<string>();
      const connection: Connection = {
        socket,
        group,
        names,
        isCombined,
        add(wanted) {
          for (const name of wanted) {
            names.add(name);
            feeds.open(name);
          }
        },
        remove(unwanted) {
          for (const name of unwanted) names.delete(name);
          sweep();
        },
      };
      connections.add(connection);
      faults.open('binance.public', socket);
      connection.add(streams);
      serveSubscriptions(socket, connection, (source) => faults.reply(socket, source));
      socket.on('close', () => {
        connections.delete(connection);
        sweep();
      });
    },
    close() {
      feeds.close();
      for (const connection of connections) connection.socket.terminate();
      connections.clear();
    },
  };
}
