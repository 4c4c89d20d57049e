/**
 * The writing end of a journal.
 *
 * 1. An append resolves only when its records are on disk (write of all bytes, then fdatasync), in the order of calls.
 * 2. Everything queued while one fdatasync runs goes out in one write and one fdatasync (group commit).
 * 3. The first error fails the journal for good: what waits and what comes later is refused, the file is not written again.
 * 4. A segment that is full is durable to its end before the next one exists.
 */
import { type FileOperations, type OpenFile, writeAll, writeTemporary } from '../file-operations.ts';
import { segmentPath } from './chain.ts';
import { failureOf, JournalError, type JournalFailure } from './failure.ts';
import { type ChainPoint, encodeHeader, encodeRecord } from './record.ts';

export interface WriterStart {
  readonly folder: string;
  readonly files: FileOperations;
  /** Size at which the next batch goes into a new segment. */
  readonly segmentBytes: number;
  /** The open last segment, its size, and the last record in the journal. */
  readonly file: OpenFile;
  readonly size: number;
  readonly end: ChainPoint;
}

interface Queued {
  readonly bytes: readonly Buffer[];
  readonly before: ChainPoint;
  readonly end: ChainPoint;
  readonly resolve: (end: ChainPoint) => void;
  readonly reject: (error: JournalError) => void;
}

/** Makes the segment that continues `after`, durably and with its header whole. @throws the system error */
export async function createSegment(folder: string, after: ChainPoint, files: FileOperations): Promise<{ file: OpenFile; size: number }> {
  const path = segmentPath(folder, after.seq + 1);
  const header = encodeHeader(after);
  await files.rename(await writeTemporary(path, header, files), path);
  await files.syncFolder(folder);
  return { file: await files.open(path, 'update'), size: header.length };
}

export class JournalWriter {
  readonly #folder: string;
  readonly #files: FileOperations;
  readonly #segmentBytes: number;
  readonly #listeners = new Set<(failure: JournalFailure) => void>();
  #file: OpenFile;
  #size: number;
  #queue: Queued[] = [];
  #end: ChainPoint;
  #durable: ChainPoint;
  #writing: Promise<void> | null = null;
  #failed: JournalFailure | null = null;
  #closed = false;
  #rotations = 0;

  constructor(start: WriterStart) {
    this.#folder = start.folder;
    this.#files = start.files;
    this.#segmentBytes = start.segmentBytes;
    this.#file = start.file;
    this.#size = start.size;
    this.#end = start.end;
    this.#durable = start.end;
  }

  /** The last record given to `append`, durable or not. */
  get end(): ChainPoint {
    return this.#end;
  }
  get durable(): ChainPoint {
    return this.#durable;
  }
  get failed(): JournalFailure | null {
    return this.#failed;
  }
  /** How many segments this writer has begun. */
  get rotations(): number {
    return this.#rotations;
  }

  onFailure(listener: (failure: JournalFailure) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Queues JSON texts as records. @returns the last of them, once all are durable; rejects with JournalError */
  append(texts: readonly string[]): Promise<ChainPoint> {
    const refusal: JournalFailure | null = this.#failed ?? (this.#closed ? { code: 'CLOSED', said: 'it is closed' } : null);
    if (refusal !== null) return Promise.reject(new JournalError(refusal));
    const before = this.#end;
    // What is queued goes out together: that is the batch, and it begins with the first of them.
    const batchSeq = (this.#queue[0]?.before ?? before).seq + 1;
    let end = before;
    const bytes = texts.map((json) => {
      const record = encodeRecord(end, json, batchSeq);
      end = record.point;
      return record.bytes;
    });
    this.#end = end;
    return new Promise((resolve, reject) => {
      this.#queue.push({ bytes, before, end, resolve, reject });
      this.#writing ??= this.#drain();
    });
  }

  /** Writes out what is queued, then takes nothing more. Never rejects: what was acknowledged is on disk already. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#writing;
    try {
      await this.#file.close();
    } catch (error) {
      this.#failed ??= failureOf(error);
    }
  }

  async #drain(): Promise<void> {
    // Appends of the same turn of the event loop share the first write.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      const batch = this.#queue;
      this.#queue = [];
      try {
        await this.#write(batch);
      } catch (error) {
        this.#fail(failureOf(error), batch);
        break;
      }
      for (const { end, resolve } of batch) resolve(end);
    }
    this.#writing = null;
  }

  async #write(batch: readonly Queued[]): Promise<void> {
    const [first] = batch;
    const last = batch.at(-1);
    const data = Buffer.concat(batch.flatMap(({ bytes }) => bytes));
    if (first === undefined || last === undefined || data.length === 0) return;
    if (this.#size >= this.#segmentBytes) await this.#rotate(first.before);
    await writeAll(this.#file, data, this.#size);
    await this.#file.datasync();
    this.#size += data.length;
    this.#durable = last.end;
  }

  async #rotate(after: ChainPoint): Promise<void> {
    const next = await createSegment(this.#folder, after, this.#files);
    const full = this.#file;
    this.#file = next.file;
    this.#size = next.size;
    this.#rotations += 1;
    await full.close();
  }

  #fail(failure: JournalFailure, batch: readonly Queued[]): void {
    this.#failed = failure;
    const waiting = [...batch, ...this.#queue];
    this.#queue = [];
    try {
      for (const listener of this.#listeners) listener(failure);
    } finally {
      for (const { reject } of waiting) reject(new JournalError(failure));
    }
  }
}
