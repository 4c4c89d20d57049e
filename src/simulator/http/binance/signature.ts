/**
 * Who may ask: API key, signature and time window (general-info, "Endpoint Security Type" and "Timing Security").
 *
 * 1. The signature is HMAC-SHA256 over the bytes as they came: query string, then body, without the signature itself.
 * 2. Nothing may follow the signature where it stands: what is not signed is not read.
 * 3. A request is in time when timestamp < server time + 1000 and server time − timestamp ≤ recvWindow.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { accept, type Checked, refusals, refuse } from '../../model/binance/refusal.ts';
import { optionalInteger, type Parameters, readParameters, required } from './parameters.ts';

export interface RawRequest {
  /** The query string as it came, without `?`; one character a byte. */
  readonly query: string;
  /** The body as it came; one character a byte. */
  readonly body: string;
  readonly apiKey: string | undefined;
}

const defaultRecvWindowMs = 5000;
const maxRecvWindowMs = 60_000;
const maxAheadMs = 1000;
const keyForm = /^[A-Za-z0-9]+$/;

export function checkKey(apiKey: string | undefined, expected: string): Checked<void> {
  if (apiKey === expected) return accept(undefined);
  return refuse(apiKey !== undefined && keyForm.test(apiKey) ? refusals.unknownKey : refusals.badKeyFormat);
}

interface Split {
  readonly signed: string;
  readonly signature: string;
  /** Whether something stands behind the signature. */
  readonly trailing: boolean;
}

const marker = /(^|&)signature=/;

/** Takes the signature out of one part of a request; undefined where it has none. */
function split(part: string): Split | undefined {
  const found = marker.exec(part);
  if (found === null) return undefined;
  const value = part.slice(found.index + found[0].length);
  const end = value.indexOf('&');
  return {
    signed: part.slice(0, found.index),
    signature: end < 0 ? value : value.slice(0, end),
    trailing: end >= 0,
  };
}

function checkSignature(request: RawRequest, secret: string): Checked<void> {
  const inBody = split(request.body);
  const inQuery = split(request.query);
  const found = inBody ?? inQuery;
  if (found === undefined || found.signature === '') return refuse(refusals.missing('signature'));
  if (found.trailing || (inBody !== undefined && inQuery !== undefined)) return refuse(refusals.badSignature);
  const signed = inBody === undefined ? found.signed + request.body : request.query + found.signed;
  const expected = createHmac('sha256', secret).update(signed, 'latin1').digest();
  const given = /^[0-9a-f]{64}$/i.test(found.signature) ? Buffer.from(found.signature, 'hex') : Buffer.alloc(0);
  return given.length === expected.length && timingSafeEqual(given, expected) ? accept(undefined) : refuse(refusals.badSignature);
}

/** Whether a request is in time by its own parameters. */
export function checkTime(parameters: Parameters, now: number): Checked<void> {
  const sent = required(parameters, 'timestamp');
  if (!sent.ok) return sent;
  const timestamp = optionalInteger(parameters, 'timestamp');
  if (!timestamp.ok) return timestamp;
  const window = optionalInteger(parameters, 'recvWindow');
  if (!window.ok) return window;
  const recvWindow = window.value ?? defaultRecvWindowMs;
  if (recvWindow > maxRecvWindowMs) return refuse(refusals.recvWindowTooLong);
  const at = timestamp.value ?? 0;
  const server = Math.floor(now);
  if (at >= server + maxAheadMs) return refuse(refusals.timestampAhead);
  return server - at <= recvWindow ? accept(undefined) : refuse(refusals.timestampOutside);
}

/**
 * Checks a signed request.
 * @param now the venue's clock, ms since 1970
 * @returns its parameters, or the venue's refusal
 */
export function checkSigned(request: RawRequest, keys: { readonly id: string; readonly secret: string }, now: number): Checked<Parameters> {
  const key = checkKey(request.apiKey, keys.id);
  if (!key.ok) return key;
  const parameters = readParameters(request.query, request.body);
  if (!parameters.ok) return parameters;
  const timed = required(parameters.value, 'timestamp');
  if (!timed.ok) return timed;
  const signature = checkSignature(request, keys.secret);
  if (!signature.ok) return signature;
  const time = checkTime(parameters.value, now);
  return time.ok ? parameters : time;
}
