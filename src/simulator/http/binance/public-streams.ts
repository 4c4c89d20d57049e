/**
 * Sockets of market streams: SUBSCRIBE, UNSUBSCRIBE and LIST_SUBSCRIPTIONS, and who gets which stream's messages.
 * A request is acknowledged with {"result":null,"id":…}; a stream that the group does not have is acknowledged too and
 * stays silent, as the venue does it.
 */
import type { WebSocket } from 'ws';
import { z } from 'zod';
import type { Depth } from './depth-stream.ts';
import { createFeeds, type StreamGroup } from './feeds.ts';
import type { Desk } from './router.ts';

interface Connection {
  readonly socket: WebSocket;
  readonly group: StreamGroup;
  readonly streams: Set<string>;
}

const requestForm = z.object({
  method: z.enum(['SUBSCRIBE', 'UNSUBSCRIBE', 'LIST_SUBSCRIPTIONS']),
  params: z.array(z.string()).optional(),
  id: z.union([z.number(), z.string(), z.null()]).optional(),
});

export interface PublicStreams {
  connect(socket: WebSocket, group: StreamGroup, streams: readonly string[]): void;
  close(): void;
}

export function createPublicStreams(desk: Desk, depthOf: (symbol: string) => Depth): PublicStreams {
  const connections = new Set<Connection>();
  const feeds = createFeeds(desk, depthOf, (name, group, message) => {
    const source = JSON.stringify(message);
    for (const { socket, group: own, streams } of connections) if (own === group && streams.has(name)) socket.send(source);
  });
  const sweep = (): void => feeds.keepOnly(new Set([...connections].flatMap((connection) => [...connection.streams])));
  const subscribe = (connection: Connection, names: readonly string[]): void => {
    for (const name of names) {
      connection.streams.add(name);
      feeds.open(name);
    }
  };
  const unsubscribe = (connection: Connection, names: readonly string[]): void => {
    for (const name of names) connection.streams.delete(name);
    sweep();
  };
  return {
    connect(socket, group, streams) {
      const connection: Connection = { socket, group, streams: new Set() };
      connections.add(connection);
      subscribe(connection, streams);
      socket.on('message', (data) => socket.send(JSON.stringify(answer(String(data), connection, subscribe, unsubscribe))));
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

type Act = (connection: Connection, names: readonly string[]) => void;

function parse(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function answer(source: string, connection: Connection, subscribe: Act, unsubscribe: Act): unknown {
  const value = parse(source);
  if (value === undefined) return { error: { code: 3, msg: 'Invalid JSON: expected value at line 1 column 1' } };
  const request = requestForm.safeParse(value);
  if (!request.success) return { error: { code: 2, msg: `Invalid request: ${request.error.issues[0]?.message ?? 'not an object'}` } };
  const { method, params = [], id = null } = request.data;
  if (method === 'LIST_SUBSCRIPTIONS') return { result: [...connection.streams], id };
  if (method === 'SUBSCRIBE') subscribe(connection, params);
  else unsubscribe(connection, params);
  return { result: null, id };
}
