/**
 * The file `STOP` in the data folder: anyone who can write there can stop the console, with no program of ours.
 *
 * 1. It is looked for at the start, at every notice of the file system, and every second besides.
 * 2. Deleting it tells nobody anything: the stop is a latch (S7.4). `present` is what a reset asks.
 * 3. When it cannot be told whether the file is there, it is.
 */
import { closeSync, type FSWatcher, lstatSync, openSync, watch } from 'node:fs';
import { join } from 'node:path';
import { isSystemError } from './file-operations.ts';

export interface StopFile {
  /** Whether the file is there at this moment. */
  present(): boolean;
  close(): void;
}

export interface StopFileOptions {
  /** How often it is looked for without a notice, in ms; 1,000 by default. */
  readonly pollMs?: number;
}

const fileName = 'STOP';

/** Whether the file is there at this moment; true when that cannot be told. */
export const isStopFileIn = (dataFolder: string): boolean => mayBeThere(join(dataFolder, fileName));

/**
 * Watches for the file.
 * @param onStop called each time the file appears, before this returns when it is there already
 */
export function watchStopFile(dataFolder: string, onStop: () => void, options: StopFileOptions = {}): StopFile {
  const path = join(dataFolder, fileName);
  let wasThere = false;
  let watcher: FSWatcher | null = null;

  const check = (): void => {
    const before = wasThere;
    wasThere = mayBeThere(path);
    if (wasThere && !before) onStop();
  };
  const giveUpWatching = (): void => {
    watcher?.close();
    watcher = null;
  };
  const startWatching = (): void => {
    try {
      watcher = watch(dataFolder, (_event, name) => {
        if (name === null || name === fileName) check();
      });
      // The poll goes on alone, and tries again to watch.
      watcher.on('error', giveUpWatching);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      watcher = null;
    }
  };

  startWatching();
  check();
  const timer = setInterval(() => {
    if (watcher === null) startWatching();
    check();
  }, options.pollMs ?? 1000);
  return {
    present() {
      const isThere = mayBeThere(path);
      // Once a reset was told that it is gone, the next one is another stop, however soon it comes.
      if (!isThere) wasThere = false;
      return isThere;
    },
    close() {
      clearInterval(timer);
      giveUpWatching();
    },
  };
}

/**
 * Leaves the file for the next start, where the journal can no longer say that the console was stopped. An empty file
 * fits on most full disks; where it does not, the next start cannot write its journal either.
 */
export function leaveStopFile(dataFolder: string): void {
  try {
    closeSync(openSync(join(dataFolder, fileName), 'a', 0o600));
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
}

function mayBeThere(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return error.code !== 'ENOENT' && error.code !== 'ENOTDIR';
  }
}
