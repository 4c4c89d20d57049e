/**
 * What both fronts share of HTTP and WebSocket: reading requests, the request log, transport faults, upgrades.
 *
 * 1. `at` is taken when a request's last byte was read, before anything else happens to it.
 * 2. A request that requestLost or errorBefore hit never reaches the front; one that replyLost or errorAfter hit was
 *    carried out whole.
 * 3. Requests reach the front one at a time, in the order in which they were read (latency holds back its own only).
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { WebSocket } from 'ws';
import type { Fault, Faults } from '../faults.ts';
import type { RequestLog } from '../ledger.ts';
import type { VenueName } from '../venue.ts';

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
  /** The venue's own words for a transport fault. Retry-After belongs to rateLimited. */
  failure(kind: 'errorBefore' | 'errorAfter' | 'rateLimited', request: FrontRequest): FrontAnswer;
}

export interface VenueServer {
  /** Binds 127.0.0.1:port (0 = any) for REST and WebSocket alike. @returns the bound port */
  listen(port: number): Promise<number>;
  /** Ends every connection, open sockets included. */
  close(): Promise<void>;
}

export declare function createVenueServer(front: Front, faults: Faults, requests: RequestLog): VenueServer;
