/**
 * How far a line file was read, in a form that survives restarts and recognizes the file again. An inode alone does
 * not: it is reused when a file is made anew, and stays when a file is emptied. So the place also carries a checksum
 * of the bytes before it, and every reading begins by comparing them.
 */
import { crc32 } from 'node:zlib';

export interface FilePlace {
  readonly device: string;
  readonly inode: string;
  /** Bytes read; the next line begins here, or goes on here when `isSkipping`. */
  readonly offset: number;
  /** Complete lines before the offset. */
  readonly line: number;
  /** In the middle of a line that was too long and has its verdict already. */
  readonly isSkipping: boolean;
  /** crc32 of the up to 64 bytes before the offset. */
  readonly check: number;
}

export const lookBackBytes = 64;

/** The key under which the engine keeps the place of a file. */
export const filePlaceKey = (path: string): string => `file:${path}`;

export const beginningOf = (file: { readonly device: string; readonly inode: string }): FilePlace => ({
  device: file.device,
  inode: file.inode,
  offset: 0,
  line: 0,
  isSkipping: false,
  check: 0,
});

/** The checksum of a position inside a buffer; the buffer reaches back far enough. */
export const checkAt = (buffer: Uint8Array, at: number): number => crc32(buffer.subarray(Math.max(0, at - lookBackBytes), at));

/** A place as it was journaled; null when there is none or when it is not one of ours. */
export function filePlaceFrom(value: unknown): FilePlace | null {
  if (typeof value !== 'object' || value === null) return null;
  const { device, inode, offset, line, isSkipping, check } = value as Partial<Record<keyof FilePlace, unknown>>;
  if (typeof device !== 'string' || typeof inode !== 'string' || typeof isSkipping !== 'boolean') return null;
  if (!isCount(offset) || !isCount(line) || !isCount(check)) return null;
  return { device, inode, offset, line, isSkipping, check };
}

const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
