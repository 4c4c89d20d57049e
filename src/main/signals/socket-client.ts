/**
 * One client of the signal socket: from its hello to its end.
 *
 * 1. Before the right token nothing it says has an effect.
 * 2. It is read at all times, so that a stop is heard whatever was sent before it. What waits for the
 *    journal is bounded: the surplus is refused.
 * 3. It is alive while it answers pings, and cut off when it does not, or does not read what it is sent.
 */
import type { RawData, WebSocket } from 'ws';
import { failureOf } from './flow.ts';
import { readMessage, type SocketMessage } from './socket-message.ts';

export interface ClientEvents {
  /** The token that came in a hello; true admits the client. */
  onHello(token: string): boolean;
  /** @returns settles when the signal is journaled */
  onSignal(text: string): Promise<void>;
  /** A signal that is not taken: `waiting` of this client are not journaled yet. */
  onSurplus(text: string, waiting: number): void;
  onStop(reason: string): void;
  /** ms since 1970. */
  readonly now: () => number;
}
export interface ClientTimes {
  /** How long a client without token in its handshake has for its hello. */
  readonly helloMs: number;
  readonly pingMs: number;
}

const maxUnjournaled = 512;
const maxUnreadBytes = 8_388_608;
const goodbyeMs = 1000;

export class SocketClient {
  readonly #socket: WebSocket;
  readonly #events: ClientEvents;
  readonly #heartbeat: NodeJS.Timeout;
  #hello: NodeJS.Timeout | undefined;
  #isKnown: boolean;
  #isAlive = true;
  #unjournaled = 0;

  constructor(socket: WebSocket, isKnown: boolean, events: ClientEvents, times: ClientTimes) {
    this.#socket = socket;
    this.#events = events;
    this.#isKnown = isKnown;
    this.#heartbeat = setInterval(() => this.#beat(), times.pingMs);
    if (!isKnown) this.#hello = setTimeout(() => this.#refuse(), times.helloMs);
    socket.on('message', (data: RawData) => this.#receive(asBytes(data)));
    socket.on('pong', () => {
      this.#isAlive = true;
    });
    // A broken frame or a reset: `close` follows and says all that matters.
    socket.on('error', () => undefined);
    socket.on('close', () => this.#stopTimers());
  }

  get isKnown(): boolean {
    return this.#isKnown;
  }

  send(message: object): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#socket.bufferedAmount > maxUnreadBytes) return this.#socket.terminate();
    this.#socket.send(JSON.stringify(message));
  }

  sendError(code: string): void {
    this.send({ type: 'error', code, at: this.#events.now() });
  }

  /** Says goodbye and hangs up. */
  end(): void {
    this.#stopTimers();
    this.#socket.close(1001);
    this.#socket.terminate();
  }

  #receive(bytes: Uint8Array): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#isAlive = true;
    const message = readMessage(bytes);
    if (message.type === 'hello' || !this.#isKnown) return this.#greet(message);
    if (message.type === 'stop') return this.#events.onStop(message.reason);
    if (message.type === 'other') return this.sendError(message.code);
    if (this.#unjournaled >= maxUnjournaled) return this.#events.onSurplus(message.text, this.#unjournaled);
    this.#unjournaled += 1;
    void failureOf(this.#events.onSignal(message.text)).then((failure) => {
      this.#unjournaled -= 1;
      // Not journaled: the sender has to know that it was not taken.
      if (failure !== undefined) this.#socket.close(1011, 'the signal could not be taken');
    });
  }

  #greet(message: SocketMessage): void {
    if (message.type !== 'hello' || !this.#events.onHello(message.token)) return this.#refuse();
    clearTimeout(this.#hello);
    this.#isKnown = true;
  }

  #refuse(): void {
    this.#stopTimers();
    this.#socket.close(1008, 'hello with the right token is expected first');
    // ws alone would wait 30 s for the other side's goodbye.
    this.#hello = setTimeout(() => this.#socket.terminate(), goodbyeMs);
  }

  #beat(): void {
    if (!this.#isAlive) return this.#socket.terminate();
    this.#isAlive = false;
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping();
  }

  #stopTimers(): void {
    clearInterval(this.#heartbeat);
    clearTimeout(this.#hello);
  }
}

const asBytes = (data: RawData): Uint8Array =>
  Array.isArray(data) ? Buffer.concat(data) : data instanceof ArrayBuffer ? new Uint8Array(data) : data;
