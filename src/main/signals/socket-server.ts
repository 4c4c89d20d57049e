/**
 * The signal socket: local research processes submit signals and stops, and hear what became of their signals.
 *
 * 1. Loopback only, with a token of its own; web pages are turned away (socket-door.ts).
 * 2. It takes signals and stops, and nothing else: it cannot arm, approve, close, reset or read.
 * 3. A stop is heard at once, however many signals wait: those past the bound are refused, and reading goes on.
 * 4. Bounded in clients, message size, unjournaled signals and remembered ids, whatever a client does.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { HedgeId, SignalId } from '../../shared/domain/ids.ts';
import { parseSignal } from './parse.ts';
import { SocketClient } from './socket-client.ts';
import { admit, isToken } from './socket-door.ts';
import type { SignalSink, Source } from './source.ts';
import { Submitters } from './submitters.ts';

/** A change of a signal, as its sender hears it. */
export interface SignalChange {
  readonly id: SignalId;
  readonly state: string;
  readonly code: string;
  readonly reason: string;
  readonly hedge: HedgeId | null;
  /** Nothing more will come for this submission. */
  readonly final: boolean;
}
export interface SocketServerOptions {
  /** 0 for any free port. */
  readonly port: number;
  /** Not empty. */
  readonly token: string;
  readonly onSignal: SignalSink;
  /** Called at once, before anything that waits. */
  readonly onStop: (reason: string) => void;
  /** ms since 1970. */
  readonly now: () => number;
  readonly helloMs?: number;
  readonly pingMs?: number;
}

const maxClients = 8;
/** Sockets that have not said who they are do not take the place of those that have. */
const maxStrangers = 8;
const maxMessageBytes = 65_536;
const maxRememberedIds = 10_000;

export class SocketServer implements Source {
  readonly #options: SocketServerOptions;
  readonly #clients = new Set<SocketClient>();
  readonly #submitters = new Submitters<SocketClient>(maxRememberedIds);
  // One message in a turn of the loop: hundreds that came in one piece would keep a stop waiting, from whatever source.
  readonly #web = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageBytes,
    perMessageDeflate: false,
    clientTracking: false,
    allowSynchronousEvents: false,
  });
  readonly #http: Server;
  #connections = 0;

  constructor(options: SocketServerOptions) {
    if (options.token === '') throw new RangeError('Invariant: the signal socket has a token');
    this.#options = options;
    // A handshake is short: who dawdles over it is hung up on.
    this.#http = createServer({ headersTimeout: 2000, requestTimeout: 2000, connectionsCheckingInterval: 500 }, (_request, response) => {
      response.writeHead(426, { connection: 'close', upgrade: 'websocket' }).end();
    });
    this.#http.maxConnections = 64;
    this.#http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => this.#upgrade(request, socket, head));
  }

  /** Where to connect, once started. */
  get url(): string {
    return `ws://127.0.0.1:${this.#port}`;
  }

  /** @throws Error when the port is taken: the caller shows it and goes on or ends, as its options say */
  async start(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#http.once('error', reject);
      this.#http.listen(this.#options.port, '127.0.0.1', () => {
        this.#http.off('error', reject);
        resolve();
      });
    });
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.end();
    const closed = new Promise<void>((resolve) => this.#http.close(() => resolve()));
    this.#http.closeAllConnections();
    await closed;
  }

  /** Tells the connections that submitted this signal. */
  announce(change: SignalChange): void {
    const { id, state, code, reason, hedge, final } = change;
    for (const client of this.#submitters.of(id)) client.send({ type: 'state', id, state, code, reason, hedge, final });
  }

  get #port(): number {
    const address = this.#http.address();
    return typeof address === 'object' && address !== null ? address.port : this.#options.port;
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const admission = admit(request.headers, request.url ?? '', this.#port, this.#options.token);
    if (!admission.ok) return refuse(socket, admission.status, admission.reason);
    if (this.#isCrowded(admission.isKnown)) return refuse(socket, 503, 'Service Unavailable');
    this.#web.handleUpgrade(request, socket, head, (web) => {
      this.#connections += 1;
      const connection = this.#connections;
      const { onStop, now, token, helloMs = 2000, pingMs = 10_000 } = this.#options;
      const client: SocketClient = new SocketClient(
        web,
        admission.isKnown,
        {
          now,
          onStop,
          onHello: (given) => isToken(given, token) && (client.isKnown || !this.#isCrowded(true)),
          onSignal: (text) => this.#take(text, client, connection),
          onSurplus: (text, waiting) => this.#refuse(text, client, waiting),
        },
        { helloMs, pingMs },
      );
      this.#clients.add(client);
      web.on('close', () => {
        this.#clients.delete(client);
        this.#submitters.remove(client);
      });
    });
  }

  #isCrowded(isKnown: boolean): boolean {
    const alike = [...this.#clients].filter((client) => client.isKnown === isKnown).length;
    return alike >= (isKnown ? maxClients : maxStrangers);
  }

  #take(text: string, client: SocketClient, connection: number): Promise<void> {
    const { now, onSignal } = this.#options;
    const parsed = parseSignal(text, now());
    // Before it is handed on: the first change may come before the promise settles.
    if (parsed.ok) this.#submitters.add(parsed.signal.id, client);
    else client.sendError(parsed.code);
    return onSignal({ parsed, source: { kind: 'socket', connection }, place: null });
  }

  /** Nothing of it is kept, so its id stays free. */
  #refuse(text: string, client: SocketClient, waiting: number): void {
    const parsed = parseSignal(text, this.#options.now());
    if (!parsed.ok) return client.sendError(parsed.code);
    const { id } = parsed.signal;
    const reason = `Not taken: ${waiting} signals of this connection wait for the journal. Send it again, with the same id`;
    client.send({ type: 'state', id, state: 'rejected', code: 'NOT_TAKEN', reason, hedge: null, final: true });
  }
}

function refuse(socket: Duplex, status: number, reason: string): void {
  socket.on('error', () => undefined);
  socket.end(`HTTP/1.1 ${status} ${reason}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}
