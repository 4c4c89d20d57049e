/**
 * A stream that stays open: dials, subscribes, proves that it is alive, and dials again.
 *
 * ccxt makes, signs and carries the socket. Its `watch` futures are not used: they have no timeout, pass over error
 * frames and key expiry, reconnect without backoff, and reject without a handler when a socket dies under them.
 *
 * 1. `live` is told only after an answer came over the open socket; `silent` as soon as proof is missing.
 * 2. A socket that gave no sign of life for `silentAfterMs` is cut, whatever the operating system thinks of it.
 * 3. At most one socket at a time; what a cut one still delivers is not heard.
 */
import type { Exchange, SocketClient } from 'ccxt/js/src/base/Exchange.js';
import { sleep } from './caller.ts';
import { redact } from './outcome.ts';
import { defaultTiming, type StreamTiming } from './stream-timing.ts';

export interface StreamPlan {
  /** Makes the ccxt client for a fresh connection, or says why it could not. */
  readonly prepare: () => Promise<{ readonly client: SocketClient } | { readonly failed: string }>;
  /** Frames to send once open. */
  readonly subscription: () => readonly unknown[];
  /** Asks the venue for a sign of life beside the ping frame. */
  readonly probe?: string;
  /** One message as text. A sentence means: cut this connection and dial again. */
  readonly onText: (text: string) => string | undefined;
  readonly onState: (state: 'live' | 'silent', reason: string) => void;
}

export interface Stream {
  /** Cuts the present connection; the next one is dialed at once. */
  renew(reason: string): void;
  close(): Promise<void>;
}

/** How one connection ended, and whether it had been live. */
interface Ending {
  readonly reason: string;
  readonly wasLive: boolean;
}

export function keepOpen(exchange: Exchange, plan: StreamPlan, timing: StreamTiming = defaultTiming): Stream {
  const ended = new AbortController();
  let cut: ((reason: string) => void) | undefined;

  const run = async () => {
    let backoffMs = timing.firstBackoffMs;
    while (!ended.signal.aborted) {
      const { reason, wasLive } = await connectOnce(exchange, plan, timing, ended.signal, (cutter) => {
        cut = cutter;
      });
      cut = undefined;
      if (ended.signal.aborted) return;
      plan.onState('silent', reason);
      if (wasLive) backoffMs = timing.firstBackoffMs;
      await sleep(backoffMs * (0.8 + Math.random() * 0.4), ended.signal);
      backoffMs = Math.min(backoffMs * 2, timing.maxBackoffMs);
    }
  };
  const running = run();

  return {
    renew: (reason) => cut?.(reason),
    close: async () => {
      ended.abort();
      cut?.('closed');
      await running;
    },
  };
}

/** One connection from dialing to its end. Never rejects. */
async function connectOnce(
  exchange: Exchange,
  plan: StreamPlan,
  timing: StreamTiming,
  ended: AbortSignal,
  giveCutter: (cut: (reason: string) => void) => void,
): Promise<Ending> {
  const prepared = await plan.prepare();
  if ('failed' in prepared) return { reason: prepared.failed, wasLive: false };
  const { client } = prepared;
  if (ended.aborted) return { reason: 'closed', wasLive: false };
  return new Promise((settle) => {
    let isLive = false;
    let isOver = false;
    let heardAt = performance.now();
    const finish = (reason: string) => {
      if (isOver) return;
      isOver = true;
      clearTimeout(dialing);
      clearInterval(pulse);
      discard(exchange, client);
      settle({ reason, wasLive: isLive });
    };
    const heard = () => {
      heardAt = performance.now();
      if (isLive || isOver) return;
      isLive = true;
      plan.onState('live', 'the venue answers');
    };
    const send = (frame: unknown) => {
      client.send(frame).then(undefined, (error: unknown) => finish(`could not send: ${messageOf(error)}`));
    };
    const ask = () => {
      client.connection?.ping();
      if (plan.probe !== undefined) send(plan.probe);
    };
    const dialing = setTimeout(() => finish('the connection did not open in time'), timing.openWithinMs);
    const pulse = setInterval(() => {
      if (!isOpen(client)) return;
      if (performance.now() - heardAt > timing.silentAfterMs) return finish('no sign of life');
      ask();
    }, timing.pingEveryMs);
    giveCutter(finish);
    watchers.set(client, { opened: onOpen, over: finish });
    client.onPong = heard;
    client.onMessage = (event) => {
      if (isOver) return;
      const complaint = plan.onText(String(event.data));
      if (complaint !== undefined) return finish(complaint);
      heard();
    };
    function onOpen() {
      clearTimeout(dialing);
      heardAt = performance.now();
      for (const frame of plan.subscription()) send(frame);
      ask();
    }
    // ccxt may throw before it has a promise to reject.
    Promise.resolve()
      .then(() => client.connect(0))
      .then(undefined, (error: unknown) => finish(messageOf(error)));
  });
}

interface Watcher {
  readonly opened: () => void;
  readonly over: (reason: string) => void;
}
const watchers = new WeakMap<SocketClient, Watcher>();

/** Hands ccxt's socket events to the connection they belong to. Once per instance, before its first client. */
export function listenToSockets(exchange: Exchange): void {
  exchange.onConnected = (client) => watchers.get(client)?.opened();
  exchange.onError = (client, error) => watchers.get(client)?.over(messageOf(error));
  exchange.onClose = (client) => watchers.get(client)?.over('the venue closed the connection');
}

/** Makes sure that nothing of a connection is left: no socket, no timer, no entry in ccxt's registry. */
function discard(exchange: Exchange, client: SocketClient): void {
  client.clearConnectionTimeout();
  client.clearPingInterval();
  if (exchange.clients[client.url] === client) delete exchange.clients[client.url];
  try {
    client.connection?.terminate();
  } catch (error) {
    // A socket that is still dialing may complain about being cut; it is gone all the same.
    if (!(error instanceof Error)) throw error;
  }
}

const openState = 1;
const isOpen = (client: SocketClient): boolean => client.connection?.readyState === openState;
/** ccxt names the address with its listen key. */
const messageOf = (error: unknown): string => redact(error instanceof Error ? error.message : String(error), []);
