/**
 * Snapshots: the folded state up to a record, so that opening does not read the whole history.
 *
 * `snapshot-<seq>.json` is two lines of JSON: what it includes and the crc32 of the rest, then the state. One that is
 * broken in any bit is passed over for the one before, which is safe: the records it spares are all still there.
 * The newest two are kept.
 */
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { parseJson, writeDurably } from '../durable-file.ts';
import { type FileOperations, isTemporary, realFiles, systemErrorText } from '../file-operations.ts';
import type { ChainPoint } from './record.ts';

export interface Snapshot {
  /** The last record whose effect the state includes. */
  readonly point: ChainPoint;
  readonly state: unknown;
}

export interface SnapshotSearch {
  readonly newest: (Snapshot & { readonly file: string }) | null;
  /** How many whole ones there are. */
  readonly count: number;
  /** One sentence for each that was passed over. */
  readonly skipped: readonly string[];
}

const kept = 2;
const nameForm = /^snapshot-(\d{12})\.json$/;
const headForm = z.strictObject({ snapshot: z.literal(1), seq: z.int().min(0), recordCrc: z.int().min(0), crc: z.int().min(0) });

const snapshotPath = (folder: string, seq: number): string => join(folder, `snapshot-${String(seq).padStart(12, '0')}.json`);
const checksum = (point: ChainPoint, stateText: string): number => crc32(`${point.seq} ${point.crc}\n${stateText}`);

/** Writes a snapshot durably, then removes all but the newest two. @throws the system error when the disk refuses */
export async function writeSnapshotFile(folder: string, point: ChainPoint, stateText: string, files: FileOperations): Promise<void> {
  const head = JSON.stringify({ snapshot: 1, seq: point.seq, recordCrc: point.crc, crc: checksum(point, stateText) });
  await writeDurably(snapshotPath(folder, point.seq), `${head}\n${stateText}`, { keepPrevious: false, files });
  const old = (await listSnapshots(folder, files)).slice(kept);
  for (const seq of old) await files.remove(snapshotPath(folder, seq));
}

/** Finds the newest whole snapshot. @throws the system error when the folder cannot be listed */
export async function findSnapshot(folder: string, files: FileOperations = realFiles): Promise<SnapshotSearch> {
  const skipped: string[] = [];
  let newest: SnapshotSearch['newest'] = null;
  let count = 0;
  for (const seq of await listSnapshots(folder, files)) {
    const file = snapshotPath(folder, seq);
    const read = await readSnapshot(file, seq, files);
    if (typeof read === 'string') skipped.push(`${file} was passed over: ${read}`);
    else {
      count += 1;
      newest ??= { ...read, file };
    }
  }
  return { newest, count, skipped };
}

/** Removes what crashes left of files that were never finished. @throws the system error */
export async function removeTemporaries(folder: string, files: FileOperations): Promise<void> {
  for (const name of await files.list(folder)) if (isTemporary(name)) await files.remove(join(folder, name));
}

/** Seqs of all snapshots, newest first. */
async function listSnapshots(folder: string, files: FileOperations): Promise<number[]> {
  const seqs = (await files.list(folder)).flatMap((name) => {
    const seq = nameForm.exec(name)?.[1];
    return seq === undefined ? [] : [Number(seq)];
  });
  return seqs.toSorted((a, b) => b - a);
}

async function readSnapshot(file: string, seq: number, files: FileOperations): Promise<Snapshot | string> {
  let content: string;
  try {
    content = (await files.read(file)).toString('utf8');
  } catch (error) {
    return systemErrorText(error);
  }
  const line = content.indexOf('\n');
  const head = headForm.safeParse(parseJson(content.slice(0, Math.max(line, 0))));
  const stateText = content.slice(line + 1);
  if (!head.success) return 'its first line is broken';
  const point = { seq: head.data.seq, crc: head.data.recordCrc };
  if (point.seq !== seq) return `it includes record ${point.seq}, not the one it is named by`;
  if (head.data.crc !== checksum(point, stateText)) return 'its checksum is wrong';
  const state = parseJson(stateText);
  return state === undefined ? 'its state is not JSON' : { point, state };
}
