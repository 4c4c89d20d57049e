/**
 * The user data stream: one listen key an account, and its events to every socket that was opened with it.
 *
 * 1. A key lives an hour from the last POST or PUT; then its sockets hear listenKeyExpired once and nothing more.
 * 2. Events leave in the order in which they happened, each a random small time later: a request's answer may come
 *    before or after them.
 */
import type { WebSocket } from 'ws';
import type { ListenKey } from '../../model/binance/records.ts';
import { accept, type Checked, refusals, refuse } from '../../model/binance/refusal.ts';
import type { State } from '../../model/binance/state.ts';
import { drawnId } from './order-ticket.ts';
import type { UserEvent } from './user-events.ts';

export interface UserStreamParts {
  readonly state: State;
  now(): number;
  random(): number;
  readonly maxDelayMs: number;
  readonly keyLifeMs: number;
  /** Puts changed state on record: a key ended by the clock. */
  commit(): void;
}

export interface UserStream {
  /** The active key, made when there is none; lives on from now. */
  issue(): string;
  extend(): Checked<string>;
  revoke(): Checked<void>;
  connect(socket: WebSocket, listenKey: string): void;
  send(event: UserEvent): void;
  close(): void;
}

const keyLength = 64;
/** How many events leave before the answer, as a part of those that leave after it. */
const earlyShare = 0.4;

export function createUserStream(parts: UserStreamParts): UserStream {
  const sockets = new Map<WebSocket, string>();
  const queue: { readonly event: UserEvent; readonly due: number }[] = [];
  let flushTimer: NodeJS.Timeout | undefined;
  let expiryTimer: NodeJS.Timeout | undefined;

  const active = (): ListenKey | undefined => {
    const key = parts.state.listenKey();
    return key !== undefined && key.expiresAt > parts.now() ? key : undefined;
  };
  const emit = (listenKey: string, event: UserEvent): void => {
    const message = JSON.stringify({ ...event, E: Math.floor(parts.now()) });
    for (const [socket, key] of sockets) if (key === listenKey) socket.send(message);
  };
  const expire = (): void => {
    const key = parts.state.listenKey();
    if (key === undefined) return;
    if (key.expiresAt > parts.now()) return watch(key);
    emit(key.key, { e: 'listenKeyExpired', listenKey: key.key });
    for (const [socket, used] of sockets) if (used === key.key) sockets.delete(socket);
    parts.state.setListenKey(undefined);
    parts.commit();
  };
  const watch = (key: ListenKey): void => {
    clearTimeout(expiryTimer);
    expiryTimer = setTimeout(expire, Math.max(1, key.expiresAt - parts.now()));
  };
  const flush = (): void => {
    clearTimeout(flushTimer);
    flushTimer = undefined;
    const time = performance.now();
    for (let next = queue[0]; next !== undefined && next.due <= time; next = queue[0]) {
      queue.shift();
      const key = active();
      if (key !== undefined) emit(key.key, next.event);
    }
    schedule();
  };
  const schedule = (): void => {
    const next = queue[0];
    if (next === undefined || flushTimer !== undefined) return;
    flushTimer = setTimeout(flush, Math.max(0, next.due - performance.now()));
  };
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
      for (const [socket, used] of sockets) if (used === key.key) sockets.delete(socket);
      parts.state.setListenKey(undefined);
      return accept(undefined);
    },
    connect(socket, listenKey) {
      sockets.set(socket, listenKey);
      socket.on('close', () => sockets.delete(socket));
    },
    send(event) {
      // Below zero: at once, before the answer of the request that is being carried out has left.
      const wait = (parts.random() * (1 + earlyShare) - earlyShare) * parts.maxDelayMs;
      const after = queue.at(-1)?.due ?? 0;
      queue.push({ event, due: Math.max(after, performance.now() + Math.max(0, wait)) });
      if (wait <= 0 && queue.length === 1) flush();
      else schedule();
    },
    close() {
      clearTimeout(flushTimer);
      clearTimeout(expiryTimer);
      flushTimer = undefined;
      queue.length = 0;
      for (const socket of sockets.keys()) socket.terminate();
      sockets.clear();
    },
  };
}
