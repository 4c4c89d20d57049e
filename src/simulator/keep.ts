/**
 * The durable record of everything a simulated account owns: a map from key to JSON value.
 *
 * 1. When `write` returns, its changes are with the operating system, all or none: they survive kill -9 of the process.
 * 2. A last line that a crash cut short is dropped; damage before it is refused with `KeepDamaged`.
 * 3. The file is one line per write and is compacted when it is opened.
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

/** A record that ends with the process. */
export function keepInMemory(): Keep {
  const entries = new Map<string, unknown>();
  return { load: () => new Map(entries), write: (changes) => fold(entries, changes), close: () => undefined };
}

/**
 * Opens or makes a record. Its folder is made when it is missing.
 * @throws KeepDamaged when a line before the last cannot be read
 */
export function keepInFile(file: string): Keep {
  mkdirSync(dirname(file), { recursive: true });
  const entries = existsSync(file) ? read(file) : new Map<string, unknown>();
  compact(file, entries);
  const descriptor = openSync(file, 'a', 0o600);
  let open = true;
  return {
    load: () => new Map(entries),
    write: (changes) => {
      if (changes.length === 0) return;
      if (!open) throw new Error('Invariant: a closed record is not written');
      writeWhole(descriptor, `${JSON.stringify(changes)}\n`);
      fold(entries, changes);
    },
    close: () => {
      if (open) closeSync(descriptor);
      open = false;
    },
  };
}

function fold(entries: Map<string, unknown>, changes: readonly KeepChange[]): void {
  for (const [key, value] of changes) {
    if (value === null) entries.delete(key);
    // What is folded is what a restart would read, not an object that its owner goes on changing.
    else entries.set(key, JSON.parse(JSON.stringify(value)));
  }
}

function read(file: string): Map<string, unknown> {
  const entries = new Map<string, unknown>();
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

/** Replaces the file by one line per key; a crash leaves either the old file or the new one. */
function compact(file: string, entries: ReadonlyMap<string, unknown>): void {
  const next = `${file}.next`;
  const descriptor = openSync(next, 'w', 0o600);
  try {
    const lines = [...entries].map((entry) => `${JSON.stringify([entry])}\n`).join('');
    if (lines !== '') writeWhole(descriptor, lines);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(next, file);
}

function writeWhole(descriptor: number, source: string): void {
  const bytes = Buffer.from(source);
  let written = 0;
  while (written < bytes.length) written += writeSync(descriptor, bytes, written);
}
