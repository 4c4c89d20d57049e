/**
 * Reads segments in order and checks that they are one unbroken chain.
 *
 * 1. A record is handed out only if its own crc, its seq and the crc of the record before it are right, back to where
 *    the reading began.
 * 2. Bytes behind the last good record are a torn tail only in the last segment and only when every whole record among
 *    them is of the same batch as the one that is broken: a batch begins when the one before is on disk, so nothing that
 *    was acknowledged can be torn, and a power cut may keep any part of the one that was being written. Everything
 *    else is damage.
 */
import { join } from 'node:path';
import { parseJson } from '../durable-file.ts';
import { type FileOperations, realFiles, systemErrorText } from '../file-operations.ts';
import {
  type ChainPoint,
  type DecodedRecord,
  decodeHeader,
  decodeRecord,
  findRecords,
  FORMAT_VERSION,
  type FormatVersion,
  HEADER_BYTES,
  isKnownFormat,
} from './record.ts';

export interface JournalRecord {
  /** 1 for the first record of a journal, then one more each. */
  readonly seq: number;
  readonly payload: unknown;
}

/** Why a journal is not read on. `file` is a path; `offset` is in bytes. */
export interface Problem {
  readonly kind: 'damaged' | 'cannotOpen';
  readonly reason: string;
  readonly file: string;
  readonly offset: number;
}

/** What a crash in mid-write left behind the last good record. */
export interface Tear {
  readonly file: string;
  /** Where the good part ends; 0 when not even the header is whole. */
  readonly offset: number;
  readonly bytes: number;
}

export interface Segment {
  readonly path: string;
  readonly firstSeq: number;
}

export interface SegmentRead {
  readonly segment: Segment;
  /** The last record before this segment. */
  readonly after: ChainPoint;
  /** `batchSeq`: the first record of its batch. */
  readonly records: readonly (JournalRecord & Pick<DecodedRecord, 'crc' | 'batchSeq'>)[];
  /** The last record in it, or `after` when it has none. */
  readonly end: ChainPoint;
  readonly size: number;
  /** null where there is no whole header. */
  readonly version: FormatVersion | null;
  readonly tear: Tear | null;
}

export type ChainStep = { readonly ok: true; readonly read: SegmentRead } | { readonly ok: false; readonly problem: Problem };

const segmentForm = /^journal-(\d{12})\.log$/;

export const segmentPath = (folder: string, firstSeq: number): string => join(folder, `journal-${String(firstSeq).padStart(12, '0')}.log`);

/** The segments of a folder, oldest first. */
export async function listSegments(
  folder: string,
  files: FileOperations = realFiles,
): Promise<{ readonly ok: true; readonly segments: readonly Segment[] } | { readonly ok: false; readonly problem: Problem }> {
  let names: string[];
  try {
    names = await files.list(folder);
  } catch (error) {
    return { ok: false, problem: { kind: 'cannotOpen', reason: systemErrorText(error), file: folder, offset: 0 } };
  }
  const segments = names.flatMap((name): Segment[] => {
    const firstSeq = segmentForm.exec(name)?.[1];
    return firstSeq === undefined ? [] : [{ path: join(folder, name), firstSeq: Number(firstSeq) }];
  });
  return { ok: true, segments: segments.toSorted((a, b) => a.firstSeq - b.firstSeq) };
}

/**
 * Reads segments one after the other and ends behind the first problem.
 * @param segments in order, up to the journal's last
 * @param from the record before the first of them; undefined takes the first segment's own word for it
 */
export async function* readChain(
  segments: readonly Segment[],
  from: ChainPoint | undefined,
  files: FileOperations = realFiles,
): AsyncGenerator<ChainStep> {
  let expected = from;
  for (const [index, segment] of segments.entries()) {
    let bytes: Buffer;
    try {
      bytes = await files.read(segment.path);
    } catch (error) {
      yield { ok: false, problem: { kind: 'cannotOpen', reason: systemErrorText(error), file: segment.path, offset: 0 } };
      return;
    }
    const step = readSegment(segment, bytes, expected, index === segments.length - 1);
    yield step;
    if (!step.ok) return;
    expected = step.read.end;
  }
}

function readSegment(segment: Segment, bytes: Buffer, expected: ChainPoint | undefined, isLast: boolean): ChainStep {
  const file = segment.path;
  const damaged = (offset: number, reason: string): ChainStep => ({ ok: false, problem: { kind: 'damaged', reason, file, offset } });
  if (expected !== undefined && segment.firstSeq !== expected.seq + 1) {
    return damaged(0, `The records before this segment end at ${expected.seq}; a segment or the end of one is missing`);
  }
  const header = decodeHeader(bytes);
  if (header === undefined) {
    if (!isLast || expected === undefined || holdsRecord(bytes)) return damaged(0, 'The header of the segment is broken');
    const tear = { file, offset: 0, bytes: bytes.length };
    return { ok: true, read: { segment, after: expected, records: [], end: expected, size: 0, version: null, tear } };
  }
  const { version } = header;
  if (!isKnownFormat(version)) {
    const reason = `The segment has format version ${version}; this console reads up to ${FORMAT_VERSION}`;
    return { ok: false, problem: { kind: 'cannotOpen', reason, file, offset: 8 } };
  }
  const { after } = header;
  if (after.seq + 1 !== segment.firstSeq) return damaged(0, `The segment begins with record ${after.seq + 1}, not with the one it is named by`);
  if (expected !== undefined && after.crc !== expected.crc) return damaged(0, `The segment does not continue record ${expected.seq}`);

  const { records, end, size } = recordsOf(bytes, after, version);
  const found = { segment, after, records, end, size, version };
  if (size === bytes.length) return { ok: true, read: { ...found, tear: null } };
  const next = end.seq + 1;
  if (!isLast) return damaged(size, `Record ${next} is broken and newer segments follow`);
  for (const later of findRecords(bytes, size, version)) {
    if (later.seq <= next) return damaged(size, `Record ${later.seq} does not continue record ${end.seq}`);
    if (later.batchSeq > next) return damaged(size, `Record ${next} is broken and record ${later.seq} was written after it`);
  }
  return { ok: true, read: { ...found, tear: { file, offset: size, bytes: bytes.length - size } } };
}

/** The records that continue `after` in one unbroken chain, and where they end. */
function recordsOf(bytes: Buffer, after: ChainPoint, version: FormatVersion): Pick<SegmentRead, 'records' | 'end' | 'size'> {
  const records: SegmentRead['records'][number][] = [];
  let end = after;
  let size = HEADER_BYTES;
  while (size < bytes.length) {
    const record = decodeRecord(bytes, size, version);
    const payload = record === undefined ? undefined : parseJson(record.payload.toString('utf8'));
    if (record === undefined || payload === undefined || record.seq !== end.seq + 1 || record.previousCrc !== end.crc) break;
    records.push({ seq: record.seq, payload, crc: record.crc, batchSeq: record.batchSeq });
    end = { seq: record.seq, crc: record.crc };
    size = record.end;
  }
  return { records, end, size };
}

/** Whether a segment without a header has a record of any format. */
const holdsRecord = (bytes: Buffer): boolean => !(findRecords(bytes, 0, FORMAT_VERSION).next().done && findRecords(bytes, 0, 1).next().done);
