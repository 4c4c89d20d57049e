/**
 * One WebSocket of a client, public or private: its subscription, PING, its quota, and the end of idle connections.
 *
 * 1. A later subscription replaces the earlier one; an error leaves it as it was [?].
 * 2. Frames are binary JSON, in the format that the subscription asked for.
 * 3. PING is no data request: it is not counted.
 * 4. After `close` no timer is left.
 */
import type { RawData, WebSocket } from 'ws';
import type { StreamName } from '../../fault-kinds.ts';
import type { StreamFaults } from '../stream-faults.ts';
import { type Format, printFrame } from './formats.ts';
import { createMessageQuota } from './message-quota.ts';
import { isStreamError, readSubscription, type StreamError, type Topic } from './subscription.ts';
import type { StreamTiming } from './options.ts';

export interface Connection {
  readonly socket: WebSocket;
  topics(): readonly Topic[];
  format(): Format;
  send(stream: StreamName, frame: Readonly<Record<string, unknown>>): void;
  /** Sends what is printed already, in this connection's format. */
  sendPrinted(stream: StreamName, data: Buffer): void;
  close(): void;
}

export interface ConnectionParts {
  readonly side: 'public' | 'private';
  readonly timing: StreamTiming;
  readonly faults: StreamFaults;
  /** A subscription was taken: send its snapshots, where the side has any. */
  readonly subscribed: (connection: Connection) => void;
  readonly closed: (connection: Connection) => void;
  /** What every subscription is answered with: the token was bad. */
  readonly refusal?: StreamError;
}

const tooMany: StreamError = { name: 'TOO_MANY_REQUESTS', message: '요청 횟수를 초과하였습니다.' };

export function openConnection(socket: WebSocket, parts: ConnectionParts): Connection {
  const { side, timing, faults, subscribed, closed, refusal } = parts;
  let topics: readonly Topic[] = [];
  let format: Format = 'DEFAULT';
  let status: NodeJS.Timeout | undefined;
  // A half-open socket stays open: the end of the idle time does not get through either.
  const rest = () => (faults.isSilent(socket) ? stir() : socket.close(1000));
  let idle = setTimeout(rest, timing.idleMs);
  const isAllowed = createMessageQuota();
  const stir = () => {
    clearTimeout(idle);
    idle = setTimeout(rest, timing.idleMs);
  };
  const answer = (frame: unknown) => faults.reply(socket, Buffer.from(JSON.stringify(frame)));
  const answerPing = () => {
    answer({ status: 'UP' });
    status ??= setInterval(() => answer({ status: 'UP' }), timing.statusMs);
  };

  const connection: Connection = {
    socket,
    topics: () => topics,
    format: () => format,
    send: (stream, frame) => connection.sendPrinted(stream, printFrame(frame, format)),
    sendPrinted: (stream, data) => {
      stir();
      faults.send(stream, socket, data);
    },
    close: () => socket.close(1001),
  };
  const takeRequest = (source: string): void => {
    if (!isAllowed(performance.now())) return timing.excessMessages === 'close' ? socket.close(1008) : answer({ error: tooMany });
    const read = refusal ?? readSubscription(source, side);
    if (isStreamError(read)) return answer({ error: read });
    topics = read.topics;
    format = read.format;
    return subscribed(connection);
  };
  socket.on('message', (data) => {
    stir();
    const source = textOf(data);
    if (source.trim() === 'PING') answerPing();
    else takeRequest(source);
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
