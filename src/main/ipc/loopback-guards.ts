/**
 * Whom this server listens to. Pure: each guard says how a request is refused, or null when it is let through.
 *
 * 1. Only by its own name and port, so that no name of a stranger's that resolves to loopback is served (421).
 * 2. Only from its own page: an Origin that is there must be the one of the host asked for (403), and has to be there on
 *    whatever changes state and on every socket. Loopback is no boundary: any page in the browser can reach it.
 * 3. A browser that says the request comes from another site is believed (403).
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export interface Refused {
  readonly status: number;
  readonly error: string;
}
const refused = (status: number, error: string): Refused => ({ status, error });

/** What holds for every request, whatever it asks for. */
export function checkRequest(request: IncomingMessage, port: number): Refused | null {
  const hosts = request.headersDistinct['host'] ?? [];
  const [host] = hosts;
  if (hosts.length !== 1 || (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`)) return refused(421, 'HOST');
  const { origin } = request.headers;
  if (origin !== undefined && origin !== `http://${host}`) return refused(403, 'ORIGIN');
  return isOwnSite(request) ? null : refused(403, 'SITE');
}

function isOwnSite(request: IncomingMessage): boolean {
  const { 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': dest } = request.headers;
  if (site === undefined || site === 'same-origin') return true;
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (site === 'none') return isRead;
  // A link elsewhere, say in a terminal that is a web page, may open the page in a window: it says nothing by itself.
  if (isRead && mode === 'navigate' && dest === 'document') return true;
  // Browsers do not agree on the site of ws:// seen from http://; the exact Origin, asked for there, decides.
  return site === 'same-site' && mode === 'websocket';
}

/** For what changes state, and for sockets: programs that send no Origin have no business here. */
export const checkOwnOrigin = ({ headers }: IncomingMessage): Refused | null => (headers.origin === undefined ? refused(403, 'ORIGIN') : null);

/** For the few requests that other programs of the user make, with the token of the run file. */
export function checkBearer({ headers }: IncomingMessage, token: string): Refused | null {
  if (headers.origin !== undefined) return refused(403, 'ORIGIN');
  return sameSecret(headers.authorization ?? '', `Bearer ${token}`) ? null : refused(401, 'TOKEN');
}

/** Compares secrets in a time that tells nothing of them, nor of their length. */
export function sameSecret(given: string, wanted: string): boolean {
  const print = (source: string): Buffer => createHash('sha256').update(source).digest();
  return timingSafeEqual(print(given), print(wanted));
}
