/**
 * The few file-system calls that a journal needs, behind one small interface so that tests can let a disk fill up, fail
 * or write less than it was asked to, and the simulation can be the disk. `realFiles` is what everything uses otherwise.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

export interface OpenFile {
  /** Writes a part of `data` at a place in the file. @returns how many bytes went out: it may be fewer than asked */
  write(data: Uint8Array, offset: number, length: number, position: number): Promise<number>;
  /** Content, and the length needed to read it back, are on disk afterwards. */
  datasync(): Promise<void>;
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

export interface FileOperations {
  /** `create` refuses a file that exists; `update` one that does not. */
  open(path: string, how: 'create' | 'update'): Promise<OpenFile>;
  rename(from: string, to: string): Promise<void>;
  /** Removes a file; none there is fine. */
  remove(path: string): Promise<void>;
  /** Makes the names in a folder durable: what was created or renamed in it survives a power cut. */
  syncFolder(path: string): Promise<void>;
  /** A whole file. */
  read(path: string): Promise<Buffer>;
  /** The names in a folder, in no order. */
  list(folder: string): Promise<string[]>;
  /** Makes a folder with those above it that are missing. @returns the topmost that it made; undefined when all were there */
  makeFolder(path: string): Promise<string | undefined>;
}

export const realFiles: FileOperations = {
  async open(path, how) {
    const handle = await open(path, how === 'create' ? 'wx' : 'r+', 0o600);
    return {
      write: async (data, offset, length, position) => (await handle.write(data, offset, length, position)).bytesWritten,
      datasync: () => handle.datasync(),
      sync: () => handle.sync(),
      truncate: (length) => handle.truncate(length),
      close: () => handle.close(),
    };
  },
  rename: (from, to) => rename(from, to),
  remove: (path) => rm(path, { force: true }),
  async syncFolder(path) {
    // Windows opens no folder as a file; NTFS journals its names by itself.
    if (process.platform === 'win32') return;
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  read: (path) => readFile(path),
  list: (folder) => readdir(folder),
  makeFolder: (path) => mkdir(path, { recursive: true, mode: 0o700 }),
};

/** An error of the operating system, as opposed to a bug of ours. */
export const isSystemError = (error: unknown): error is NodeJS.ErrnoException & { readonly code: string } =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && 'syscall' in error;

/** What the operating system said. @throws the error itself when it is none of its: a bug must not pass for a full disk */
export function systemErrorText(error: unknown): string {
  if (!isSystemError(error)) throw error;
  return error.message;
}

/** Writes all of `data`, however many calls that takes. @throws the system error, or EIO when a write makes no progress */
export async function writeAll(file: OpenFile, data: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < data.length; ) {
    const written = await file.write(data, done, data.length - done, position + done);
    if (written <= 0) throw Object.assign(new Error('EIO: a write made no progress'), { code: 'EIO', syscall: 'write' });
    done += written;
  }
}

/** Temporary files end so; what a crash left of them is worthless. */
export const isTemporary = (name: string): boolean => /^\..+\.[0-9a-f]{12}\.tmp$/.test(name);

/**
 * Writes a whole new file so that it exists either completely and durably under a temporary name, or not at all.
 * @returns the temporary path, in the folder of `path`, for the caller to rename
 */
export async function writeTemporary(path: string, data: Uint8Array, files: FileOperations): Promise<string> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  const file = await files.open(temporary, 'create');
  try {
    await writeAll(file, data, 0);
    await file.sync();
  } catch (error) {
    await file.close();
    await files.remove(temporary);
    throw error;
  }
  await file.close();
  return temporary;
}

/** Makes a folder, with those above it that are missing, so that it survives a power cut. @throws the system error */
export async function makeFolder(folder: string, files: FileOperations = realFiles): Promise<void> {
  const first = await files.makeFolder(folder);
  if (first === undefined) return;
  const top = dirname(resolve(first));
  for (let at = dirname(resolve(folder)); ; at = dirname(at)) {
    await files.syncFolder(at);
    if (at === top || at === dirname(at)) return;
  }
}
