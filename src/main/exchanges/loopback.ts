/**
 * The guard on where sockets may go, below every URL setting.
 *
 * 1. It is asked for each connection: by host name before it is resolved, and by each address afterwards.
 * 2. Paper reaches loopback and nothing else; live never reaches loopback.
 * 3. A request that did not get a connection provably never left, and its error says so (`NotConnected`).
 */
import { lookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { Agent as HttpAgent, type ClientRequestArgs } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Duplex } from 'node:stream';

/** The connection never came to be. `blocked` when our own guard refused it. */
export class NotConnected extends Error {
  readonly blocked: boolean;
  constructor(reason: string, blocked: boolean) {
    super(reason);
    this.name = 'NotConnected';
    this.blocked = blocked;
  }
}

const bare = (host: string): string => host.replace(/^\[|\]$/g, '').toLowerCase();
const isLoopbackAddress = (address: string): boolean => /^127\.\d+\.\d+\.\d+$/.test(address) || address === '::1';
/** Addresses that end up on this machine though they do not say so. */
const isLoopbackInDisguise = (address: string): boolean => /^(0\.0\.0\.0|::|::ffff:(127\..*|7f[0-9a-f]{2}:.*|0\.0\.0\.0|0:0))$/.test(address);

/** Whether a host, as a URL or socket names it, is this machine. */
export function isLoopbackHost(host: string): boolean {
  const name = bare(host);
  return name === 'localhost' || name.endsWith('.localhost') || isLoopbackAddress(name);
}

/** A sentence when a connection to the host is refused in this mode. */
export function refusalOf(host: string, loopbackOnly: boolean): string | undefined {
  const name = bare(host);
  if (loopbackOnly) return isLoopbackHost(name) ? undefined : `only loopback may be reached here, was ${name}`;
  return isLoopbackHost(name) || isLoopbackInDisguise(name) ? `loopback may not be reached here, was ${name}` : undefined;
}

type LookupCallback = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void;
export type Lookup = (host: string, options: LookupOptions, callback: LookupCallback) => void;

/** dns.lookup that hands out no address which the mode may not reach. */
export function guardedLookup(loopbackOnly: boolean): Lookup {
  return (host, options, callback) => {
    lookup(host, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, []);
      const refused = addresses.map((found) => refusalOf(found.address, loopbackOnly)).find((reason) => reason !== undefined);
      if (refused !== undefined) return callback(new NotConnected(refused, true), []);
      const first = addresses[0];
      if (first === undefined) return callback(new NotConnected(`${host} has no address`, false), []);
      if (options.all === true) return callback(null, addresses);
      return callback(null, first.address, first.family);
    });
  };
}

type Connected = (error: Error | null, socket?: Duplex | null) => void;
type Connector = (options: { readonly hostname: string }, callback: Connected) => void;

/** Wraps an undici connector: refuses by host, and marks each failure to connect as such. */
export function guardedConnector(inner: Connector, loopbackOnly: boolean): Connector {
  return (options, callback) => {
    const refused = refusalOf(options.hostname, loopbackOnly);
    if (refused !== undefined) return callback(new NotConnected(refused, true));
    return inner(options, (error, socket) => {
      if (error === null || error === undefined) return callback(null, socket);
      const blocked = error instanceof NotConnected && error.blocked;
      // Several refused addresses come as an AggregateError without a message.
      const reason = error.message === '' && 'code' in error ? String(error.code) : error.message;
      return callback(new NotConnected(reason, blocked));
    });
  };
}

/** Agents for WebSocket handshakes under the same guard. */
export function guardedAgents(loopbackOnly: boolean): { readonly plain: HttpAgent; readonly secure: HttpsAgent } {
  const options = { lookup: guardedLookup(loopbackOnly) };
  type Done = (error: Error | null, stream: Duplex) => void;
  /** A literal address is never looked up, so it is judged here. */
  const isRefused = (to: ClientRequestArgs, done: Done | undefined): boolean => {
    const refused = refusalOf(to.host ?? 'localhost', loopbackOnly);
    // Node reads the error first and then takes no stream.
    if (refused !== undefined) process.nextTick(() => (done as ((error: Error) => void) | undefined)?.(new NotConnected(refused, true)));
    return refused !== undefined;
  };
  class Plain extends HttpAgent {
    override createConnection(to: ClientRequestArgs, done?: Done): Duplex | null | undefined {
      return isRefused(to, done) ? undefined : super.createConnection({ ...to, ...options }, done);
    }
  }
  class Secure extends HttpsAgent {
    override createConnection(to: ClientRequestArgs, done?: Done): Duplex | null | undefined {
      return isRefused(to, done) ? undefined : super.createConnection({ ...to, ...options }, done);
    }
  }
  return { plain: new Plain(), secure: new Secure() };
}
