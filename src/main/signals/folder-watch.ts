/**
 * Says when something in a folder may have changed: at the file system's notice, and every 250 ms besides, because
 * notices get lost (network file systems, exhausted watches) and folders come and go.
 */
import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';

const pollMs = 250;

export class FolderWatch {
  readonly #folder: string;
  readonly #onChange: () => void;
  #watcher: FSWatcher | undefined;
  /** Device and inode of the folder that is watched; a folder made anew has others. */
  #watched = '';
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  #checking: Promise<void> = Promise.resolve();

  constructor(folder: string, onChange: () => void) {
    this.#folder = folder;
    this.#onChange = onChange;
  }

  async start(): Promise<void> {
    this.#checking = this.#ensureWatched();
    await this.#checking;
    if (this.#isClosed) return;
    this.#timer = setInterval(() => {
      this.#checking = this.#ensureWatched();
      this.#onChange();
    }, pollMs);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    await this.#checking;
    this.#unwatch();
  }

  async #ensureWatched(): Promise<void> {
    const found = await stat(this.#folder, { bigint: true }).catch(() => undefined);
    const identity = found === undefined ? '' : `${found.dev}:${found.ino}`;
    if (this.#isClosed || (identity === this.#watched && this.#watcher !== undefined)) return;
    this.#unwatch();
    if (identity === '') return;
    try {
      this.#watcher = watch(this.#folder, { persistent: true }, () => this.#onChange());
      this.#watcher.on('error', () => this.#unwatch());
      this.#watched = identity;
    } catch {
      // Gone again, or no watches left: the poll carries on alone and tries anew.
      this.#unwatch();
    }
  }

  #unwatch(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    this.#watched = '';
  }
}
