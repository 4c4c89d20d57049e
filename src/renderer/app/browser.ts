/**
 * Browser: commands by POST, what the engine tells by WebSocket. A connection that is lost comes back by itself, after
 * 0.5 s and then ever later up to 5 s, and at once when the person returns to the page or the machine to the network.
 * An engine that hangs closes nothing: one that says nothing and does not answer either counts as lost, until it speaks.
 */
import type { Snapshot, Update } from '../../shared/contract/updates.ts';
import { fromWire } from '../../shared/contract/wire.ts';
import type { Session } from '../stop/session.ts';
import { replyOf, type Transport, type TransportListener } from './transport.ts';

const firstRetryMs = 500;
const lastRetryMs = 5000;
/** Nothing need be said for a while where no price moves: after so long the page asks whether anybody is there. */
const silentMs = 3000;
const presenceMs = 2000;
const lookEveryMs = 1000;
type Message = { readonly snapshot: Snapshot } | { readonly update: Update };

export function browserTransport(session: Session): Transport {
  return {
    invoke: async (name, input) => replyOf(await session.send(name, input), readReply),
    subscribe: (listener) => keepOpen(session, listener),
  };
}

const readReply = (reply: unknown): unknown => (typeof reply === 'string' ? fromWire(reply) : reply);

/** One message of the host: it is made from the contract, and only our own host is on the other side. */
function hear(text: string, listener: TransportListener): void {
  const message = fromWire(text) as Message;
  if ('snapshot' in message) listener.snapshot(message.snapshot);
  else if ('update' in message) listener.update(message.update);
}

/** Whether the host answers at all. */
async function isThere(): Promise<boolean> {
  try {
    return (await fetch('/healthz', { cache: 'no-store', signal: AbortSignal.timeout(presenceMs) })).ok;
  } catch (error) {
    // fetch rejects with a TypeError when nobody answers, and a DOMException at the deadline.
    if (error instanceof TypeError || error instanceof DOMException) return false;
    throw error;
  }
}

/** Tells when a host that says nothing does not answer either, and when it does again. */
function watchSilence(onChange: (isLost: boolean) => void): { heard(): void; end(): void } {
  let heardAt = performance.now();
  let asking = false;
  let isLost = false;
  const look = async () => {
    if (asking || performance.now() - heardAt < silentMs) return;
    asking = true;
    const asked = performance.now();
    const present = await isThere();
    asking = false;
    // What was heard meanwhile says more.
    if (heardAt > asked || isLost === !present) return;
    isLost = !present;
    onChange(isLost);
  };
  const timer = setInterval(look, lookEveryMs);
  return {
    heard: () => {
      heardAt = performance.now();
      isLost = false;
    },
    end: () => clearInterval(timer),
  };
}

function keepOpen(session: Session, listener: TransportListener): () => void {
  let ended = false;
  let socket: WebSocket | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let retryMs = firstRetryMs;
  let trying = false;
  let again = false;

  const later = () => {
    listener.state('lost');
    timer = setTimeout(attempt, retryMs);
    retryMs = Math.min(retryMs * 2, lastRetryMs);
  };
  const attempt = async () => {
    if (ended || trying || socket !== null) return;
    trying = true;
    clearTimeout(timer);
    const signed = await session.signIn(again);
    again = true;
    trying = false;
    if (ended) return;
    if (signed.kind === 'unauthorized') return listener.state('unauthorized');
    if (signed.kind === 'unreachable') return later();
    open(signed.csrf);
  };
  const open = (csrf: string) => {
    const opened = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/updates`);
    socket = opened;
    const silence = watchSilence((isLost) => !ended && listener.state(isLost ? 'lost' : 'connected'));
    opened.onopen = () => opened.send(JSON.stringify({ csrf }));
    opened.onmessage = (event: MessageEvent<unknown>) => {
      if (typeof event.data !== 'string') return;
      silence.heard();
      hear(event.data, listener);
      retryMs = firstRetryMs;
      listener.state('connected');
    };
    opened.onclose = () => {
      silence.end();
      socket = null;
      if (!ended) later();
    };
  };
  const now = () => {
    if (document.visibilityState !== 'visible' || socket !== null) return;
    retryMs = firstRetryMs;
    void attempt();
  };
  const wakers = ['focus', 'online', 'visibilitychange'] as const;
  for (const name of wakers) addEventListener(name, now);
  listener.state('connecting');
  void attempt();
  return () => {
    ended = true;
    clearTimeout(timer);
    for (const name of wakers) removeEventListener(name, now);
    socket?.close();
  };
}
