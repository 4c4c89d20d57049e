/**
 * Whole small files that survive a crash at any instant: settings, snapshots, the installation id.
 *
 * 1. A write that resolved is on disk, under its name, complete. One that did not leaves the file as it was.
 * 2. The generation before is kept as `<name>.previous`. A crash between the two renames leaves only that one; reading
 *    finds it. The write it interrupted was never reported as done.
 */
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type FileOperations, isSystemError, realFiles, systemErrorText, writeTemporary } from './file-operations.ts';

export interface WriteOptions {
  readonly keepPrevious?: boolean;
  readonly files?: FileOperations;
}

export type Generation = 'current' | 'previous';

export type DurableRead<T> =
  | {
      readonly ok: true;
      readonly value: T;
      readonly generation: Generation;
      /** Why the current generation was passed over; empty when it was not. */
      readonly notice: string;
    }
  | { readonly ok: false; readonly kind: 'missing' | 'unreadable'; readonly reason: string };

export const previousOf = (path: string): string => `${path}.previous`;

/**
 * Replaces a file durably: temporary file beside it, fsync, rename, fsync of the folder.
 * @throws the system error when the disk refuses; the file is then as it was
 */
export async function writeDurably(path: string, content: string | Uint8Array, options: WriteOptions = {}): Promise<void> {
  const files = options.files ?? realFiles;
  const data = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  const temporary = await writeTemporary(path, data, files);
  try {
    if (options.keepPrevious !== false) await keepPrevious(path, files);
    await files.rename(temporary, path);
  } catch (error) {
    await files.remove(temporary);
    throw error;
  }
  await files.syncFolder(dirname(path));
}

async function keepPrevious(path: string, files: FileOperations): Promise<void> {
  try {
    await files.rename(path, previousOf(path));
  } catch (error) {
    // No current generation: either the first write, or a crash left only the previous one, which then stays.
    if (!isSystemError(error) || error.code !== 'ENOENT') throw error;
  }
}

/**
 * Reads a file and, where it is missing or `parse` makes nothing of it, the generation before.
 * @param parse gives undefined for text that is not a whole file of this kind
 */
export async function readDurably<T>(path: string, parse: (text: string) => T | undefined): Promise<DurableRead<T>> {
  const current = await readGeneration(path, parse);
  if (current.kind === 'value') return { ok: true, value: current.value, generation: 'current', notice: '' };
  const previous = await readGeneration(previousOf(path), parse);
  if (previous.kind === 'value') return { ok: true, value: previous.value, generation: 'previous', notice: current.reason };
  const kind = current.kind === 'missing' && previous.kind === 'missing' ? 'missing' : 'unreadable';
  return { ok: false, kind, reason: kind === 'missing' || current.kind !== 'missing' ? current.reason : previous.reason };
}

type OneRead<T> = { readonly kind: 'value'; readonly value: T } | { readonly kind: 'missing' | 'unreadable'; readonly reason: string };

async function readGeneration<T>(path: string, parse: (text: string) => T | undefined): Promise<OneRead<T>> {
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (error) {
    const reason = systemErrorText(error);
    const kind = isSystemError(error) && error.code === 'ENOENT' ? 'missing' : 'unreadable';
    return { kind, reason: kind === 'missing' ? `${path} does not exist` : `${path} cannot be read: ${reason}` };
  }
  const value = parse(content);
  return value === undefined ? { kind: 'unreadable', reason: `${path} is broken` } : { kind: 'value', value };
}

/** Text as JSON; undefined when it is none. */
export function parseJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
