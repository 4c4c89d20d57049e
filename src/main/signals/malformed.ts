/** Verdicts on text that is not a signal. */
import { isSignalId, type SignalId } from '../../shared/domain/ids.ts';
import type { MalformedCode, Parsed } from '../../shared/domain/signal.ts';

export type Malformed = Extract<Parsed, { ok: false }>;

const excerptCharacters = 200;

/** @param text what was read, or its beginning @param id the id, where one could be read */
export function malformed(code: MalformedCode, reason: string, text: string | Uint8Array, id?: string): Malformed {
  // Wide enough for 200 characters of up to 4 bytes each; bytes that are no UTF-8 show as U+FFFD.
  const start = typeof text === 'string' ? text : new TextDecoder().decode(text.subarray(0, excerptCharacters * 4));
  const excerpt = wellFormed(start.slice(0, excerptCharacters));
  const known: SignalId | undefined = id !== undefined && isSignalId(id) ? id : undefined;
  return known === undefined ? { ok: false, code, reason, excerpt } : { ok: false, code, reason, id: known, excerpt };
}

/** A stranger's text inside a sentence: quoted, escaped and short. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${wellFormed(text.slice(0, 40))}…` : text);
}

/** Text with every half of a surrogate pair replaced; with the u flag the range matches lone halves only. */
const wellFormed = (text: string): string => text.replace(/[\ud800-\udfff]/gu, '\ufffd');
export const isWellFormed = (text: string): boolean => !/[\ud800-\udfff]/u.test(text);
