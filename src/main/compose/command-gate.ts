/**
 * What a command meets on its way to the engine: the end of the console, the STOP file, a disk that failed.
 *
 * 1. A stop closes the door before anything else happens, and is obeyed in every state.
 * 2. A stop outlives the process: where the disk does not take its record in time, a STOP file is left for the next start.
 *    Neither the latch nor a cancel waits for that.
 * 3. Nothing is reset while the STOP file is there, and nothing arms on a failed disk or in an ending console.
 */
import type { CommandReply } from '../engine/draft.ts';
import type { Command } from '../engine/inputs.ts';
import { systemClock } from '../runtime/clock.ts';
import { isStopFileIn, leaveStopFile, leaveStopFileSoon, readStopFile, type StopFile, watchStopFile } from '../store/stop-file.ts';
import { ending } from './ending.ts';
import type { Trading } from './trading.ts';
import { diskBar } from './snapshot-parts.ts';

type Stop = Extract<Command, { kind: 'stop' }>;

/** How long a stop waits for its record, and then for its file. */
const recordedWithinMs = 800;
const leftWithinMs = 400;

export class CommandGate {
  readonly #dataDir: string;
  readonly #trading: Trading;
  #stopFile: StopFile | null = null;
  #diskFailure: string | null = null;
  #standing: 'open' | 'ending' | 'closed' = 'open';
  #kept: Promise<void> = Promise.resolve();

  constructor(dataDir: string, trading: Trading) {
    this.#dataDir = dataDir;
    this.#trading = trading;
  }

  get isEnding(): boolean {
    return this.#standing !== 'open';
  }
  /** The data folder was let go: nothing may be written any more. */
  get isClosed(): boolean {
    return this.#standing === 'closed';
  }
  /** What the disk said when it failed; null while it works. */
  get diskFailure(): string | null {
    return this.#diskFailure;
  }
  /** Also before the watch of it begins: a reset must not slip in first. */
  get isStopFileThere(): boolean {
    return this.#stopFile?.present() ?? isStopFileIn(this.#dataDir);
  }

  /** Resolves when the newest stop outlives this process, as far as the disk lets it: after 1.2 s at the latest. */
  get stopKept(): Promise<void> {
    return this.#kept;
  }

  command(command: Command): CommandReply {
    if (command.kind === 'stop') this.#trading.door.latch();
    if (this.isClosed) return this.#afterClose(command);
    if (this.isEnding && (command.kind === 'arm' || command.kind === 'placeOrder' || command.kind === 'amendOrder')) return ending;
    if (command.kind === 'resetStop' && this.isStopFileThere)
      return { ok: false, code: 'STOP_FILE', reason: 'A STOP file lies in the data folder; take it away first' };
    if (command.kind === 'arm' && this.#diskFailure !== null) return { ok: false, ...diskBar(this.#diskFailure) };
    const reply = this.#trading.command(command);
    if (command.kind === 'stop') this.#kept = this.#keep(command);
    return reply;
  }

  /** Stops for a STOP file, one that lies there already too. */
  watchStopFile(): void {
    this.#stopFile = watchStopFile(this.#dataDir, () => {
      // What the file says is for people: the latch is closed before it is read.
      this.#trading.door.latch();
      const said = readStopFile(this.#dataDir);
      const reason = `A STOP file lies in the data folder${said === '' ? '' : `: ${said}`}`;
      this.command({ kind: 'stop', source: 'file', reason, closeAll: false });
    });
  }
  endWatch(): void {
    this.#stopFile?.close();
  }

  /** The door is closed already; the state stops in memory too, so that own open orders are canceled before a file is left. */
  diskFailed(reason: string): void {
    this.#diskFailure = reason;
    const cause = { code: 'JOURNAL_FAILED', values: { said: reason } } as const;
    this.command({ kind: 'stop', source: 'limit', reason: `The journal cannot be written: ${reason}`, closeAll: false, cause });
  }

  /** The disk neither takes nor refuses what it is given. Not for good: what waits for it leaves when it is back, if it may. */
  diskHangs(reason: string): void {
    if (this.#trading.door.latched) return;
    this.command({ kind: 'stop', source: 'limit', reason, closeAll: false, cause: { code: 'JOURNAL_FAILED', values: { said: reason } } });
  }

  /** Something threw that cannot throw, and the process ends: the door closes first, and the next start is a stopped one. */
  bug(error: unknown): void {
    this.#trading.door.latch();
    if (!this.isClosed) leaveStopFile(this.#dataDir, `A bug ended the console: ${error instanceof Error ? error.message : String(error)}`);
  }

  /** @returns false when it was ending already */
  beginEnd(): boolean {
    if (this.isEnding) return false;
    this.#standing = 'ending';
    return true;
  }
  close(): void {
    this.#standing = 'closed';
  }

  async #keep({ reason, closeAll }: Stop): Promise<void> {
    const { loop } = this.#trading;
    if (await endsWell(loop.recorded, recordedWithinMs)) return;
    // A person reset it meanwhile.
    if (loop.state.stop === null) return;
    const left = leaveStopFileSoon(this.#dataDir, `${reason} (the journal did not take it${closeAll ? '; close all was asked for' : ''})`);
    loop.watch(left);
    await endsWell(left, leftWithinMs);
  }

  /** The journal is closed: a stop goes where the next start finds it, everything else is too late. */
  #afterClose(command: Command): CommandReply {
    if (command.kind !== 'stop') return ending;
    leaveStopFile(this.#dataDir, command.reason);
    return { ok: true };
  }
}

/** @returns whether it was fulfilled within so many ms */
function endsWell(work: Promise<void>, withinMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const callOff = systemClock.after(withinMs, () => resolve(false));
    const end = (well: boolean) => (): void => {
      callOff();
      resolve(well);
    };
    work.then(end(true), end(false));
  });
}
