/**
 * The append-only journal: what happened, in order, each record on disk before anything follows from it.
 *
 * 1. What `append` acknowledged is read back after any crash, once, in order, unchanged.
 * 2. Opening takes the longest valid prefix: a torn tail is set aside; damage in front of a whole record refuses.
 * 3. The cost of an append does not grow with history; opening reads the newest snapshot and what came after it.
 *
 * The caller holds the lock of the data folder (lock.ts): two writers would break the chain.
 */
import { type FileOperations, realFiles, systemErrorText } from '../file-operations.ts';
import type { JournalRecord, Problem } from './chain.ts';
import { failureOf, JournalError, type JournalFailure } from './failure.ts';
import { recover } from './recovery.ts';
import { writeSnapshotFile } from './snapshot.ts';
import { JournalWriter } from './writer.ts';

export interface JournalOptions {
  /** Size at which a segment is full; 8 MiB by default. */
  readonly segmentBytes?: number;
  /** false reads the whole history although there is a snapshot: for a state that this version no longer understands. */
  readonly useSnapshot?: boolean;
  readonly files?: FileOperations;
}

export type SnapshotResult = { readonly ok: true; readonly seq: number } | { readonly ok: false; readonly failure: JournalFailure };

export interface Journal {
  /** The seq that the next payload gets; those still queued are counted. */
  readonly nextSeq: number;
  /** The newest record that is known to be on disk; 0 when there is none. */
  readonly durableSeq: number;
  /** Whether a segment was begun since a snapshot was last asked for, written or not: time to write one. */
  readonly snapshotDue: boolean;
  /** Set by the first error, for good. */
  readonly failed: JournalFailure | null;
  /**
   * Appends records. Rejects with JournalError when the journal has failed or is closed.
   * Records of one call may be parted by a crash: what must hold together belongs in one payload.
   * @param payloads values that JSON can carry; any other is a bug and rejects with TypeError
   * @returns the seq of the last one, once all are on disk
   */
  append(payloads: readonly unknown[]): Promise<{ readonly seq: number }>;
  /** Called once, before any append rejects. @returns a function that takes the listener away */
  onFailure(listener: (failure: JournalFailure) => void): () => void;
  /**
   * Writes the state that follows from every payload appended so far, once those are on disk. The state is read
   * before this returns, so it may change afterwards. A snapshot that could not be written costs only time at the next
   * opening; the journal goes on.
   */
  writeSnapshot(state: unknown): Promise<SnapshotResult>;
  /** Writes out what is queued and lets the file go. */
  close(): Promise<void>;
}

export type Opened =
  | {
      readonly ok: true;
      readonly journal: Journal;
      /** What came after the snapshot, or everything. */
      readonly records: readonly JournalRecord[];
      readonly snapshot: { readonly seq: number; readonly state: unknown } | null;
      /** Snapshots that were broken and passed over, a sentence each. */
      readonly skippedSnapshots: readonly string[];
      /** What a crash left behind the last whole record: how much, and the file it was set aside in. */
      readonly tornTail: { readonly file: string; readonly bytes: number } | null;
    }
  | ({ readonly ok: false } & Problem);

const defaultSegmentBytes = 8 * 1024 * 1024;

/** Opens the journal in a folder, which is made when it is missing, and repairs what a crash left. */
export async function openJournal(folder: string, options: JournalOptions = {}): Promise<Opened> {
  const files = options.files ?? realFiles;
  try {
    const found = await recover(folder, options.useSnapshot ?? true, files);
    if (!found.ok) return { ok: false, ...found.problem };
    const { snapshot } = found;
    const writer = new JournalWriter({ folder, files, segmentBytes: options.segmentBytes ?? defaultSegmentBytes, ...found.last });
    return {
      ok: true,
      journal: journalOn(writer, folder, files, found.segmentsAfterSnapshot > 1),
      records: found.records,
      snapshot: snapshot === null ? null : { seq: snapshot.point.seq, state: snapshot.state },
      skippedSnapshots: found.skippedSnapshots,
      tornTail: found.tornTail,
    };
  } catch (error) {
    return { ok: false, kind: 'cannotOpen', reason: systemErrorText(error), file: folder, offset: 0 };
  }
}

function journalOn(writer: JournalWriter, folder: string, files: FileOperations, dueAtOpen: boolean): Journal {
  let due = dueAtOpen;
  let rotationsCovered = 0;
  return {
    get nextSeq() {
      return writer.end.seq + 1;
    },
    get durableSeq() {
      return writer.durable.seq;
    },
    get snapshotDue() {
      return due || writer.rotations > rotationsCovered;
    },
    get failed() {
      return writer.failed;
    },
    async append(payloads) {
      const { seq } = await writer.append(payloads.map(jsonOf));
      return { seq };
    },
    onFailure: (listener) => writer.onFailure(listener),
    async writeSnapshot(state) {
      // Read before the first await: this is the state after the newest append, whatever comes next.
      const stateText = jsonOf(state);
      const point = writer.end;
      // Not due while it is being written, or every record that comes meanwhile would write one more.
      due = false;
      rotationsCovered = writer.rotations;
      try {
        await writer.append([]);
        await writeSnapshotFile(folder, point, stateText, files);
      } catch (error) {
        return { ok: false, failure: error instanceof JournalError ? error.failure : failureOf(error) };
      }
      return { ok: true, seq: point.seq };
    },
    close: () => writer.close(),
  };
}

function jsonOf(value: unknown): string {
  const json: string | undefined = JSON.stringify(value);
  if (json === undefined) throw new TypeError('Invariant: what is journaled has a JSON form');
  return json;
}
