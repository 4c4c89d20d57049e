/**
 * The durable record of everything a simulated account owns: a map from key to JSON value.
 *
 * 1. When `write` returns, its changes are with the operating system, all or none: they survive kill -9 of the process.
 * 2. A last line that a crash cut short is dropped; damage before it is refused with `KeepDamaged`.
 * 3. The file is one line per write. It is compacted when it is opened, and again whenever it has grown by several
 *    times what it holds; a crash leaves either the old file or the new one.
 */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** A key and its new JSON value; null forgets the key. */
export type KeepChange = readonly [key: string, value: unknown];

export interface Keep {
  /** What the account owned when the record was opened, and everything written since. */
  load(): Map<string, unknown>;
  /** One line on disk, written before the venue answers. Values must survive JSON. No changes: nothing is written. */
  write(changes: readonly KeepChange[]): void;
  close(): void;
}

/** The record cannot be trusted: a line before the last is not what `write` writes. */
export class KeepDamaged extends Error {
  override readonly name = 'KeepDamaged';
}

/** What is kept, as JSON text: what a restart would read, not an object that its owner goes on changing. */
type Entries = Map<string, string>;

/** A record that ends with the process. */
export function keepInMemory(): Keep {
  const entries: Entries = new Map();
  return { load: () => parsed(entries), write: (changes) => void fold(entries, changes), close: () => undefined };
}

/** How much a file may grow before it is compacted: bytes, and times its size after the last time. */
const growth = { bytes: 4_000_000, times: 3 };

/**
 * Opens or makes a record. Its folder is made when it is missing.
 * @throws KeepDamaged when a line before the last cannot be read
 */
export function keepInFile(file: string, growthBytes: number = growth.bytes): Keep {
  mkdirSync(dirname(file), { recursive: true });
  const entries = existsSync(file) ? read(file) : new Map<string, string>();
  let size = compact(file, entries);
  let grown = 0;
  let descriptor = openSync(file, 'a', 0o600);
  let open = true;
  return {
    load: () => parsed(entries),
    write: (changes) => {
      if (changes.length === 0) return;
      if (!open) throw new Error('Invariant: a closed record is not written');
      grown += writeWhole(descriptor, `${fold(entries, changes)}\n`);
      if (grown < Math.max(growthBytes, growth.times * size)) return;
      closeSync(descriptor);
      size = compact(file, entries);
      grown = 0;
      descriptor = openSync(file, 'a', 0o600);
    },
    close: () => {
      if (open) closeSync(descriptor);
      open = false;
    },
  };
}

const parsed = (entries: Entries): Map<string, unknown> => new Map([...entries].map(([key, value]) => [key, JSON.parse(value)]));

/** @returns the changes as a line of the file, without its end */
function fold(entries: Entries, changes: readonly KeepChange[]): string {
  let line = '';
  for (const [key, value] of changes) {
    const source = JSON.stringify(value);
    if (value === null) entries.delete(key);
    else entries.set(key, source);
    line += `${line === '' ? '[' : ','}[${JSON.stringify(key)},${source}]`;
  }
  return `${line}]`;
}

function read(file: string): Entries {
  const entries: Entries = new Map();
  const lines = readFileSync(file, 'utf8').split('\n');
  // The text after the last newline is empty, or a line that a crash cut short.
  lines.pop();
  lines.forEach((line, index) => {
    const changes = parseLine(line);
    if (changes === undefined) throw new KeepDamaged(`Line ${index + 1} of ${file} is damaged; move the file away to start over`);
    fold(entries, changes);
  });
  return entries;
}

function parseLine(line: string): readonly KeepChange[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  return Array.isArray(value) && value.every(isChange) ? value : undefined;
}

const isChange = (value: unknown): value is KeepChange => Array.isArray(value) && value.length === 2 && typeof value[0] === 'string';

/** Replaces the file by one line per key; a crash leaves either the old file or the new one. @returns its bytes */
function compact(file: string, entries: Entries): number {
  const next = `${file}.next`;
  const descriptor = openSync(next, 'w', 0o600);
  let size = 0;
  try {
    const lines = [...entries].map(([key, value]) => `[[${JSON.stringify(key)},${value}]]\n`).join('');
    if (lines !== '') size = writeWhole(descriptor, lines);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(next, file);
  return size;
}

/** @returns how many bytes it wrote */
function writeWhole(descriptor: number, source: string): number {
  const bytes = Buffer.from(source);
  let written = 0;
  while (written < bytes.length) written += writeSync(descriptor, bytes, written);
  return written;
}
