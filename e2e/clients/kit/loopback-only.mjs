/**
 * Preloaded into the suites (--import): no connection leaves this machine. A connection to a host name that was given
 * an address here ends there, so that clients with the venues' own URLs built in reach the simulated venues unchanged;
 * every other host but loopback is refused and remembered, without a look-up of its name.
 */
import { Socket } from 'node:net';

/**
 * Shared with the test files, which load this module a second time.
 * @typedef {{ readonly routes: Map<string, number>, readonly refused: string[] }} Loopback
 */
const place = Symbol.for('kimp-console.loopback-only');
/** @type {Record<symbol, Loopback | undefined>} */
const shared = /** @type {never} */ (globalThis);

/** @returns {Loopback} `routes`: port on loopback by host name; `refused`: hosts that something wanted to reach */
export function loopback() {
  const found = shared[place];
  if (found === undefined) throw new Error('loopback-only.mjs was not preloaded: start Node with --import');
  return found;
}

/** @param {string} host */
const isLoopback = (host) => host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);

/** @param {readonly unknown[]} args of Socket.connect, in each of its forms @returns {Record<string, unknown>} */
function optionsOf([first, second]) {
  if (Array.isArray(first)) return optionsOf(first);
  if (typeof first === 'object' && first !== null) return /** @type {Record<string, unknown>} */ (first);
  if (typeof first === 'string' && Number.isNaN(Number(first))) return { path: first };
  return { port: first, host: typeof second === 'string' ? second : 'localhost' };
}

function guard() {
  /** @type {Loopback} */
  const state = { routes: new Map(), refused: [] };
  shared[place] = state;
  const connect = /** @type {(this: Socket, ...args: unknown[]) => Socket} */ (Socket.prototype.connect);
  /** @this {Socket} @param {unknown[]} args */
  Socket.prototype.connect = function guarded(...args) {
    const options = optionsOf(args);
    const host = String(options['host'] ?? 'localhost').toLowerCase();
    const port = state.routes.get(host);
    if (port !== undefined) {
      const listener = [...args, ...(Array.isArray(args[0]) ? args[0] : [])].filter((arg) => typeof arg === 'function');
      return connect.call(this, { ...options, host: '127.0.0.1', port }, ...listener);
    }
    if (typeof options['path'] === 'string' || isLoopback(host)) return connect.apply(this, args);
    state.refused.push(host);
    const error = Object.assign(new Error(`${host} is not on this machine`), { code: 'ECONNREFUSED' });
    process.nextTick(() => this.destroy(error));
    return this;
  };
}

if (shared[place] === undefined) guard();
