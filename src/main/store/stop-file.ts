/**
 * The file `STOP` in the data folder: anyone who can write there can stop the console, with no program of ours.
 *
 * 1. It is looked for at the start, at every notice of the file system, and every second besides.
 * 2. Deleting it tells nobody anything: the stop is a latch (S7.4). `present` is what a reset asks.
 * 3. When it cannot be told whether the file is there, it is.
 * 4. What it says is asked for after the stop, and never waited for: an empty file stops like any other.
 */
import { closeSync, constants, type FSWatcher, fstatSync, lstatSync, openSync, readSync, watch, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { isSystemError, realFiles } from './file-operations.ts';

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

/** What lies there may be no plain file: nothing waits for its reader. */
const toAppend = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;

/**
 * Leaves the file for the next start, where the journal can no longer say that the console was stopped, nor why. An empty
 * file fits on most full disks; where it does not, the next start cannot write its journal either.
 */
export function leaveStopFile(dataFolder: string, why: string): void {
  withFile(dataFolder, toAppend, (file) => {
    if (fstatSync(file).size === 0) writeSync(file, `${why}\n`);
  });
}

/** The same for a disk that may hang: it holds this thread up for nothing, and the file is on disk when it resolves. */
export async function leaveStopFileSoon(dataFolder: string, why: string): Promise<void> {
  try {
    const file = await open(join(dataFolder, fileName), toAppend, 0o600);
    try {
      if ((await file.stat()).size === 0) await file.writeFile(`${why}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await realFiles.syncFolder(dataFolder);
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
}

const mostBytes = 500;

/** The first line of the file; empty where it has none, or is no plain file. Never waits for a writer. */
export function readStopFile(dataFolder: string): string {
  let said = '';
  withFile(dataFolder, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW, (file) => {
    if (!fstatSync(file).isFile()) return;
    const bytes = Buffer.alloc(mostBytes);
    said = bytes.toString('utf8', 0, readSync(file, bytes, 0, mostBytes, 0));
  });
  return (said.split('\n')[0] ?? '').trim();
}

function withFile(dataFolder: string, flags: string | number, act: (file: number) => void): void {
  try {
    const file = openSync(join(dataFolder, fileName), flags, 0o600);
    try {
      act(file);
    } finally {
      closeSync(file);
    }
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
