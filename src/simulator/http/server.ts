/**
 * What both fronts share of HTTP and WebSocket: reading requests, the request log, transport faults, upgrades.
 *
 * 1. `at` is taken when a request's last byte was read, before anything else happens to it.
 * 2. What a fault does to a request that was carried out, it does to the answer only (transport.ts).
 * 3. Requests reach the front one at a time, in the order in which they were read (latency holds back its own only).
 */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { FaultKind, RequestRole } from '../fault-kinds.ts';
import type { Fault, Faults, Taken } from '../faults.ts';
import { preciseNow, type RequestLog, type RequestRow } from '../ledger.ts';
import type { VenueName } from '../venue.ts';
import { type FrontAnswer, htmlPage, plainAnswer, write } from './answering.ts';
import { closeServer, listenOnLoopback, maxBodyBytes, readBody } from './loopback.ts';
import { createTimers } from './timers.ts';
import { type FailureKind, held, transport } from './transport.ts';

export type { FrontAnswer } from './answering.ts';
export type { FailureKind } from './transport.ts';

const silenceMs = 30_000;
const ignore = () => undefined;

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
  /** A fault of the venue's own (`venueFaultKinds` of fault-kinds.ts) for the front to carry out; else null. */
  readonly fault: Fault | null;
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
  /** What a request does, for faults on cancels, queries and filters; absent: it places an order or does something else. */
  role?(method: string, path: string): RequestRole;
  /** The client's own order id that a request names, for the ledger; null where it names none. Never throws. */
  clientOrderId(request: Pick<FrontRequest, 'method' | 'path' | 'query' | 'body'>): string | null;
  /**
   * The venue's own words for a transport fault. The status of errorBefore is 503, of rateLimited 429 and of banned 418,
   * the latter two with Retry-After.
   * @param forMs banned and maintenance: how much longer it lasts
   */
  failure(kind: FailureKind, request: FrontRequest, forMs: number): FrontAnswer;
}

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
  const roleOf = (method: string, path: string): RequestRole => front.role?.(method, path) ?? (front.placesOrder(method, path) ? 'place' : 'other');

  const begin = (read: Omit<FrontRequest, 'fault'>, taken: Taken, clientOrderId: string | null): RequestRow =>
    requests.begin({ venue: front.venue, method: read.method, path: read.path, clientOrderId, at: read.at, fault: taken.fault?.kind ?? null });

  /** Everything that follows the last byte of a request. */
  const serve = (response: ServerResponse, read: FrontRequest): void => {
    const taken = faults.take(front.venue, read.method, read.path, roleOf(read.method, read.path));
    const row = begin(read, taken, front.clientOrderId(read));
    const parts = {
      response,
      timers,
      carryOut: (fault: Fault | null): FrontAnswer => {
        const answer = front.handle(fault === null ? read : { ...read, fault });
        if (answer.unhandled === true) requests.unhandled(read.path);
        return answer;
      },
      failure: (kind: FailureKind) => front.failure(kind, read, taken.forMs),
      answered: (status: number) => {
        row.status = status;
      },
    };
    if (taken.latencyMs > 0) timers.after(taken.latencyMs, () => transport(parts, taken));
    else transport(parts, taken);
  };

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const read = { ...lineOf(request), method: 'GET', body: noBody, fault: null };
    const taken = faults.take(front.venue, 'GET', read.path, 'upgrade');
    const row = begin(read, taken, null);
    // A client that is gone already needs no answer.
    socket.on('error', ignore);
    const refuse = (answer: FrontAnswer) => {
      row.status = answer.status;
      if (answer.unhandled === true) requests.unhandled(read.path);
      socket.end(plainAnswer(answer), () => socket.destroy());
    };
    const open = () => {
      const kind = taken.fault?.kind;
      if (kind === 'requestLost') return timers.after(taken.fault?.delayMs ?? silenceMs, () => socket.destroy());
      if (kind === 'reset') return socket.destroy();
      if (kind === 'htmlBody') return refuse(htmlPage(taken.fault?.status ?? 502));
      if (kind !== undefined && isFailure(kind)) return refuse(held(kind, front.failure(kind, read, taken.forMs), taken.forMs));
      const answer = front.upgrade(read);
      if (!('accept' in answer)) return refuse(answer);
      row.status = 101;
      socket.off('error', ignore);
      return sockets.handleUpgrade(request, socket, head, answer.accept);
    };
    if (taken.latencyMs > 0) timers.after(taken.latencyMs, open);
    else open();
  };

  server.on('request', (request, response) => {
    readBody(request, (body) => {
      if (body === undefined) return write(response, tooLarge);
      const { rawUrl, path, query, headers, at } = lineOf(request);
      return serve(response, { method: request.method ?? 'GET', rawUrl, path, query, body, headers, at, fault: null });
    });
  });
  server.on('upgrade', upgrade);

  return {
    listen: (port) => listenOnLoopback(server, port),
    close: async () => {
      timers.clear();
      for (const socket of sockets.clients) socket.terminate();
      await closeServer(server);
    },
  };
}

const failures: readonly FaultKind[] = ['errorBefore', 'rateLimited', 'banned', 'clockError', 'maintenance'] satisfies FailureKind[];
const isFailure = (kind: FaultKind): kind is FailureKind => failures.includes(kind);

function lineOf(request: IncomingMessage): UpgradeRequest {
  const at = preciseNow();
  const rawUrl = request.url ?? '/';
  const mark = rawUrl.indexOf('?');
  const path = mark === -1 ? rawUrl : rawUrl.slice(0, mark);
  return { rawUrl, path, query: mark === -1 ? '' : rawUrl.slice(mark + 1), headers: request.headers, at };
}

const noBody = Buffer.alloc(0);
const tooLarge: FrontAnswer = { status: 413, body: '{"error":"body too large"}' };
