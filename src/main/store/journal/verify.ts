/** Checks a whole journal without changing it: every record of every segment, and that the newest snapshot belongs to them. */
import { type FileOperations, realFiles, systemErrorText } from '../file-operations.ts';
import { listSegments, type Problem, readChain } from './chain.ts';
import { snapshotMismatch } from './recovery.ts';
import { type ChainPoint, START } from './record.ts';
import { findSnapshot, type SnapshotSearch } from './snapshot.ts';

export interface JournalVerdict {
  readonly verdict: 'clean' | 'damaged' | 'cannotOpen';
  readonly segments: number;
  /** Good records, up to the first problem. */
  readonly records: number;
  /** null where there is no record. */
  readonly firstSeq: number | null;
  readonly lastSeq: number | null;
  readonly snapshots: number;
  /** What a crash left behind the last record; the next opening sets it aside. */
  readonly tornTailBytes: number;
  /** What is wrong, and where; absent when clean. */
  readonly reason?: string;
  readonly file?: string;
  readonly offset?: number;
  /** What a person should know though nothing is wrong. */
  readonly notices: readonly string[];
}

/** Verifies the journal in a folder. A torn tail is clean, with a notice. */
export async function verifyJournal(folder: string, files: FileOperations = realFiles): Promise<JournalVerdict> {
  const listed = await listSegments(folder, files);
  const tally = { segments: 0, records: 0, firstSeq: null as number | null, lastSeq: null as number | null, snapshots: 0, tornTailBytes: 0 };
  const notices: string[] = [];
  const refuse = ({ kind, reason, file, offset }: Problem): JournalVerdict => ({ verdict: kind, ...tally, reason, file, offset, notices });
  if (!listed.ok) return refuse(listed.problem);

  const search = await snapshotsOf(folder, files);
  if (!('newest' in search)) return refuse(search);
  tally.snapshots = search.count;
  notices.push(...search.skipped);
  tally.segments = listed.segments.length;
  if (tally.segments === 0 && search.newest === null) {
    return refuse({ kind: 'cannotOpen', reason: 'There is no journal in this folder', file: folder, offset: 0 });
  }

  let end: ChainPoint = START;
  let mismatch: string | undefined;
  for await (const step of readChain(listed.segments, START, files)) {
    if (!step.ok) return refuse(step.problem);
    const { records, tear } = step.read;
    ({ end } = step.read);
    tally.records += records.length;
    tally.firstSeq ??= records[0]?.seq ?? null;
    tally.lastSeq = records.at(-1)?.seq ?? tally.lastSeq;
    if (search.newest !== null && search.newest.point.seq <= end.seq) mismatch ??= snapshotMismatch(search.newest.point, [step.read], end);
    if (tear !== null) {
      tally.tornTailBytes = tear.bytes;
      notices.push(`${tear.file} ends with ${tear.bytes} bytes that are no whole record, as a crash leaves them`);
    }
  }
  if (search.newest !== null) {
    mismatch ??= snapshotMismatch(search.newest.point, [], end);
    if (mismatch !== undefined) return refuse({ kind: 'damaged', reason: mismatch, file: search.newest.file, offset: 0 });
  }
  return { verdict: 'clean', ...tally, notices };
}

async function snapshotsOf(folder: string, files: FileOperations): Promise<SnapshotSearch | Problem> {
  try {
    return await findSnapshot(folder, files);
  } catch (error) {
    return { kind: 'cannotOpen', reason: systemErrorText(error), file: folder, offset: 0 };
  }
}
