/**
 * One WebSocket of a client, public or private: its subscription, PING, and the end of idle connections.
 *
 * 1. A later subscription replaces the earlier one; an error leaves it as it was [?].
 * 2. Frames are binary JSON.
 * 3. After `close` no timer is left.
 */
import type { RawData, WebSocket } from 'ws';
import { isStreamError, readSubscription, type Topic } from './subscription.ts';
import type { StreamTiming } from './timing.ts';

export interface Connection {
  topics(): readonly Topic[];
  send(frame: unknown): void;
  close(): void;
}

export interface ConnectionParts {
  readonly side: 'public' | 'private';
  readonly timing: StreamTiming;
  /** A subscription was taken: send its snapshots, where the side has any. */
  readonly subscribed?: (connection: Connection) => void;
  readonly closed: (connection: Connection) => void;
}

export function openConnection(socket: WebSocket, { side, timing, subscribed, closed }: ConnectionParts): Connection {
  let topics: readonly Topic[] = [];
  let status: NodeJS.Timeout | undefined;
  let idle = setTimeout(() => socket.close(1000), timing.idleMs);
  const stir = () => {
    clearTimeout(idle);
    idle = setTimeout(() => socket.close(1000), timing.idleMs);
  };
  const write = (frame: unknown) => {
    if (socket.readyState === socket.OPEN) socket.send(Buffer.from(JSON.stringify(frame)));
  };
  const answerPing = () => {
    write({ status: 'UP' });
    status ??= setInterval(() => write({ status: 'UP' }), timing.statusMs);
  };

  const connection: Connection = {
    topics: () => topics,
    send: (frame) => {
      stir();
      write(frame);
    },
    close: () => socket.close(1001),
  };
  socket.on('message', (data) => {
    stir();
    const source = textOf(data);
    if (source.trim() === 'PING') return answerPing();
    const read = readSubscription(source, side);
    if (isStreamError(read)) return write({ error: read });
    topics = read;
    return subscribed?.(connection);
  });
  socket.on('ping', stir);
  socket.on('error', () => {
    // What follows an error is the close event, where everything is put away.
  });
  socket.on('close', () => {
    clearTimeout(idle);
    clearInterval(status);
    closed(connection);
  });
  return connection;
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return (data instanceof ArrayBuffer ? Buffer.from(data) : data).toString('utf8');
}
