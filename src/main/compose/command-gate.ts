/**
 * What a command meets on its way to the engine: the end of the console, the STOP file, a disk that failed.
 *
 * 1. A stop closes the door before anything else happens, and is obeyed in every state.
 * 2. Nothing is reset while the STOP file is there, and nothing arms on a failed disk or in an ending console.
 */
import type { CommandReply } from '../engine/draft.ts';
import type { Command } from '../engine/inputs.ts';
import { isStopFileIn, leaveStopFile, readStopFile, type StopFile, watchStopFile } from '../store/stop-file.ts';
import { ending } from './ending.ts';
import type { Trading } from './trading.ts';
import { diskBar } from './snapshot-parts.ts';

export class CommandGate {
  readonly #dataDir: string;
  readonly #trading: Trading;
  #stopFile: StopFile | null = null;
  #diskFailure: string | null = null;
  #standing: 'open' | 'ending' | 'closed' = 'open';

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

  command(command: Command): CommandReply {
    if (command.kind === 'stop') this.#trading.door.latch();
    if (this.isClosed) return this.#afterClose(command);
    if (this.isEnding && (command.kind === 'arm' || command.kind === 'placeOrder' || command.kind === 'amendOrder')) return ending;
    if (command.kind === 'resetStop' && this.isStopFileThere)
      return { ok: false, code: 'STOP_FILE', reason: 'A STOP file lies in the data folder; take it away first' };
    if (command.kind === 'arm' && this.#diskFailure !== null) return { ok: false, ...diskBar(this.#diskFailure) };
    return this.#trading.command(command);
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

  /** The door is closed already; the state stops in memory too, so that own open orders are canceled. */
  diskFailed(reason: string): void {
    this.#diskFailure = reason;
    leaveStopFile(this.#dataDir, `The journal cannot be written: ${reason}`);
    const cause = { code: 'JOURNAL_FAILED', values: { said: reason } } as const;
    this.command({ kind: 'stop', source: 'limit', reason: `The journal cannot be written: ${reason}`, closeAll: false, cause });
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

  /** The journal is closed: a stop goes where the next start finds it, everything else is too late. */
  #afterClose(command: Command): CommandReply {
    if (command.kind !== 'stop') return ending;
    leaveStopFile(this.#dataDir, command.reason);
    return { ok: true };
  }
}
