/** The real file operations with a disk that misbehaves as told. */
import { type FileOperations, type OpenFile, realFiles } from '../file-operations.ts';

export interface DiskFaults {
  /** Bytes that still fit; a write that does not fit writes what does, and the next fails with ENOSPC. */
  room?: number;
  /** The most that one write takes. */
  mostAtOnce?: number;
  /** How many more syncs (of content or file) succeed before EIO. */
  syncs?: number;
  /** Holds every datasync back until it resolves. */
  gate?: Promise<void>;
  /** Counts. */
  writes: number;
  datasyncs: number;
}

const systemError = (code: string, syscall: string): Error => Object.assign(new Error(`${code}: injected, ${syscall}`), { code, syscall });

/** File operations on the real disk, with the given faults; change `faults` while they are in use. */
export function faultyFiles(faults: DiskFaults): FileOperations {
  const sync = async (run: () => Promise<void>): Promise<void> => {
    if (faults.syncs !== undefined) {
      if (faults.syncs <= 0) throw systemError('EIO', 'fsync');
      faults.syncs -= 1;
    }
    await run();
  };
  const wrap = (file: OpenFile): OpenFile => ({
    async write(data, offset, length, position) {
      faults.writes += 1;
      if (faults.room === 0) throw systemError('ENOSPC', 'write');
      const most = Math.min(length, faults.mostAtOnce ?? length, faults.room ?? length);
      if (faults.room !== undefined) faults.room -= most;
      return most === 0 ? 0 : file.write(data, offset, most, position);
    },
    async datasync() {
      faults.datasyncs += 1;
      await faults.gate;
      await sync(() => file.datasync());
    },
    sync: () => sync(() => file.sync()),
    truncate: (length) => file.truncate(length),
    close: () => file.close(),
  });
  return { ...realFiles, open: async (path, how) => wrap(await realFiles.open(path, how)) };
}
