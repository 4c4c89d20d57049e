/**
 * Signals from a server that we connect to (`--signals-url`).
 *
 * 1. It asks to resume after the last sequence number that is journaled; what comes twice is known by its id.
 * 2. A jump of the sequence is reported as a gap. A number that is not above the last is handed on and changes nothing.
 * 3. A connection that says nothing for 30 s, pongs included, is dead. Reconnects are spaced from 0.5 s to 30 s.
 * 4. Certificates are checked whatever the environment says; redirects are not followed.
 */
import { WebSocket } from 'ws';
import { readFeedMessage } from './feed-message.ts';
import { type FeedUrl, readFeedUrl } from './feed-url.ts';
import { Flow } from './flow.ts';
import { parseSignal } from './parse.ts';
import type { OnTrouble, SignalSink, Source } from './source.ts';

export interface FeedPlace {
  /** The last sequence number that was journaled. */
  readonly seq: number;
}
/** Sequence numbers that never came. */
export interface Gap {
  readonly first: number;
  readonly last: number;
}
export interface FeedClientOptions {
  /** One that `readFeedUrl` accepts. */
  readonly url: string;
  /** What the engine journaled under `feedPlaceKey(url)`; null or undefined at the very first start. */
  readonly place: unknown;
  readonly onSignal: SignalSink;
  readonly onGap: (gap: Gap) => void;
  readonly onTrouble: OnTrouble;
  readonly onConnected?: () => void;
  /** ms since 1970. */
  readonly now: () => number;
  readonly times?: Partial<FeedTimes>;
}
export interface FeedTimes {
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
  readonly pingMs: number;
  readonly silenceMs: number;
}

const usualTimes: FeedTimes = { firstRetryMs: 500, longestRetryMs: 30_000, pingMs: 10_000, silenceMs: 30_000 };
const maxMessageBytes = 65_536;
const maxUnjournaled = 512;

/** The key under which the engine keeps the place of a feed. */
export const feedPlaceKey = (url: string): string => {
  const read = readFeedUrl(url);
  return `feed:${read.ok ? read.shown : url}`;
};

function feedPlaceFrom(value: unknown): FeedPlace | null {
  if (typeof value !== 'object' || value === null || !('seq' in value)) return null;
  return typeof value.seq === 'number' && Number.isSafeInteger(value.seq) && value.seq >= 0 ? { seq: value.seq } : null;
}

export class FeedClient implements Source {
  readonly #options: FeedClientOptions;
  readonly #address: Extract<FeedUrl, { ok: true }>;
  readonly #times: FeedTimes;
  /** Last sequence number that the engine has. */
  #journaled: number | undefined;
  #socket: WebSocket | undefined;
  #retries = 0;
  #retry: NodeJS.Timeout | undefined;
  #isDown = false;
  #isClosed = false;

  /** @throws RangeError when the address was not checked with `readFeedUrl` */
  constructor(options: FeedClientOptions) {
    const address = readFeedUrl(options.url);
    if (!address.ok) throw new RangeError(`Invariant: feed addresses are checked before use. ${address.reason}`);
    this.#address = address;
    this.#options = options;
    this.#times = { ...usualTimes, ...options.times };
    this.#journaled = feedPlaceFrom(options.place)?.seq;
  }

  start(): Promise<void> {
    this.#connect();
    return Promise.resolve();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    const socket = this.#socket;
    if (socket === undefined) return;
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.close(1000);
    socket.terminate();
    await closed;
  }

  #connect(): void {
    const socket = new WebSocket(this.#address.url, {
      // One message in a turn of the loop: a stop waits for none of a burst.
      allowSynchronousEvents: false,
      followRedirects: false,
      rejectUnauthorized: true,
      perMessageDeflate: false,
      maxPayload: maxMessageBytes,
      handshakeTimeout: 10_000,
    });
    this.#socket = socket;
    let why = 'the connection ended';
    const stopBeating = this.#beat(socket);
    socket.on('open', () => {
      this.#isDown = false;
      this.#options.onConnected?.();
      socket.send(JSON.stringify({ type: 'resume', after: this.#journaled ?? 0 }));
    });
    const take = this.#receiver(socket);
    socket.on('message', (data) => {
      this.#retries = 0;
      take(Array.isArray(data) ? Buffer.concat(data) : data instanceof ArrayBuffer ? new Uint8Array(data) : data);
    });
    socket.on('error', (error) => {
      why = error.message;
    });
    socket.on('close', () => {
      stopBeating();
      this.#socket = undefined;
      this.#retryLater(why);
    });
  }

  /** Pings, and hangs up on silence. @returns a function that ends it */
  #beat(socket: WebSocket): () => void {
    const { pingMs, silenceMs } = this.#times;
    let heardAt = performance.now();
    const hear = (): void => {
      heardAt = performance.now();
    };
    for (const event of ['open', 'message', 'ping', 'pong'] as const) socket.on(event, hear);
    // Only a connection that held for a while proves the server well; one that is dropped at once is backed off from.
    socket.on('pong', () => {
      this.#retries = 0;
    });
    const timer = setInterval(() => {
      if (socket.isPaused) return hear();
      if (performance.now() - heardAt > silenceMs) return socket.terminate();
      if (socket.readyState === socket.OPEN) socket.ping();
    }, pingMs);
    return () => clearInterval(timer);
  }

  /** What handles the messages of one connection: the sequence that it saw begins with what is journaled. */
  #receiver(socket: WebSocket): (bytes: Uint8Array) => void {
    const { now, onGap, onSignal, onTrouble } = this.#options;
    const flow = new Flow(maxUnjournaled, socket);
    const url = this.#address.shown;
    let last = this.#journaled;
    let isRefused = false;
    return (bytes) => {
      if (isRefused || this.#isClosed) return;
      const { text, seq } = readFeedMessage(bytes);
      if (seq !== undefined && last !== undefined && seq > last + 1) onGap({ first: last + 1, last: seq - 1 });
      if (seq !== undefined && (last === undefined || seq > last)) last = seq;
      const reached = last;
      const parsed = parseSignal(text, now());
      const source = seq === undefined ? { kind: 'feed' as const, url } : { kind: 'feed' as const, url, seq };
      const place = seq === undefined || reached === undefined ? null : { key: `feed:${url}`, value: { seq: reached } satisfies FeedPlace };
      void flow.follow(onSignal({ parsed, source, place })).then((failure) => {
        if (failure === undefined && !isRefused) {
          if (reached !== undefined) this.#journaled = Math.max(this.#journaled ?? 0, reached);
        } else if (failure !== undefined && !isRefused) {
          // Connecting anew resumes after the last one that is journaled, so this one comes again.
          isRefused = true;
          onTrouble('NOT_TAKEN', `Signals from ${url} wait: ${failure.message}`);
          socket.terminate();
        }
      });
    };
  }

  #retryLater(why: string): void {
    if (this.#isClosed) return;
    if (!this.#isDown) {
      this.#isDown = true;
      const isRefused = why.startsWith('Unexpected server response');
      this.#options.onTrouble(isRefused ? 'REFUSED' : 'DISCONNECTED', `The feed ${this.#address.shown} is not connected (${why}); trying again.`);
    }
    const { firstRetryMs, longestRetryMs } = this.#times;
    const least = firstRetryMs * 2 ** Math.min(this.#retries, 16);
    this.#retries += 1;
    // Up to half more at random, so that many consoles do not come back to one server in the same instant.
    this.#retry = setTimeout(() => this.#connect(), Math.min(longestRetryMs, least * (1 + Math.random() / 2)));
  }
}
