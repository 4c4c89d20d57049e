/**
 * Reads the complete lines of one open file from a place on, in bounded memory. A last line without its newline is
 * left for later; one beyond the size of a signal is reported once and skipped to its newline.
 */
import type { FileHandle } from 'node:fs/promises';
import { checkAt, type FilePlace, lookBackBytes } from './file-place.ts';
import { maxSignalBytes } from './parse.ts';

export interface Line {
  readonly bytes: Uint8Array;
  /** The line is longer than a signal may be and `bytes` is only its beginning. */
  readonly isTooLong: boolean;
  /** 1 for the first line of the file. */
  readonly number: number;
  /** Where to go on after this line. */
  readonly place: FilePlace;
}
export type Reading =
  | { readonly kind: 'lines'; readonly lines: readonly Line[]; readonly place: FilePlace; readonly isEnd: boolean }
  /** The bytes before the place are not those that were read: the file was emptied or written anew. */
  | { readonly kind: 'replaced' };

const chunkBytes = 65_536;
const newline = 0x0a;
const blank = /^[ \t\r]*$/;

export class LineReader {
  readonly #handle: FileHandle;
  readonly #buffer = Buffer.alloc(lookBackBytes + chunkBytes);

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** Reads on by one chunk. Blank lines are counted and left out. The bytes are valid until the next call. */
  async read(from: FilePlace): Promise<Reading> {
    const back = Math.min(lookBackBytes, from.offset);
    const filled = await fill(this.#handle, this.#buffer, from.offset - back);
    if (filled < back || checkAt(this.#buffer, back) !== from.check) return { kind: 'replaced' };
    return { kind: 'lines', ...cut(this.#buffer.subarray(0, filled), back, from), isEnd: filled < this.#buffer.length };
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

/** Reads until the buffer is full or the file ends. */
async function fill(handle: FileHandle, buffer: Buffer, position: number): Promise<number> {
  let filled = 0;
  for (;;) {
    const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, position + filled);
    filled += bytesRead;
    if (bytesRead === 0 || filled === buffer.length) return filled;
  }
}

function cut(data: Buffer, start: number, from: FilePlace): { lines: Line[]; place: FilePlace } {
  const lines: Line[] = [];
  let { line, isSkipping } = from;
  let at = start;
  const placeAt = (position: number): FilePlace => ({
    ...from,
    offset: from.offset + position - start,
    line,
    isSkipping,
    check: checkAt(data, position),
  });
  for (;;) {
    const end = data.indexOf(newline, at);
    if (end === -1) break;
    const bytes = data.subarray(at, data[end - 1] === 0x0d && end > at ? end - 1 : end);
    at = end + 1;
    line += 1;
    const isRest = isSkipping;
    isSkipping = false;
    if (!isRest && !isBlank(bytes)) lines.push({ bytes, isTooLong: bytes.length > maxSignalBytes, number: line, place: placeAt(at) });
  }
  const rest = data.length - at;
  if (isSkipping) at = data.length;
  // One byte more than a signal, because the last may be the carriage return of a line end that is still to come.
  else if (rest > maxSignalBytes + 1) {
    const bytes = data.subarray(at);
    isSkipping = true;
    at = data.length;
    lines.push({ bytes, isTooLong: true, number: line + 1, place: placeAt(at) });
  }
  return { lines, place: placeAt(at) };
}

const isBlank = (bytes: Buffer): boolean => bytes.length === 0 || ((bytes[0] ?? 0) <= 0x20 && blank.test(bytes.toString('latin1')));
