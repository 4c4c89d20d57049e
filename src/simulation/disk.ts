/**
 * A disk in memory that keeps apart what was written and what would survive a power cut: content after fsync, names
 * after fsync of their folder. It fills up, fails, writes less than it was asked to and takes its time, as told.
 */
import { basename, dirname } from 'node:path/posix';
import type { FileOperations, OpenFile } from '../main/store/file-operations.ts';
import type { Faults } from './faults.ts';
import type { Draw } from './random.ts';
import type { Owner, Timeline } from './timeline.ts';

class Content {
  #bytes = Buffer.allocUnsafe(4096);
  #length = 0;

  get length(): number {
    return this.#length;
  }
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }
  write(data: Uint8Array, position: number): void {
    const end = position + data.length;
    if (end > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(end, this.#bytes.length * 2));
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    if (position > this.#length) this.#bytes.fill(0, this.#length, position);
    this.#bytes.set(data, position);
    this.#length = Math.max(this.#length, end);
  }
  truncate(length: number): void {
    this.#length = Math.min(this.#length, length);
  }
}

interface Inode {
  readonly cached: Content;
  readonly durable: Content;
  /** What was done to it since it was last synced. */
  pending: ({ readonly at: number; readonly data: Buffer } | { readonly truncate: number })[];
}

const systemError = (code: string, syscall: string): Error => Object.assign(new Error(`${code}: simulated, ${syscall}`), { code, syscall });
const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

export interface DiskParts {
  readonly timeline: Timeline;
  readonly faults: Faults;
  readonly draw: Draw;
  /** Called before each operation of a process; it may kill it. */
  readonly onOperation: (name: 'write' | 'sync' | 'read' | 'rename', owner: Owner) => void;
  /** A write or sync told a process that it failed. */
  readonly onFailure: (owner: Owner) => void;
  /** Syncs take no time: nobody has to let any pass. */
  readonly isInstant?: boolean;
}

export class Disk {
  readonly #parts: DiskParts;
  #names = new Map<string, Inode>();
  #durableNames = new Map<string, Inode>();
  #pendingNames: { readonly folder: string; readonly apply: (names: Map<string, Inode>) => void }[] = [];
  readonly #folders = new Set<string>(['/']);
  /** Bytes until it is full; null: never. */
  room: number | null = null;
  failsSyncs = false;

  constructor(parts: DiskParts) {
    this.#parts = parts;
  }

  /** Whether a text is in what would survive a power cut now. */
  isDurable(content: string): boolean {
    for (const inode of this.#durableNames.values()) if (inode.durable.bytes.includes(content)) return true;
    return false;
  }

  /** How many bytes a power cut would lose. */
  get unsyncedBytes(): number {
    let bytes = 0;
    for (const { pending } of this.#names.values()) for (const change of pending) bytes += 'data' in change ? change.data.length : 0;
    return bytes;
  }

  /** Only what was synced is left, with whatever part of the rest the disk had got to. */
  cutPower(): void {
    const { draw, faults } = this.#parts;
    const namesKept = draw.int(0, this.#pendingNames.length);
    for (const { apply } of this.#pendingNames.slice(0, namesKept)) apply(this.#durableNames);
    this.#pendingNames = [];
    for (const inode of new Set(this.#durableNames.values())) {
      const lost = inode.pending.flatMap((change) => ('data' in change ? [change] : []));
      if (lost.length > 0) {
        const all = lost.reduce((bytes, { data }) => bytes + data.length, 0);
        let room = faults.isOn('tornTail') && draw.chance(0.7) ? draw.int(1, all) : 0;
        faults.hit(room > 0 ? 'tornTail' : 'unsyncedTailLost');
        for (const { at, data } of lost) {
          // What was written later never gets there earlier (docs/simulation.md says what that leaves out).
          if (room === 0) break;
          const kept = data.subarray(0, room);
          room -= kept.length;
          inode.durable.write(kept, at);
          // The length may get there before the bytes do.
          if (kept.length < data.length && draw.chance(0.2)) inode.durable.write(Buffer.alloc(1 + draw.int(0, 40)), at + kept.length);
        }
      }
      inode.pending = [];
      inode.cached.truncate(0);
      inode.cached.write(inode.durable.bytes, 0);
    }
    this.#names = new Map(this.#durableNames);
  }

  /** A copy of all files as a reader would find them. */
  copy(): Map<string, Buffer> {
    return new Map([...this.#names].map(([path, inode]) => [path, Buffer.from(inode.cached.bytes)]));
  }

  /** A disk that holds these files, durably. */
  fill(files: ReadonlyMap<string, Uint8Array>): void {
    this.#names.clear();
    this.#durableNames.clear();
    this.#pendingNames = [];
    for (const [path, bytes] of files) {
      const inode = made();
      inode.cached.write(bytes, 0);
      inode.durable.write(bytes, 0);
      this.#names.set(path, inode);
      this.#durableNames.set(path, inode);
      this.#folders.add(dirname(path));
    }
  }

  /** The disk as one process sees it. */
  filesOf(owner: Owner): FileOperations {
    const step = async <T>(name: Parameters<DiskParts['onOperation']>[0], act: () => T | Promise<T>): Promise<T> => {
      if (!owner.dead) this.#parts.onOperation(name, owner);
      return owner.dead ? never<T>() : act();
    };
    return {
      open: (path, how) => step('read', () => this.#open(path, how, owner)),
      rename: (from, to) => step('rename', () => this.#rename(from, to)),
      remove: (path) => step('rename', () => this.#remove(path)),
      syncFolder: (path) => step('sync', () => this.#sync(owner, () => this.#syncFolder(path))),
      read: (path) => step('read', () => Buffer.from(this.#find(path).cached.bytes)),
      list: (folder) => step('read', () => [...this.#names.keys()].filter((path) => dirname(path) === folder).map((path) => basename(path))),
      makeFolder: (path) =>
        step('read', () => {
          if (this.#folders.has(path)) return undefined;
          this.#folders.add(path);
          return path;
        }),
    };
  }

  #open(path: string, how: 'create' | 'update', owner: Owner): OpenFile {
    if (how === 'create') {
      if (this.#names.has(path)) throw systemError('EEXIST', 'open');
      const inode = made();
      this.#change(dirname(path), (names) => void names.set(path, inode));
    }
    const inode = this.#find(path);
    const step = async <T>(name: 'write' | 'sync' | 'read', act: () => T | Promise<T>): Promise<T> => {
      if (!owner.dead) this.#parts.onOperation(name, owner);
      return owner.dead ? never<T>() : act();
    };
    const sync = () => step('sync', () => this.#sync(owner, () => settle(inode)));
    return {
      write: (data, offset, length, position) =>
        step('write', () => this.#write(inode, Buffer.from(data.subarray(offset, offset + length)), position, owner)),
      datasync: sync,
      sync,
      truncate: (length) =>
        step('write', () => {
          inode.cached.truncate(length);
          inode.pending.push({ truncate: length });
        }),
      close: () => step('read', () => undefined),
    };
  }

  #write(inode: Inode, data: Buffer, position: number, owner: Owner): number {
    const { faults, draw, onFailure } = this.#parts;
    if (this.room === 0) {
      faults.hit('diskFull');
      onFailure(owner);
      throw systemError('ENOSPC', 'write');
    }
    let most = Math.min(data.length, this.room ?? data.length);
    if (most > 1 && faults.strike('shortWrite', 0.05)) most = draw.int(1, most - 1);
    if (this.room !== null) this.room -= most;
    const taken = data.subarray(0, most);
    inode.cached.write(taken, position);
    inode.pending.push({ at: position, data: taken });
    return most;
  }

  async #sync(owner: Owner, settleAll: () => void): Promise<void> {
    const { timeline, faults, draw, onFailure } = this.#parts;
    const slow = faults.strike('slowSync', 0.02);
    const ms = this.#parts.isInstant === true ? 0 : slow ? draw.int(50, 5000) : draw.chance(0.3) ? 1 : 0;
    if (ms > 0) {
      // The disk goes on when the process that asked is gone.
      await timeline.sleep(ms);
      if (owner.dead) return never();
    }
    if (this.failsSyncs) {
      faults.hit('syncError');
      onFailure(owner);
      throw systemError('EIO', 'fsync');
    }
    settleAll();
    // A process that is held up hears of it afterwards.
    if (owner.heldUntil > timeline.now) await timeline.sleep(0, owner);
  }

  #rename(from: string, to: string): void {
    const inode = this.#find(from);
    this.#change(dirname(to), (names) => {
      names.delete(from);
      names.set(to, inode);
    });
  }

  #remove(path: string): void {
    this.#change(dirname(path), (names) => void names.delete(path));
  }

  #change(folder: string, apply: (names: Map<string, Inode>) => void): void {
    apply(this.#names);
    this.#pendingNames.push({ folder, apply });
  }

  #syncFolder(folder: string): void {
    for (const entry of this.#pendingNames) if (entry.folder === folder) entry.apply(this.#durableNames);
    this.#pendingNames = this.#pendingNames.filter((entry) => entry.folder !== folder);
  }

  #find(path: string): Inode {
    const inode = this.#names.get(path);
    if (inode === undefined) throw systemError('ENOENT', 'open');
    return inode;
  }
}

const made = (): Inode => ({ cached: new Content(), durable: new Content(), pending: [] });

function settle(inode: Inode): void {
  for (const change of inode.pending)
    if ('data' in change) inode.durable.write(change.data, change.at);
    else inode.durable.truncate(change.truncate);
  inode.pending = [];
}
