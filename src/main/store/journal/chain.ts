/**
 * Reads segments in order and checks that they are one unbroken chain.
 *
 * 1. A record is handed out only if its own crc, its seq and the crc of the record before it are right, back to where
 *    the reading began.
 * 2. Bytes behind the last good record are a torn tail only in the last segment and only when no whole record lies
 *    among them: that is what a crash in mid-write leaves. Everything else is damage.
 */
import { join } from 'node:path';
import { parseJson } from '../durable-file.ts';
import { type FileOperations, realFiles, systemErrorText } from '../file-operations.ts';
import { type ChainPoint, decodeHeader, decodeRecord, findRecord, FORMAT_VERSION, HEADER_BYTES } from './record.ts';

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
  readonly records: readonly (JournalRecord & { readonly crc: number })[];
  /** The last record in it, or `after` when it has none. */
  readonly end: ChainPoint;
  readonly size: number;
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
    const torn = isLast && expected !== undefined && findRecord(bytes, 0) === undefined;
    if (!torn || expected === undefined) return damaged(0, 'The header of the segment is broken');
    const tear = { file, offset: 0, bytes: bytes.length };
    return { ok: true, read: { segment, after: expected, records: [], end: expected, size: 0, tear } };
  }
  if (header.version !== FORMAT_VERSION) {
    const reason = `The segment has format version ${header.version}; this console reads version ${FORMAT_VERSION}`;
    return { ok: false, problem: { kind: 'cannotOpen', reason, file, offset: 8 } };
  }
  const { after } = header;
  if (after.seq + 1 !== segment.firstSeq) return damaged(0, `The segment begins with record ${after.seq + 1}, not with the one it is named by`);
  if (expected !== undefined && after.crc !== expected.crc) return damaged(0, `The segment does not continue record ${expected.seq}`);

  const records: (JournalRecord & { crc: number })[] = [];
  let end: ChainPoint = after;
  let offset = HEADER_BYTES;
  while (offset < bytes.length) {
    const record = decodeRecord(bytes, offset);
    const payload = record === undefined ? undefined : parseJson(record.payload.toString('utf8'));
    if (record === undefined || payload === undefined || record.seq !== end.seq + 1 || record.previousCrc !== end.crc) break;
    records.push({ seq: record.seq, payload, crc: record.crc });
    end = { seq: record.seq, crc: record.crc };
    offset = record.end;
  }
  if (offset === bytes.length) return { ok: true, read: { segment, after, records, end, size: offset, tear: null } };

  const next = end.seq + 1;
  if (!isLast) return damaged(offset, `Record ${next} is broken and newer segments follow`);
  const later = findRecord(bytes, offset);
  if (later !== undefined) return damaged(offset, `Record ${next} is broken and a whole record follows at ${later}`);
  return { ok: true, read: { segment, after, records, end, size: offset, tear: { file, offset, bytes: bytes.length - offset } } };
}
