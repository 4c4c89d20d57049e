/**
 * Who may open the signal socket. A web page in a browser on this machine can reach loopback too: it always sends an
 * Origin, and under a name of its own a Host that is not ours.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export type Admission =
  /** `isKnown`: the token came with the handshake; else it has to come first thing. */
  { readonly ok: true; readonly isKnown: boolean } | { readonly ok: false; readonly status: 401 | 403 | 404 | 421; readonly reason: string };

/** Judges a handshake. @param url the request target @param port the port we listen on */
export function admit(headers: IncomingHttpHeaders, url: string, port: number, token: string): Admission {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (headers.host === undefined || !hosts.includes(headers.host.toLowerCase())) return { ok: false, status: 421, reason: 'Misdirected Request' };
  if (headers.origin !== undefined) return { ok: false, status: 403, reason: 'Forbidden' };
  if (url !== '/') return { ok: false, status: 404, reason: 'Not Found' };
  const { authorization } = headers;
  if (authorization === undefined) return { ok: true, isKnown: false };
  const given = /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? '';
  return isToken(given, token) ? { ok: true, isKnown: true } : { ok: false, status: 401, reason: 'Unauthorized' };
}

/** Compares without telling by its duration how much was right. */
export function isToken(given: string, token: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return token !== '' && timingSafeEqual(hash(given), hash(token));
}
