/**
 * What both fronts share of HTTP and WebSocket: reading requests, the request log, transport faults, upgrades.
 *
 * 1. `at` is taken when a request's last byte was read, before anything else happens to it.
 * 2. A request that requestLost or errorBefore hit never reaches the front; one that replyLost or errorAfter hit was
 *    carried out whole.
 * 3. Requests reach the front one at a time, in the order in which they were read (latency holds back its own only).
 */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Fault, Faults } from '../faults.ts';
import { preciseNow, type RequestLog } from '../ledger.ts';
import type { VenueName } from '../venue.ts';

/** How long a connection whose answer was lost stays open. */
const silenceMs = 30_000;
const maxBodyBytes = 1_000_000;
const ignore = () => undefined;
const jsonType = { 'content-type': 'application/json; charset=utf-8' };

export interface FrontRequest {
  readonly method: string;
  /** As on the request line: path and query, undecoded. */
  readonly rawUrl: string;
  /** Undecoded, without the query. */
  readonly path: string;
  /** Undecoded, without the question mark; empty where there is none. */
  readonly query: string;
  readonly body: Buffer;
  readonly headers: IncomingHttpHeaders;
  /** ms since 1970 with three decimals, the machine's clock: when the last byte was read. */
  readonly at: number;
  /** An order fault (insufficientFunds, filterReject, partialFill) for the front to carry out; else null. */
  readonly fault: Fault | null;
}
export interface FrontAnswer {
  readonly status: number;
  /** content-type is application/json; charset=utf-8 unless named here. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  /** The front does not have this path: counted in the ledger. */
  readonly unhandled?: boolean;
}

export type UpgradeRequest = Pick<FrontRequest, 'rawUrl' | 'path' | 'query' | 'headers' | 'at'>;
/** Either takes the socket over (it is open when `accept` is called) or answers the upgrade with plain HTTP. */
export type UpgradeAnswer = { readonly accept: (socket: WebSocket) => void } | FrontAnswer;

/** What a venue's front supplies. All of it is synchronous: what a request changes is on disk when `handle` returns. */
export interface Front {
  readonly venue: VenueName;
  handle(request: FrontRequest): FrontAnswer;
  upgrade(request: UpgradeRequest): UpgradeAnswer;
  /** Whether a request of this kind places an order: only such ones use up order faults. */
  placesOrder(method: string, path: string): boolean;
  /** The client's own order id that a request names, for the ledger; null where it names none. Never throws. */
  clientOrderId(request: Pick<FrontRequest, 'method' | 'path' | 'query' | 'body'>): string | null;
  /** The venue's own words for a transport fault. The status of errorBefore is 503, rateLimited bears Retry-After. */
  failure(kind: FailureKind, request: FrontRequest): FrontAnswer;
}
type FailureKind = 'errorBefore' | 'errorAfter' | 'rateLimited';

export interface VenueServer {
  /** Binds 127.0.0.1:port (0 = any) for REST and WebSocket alike. @returns the bound port */
  listen(port: number): Promise<number>;
  /** Ends every connection, open sockets included. */
  close(): Promise<void>;
}

/** @param front the venue's own side of the conversation */
export function createVenueServer(front: Front, faults: Faults, requests: RequestLog): VenueServer {
  const server = createServer({ keepAliveTimeout: 75_000, noDelay: true });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxBodyBytes });
  const timers = createTimers();

  /** Everything that follows the last byte of a request. */
  const serve = (response: ServerResponse, read: Omit<FrontRequest, 'fault'>): void => {
    const fault = faults.take(front.venue, read.method, read.path, front.placesOrder(read.method, read.path));
    const row = requests.begin({
      venue: front.venue,
      method: read.method,
      path: read.path,
      clientOrderId: front.clientOrderId(read),
      at: read.at,
      fault: fault?.kind ?? null,
    });
    const carryOut = (orderFault: Fault | null): FrontAnswer => {
      const answer = front.handle({ ...read, fault: orderFault });
      if (answer.unhandled === true) requests.unhandled(read.path);
      return answer;
    };
    const give = (answer: FrontAnswer) => {
      row.status = answer.status;
      write(response, answer);
    };
    const giveNothing = () => {
      const forget = timers.after(fault?.delayMs ?? silenceMs, () => response.destroy());
      response.once('close', forget);
    };
    const fail = (kind: FailureKind) => give(held(kind, front.failure(kind, { ...read, fault: null })));

    switch (fault?.kind) {
      case 'requestLost':
        return giveNothing();
      case 'replyLost':
        carryOut(null);
        return giveNothing();
      case 'latency':
        timers.after(fault.delayMs ?? 0, () => give(carryOut(null)));
        return undefined;
      case 'errorBefore':
      case 'rateLimited':
        return fail(fault.kind);
      case 'errorAfter':
        carryOut(null);
        return fail(fault.kind);
      case 'insufficientFunds':
      case 'filterReject':
      case 'partialFill':
        return give(carryOut(fault));
      case undefined:
        return give(carryOut(null));
    }
  };

  server.on('request', (request, response) => {
    readBody(request, (body) => {
      if (body === undefined) return write(response, tooLarge);
      return serve(response, { ...lineOf(request), method: request.method ?? 'GET', body });
    });
  });
  server.on('upgrade', (request, socket, head) => {
    const read = lineOf(request);
    const answer = front.upgrade(read);
    const status = 'accept' in answer ? 101 : answer.status;
    const row = requests.begin({ venue: front.venue, method: 'GET', path: read.path, clientOrderId: null, at: read.at, fault: null });
    row.status = status;
    if ('accept' in answer) return sockets.handleUpgrade(request, socket, head, answer.accept);
    if (answer.unhandled === true) requests.unhandled(read.path);
    // A client that is gone already needs no answer.
    socket.on('error', ignore);
    return socket.end(plainAnswer(answer), () => socket.destroy());
  });

  return {
    listen: (port) => listenOnLoopback(server, port),
    close: async () => {
      timers.clear();
      for (const socket of sockets.clients) socket.terminate();
      await closeServer(server);
    },
  };
}

/** What the control API promises of a fault, whatever a venue's own habits are. */
function held(kind: FailureKind, answer: FrontAnswer): FrontAnswer {
  if (kind === 'errorBefore') return { ...answer, status: 503 };
  if (kind === 'errorAfter' || names(answer.headers, 'retry-after')) return answer;
  return { ...answer, headers: { ...answer.headers, 'Retry-After': '1' } };
}

function createTimers() {
  const running = new Set<NodeJS.Timeout>();
  return {
    /** @returns forgets it */
    after: (ms: number, act: () => void): (() => void) => {
      const timer = setTimeout(() => {
        running.delete(timer);
        act();
      }, ms);
      running.add(timer);
      return () => {
        clearTimeout(timer);
        running.delete(timer);
      };
    },
    clear: () => {
      for (const timer of running) clearTimeout(timer);
      running.clear();
    },
  };
}

/** @returns the bound port @throws Error of the system when the port is taken */
export function listenOnLoopback(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      const address = server.address();
      resolve(address === null || typeof address === 'string' ? port : address.port);
    });
  });
}

/** Stops listening and ends every connection. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Reads a whole body and calls back in the moment its last byte was read; undefined: it is over the limit. */
export function readBody(request: IncomingMessage, done: (body: Buffer | undefined) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= maxBodyBytes) chunks.push(chunk);
  });
  request.on('end', () => done(size <= maxBodyBytes ? Buffer.concat(chunks) : undefined));
  // A client that goes away while it sends has asked nothing.
  request.on('error', ignore);
}

function lineOf(request: IncomingMessage): UpgradeRequest {
  const at = preciseNow();
  const rawUrl = request.url ?? '/';
  const mark = rawUrl.indexOf('?');
  const path = mark === -1 ? rawUrl : rawUrl.slice(0, mark);
  return { rawUrl, path, query: mark === -1 ? '' : rawUrl.slice(mark + 1), headers: request.headers, at };
}

function write(response: ServerResponse, answer: FrontAnswer): void {
  if (response.destroyed) return;
  response.writeHead(answer.status, fieldsOf(answer));
  response.end(answer.body);
}

const names = (headers: Readonly<Record<string, string>> | undefined, wanted: string): boolean =>
  Object.keys(headers ?? {}).some((name) => name.toLowerCase() === wanted);

function fieldsOf({ headers = {}, body }: FrontAnswer): Record<string, string> {
  return { ...(names(headers, 'content-type') ? {} : jsonType), ...headers, 'content-length': String(Buffer.byteLength(body)) };
}

/** An upgrade that is refused has no ServerResponse: the answer is written by hand. */
function plainAnswer(answer: FrontAnswer): string {
  const { status, body } = answer;
  const lines = Object.entries({ ...fieldsOf(answer), connection: 'close' }).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines, '', body].join('\r\n');
}

const tooLarge: FrontAnswer = { status: 413, body: '{"error":"body too large"}' };
