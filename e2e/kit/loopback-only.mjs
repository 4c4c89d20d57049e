/**
 * Preloaded into a program under test (`node --import`): refuses and reports every connection and name lookup that
 * would leave the machine. A report is a line on standard error that the suites look for.
 */
import dns from 'node:dns';
import net from 'node:net';

const isLoopback = (/** @type {unknown} */ host) =>
  host === undefined || host === 'localhost' || host === '::1' || (typeof host === 'string' && /^127(\.\d{1,3}){3}$/.test(host));

/** @param {string} what */
function refuse(what) {
  process.stderr.write(`LEFT LOOPBACK: ${what}\n`);
  throw new Error(`The test allows loopback only, was ${what}`);
}

const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (/** @type {any[]} */ ...args) {
  const [first] = Array.isArray(args[0]) ? args[0] : args;
  const host = typeof first === 'object' && first !== null ? first.host : typeof args[1] === 'string' ? args[1] : undefined;
  const path = typeof first === 'object' && first !== null ? first.path : undefined;
  if (path === undefined && !isLoopback(host)) refuse(String(host));
  return connect.apply(this, /** @type {any} */ (args));
};

const { lookup } = dns;
dns.lookup = /** @type {any} */ (
  (/** @type {string} */ name, /** @type {any[]} */ ...rest) =>
    isLoopback(name) ? lookup(name, .../** @type {[any]} */ (rest)) : refuse(`lookup of ${name}`)
);
