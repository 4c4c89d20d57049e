/**
 * Signals from whole JSON files that are dropped into a folder: one object, or an array of at most 256, a file.
 *
 * 1. A file counts once it parses and was moved here, or parses and has not changed for 50 ms. One that does not
 *    parse may still be in the writing; after 2 s without a change it is malformed.
 * 2. After its signals are handed on it is moved to `done/`, so a restart does not read it again.
 * 3. Names that begin with a dot or end in .tmp, folders and links are left alone.
 */
import type { BigIntStats } from 'node:fs';
import { mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { readDropped } from './dropped-file.ts';
import { failureOf } from './flow.ts';
import { FolderWatch } from './folder-watch.ts';
import { Passes } from './passes.ts';
import { look, openPlain, troubleWith } from './plain-file.ts';
import type { OnTrouble, SignalSink, Source, TroubleCode } from './source.ts';

export interface DropFolderOptions {
  readonly folder: string;
  readonly onSignal: SignalSink;
  readonly onTrouble: OnTrouble;
  /** ms since 1970. */
  readonly now: () => number;
}

/** A file that is watched until it counts. */
interface Candidate {
  readonly name: string;
  readonly stats: BigIntStats;
  /** Inode, size and time of change: what has to stay the same. */
  readonly version: string;
}

const versionOf = ({ ino, size, mtimeNs }: BigIntStats): string => `${ino}:${size}:${mtimeNs}`;

const settleMs = 50;
const giveUpMs = 2000;

export class DropFolder implements Source {
  readonly #options: DropFolderOptions;
  readonly #watch: FolderWatch;
  /** Since when a version of a file is known, by performance.now(). */
  readonly #seen = new Map<string, { readonly version: string; readonly since: number }>();
  /** Versions that were handed on and could not be moved, by name. */
  readonly #stuck = new Map<string, string>();
  readonly #troubles = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  readonly #passes: Passes;

  constructor(options: DropFolderOptions) {
    this.#options = options;
    const { folder } = options;
    this.#passes = new Passes(
      () => this.#pass(),
      (error) => this.#report('UNREADABLE', folder, `${folder} cannot be read (${error instanceof Error ? error.message : String(error)}).`),
    );
    this.#watch = new FolderWatch(folder, this.#passes.wake);
  }

  async start(): Promise<void> {
    await this.#watch.start();
    this.#passes.wake();
  }

  async close(): Promise<void> {
    const ended = this.#passes.close();
    clearTimeout(this.#timer);
    await this.#watch.close();
    await ended;
  }

  async #pass(): Promise<void> {
    const { folder } = this.#options;
    const found = await look(folder);
    if (found.kind === 'missing') return;
    const trouble = found.kind === 'trouble' ? found.trouble : troubleWith(folder, found.stats, 'folder');
    if (trouble !== undefined) return this.#report(trouble.code, folder, trouble.sentence);
    this.#forgiveFolder();
    const candidates = await this.#candidates();
    this.#forget(new Set(candidates.map(({ name }) => name)));
    let isWaiting = false;
    for (const candidate of candidates) {
      if (this.#passes.isClosed) return;
      if (this.#stuck.get(candidate.name) === candidate.version) continue;
      const outcome = await this.#consider(candidate);
      if (outcome === 'refused') return;
      isWaiting ||= outcome === 'wait';
    }
    // The poll would look again too, but 50 ms are promised.
    clearTimeout(this.#timer);
    if (isWaiting && !this.#passes.isClosed) this.#timer = setTimeout(this.#passes.wake, settleMs);
  }

  /** The files that may be signals, oldest first. */
  async #candidates(): Promise<Candidate[]> {
    const { folder } = this.#options;
    const found: Candidate[] = [];
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const { name } = entry;
      if (name.startsWith('.') || name.endsWith('.tmp') || entry.isDirectory()) continue;
      const path = join(folder, name);
      const looked = await look(path);
      if (looked.kind !== 'found') continue;
      const trouble = troubleWith(path, looked.stats, 'file');
      if (trouble !== undefined) {
        this.#report(trouble.code, path, trouble.sentence);
        continue;
      }
      found.push({ name, stats: looked.stats, version: versionOf(looked.stats) });
    }
    const before = (a: Candidate, b: Candidate): number => Number(a.stats.mtimeNs - b.stats.mtimeNs) || (a.name < b.name ? -1 : 1);
    return found.sort(before);
  }

  async #consider(candidate: Candidate): Promise<'done' | 'wait' | 'refused'> {
    const { folder, now, onSignal } = this.#options;
    const path = join(folder, candidate.name);
    const quietMs = this.#quietMs(candidate);
    // Moving a file changes its inode's time and not its content's. Some other calls do so too: it must parse as well.
    const isMoved = candidate.stats.ctimeNs > candidate.stats.mtimeNs;
    if (!isMoved && quietMs < settleMs) return 'wait';
    const opened = await openPlain(path);
    if (opened.kind !== 'open') return 'done';
    const dropped = await readDropped(opened.handle, now()).finally(() => opened.handle.close());
    if (!dropped.isJson && quietMs < giveUpMs) return 'wait';
    const taken = dropped.entries.map((parsed, index) => failureOf(onSignal({ parsed, source: { kind: 'folder', path, index }, place: null })));
    const failure = (await Promise.all(taken)).find((outcome) => outcome !== undefined);
    if (failure !== undefined) {
      this.#report('NOT_TAKEN', folder, `Signals from ${candidate.name} wait: ${failure.message}`);
      return 'refused';
    }
    this.#troubles.delete(`NOT_TAKEN ${folder}`);
    await this.#moveAway(candidate);
    return 'done';
  }

  /** How long the file has been the same, as far as we know. */
  #quietMs(candidate: Candidate): number {
    const known = this.#seen.get(candidate.name);
    const now = performance.now();
    if (known?.version === candidate.version) return now - known.since;
    this.#seen.set(candidate.name, { version: candidate.version, since: now });
    return 0;
  }

  async #moveAway(candidate: Candidate): Promise<void> {
    const { folder } = this.#options;
    const done = join(folder, 'done');
    this.#seen.delete(candidate.name);
    try {
      await mkdir(done, { recursive: true, mode: 0o700 });
      const target = join(done, candidate.name);
      const isTaken = (await look(target)).kind !== 'missing';
      const kept = isTaken ? `${target}.${candidate.stats.mtimeNs}` : target;
      await rename(join(folder, candidate.name), kept);
      await this.#bringBackIfChanged(candidate, kept);
    } catch (error) {
      this.#stuck.set(candidate.name, candidate.version);
      const said = error instanceof Error ? error.message : String(error);
      this.#report(
        'NOT_MOVED',
        candidate.name,
        `${candidate.name} was handled and cannot be moved to ${done} (${said}); it will be read again after a restart.`,
      );
    }
  }

  /** Written over between being read and being moved: what is in it now has not been read and counts as dropped anew. */
  async #bringBackIfChanged(candidate: Candidate, kept: string): Promise<void> {
    const moved = await look(kept);
    if (moved.kind !== 'found' || versionOf(moved.stats) === candidate.version) return;
    await rename(kept, join(this.#options.folder, `${candidate.name}.${moved.stats.mtimeNs}`));
    this.#passes.wake();
  }

  #forget(present: ReadonlySet<string>): void {
    for (const map of [this.#seen, this.#stuck]) {
      for (const name of map.keys()) if (!present.has(name)) map.delete(name);
    }
  }

  /** Says each trouble once for each thing it is about. */
  #report(code: TroubleCode, about: string, sentence: string): void {
    const key = `${code} ${about}`;
    if (this.#troubles.has(key)) return;
    this.#troubles.add(key);
    this.#options.onTrouble(code, sentence);
  }

  /** The folder is fit again: the same trouble is news the next time. */
  #forgiveFolder(): void {
    for (const code of ['NOT_PLAIN', 'WORLD_WRITABLE', 'UNREADABLE']) this.#troubles.delete(`${code} ${this.#options.folder}`);
  }
}
