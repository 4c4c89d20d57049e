/**
 * Reads a journal from its end, for people who look things up while it is being written. Changes nothing on disk.
 *
 * 1. Newest first, one segment in memory at a time, however long the history is.
 * 2. The event loop is never held for long: after some milliseconds of work others have their turn.
 * 3. Only records whose crc is right are handed out; behind one that is not, the rest of its segment is passed over.
 *    Whether a journal may be relied on is judged at opening, not here.
 */
import { setImmediate } from 'node:timers/promises';
import { type FileOperations, realFiles } from '../file-operations.ts';
import { listSegments } from './chain.ts';
import { type DecodedRecord, decodeHeader, decodeRecord, HEADER_BYTES, isKnownFormat } from './record.ts';

/** A record's payload as it lies there: JSON that nobody parsed yet. */
export interface RecordText {
  readonly seq: number;
  readonly json: string;
}

const sliceMs = 4;

/** Lets others have their turn once it worked for a slice. */
class Slices {
  #since = performance.now();

  async pause(): Promise<void> {
    if (performance.now() - this.#since < sliceMs) return;
    await setImmediate();
    this.#since = performance.now();
  }
}

/**
 * @param upTo the newest seq that is wanted; absent: the newest there is
 * @throws Error when the folder or a segment cannot be read
 */
export async function* readBackward(
  folder: string,
  upTo = Number.MAX_SAFE_INTEGER,
  files: FileOperations = realFiles,
): AsyncGenerator<RecordText, void> {
  const listed = await listSegments(folder, files);
  if (!listed.ok) throw new Error(`${listed.problem.file}: ${listed.problem.reason}`);
  const slices = new Slices();
  for (const segment of listed.segments.toReversed()) {
    if (segment.firstSeq > upTo) continue;
    const records = await recordsIn(await files.read(segment.path), slices);
    for (const { seq, payload } of records.reverse()) {
      await slices.pause();
      if (seq <= upTo) yield { seq, json: payload.toString('utf8') };
    }
  }
}

async function recordsIn(bytes: Buffer, slices: Slices): Promise<DecodedRecord[]> {
  const records: DecodedRecord[] = [];
  const version = decodeHeader(bytes)?.version;
  if (version === undefined || !isKnownFormat(version)) return records;
  let record = decodeRecord(bytes, HEADER_BYTES, version);
  while (record !== undefined) {
    records.push(record);
    await slices.pause();
    record = decodeRecord(bytes, record.end, version);
  }
  return records;
}
