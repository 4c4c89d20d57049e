/**
 * Signals from a file to which another program appends lines.
 *
 * 1. Read from its beginning when first seen, from the remembered place after a restart, waited for while missing.
 * 2. What counts is a line with its newline. Each one is handed on once, with the place behind it.
 * 3. Rotation by rename, by copy and truncation, re-creation and replacement lose nothing: the file that was read so
 *    far is read to its end, open or under its new name. Where in doubt lines are offered again; the engine knows ids.
 * 4. Memory is bounded whatever the file holds.
 */
import { basename, dirname } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { beginningOf, type FilePlace, filePlaceFrom, filePlaceKey } from './file-place.ts';
import { failureOf } from './flow.ts';
import { FolderWatch } from './folder-watch.ts';
import { type Line, LineReader } from './line-reader.ts';
import { malformed } from './malformed.ts';
import { maxSignalBytes, parseSignal } from './parse.ts';
import { Passes } from './passes.ts';
import { look, openPlain, troubleWith } from './plain-file.ts';
import { findPredecessor } from './predecessor.ts';
import type { OnTrouble, SignalSink, Source, TroubleCode } from './source.ts';

export interface AppendedFileOptions {
  readonly path: string;
  /** What the engine journaled under `filePlaceKey(path)`; null or undefined at the very first start. */
  readonly place: unknown;
  readonly onSignal: SignalSink;
  readonly onTrouble: OnTrouble;
  /** ms since 1970. */
  readonly now: () => number;
}

/** An open file and how far it was read. */
interface Reader {
  readonly path: string;
  readonly lines: LineReader;
  place: FilePlace;
  /** Only the file that is at the path now has a place worth remembering. */
  readonly isCurrent: boolean;
}
/** A rotated file whose writer may not have noticed: it is watched a while longer. */
interface Retired {
  readonly reader: Reader;
  readonly until: number;
}

const batchLines = 256;
const retiredMs = 10_000;

export class AppendedFile implements Source {
  readonly #options: AppendedFileOptions;
  readonly #watch: FolderWatch;
  #current: Reader | undefined;
  #retired: Retired[] = [];
  #remembered: FilePlace | null;
  #trouble: TroubleCode | undefined;
  readonly #passes: Passes;

  constructor(options: AppendedFileOptions) {
    this.#options = options;
    this.#remembered = filePlaceFrom(options.place);
    this.#passes = new Passes(
      () => this.#pass(),
      (error) => this.#report('UNREADABLE', `${options.path} cannot be read (${error instanceof Error ? error.message : String(error)}).`),
    );
    this.#watch = new FolderWatch(dirname(options.path), this.#passes.wake);
  }

  async start(): Promise<void> {
    await this.#watch.start();
    this.#passes.wake();
  }

  async close(): Promise<void> {
    const ended = this.#passes.close();
    await this.#watch.close();
    await ended;
    await this.#current?.lines.close();
    for (const { reader } of this.#retired) await reader.lines.close();
    this.#current = undefined;
    this.#retired = [];
  }

  /** Reads everything there is, in the order in which it was written. */
  async #pass(): Promise<void> {
    for (;;) {
      if (!(await this.#readRetired())) return;
      // Looked at before reading, so a file that was moved away by then is read to its end first.
      const inode = await this.#inodeAtPath();
      if (inode === 'unfit' || (this.#current === undefined && (inode === 'missing' || !(await this.#open())))) return;
      const reader = this.#current;
      if (reader === undefined) return;
      const outcome = await this.#drain(reader);
      if (outcome === 'refused' || this.#passes.isClosed) return;
      if (outcome === 'replaced') await this.#startOver(reader);
      else if (inode === 'missing' || inode === reader.place.inode) return;
      else this.#retire(reader);
    }
  }

  async #inodeAtPath(): Promise<string> {
    const { path } = this.#options;
    const found = await look(path);
    if (found.kind === 'missing') return 'missing';
    const trouble = found.kind === 'trouble' ? found.trouble : troubleWith(path, found.stats, 'file');
    if (trouble !== undefined) this.#report(trouble.code, trouble.sentence);
    else if (this.#trouble !== 'NOT_TAKEN') this.#trouble = undefined;
    return trouble !== undefined || found.kind === 'trouble' ? 'unfit' : String(found.stats.ino);
  }

  /** Opens the file at the path, after what is left of the one that was there before. */
  async #open(): Promise<boolean> {
    const { path } = this.#options;
    const opened = await openPlain(path);
    if (opened.kind === 'trouble') this.#report(opened.trouble.code, opened.trouble.sentence);
    if (opened.kind !== 'open') return false;
    const file = { device: String(opened.stats.dev), inode: String(opened.stats.ino) };
    const remembered = this.#remembered;
    this.#remembered = null;
    let place = beginningOf(file);
    if (remembered !== null) {
      const rotated = remembered.inode === file.inode ? undefined : await findPredecessor(path, remembered, 'sameFile');
      if (rotated !== undefined) this.#readOnce(rotated, remembered);
      // The same content under another inode was copied or saved by an editor: it is the same file to us.
      else place = { ...remembered, ...file };
    }
    this.#current = { path, lines: new LineReader(opened.handle), place, isCurrent: true };
    return this.#readRetired();
  }

  /** The file at the path was emptied or written anew in place. */
  async #startOver(reader: Reader): Promise<void> {
    const copy = await findPredecessor(reader.path, reader.place, 'sameContent');
    if (copy !== undefined) this.#readOnce(copy, reader.place);
    reader.place = beginningOf(reader.place);
  }

  /** Another file is at the path: this one is read on for a while, as its writer may not have noticed. */
  #retire(reader: Reader): void {
    this.#current = undefined;
    this.#retired.push({ reader: { ...reader, isCurrent: false }, until: this.#options.now() + retiredMs });
  }

  #readOnce(found: { readonly path: string; readonly lines: LineReader }, place: FilePlace): void {
    this.#retired.push({ reader: { ...found, place, isCurrent: false }, until: 0 });
  }

  /** @returns false when the sink failed: what is newer has to wait */
  async #readRetired(): Promise<boolean> {
    const now = this.#options.now();
    for (const { reader, until } of [...this.#retired]) {
      const outcome = await this.#drain(reader);
      if (outcome === 'refused') return false;
      if (outcome === 'end' && now < until) continue;
      this.#retired = this.#retired.filter((entry) => entry.reader !== reader);
      await reader.lines.close();
    }
    return true;
  }

  /** Hands on every complete line. `refused`: the sink failed, and the place is where it was before the batch. */
  async #drain(reader: Reader): Promise<'end' | 'replaced' | 'refused'> {
    for (;;) {
      const reading = await reader.lines.read(reader.place);
      if (reading.kind === 'replaced') return 'replaced';
      for (let index = 0; index < reading.lines.length; index += batchLines) {
        const batch = reading.lines.slice(index, index + batchLines);
        if (this.#passes.isClosed || !(await this.#handOn(reader, batch))) return 'refused';
        reader.place = batch.at(-1)?.place ?? reader.place;
        await nextTurn();
      }
      reader.place = reading.place;
      if (reading.isEnd) return 'end';
      if (this.#passes.isClosed) return 'refused';
    }
  }

  async #handOn(reader: Reader, batch: readonly Line[]): Promise<boolean> {
    const { path, now, onSignal } = this.#options;
    const taken = batch.map((line) => {
      const parsed = line.isTooLong
        ? malformed('TOO_LARGE', `A line has at most ${maxSignalBytes} bytes.`, line.bytes)
        : parseSignal(line.bytes, now());
      const place = reader.isCurrent ? { key: filePlaceKey(path), value: line.place } : null;
      return failureOf(onSignal({ parsed, source: { kind: 'file', path: reader.path, line: line.number }, place }));
    });
    const failure = (await Promise.all(taken)).find((outcome) => outcome !== undefined);
    if (failure === undefined) {
      if (this.#trouble === 'NOT_TAKEN') this.#trouble = undefined;
      return true;
    }
    this.#report('NOT_TAKEN', `Signals from ${basename(path)} wait: ${failure.message}`);
    return false;
  }

  #report(code: TroubleCode, sentence: string): void {
    if (this.#trouble === code) return;
    this.#trouble = code;
    this.#options.onTrouble(code, sentence);
  }
}
