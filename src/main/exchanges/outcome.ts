/**
 * What a failed request means, from what was seen of it. Pure: one function, one table.
 *
 * 1. The HTTP status and the venue's own code decide; ccxt's class only names what they leave open, never the outcome.
 * 2. "Not placed" needs a reason: no connection, our own guard, the quota gate, or the venue's own refusal. Everything
 *    else is unknown.
 * 3. A duplicate id is unknown: the earlier request with that id arrived, so look that order up.
 * Source: the venues' error lists; docs/venues/.
 */
import type { Failure, FailureCode, Outcome } from '../../shared/domain/failure.ts';
import type { Venue } from '../../shared/domain/venue.ts';

/** Everything that was seen of a request that did not succeed. */
export type Seen =
  /** The venue, or something in front of it, answered. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      /** Lower-case names. */
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
      /** What ccxt's own classes make of it. */
      readonly hint?: FailureCode;
    }
  /** 2xx that does not say what was asked. */
  | { readonly kind: 'unreadable'; readonly body: string }
  | { readonly kind: 'notConnected'; readonly reason: string; readonly blocked: boolean }
  | { readonly kind: 'deadline'; readonly left: boolean }
  /** Reset, redirect, cut body, or an error before anything was sent. */
  | { readonly kind: 'transport'; readonly reason: string; readonly left: boolean };

const tooMany = new Set(['-1003', '-1015', 'too_many_requests']);
const funds = new Set(['-2018', '-2019', '-4051', 'insufficient_funds_bid', 'insufficient_funds_ask']);
const missing = new Set(['-2011', '-2013', 'order_not_found']);
const duplicate = new Set(['-4116', 'duplicated_identifier']);
/** The venue lost sight of its own request. */
const lost = new Set(['-1000', '-1001', '-1006', '-1007']);
/** Documented as failed, whatever the status: overload. */
const overloaded = new Set(['-1008']);
const clock = new Set(['-1021', '-5028']);
const keys = new Set([
  '-1002',
  '-1022',
  '-2014',
  '-2015',
  '-4400',
  '-4401',
  'invalid_access_key',
  'jwt_verification',
  'expired_access_key',
  'no_authorization_ip',
  'no_authorization_i_p',
  'no_authorization_token',
  'out_of_scope',
  'invalid_query_payload',
]);
/** Neither the order nor the key is at fault. */
const otherwise = new Set(['-1125', 'nonce_used']);
const closed = new Set(['-1016', 'market_offline', 'service_unavailable', 'maintenance', 'server_maintenance']);

/** Wait after a refusal for quota that names no time, by HTTP status. */
const defaultWaitMs = { 429: 1_000, 418: 120_000 } as const;
const maxSaid = 500;

/** @param now ms since 1970, for answers that name the end of a ban */
export function outcomeOf(venue: Venue, seen: Seen, now: number): Failure {
  switch (seen.kind) {
    case 'notConnected':
      return failure('notSent', seen.blocked ? 'BLOCKED' : 'NETWORK', '', seen.reason);
    case 'deadline':
      return failure(seen.left ? 'unknown' : 'notSent', 'TIMEOUT', '', 'no whole answer within the deadline');
    case 'transport':
      return failure(seen.left ? 'unknown' : 'notSent', 'NETWORK', '', seen.reason);
    case 'unreadable':
      return failure('unknown', 'BAD_ANSWER', '', seen.body);
    case 'answer':
      return ofAnswer(venue, seen, now);
  }
}

function ofAnswer(venue: Venue, seen: Extract<Seen, { kind: 'answer' }>, now: number): Failure {
  const { status, body } = seen;
  const code = venueCodeOf(venue, body);
  const said = (outcome: Outcome, name: FailureCode) => failure(outcome, name, code, body === '' ? `HTTP ${status}` : body);
  if (status === 429 || status === 418 || tooMany.has(code)) {
    const gate = status === 418 ? '418' : code === '' ? String(status) : code;
    return { ...failure('notSent', 'RATE_LIMITED', gate, body), retryAfterMs: waitOf(seen, now) };
  }
  if (overloaded.has(code)) return said('notSent', 'VENUE_ERROR');
  if (duplicate.has(code)) return said('unknown', 'DUPLICATE_ID');
  if (lost.has(code) || status === 408) return said('unknown', 'VENUE_ERROR');
  if (closed.has(code)) return said(status < 500 ? 'refused' : 'unknown', 'MAINTENANCE');
  if (status === 503 && venue === 'binance' && /service unavailable/i.test(body)) return said('notSent', 'VENUE_ERROR');
  if (status >= 500) return said('unknown', seen.hint === 'MAINTENANCE' ? 'MAINTENANCE' : 'VENUE_ERROR');
  if (funds.has(code)) return said('refused', 'INSUFFICIENT_FUNDS');
  if (missing.has(code)) return said('refused', 'ORDER_NOT_FOUND');
  if (clock.has(code)) return said('refused', 'CLOCK');
  if (otherwise.has(code)) return said('refused', 'VENUE_ERROR');
  if (keys.has(code) || status === 401) return said('refused', 'AUTHENTICATION');
  if (status >= 400 && code !== '') return said('refused', seen.hint ?? (status === 403 ? 'AUTHENTICATION' : 'INVALID_ORDER'));
  // An error page without the venue's code may stand in front of a venue that did the work.
  return said('unknown', 'BAD_ANSWER');
}

const failure = (outcome: Outcome, code: FailureCode, venueCode: string, said: string): Failure => ({
  outcome,
  code,
  venueCode,
  said: said.slice(0, maxSaid),
});

/** The venue's own code or name in an error body; empty when the body is not the venue's. */
function venueCodeOf(venue: Venue, body: string): string {
  const found =
    venue === 'binance' ? /^\s*\{[^{]*"code"\s*:\s*"?(-?\d+)"?/.exec(body) : /"error"\s*:\s*\{[^}]*"name"\s*:\s*("?)([\w.-]+)\1/.exec(body);
  return (venue === 'binance' ? found?.[1] : found?.[2]) ?? '';
}

function waitOf({ status, headers, body }: Extract<Seen, { kind: 'answer' }>, now: number): number {
  const seconds = Number(headers['retry-after']);
  if (headers['retry-after'] !== undefined && Number.isFinite(seconds) && seconds >= 0) return Math.ceil(seconds * 1000);
  const until = /until (\d{13})\b/.exec(body)?.[1];
  if (until !== undefined) return Math.max(0, Number(until) - now);
  // Upbit's block says its length in words: "10초 후", "for 10 seconds".
  const inWords = /(\d{1,7})\s*(?:초|sec)/i.exec(body)?.[1];
  if (status === 418) return inWords === undefined ? defaultWaitMs[418] : Number(inWords) * 1000;
  return defaultWaitMs[429];
}

/** Takes secrets and everything made from them out of a text. */
export function redact(source: string, secrets: readonly string[]): string {
  const cleared = source.replace(/(signature|listenKey)(["']?\s*[=:]\s*["']?)[\w%.-]+/gi, '$1$2***').replace(/Bearer\s+[\w.~+/-]+=*/gi, 'Bearer ***');
  return secrets.filter((secret) => secret !== '').reduce((text, secret) => text.replaceAll(secret, '***'), cleared);
}
