/** The signals of one whole JSON file, in order. */
import type { FileHandle } from 'node:fs/promises';
import type { Parsed } from '../../shared/domain/signal.ts';
import { readJson } from './json.ts';
import { malformed } from './malformed.ts';
import { decode, maxSignalBytes, maxSignalDepth, parseSignal } from './parse.ts';

const maxFileSignals = 256;
/** As many signals of the largest size as a file may hold, with room for commas and blanks. */
const maxFileBytes = maxFileSignals * maxSignalBytes + 65_536;

export interface Dropped {
  /** False while the file may be half-written. The entries then hold the one verdict that it gets if it stays so. */
  readonly isJson: boolean;
  readonly entries: readonly Parsed[];
}

/** @param now ms since 1970 */
export async function readDropped(handle: FileHandle, now: number): Promise<Dropped> {
  const buffer = Buffer.alloc(Math.min((await handle.stat()).size, maxFileBytes) + 1);
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return signalsIn(buffer.subarray(0, filled), now);
}

/** Judges each signal by itself; what is no JSON as a whole gets one verdict, and nothing of it is taken. */
export function signalsIn(bytes: Uint8Array, now: number): Dropped {
  if (bytes.length > maxFileBytes) return whole(false, malformed('TOO_LARGE', `A file has at most ${maxFileBytes} bytes.`, bytes));
  const text = decode(bytes);
  if (text === undefined) return whole(false, malformed('NOT_JSON', 'This is not UTF-8 text.', bytes));
  // One level more than a signal for the array round it.
  const json = readJson(text, maxSignalDepth + 1);
  if (!json.ok) return whole(json.code !== 'NOT_JSON', malformed(json.code, json.reason, text));
  // An object goes on without its surrounding blanks, so only its own bytes count against the size.
  if (json.value.kind !== 'array') return whole(true, parseSignal(text.trim(), now));
  const { items } = json.value;
  if (items.length > maxFileSignals) {
    return whole(true, malformed('TOO_MANY', `A file has at most ${maxFileSignals} signals; this one has ${items.length}.`, text));
  }
  return { isJson: true, entries: items.map(({ from, to }) => parseSignal(text.slice(from, to), now)) };
}

const whole = (isJson: boolean, verdict: Parsed): Dropped => ({ isJson, entries: [verdict] });
