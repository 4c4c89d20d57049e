/**
 * Opens what is on disk: finds the longest valid prefix, sets a torn tail aside, refuses damage.
 *
 * 1. Nothing is changed before everything was read and found good but for a torn tail.
 * 2. A torn tail is copied, durably, before it is cut off.
 * 3. What was read is forced to disk before anyone acts on it: after a kill it may only have been in the system's cache.
 */
import { dirname } from 'node:path';
import { type FileOperations, makeFolder, type OpenFile, writeTemporary } from '../file-operations.ts';
import { type JournalRecord, listSegments, type Problem, readChain, type Segment, type SegmentRead, type Tear } from './chain.ts';
import { type ChainPoint, FORMAT_VERSION, START } from './record.ts';
import { findSnapshot, removeTemporaries, type Snapshot } from './snapshot.ts';
import { createSegment } from './writer.ts';

export interface Recovered {
  readonly records: readonly JournalRecord[];
  readonly snapshot: Snapshot | null;
  readonly skippedSnapshots: readonly string[];
  readonly segmentsAfterSnapshot: number;
  readonly tornTail: { readonly file: string; readonly bytes: number } | null;
  /** The last segment, open for writing. */
  readonly last: { readonly file: OpenFile; readonly size: number; readonly end: ChainPoint };
}

type Recovery = ({ readonly ok: true } & Recovered) | { readonly ok: false; readonly problem: Problem };

/** @throws the system error when the folder cannot be made, read or repaired */
export async function recover(folder: string, useSnapshot: boolean, files: FileOperations): Promise<Recovery> {
  await makeFolder(folder, files);
  await removeTemporaries(folder, files);
  const listed = await listSegments(folder, files);
  if (!listed.ok) return listed;
  const { newest: snapshot, skipped } = await findSnapshot(folder, files);
  const begin = useSnapshot ? snapshot : null;

  const chosen = segmentsAfter(listed.segments, begin?.point ?? START);
  const reads: SegmentRead[] = [];
  for await (const step of readChain(chosen.segments, chosen.from, files)) {
    if (!step.ok) return step;
    reads.push(step.read);
  }
  const end = reads.at(-1)?.end ?? START;
  if (snapshot !== null) {
    const reason = snapshotMismatch(snapshot.point, reads, end);
    if (reason !== undefined) return { ok: false, problem: { kind: 'damaged', reason, file: snapshot.file, offset: 0 } };
  }

  const from = begin?.point.seq ?? 0;
  const records = reads.flatMap((read) => read.records.filter(({ seq }) => seq > from).map(({ seq, payload }) => ({ seq, payload })));
  const tornTail = await setTailAside(reads.at(-1)?.tear ?? null, files);
  const last = { ...(await openLast(folder, reads.at(-1), end, files)), end };
  return { ok: true, records, snapshot: begin, skippedSnapshots: skipped, segmentsAfterSnapshot: reads.length, tornTail, last };
}

/** The segments to read when everything up to a record is known already, and the record before the first of them. */
function segmentsAfter(all: readonly Segment[], known: ChainPoint): { segments: readonly Segment[]; from: ChainPoint | undefined } {
  const index = all.findLastIndex(({ firstSeq }) => firstSeq <= known.seq + 1);
  const first = all[index];
  if (first === undefined) return { segments: all, from: known };
  // A snapshot in mid-segment does not say what came before that segment; its records are checked against it afterwards.
  return { segments: all.slice(index), from: first.firstSeq === known.seq + 1 ? known : first.firstSeq === 1 ? START : undefined };
}

/** Why a snapshot and the records do not belong together; undefined when they do. */
export function snapshotMismatch(point: ChainPoint, reads: readonly SegmentRead[], end: ChainPoint): string | undefined {
  if (point.seq > end.seq) return `The snapshot includes record ${point.seq}, but the records end at ${end.seq}: some are missing`;
  const record = reads.flatMap((read) => read.records).find(({ seq }) => seq === point.seq);
  const before = reads.find((read) => read.after.seq === point.seq);
  const crc = record?.crc ?? before?.after.crc;
  // Not among what was read: an older snapshot than the one that the reading began with.
  return crc === undefined || crc === point.crc ? undefined : `The snapshot was not made from this record ${point.seq}`;
}

async function setTailAside(tear: Tear | null, files: FileOperations): Promise<Recovered['tornTail']> {
  if (tear === null) return null;
  const tail = (await files.read(tear.file)).subarray(tear.offset);
  const copyPath = `${tear.file}.corrupt-${Date.now()}`;
  await files.rename(await writeTemporary(copyPath, tail, files), copyPath);
  await files.syncFolder(dirname(tear.file));
  return { file: copyPath, bytes: tail.length };
}

async function openLast(
  folder: string,
  last: SegmentRead | undefined,
  end: ChainPoint,
  files: FileOperations,
): Promise<{ file: OpenFile; size: number }> {
  // A segment without a whole header holds no record: it is made anew under its name.
  if (last === undefined || last.version === null) return createSegment(folder, end, files);
  const file = await files.open(last.segment.path, 'update');
  try {
    if (last.tear !== null) await file.truncate(last.size);
    await file.sync();
    await files.syncFolder(folder);
  } catch (error) {
    await file.close();
    throw error;
  }
  if (last.version === FORMAT_VERSION) return { file, size: last.size };
  // One segment has records of one format: an older one is left as it is, and continued by the next.
  await file.close();
  return createSegment(folder, end, files);
}
