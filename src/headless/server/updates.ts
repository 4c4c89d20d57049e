/**
 * What the pages hear: a WebSocket each, on which a snapshot comes first and then every update after it.
 *
 * 1. The csrf comes as the first message, within 2 s. (A browser cannot set headers on a socket; as a subprotocol it would
 *    be a header of question and answer, where tools and logs show it.) After it a page says nothing: whoever does is cut.
 * 2. One that reads slowly is sent nothing more until all was taken, and then a new snapshot: memory is bounded, and what
 *    it shows is never older than it seems.
 * 3. Pings every 10 s; a peer that has not answered for 30 s is cut. At most 50 sockets.
 * 4. The feed is listened to while a page reads: what nobody sees is not made.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import type { Update } from '../../shared/contract/updates.ts';
import { toWire } from '../../shared/contract/wire.ts';
import { sameSecret } from '../../main/ipc/loopback-guards.ts';
import type { FeedView } from '../../main/runtime/feed.ts';
import type { Session } from './sessions.ts';

export interface UpdateTiming {
  readonly helloMs: number;
  readonly pingMs: number;
  readonly deadMs: number;
  /** Bytes that may wait for one reader. */
  readonly waitingBytes: number;
}
export const usualTiming: UpdateTiming = { helloMs: 2000, pingMs: 10_000, deadMs: 30_000, waitingBytes: 2_000_000 };

/** Why a socket was closed, as the page sees it. */
const closeCodes = { signedOut: 4401, unexpected: 4400, ended: 1001, failed: 1011 } as const;

const mostSockets = 50;
const maxMessageBytes = 512;
/** All was taken, but for a ping or two. */
const drainedBytes = 1000;
const hello = z.strictObject({ csrf: z.string() });

interface Client {
  readonly socket: WebSocket;
  readonly session: Session;
  /** It said the csrf and was sent a snapshot. */
  isIn: boolean;
  /** It reads too slowly: a snapshot follows once it has read all. */
  isBehind: boolean;
  lastHeard: number;
}

export class Updates {
  readonly #feed: FeedView;
  readonly #timing: UpdateTiming;
  readonly #now: () => number;
  readonly #onBug: (error: unknown) => void;
  readonly #web = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes, perMessageDeflate: false, clientTracking: false });
  readonly #clients = new Set<Client>();
  /** Null while no page reads. */
  #unsubscribe: (() => void) | null = null;
  readonly #pings: NodeJS.Timeout;

  /** @param onBug told when a snapshot cannot be made; its page is let go, the engine is not concerned */
  constructor(feed: FeedView, now: () => number, timing: UpdateTiming, onBug: (error: unknown) => void) {
    this.#feed = feed;
    this.#timing = timing;
    this.#now = now;
    this.#onBug = onBug;
    this.#pings = setInterval(() => this.#ping(), timing.pingMs);
  }

  get isFull(): boolean {
    return this.#clients.size >= mostSockets;
  }

  /** Takes a connection over that passed the guards. */
  accept(request: IncomingMessage, connection: Duplex, head: Buffer, session: Session): void {
    this.#web.handleUpgrade(request, connection, head, (socket) => this.#admit(socket, session));
  }

  /** Ends the sockets of a session that is no more. */
  end(session: Session): void {
    for (const client of this.#clients) if (client.session === session) client.socket.close(closeCodes.signedOut);
  }

  close(): void {
    this.#leave();
    clearInterval(this.#pings);
    for (const { socket } of this.#clients) {
      socket.close(closeCodes.ended);
      socket.terminate();
    }
  }

  #admit(socket: WebSocket, session: Session): void {
    const client: Client = { socket, session, isIn: false, isBehind: false, lastHeard: this.#now() };
    this.#clients.add(client);
    const late = setTimeout(() => socket.terminate(), this.#timing.helloMs);
    socket.on('message', (data, isBinary) => {
      clearTimeout(late);
      if (client.isIn || isBinary || !saysCsrf(data, session)) return socket.close(client.isIn ? closeCodes.unexpected : closeCodes.signedOut);
      client.isIn = true;
      this.#sendSnapshot(client);
    });
    socket.on('pong', () => {
      client.lastHeard = this.#now();
    });
    socket.on('close', () => {
      clearTimeout(late);
      this.#clients.delete(client);
      this.#leaveUnread();
    });
    // A broken frame or connection: ws closes it, and the page comes back by itself.
    socket.on('error', () => socket.terminate());
  }

  #pass(update: Update): void {
    const readers = [...this.#clients].filter((client) => client.isIn && !client.isBehind);
    if (readers.length === 0) return;
    const text = toWire({ update });
    for (const client of readers) {
      if (client.socket.bufferedAmount > this.#timing.waitingBytes) client.isBehind = true;
      else this.#send(client, text);
    }
  }

  #sendSnapshot(client: Client): void {
    client.isBehind = false;
    try {
      this.#unsubscribe ??= this.#feed.subscribe((update) => this.#pass(update));
      this.#send(client, toWire({ snapshot: this.#feed.snapshot() }));
    } catch (error) {
      client.socket.close(closeCodes.failed);
      this.#onBug(error);
    }
  }

  #leaveUnread(): void {
    if (![...this.#clients].some(({ isIn }) => isIn)) this.#leave();
  }

  #leave(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = null;
  }

  #send(client: Client, text: string): void {
    if (client.socket.readyState !== client.socket.OPEN) return;
    client.socket.send(text, (error) => {
      // An error closes the socket, which tells of it.
      if (error == null && client.isBehind && client.socket.bufferedAmount <= drainedBytes) this.#sendSnapshot(client);
    });
  }

  #ping(): void {
    for (const { socket, lastHeard } of this.#clients) {
      if (this.#now() - lastHeard >= this.#timing.deadMs) socket.terminate();
      else if (socket.readyState === socket.OPEN) socket.ping();
    }
  }
}

function saysCsrf(data: RawData, session: Session): boolean {
  try {
    const message = hello.safeParse(JSON.parse(data.toString()));
    return message.success && sameSecret(message.data.csrf, session.csrf);
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
