/**
 * Reads one signal. The form is closed: docs/signals.md describes it, docs/signal.schema.json says the same to machines.
 *
 * 1. Total: any bytes give a signal or a verdict with a code and a sentence. Nothing throws.
 * 2. Equal content gives an equal digest, whatever the order of keys and the spelling of numbers.
 * 3. Expiry is not judged here; the engine does that when it takes the signal.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { hedgeOf } from '../../shared/domain/ids.ts';
import type { EnterSignal, ExitSignal, Parsed } from '../../shared/domain/signal.ts';
import { text as decimalText, type Krw, type Quantity } from '../../shared/domain/units.ts';
import { type Content, readContent } from './fields.ts';
import { type Json, type JsonObject, readJson } from './json.ts';
import { malformed } from './malformed.ts';

/** Bytes of UTF-8 that one signal may have. */
export const maxSignalBytes = 16_384;
export const maxSignalDepth = 4;

/** How far ahead of our clock a sender's may be. */
const aheadMs = 5000;
const lifeMs = 30_000;

/**
 * @param source one JSON object, as text or as UTF-8 bytes; a byte order mark in front is skipped
 * @param now ms since 1970, to refuse what was made in the future
 */
export function parseSignal(source: string | Uint8Array, now: number): Parsed {
  if (isTooLarge(source)) return malformed('TOO_LARGE', `A signal has at most ${maxSignalBytes} bytes.`, source);
  const decoded = decode(source);
  if (decoded === undefined) return malformed('NOT_JSON', 'This is not UTF-8 text.', source);
  const json = readJson(decoded, maxSignalDepth);
  if (!json.ok) return malformed(json.code, json.reason, decoded);
  if (json.value.kind !== 'object') return malformed('NOT_AN_OBJECT', 'A signal is one JSON object.', decoded);
  const content = readContent(json.value);
  const id = readableId(json.value);
  if (!content.ok) return malformed(content.code, content.reason, decoded, id);
  if (content.value.createdAt > now + aheadMs) {
    const ahead = Math.ceil((content.value.createdAt - now) / 1000);
    return malformed('FUTURE', `createdAt lies ${ahead} s in the future; at most 5 s are allowed. Check both clocks.`, decoded, id);
  }
  return { ok: true, signal: toSignal(content.value) };
}

/** The text of a JSON document, without its byte order mark; undefined when it is not UTF-8. */
export function decode(source: string | Uint8Array): string | undefined {
  if (typeof source === 'string') return source.charCodeAt(0) === 0xfeff ? source.slice(1) : source;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(source);
  } catch {
    // The decoder's only way of saying that the bytes are not UTF-8.
    return undefined;
  }
}

function isTooLarge(source: string | Uint8Array): boolean {
  if (typeof source !== 'string') return source.byteLength > maxSignalBytes;
  return source.length > maxSignalBytes || (source.length * 3 > maxSignalBytes && Buffer.byteLength(source) > maxSignalBytes);
}

function readableId(object: JsonObject): string | undefined {
  const value: Json | undefined = object.repeated === 'id' ? undefined : object.members.get('id')?.value;
  return value?.kind === 'string' ? value.value : undefined;
}

function toSignal(content: Content): EnterSignal | ExitSignal {
  const expiresAt = content.expiresAt ?? content.createdAt + lifeMs;
  const { hedge, risk, premium, note } = content;
  const common = {
    id: content.id,
    coin: content.coin,
    createdAt: content.createdAt,
    expiresAt,
    ...(risk === undefined ? {} : { risk }),
    ...(premium === undefined ? {} : { premium }),
    ...(note === undefined ? {} : { note }),
    digest: digest(content, expiresAt),
  };
  if (content.action === 'ENTER') return { ...common, action: 'ENTER', size: content.size };
  const { quantity } = content;
  return { ...common, action: 'EXIT', ...(quantity === undefined ? {} : { quantity }), ...(hedge === undefined ? {} : { hedge: hedgeOf(hedge) }) };
}

/** Hex SHA-256 over the fields in a fixed order, absent ones as null. */
function digest(content: Content, expiresAt: number): string {
  const { action, id, coin, createdAt, risk, premium, hedge, note } = content;
  const { quantity, amountKrw }: { quantity?: Quantity | undefined; amountKrw?: Krw } = content.action === 'ENTER' ? content.size : content;
  const amount = (value: Parameters<typeof decimalText>[0] | undefined): string | null => (value === undefined ? null : decimalText(value));
  const fields = [
    action,
    id,
    coin,
    createdAt,
    expiresAt,
    amount(quantity),
    amount(amountKrw),
    amount(risk),
    amount(premium?.expected),
    amount(premium?.maxSlippage),
    hedge ?? null,
    note ?? null,
  ];
  return bytesToHex(sha256(utf8ToBytes(JSON.stringify(fields))));
}
