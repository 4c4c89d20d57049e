/**
 * The user data stream: one listen key an account, and its events to every socket that was opened with it.
 *
 * 1. A key lives an hour from the last POST or PUT; then its sockets hear listenKeyExpired once and nothing more.
 *    POST gives the active key and extends it; PUT and DELETE on a key that is over are refused with -1125.
 * 2. Events leave in the order in which they happened, each a random small time later: a request's answer may come
 *    before or after them.
 */
import type { WebSocket } from 'ws';
import type { ListenKey } from '../../model/binance/records.ts';
import { accept, type Checked, refusals, refuse } from '../../model/binance/refusal.ts';
import type { State } from '../../model/binance/state.ts';
import { drawnId } from './order-terms.ts';
import type { StreamFaults } from '../stream-faults.ts';
import { serveSubscriptions, type Subscriptions } from './socket-requests.ts';
import type { UserEvent } from './user-events.ts';

export interface UserStreamParts {
  readonly state: State;
  now(): number;
  random(): number;
  maxDelayMs(): number;
  readonly keyLifeMs: number;
  /** Puts changed state on record: a key ended by the clock. */
  commit(): void;
  readonly faults: StreamFaults;
}

/** What a socket was opened for. */
export interface UserOpening {
  readonly listenKey: string;
  /** The kinds of events that it wants; empty: all. */
  readonly events: ReadonlySet<string>;
  readonly isCombined: boolean;
}

export interface UserStream {
  /** The active key, made when there is none; lives on from now. */
  issue(): string;
  extend(): Checked<string>;
  revoke(): Checked<void>;
  connect(socket: WebSocket, opening: UserOpening): void;
  /** Ends the key that a socket was opened with, as if its life were over. */
  expireFor(socket: WebSocket): void;
  send(event: UserEvent): void;
  close(): void;
}

/**
 * A user data socket carries the stream that it was opened with, or the one subscribed to last: the venue's own connector
 * opens it without a key and subscribes to the key then.
 * @param listen takes the key that the socket is to hear; undefined: none
 */
function subscriptionsOf({ listenKey, isCombined }: UserOpening, listen: (listenKey: string | undefined) => void): Subscriptions {
  const names = new Set([listenKey].filter((name) => name !== ''));
  return {
    names,
    isCombined,
    add(wanted) {
      for (const name of wanted) names.add(name);
      listen(wanted.at(-1));
    },
    remove(unwanted) {
      for (const name of unwanted) names.delete(name);
      listen([...names].at(-1));
    },
  };
}

const keyLength = 64;
/** How many events leave before the answer, as a part of those that leave after it. */
const earlyShare = 0.4;

export function createUserStream(parts: UserStreamParts): UserStream {
  const sockets = new Map<WebSocket, UserOpening>();
  let expiryTimer: NodeJS.Timeout | undefined;

  const active = (): ListenKey | undefined => {
    const key = parts.state.listenKey();
    return key !== undefined && key.expiresAt > parts.now() ? key : undefined;
  };
  const emit = (listenKey: string, event: UserEvent): void => {
    const message = JSON.stringify({ ...event, E: Math.floor(parts.now()) });
    for (const [socket, opening] of sockets) {
      if (opening.listenKey !== listenKey || (opening.events.size > 0 && !opening.events.has(event.e))) continue;
      parts.faults.send('binance.user', socket, opening.isCombined ? `{"stream":"${listenKey}","data":${message}}` : message);
    }
  };
  const drop = (listenKey: string): void => {
    for (const [socket, opening] of sockets) if (opening.listenKey === listenKey) sockets.delete(socket);
  };
  /** The end of a key: its sockets hear of it, unless a fault keeps it from them. */
  const end = (key: ListenKey): void => {
    clearTimeout(expiryTimer);
    emit(key.key, { e: 'listenKeyExpired', listenKey: key.key });
    drop(key.key);
    parts.state.setListenKey(undefined);
    parts.commit();
  };
  const expire = (): void => {
    const key = parts.state.listenKey();
    if (key === undefined) return;
    return key.expiresAt > parts.now() ? watch(key) : end(key);
  };
  const watch = (key: ListenKey): void => {
    clearTimeout(expiryTimer);
    expiryTimer = setTimeout(expire, Math.max(1, key.expiresAt - parts.now()));
  };
  const queue = createQueue(parts, (event) => {
    const key = active();
    if (key !== undefined) emit(key.key, event);
  });
  const kept = parts.state.listenKey();
  if (kept !== undefined) watch(kept);

  return {
    issue() {
      const key: ListenKey = { key: active()?.key ?? drawnId(keyLength, parts.random), expiresAt: parts.now() + parts.keyLifeMs };
      parts.state.setListenKey(key);
      watch(key);
      return key.key;
    },
    extend() {
      return active() === undefined ? refuse(refusals.listenKey) : accept(this.issue());
    },
    revoke() {
      const key = active();
      if (key === undefined) return refuse(refusals.listenKey);
      clearTimeout(expiryTimer);
      drop(key.key);
      parts.state.setListenKey(undefined);
      return accept(undefined);
    },
    connect(socket, opening) {
      sockets.set(socket, opening);
      parts.faults.open('binance.user', socket);
      const listen = (listenKey: string | undefined): void => {
        if (listenKey === undefined) sockets.delete(socket);
        else sockets.set(socket, { ...opening, listenKey });
      };
      serveSubscriptions(socket, subscriptionsOf(opening, listen), (source) => parts.faults.reply(socket, source));
      socket.on('close', () => sockets.delete(socket));
    },
    expireFor(socket) {
      const key = parts.state.listenKey();
      if (key !== undefined && sockets.get(socket)?.listenKey === key.key) end(key);
    },
    send: queue.send,
    close() {
      clearTimeout(expiryTimer);
      queue.close();
      for (const socket of sockets.keys()) socket.terminate();
      sockets.clear();
    },
  };
}

/** Events on their way: each leaves a random small time after it happened, in their order. */
function createQueue(parts: Pick<UserStreamParts, 'random' | 'maxDelayMs'>, deliver: (event: UserEvent) => void) {
  const queue: { readonly event: UserEvent; readonly due: number }[] = [];
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const time = performance.now();
    for (let next = queue[0]; next !== undefined && next.due <= time; next = queue[0]) {
      queue.shift();
      deliver(next.event);
    }
    schedule();
  };
  const schedule = (): void => {
    const next = queue[0];
    if (next === undefined || timer !== undefined) return;
    timer = setTimeout(flush, Math.max(0, next.due - performance.now()));
  };
  return {
    send(event: UserEvent): void {
      // Below zero: at once, before the answer of the request that is being carried out has left.
      const wait = (parts.random() * (1 + earlyShare) - earlyShare) * parts.maxDelayMs();
      const after = queue.at(-1)?.due ?? 0;
      queue.push({ event, due: Math.max(after, performance.now() + Math.max(0, wait)) });
      if (wait <= 0 && queue.length === 1) flush();
      else schedule();
    },
    close(): void {
      clearTimeout(timer);
      timer = undefined;
      queue.length = 0;
    },
  };
}
