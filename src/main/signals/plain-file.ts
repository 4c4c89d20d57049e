/** Opens files of which only this user may be the author: regular files, no symbolic links, not writable by everyone. */
import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, lstat, open } from 'node:fs/promises';
import type { TroubleCode } from './source.ts';

export interface FileTrouble {
  readonly code: TroubleCode;
  readonly sentence: string;
}
export type Opened =
  | { readonly kind: 'open'; readonly handle: FileHandle; readonly stats: BigIntStats }
  | { readonly kind: 'missing' }
  | { readonly kind: 'trouble'; readonly trouble: FileTrouble };

// Windows keeps no such bits: there the mode says nothing about others.
const hasModes = process.platform !== 'win32';
const everyoneMayWrite = 0o002n;

/** Whether an entry is fit to be read. @param expected what the path has to be */
export function troubleWith(path: string, stats: BigIntStats, expected: 'file' | 'folder'): FileTrouble | undefined {
  const isExpected = expected === 'file' ? stats.isFile() : stats.isDirectory();
  if (!isExpected) return { code: 'NOT_PLAIN', sentence: `${path} is not a plain ${expected} (symbolic links are refused).` };
  if (hasModes && (stats.mode & everyoneMayWrite) !== 0n) {
    const mode = expected === 'file' ? '600' : '700';
    return { code: 'WORLD_WRITABLE', sentence: `Everyone may write to ${path}, so anyone could place signals. Run: chmod ${mode} '${path}'` };
  }
  return undefined;
}

/** Opens a file for reading without following a link or waiting on a pipe. The caller closes the handle. */
export async function openPlain(path: string): Promise<Opened> {
  const before = await look(path);
  if (before.kind !== 'found') return before;
  const trouble = troubleWith(path, before.stats, 'file');
  if (trouble !== undefined) return { kind: 'trouble', trouble };
  let handle: FileHandle;
  try {
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  } catch (error) {
    return fromError(path, error);
  }
  const stats = await handle.stat({ bigint: true });
  // The path may have changed hands between the look and the opening.
  const late = troubleWith(path, stats, 'file');
  if (late === undefined) return { kind: 'open', handle, stats };
  await handle.close();
  return { kind: 'trouble', trouble: late };
}

/** lstat with its expected failures as values. */
export async function look(path: string): Promise<{ kind: 'found'; stats: BigIntStats } | Exclude<Opened, { kind: 'open' }>> {
  try {
    return { kind: 'found', stats: await lstat(path, { bigint: true }) };
  } catch (error) {
    return fromError(path, error);
  }
}

function fromError(path: string, error: unknown): Exclude<Opened, { kind: 'open' }> {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'missing' };
  if (code === 'ELOOP') return { kind: 'trouble', trouble: { code: 'NOT_PLAIN', sentence: `${path} is a symbolic link.` } };
  return { kind: 'trouble', trouble: { code: 'UNREADABLE', sentence: `${path} cannot be read (${code}).` } };
}
