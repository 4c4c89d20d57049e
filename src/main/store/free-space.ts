/** Room on the disk that holds a folder: arming needs enough of it that the journal does not fail in mid-trade. */
import { statfs } from 'node:fs/promises';
import { systemErrorText } from './file-operations.ts';

/** Bytes that must be free before the console is armed. */
export const MIN_FREE_BYTES = 100_000_000;

/** Bytes free for us on the disk that holds `dir`; undefined when the system does not say, which must not pass for enough. */
export async function freeBytes(dir: string): Promise<number | undefined> {
  try {
    const disk = await statfs(dir);
    return disk.bavail * disk.bsize;
  } catch (error) {
    systemErrorText(error);
    return undefined;
  }
}

/** Whether `dir` has room enough to arm. */
export async function hasRoomToArm(dir: string): Promise<boolean> {
  const free = await freeBytes(dir);
  return free !== undefined && free >= MIN_FREE_BYTES;
}
