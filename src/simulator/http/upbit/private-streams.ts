/**
 * myOrder and myAsset. There is no snapshot: a client hears of what happens while it listens.
 *
 * 1. Events keep the order in which they happened.
 * 2. Only those who listened when it happened hear of it.
 * 3. Faults act on what leaves, event by event and connection by connection.
 * 4. They leave a drawn moment after their cause, sometimes before the REST answer and mostly after it.
 */
import type { WebSocket } from 'ws';
import type { AccountEvent } from '../../model/upbit/record.ts';
import type { VenueClock } from '../../venue.ts';
import type { StreamFaults } from '../stream-faults.ts';
import { myAssetFrame, myOrderFrame } from './account-frames.ts';
import { type Connection, openConnection } from './connection.ts';
import type { StreamTiming, UpbitOptions } from './options.ts';
import { badToken, type StreamError } from './subscription.ts';

export interface PrivateStreams {
  accept(socket: WebSocket): void;
  /** Opens for somebody whose token was bad: every subscription is answered with INVALID_AUTH. */
  acceptStranger(socket: WebSocket): void;
  /** Takes an event to send; those of one call come right after each other. */
  tell(event: AccountEvent): void;
  close(): void;
}

interface Waiting {
  readonly event: AccountEvent;
  readonly to: readonly Connection[];
  /** On the clock of `performance.now`. */
  readonly due: number;
}

export interface PrivateParts {
  readonly clock: VenueClock;
  readonly random: () => number;
  readonly options: StreamTiming & Pick<UpbitOptions, 'firstAssetSilenceMs'>;
  readonly faults: StreamFaults;
}

export function createPrivateStreams({ clock, random, options, faults }: PrivateParts): PrivateStreams {
  const timing = options;
  const connections = new Set<Connection>();
  let waiting: Waiting[] = [];
  let timer: NodeJS.Timeout | undefined;
  let assets = 0;
  /** The first connection that ever subscribed to myAsset, and until when it hears nothing. */
  let muted: { readonly connection: Connection; readonly until: number } | undefined;

  const hearsNow = (connection: Connection, event: AccountEvent): boolean => {
    const isMuted = event.kind === 'asset' && muted?.connection === connection && performance.now() < muted.until;
    return !isMuted && hears(connection, event);
  };
  const subscribed = (connection: Connection): void => {
    for (const { type } of connection.topics()) if (type === 'myOrder' || type === 'myAsset') faults.open(streamOf[type], connection.socket);
    const isAsset = connection.topics().some(({ type }) => type === 'myAsset');
    if (isAsset) muted ??= { connection, until: performance.now() + options.firstAssetSilenceMs };
  };
  const open = (socket: WebSocket, refusal?: StreamError): void => {
    const closed = (connection: Connection) => connections.delete(connection);
    const parts = { side: 'private' as const, timing, faults, subscribed, closed };
    connections.add(openConnection(socket, refusal === undefined ? parts : { ...parts, refusal }));
  };

  const send = ({ event, to }: Omit<Waiting, 'due'>) => {
    const now = clock.now();
    if (event.kind === 'asset') assets += 1;
    const frame = event.kind === 'order' ? myOrderFrame(event, now) : myAssetFrame(event, assets, now);
    for (const connection of to) connection.send(streamOf[frame.type], frame);
  };
  const flush = () => {
    timer = undefined;
    const now = performance.now();
    const due = waiting.findIndex((row) => row.due > now);
    const ready = due === -1 ? waiting : waiting.slice(0, due);
    waiting = waiting.slice(ready.length);
    for (const row of ready) send(row);
    schedule();
  };
  const schedule = () => {
    const [next] = waiting;
    if (next !== undefined) timer ??= setTimeout(flush, Math.max(0, next.due - performance.now()));
  };

  return {
    accept: (socket) => open(socket),
    acceptStranger: (socket) => open(socket, badToken),
    tell: (event) => {
      // The draws are made whether or not somebody listens, so that a seed gives one sequence.
      const isEarly = random() < timing.earlyEvents;
      const delayMs = isEarly ? 0 : random() * timing.eventDelayMs;
      const to = [...connections].filter((connection) => hearsNow(connection, event));
      if (isEarly && waiting.length === 0) return send({ event, to });
      waiting.push({ event, to, due: Math.max(waiting.at(-1)?.due ?? 0, performance.now() + delayMs) });
      return schedule();
    },
    close: () => {
      clearTimeout(timer);
      timer = undefined;
      waiting = [];
      for (const connection of connections) connection.close();
    },
  };
}

const streamOf = { myOrder: 'upbit.myOrder', myAsset: 'upbit.myAsset' } as const;

function hears(connection: Connection, event: AccountEvent): boolean {
  return connection.topics().some(({ type, codes }) => {
    if (event.kind === 'asset') return type === 'myAsset';
    return type === 'myOrder' && (codes.length === 0 || codes.includes(event.order.market));
  });
}
