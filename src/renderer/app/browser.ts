/**
 * Browser: commands by POST, what the engine tells by WebSocket. A connection that is lost comes back by itself, after
 * 0.5 s and then ever later up to 5 s, and at once when the person returns to the page or the machine to the network.
 */
import type { Snapshot, Update } from '../../shared/contract/updates.ts';
import { fromWire } from '../../shared/contract/wire.ts';
import type { Session } from '../stop/session.ts';
import { replyOf, type Transport, type TransportListener } from './transport.ts';

const firstRetryMs = 500;
const lastRetryMs = 5000;
/** The host pings every 10 s on its own level, which a page cannot see; updates come at least that often as well. */
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
    opened.onopen = () => opened.send(JSON.stringify({ csrf }));
    opened.onmessage = (event: MessageEvent<unknown>) => {
      if (typeof event.data !== 'string') return;
      hear(event.data, listener);
      retryMs = firstRetryMs;
      listener.state('connected');
    };
    opened.onclose = () => {
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
