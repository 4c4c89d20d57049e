/** What a power cut may leave of the batch that was being written: any of its pages, in any order. And journals of format 1. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { realFiles } from '../file-operations.ts';
import { faultyFiles } from '../testing/faulty-files.ts';
import { formatOneSegment } from '../testing/format-one.ts';
import { payloadsIn } from '../testing/payloads.ts';
import { inScratch } from '../testing/scratch.ts';
import { readBackward } from './backward.ts';
import { type Journal, openJournal } from './journal.ts';
import { type JournalVerdict, verifyJournal } from './verify.ts';

const name = 'journal-000000000001.log';
/** Small, so that every subset of a batch's pages can be tried. What a real page is makes no difference. */
const pageBytes = 40;
const acknowledged = [{ n: 1 }, { n: 2, filler: 'x'.repeat(30) }];
const batch = [3, 4, 5, 6, 7, 8].map((n) => ({ n, filler: 'y'.repeat(n * 4) }));

async function open(folder: string): Promise<{ journal: Journal; payloads: readonly unknown[]; tornBytes: number }> {
  const opened = await openJournal(folder);
  if (!opened.ok) throw new Error(opened.reason);
  return { journal: opened.journal, payloads: opened.records.map(({ payload }) => payload), tornBytes: opened.tornTail?.bytes ?? 0 };
}

/** A journal of two records, each synced alone, and six that went out in one write. @returns it, and how long it was before them */
async function written(folder: string): Promise<{ whole: Buffer; before: number }> {
  const faults = { writes: 0, datasyncs: 0 };
  const opened = await openJournal(folder, { files: faultyFiles(faults) });
  if (!opened.ok) throw new Error(opened.reason);
  const { journal } = opened;
  for (const payload of acknowledged) await journal.append([payload]);
  const before = (await readFile(join(folder, name))).length;
  faults.datasyncs = 0;
  await Promise.all(batch.map((payload) => journal.append([payload])));
  expect(faults.datasyncs).toBe(1);
  await journal.close();
  return { whole: await readFile(join(folder, name)), before };
}

/** What verifying says of a journal with these bytes for its one segment. Nothing is written. */
const judge = (folder: string, bytes: Buffer): Promise<JournalVerdict> => verifyJournal(folder, { ...realFiles, read: () => Promise.resolve(bytes) });
/** Where the record begins whose payload begins with a text. */
const recordAt = (bytes: Buffer, payload: string, headerBytes: number): number => bytes.lastIndexOf(payload) - headerBytes;

/** Every way in which some pages of the bytes from `before` on reached the disk and others did not: zeros, or beyond the file's end. */
function* cuts(whole: Buffer, before: number): Generator<Buffer> {
  const first = Math.floor(before / pageBytes);
  const count = Math.ceil(whole.length / pageBytes) - first;
  for (let present = 0; present < 2 ** count - 1; present++) {
    const bytes = Buffer.from(whole);
    let length = before;
    for (let page = 0; page < count; page++) {
      const from = Math.max(before, (first + page) * pageBytes);
      const to = Math.min(whole.length, (first + page + 1) * pageBytes);
      if ((present >> page) % 2 === 1) length = to;
      else bytes.fill(0, from, to);
    }
    yield bytes;
    yield bytes.subarray(0, length);
  }
}

it('opens with everything acknowledged, whichever pages of the last batch were kept', () =>
  inScratch(async (folder) => {
    const { whole, before } = await written(folder);
    const all = [...acknowledged, ...batch];
    const counts = new Set<number>();
    let outOfOrder = 0;
    let tried = 0;
    for (const bytes of cuts(whole, before)) {
      tried += 1;
      const verdict = await judge(folder, bytes);
      expect(verdict, `cut ${tried}`).toMatchObject({ verdict: 'clean' });
      expect(verdict.records).toBeGreaterThanOrEqual(acknowledged.length);
      counts.add(verdict.records);
      // Opening reads by the same code and then repairs, which is tried for some: each costs several syncs.
      if (verdict.tornTailBytes > 0 && bytes.subarray(-20).some((byte) => byte !== 0)) outOfOrder += 1;
      if (tried % 40 !== 0) continue;
      const cut = join(folder, `cut-${tried}`);
      await mkdir(cut);
      await writeFile(join(cut, name), bytes);
      const { journal, payloads, tornBytes } = await open(cut);
      expect(payloads).toEqual(all.slice(0, verdict.records));
      expect(tornBytes).toBe(verdict.tornTailBytes);
      expect(await journal.append(['after'])).toEqual({ seq: verdict.records + 1 });
      await journal.close();
      expect(await verifyJournal(cut)).toMatchObject({ verdict: 'clean', records: verdict.records + 1, tornTailBytes: 0 });
    }
    expect([tried > 500, outOfOrder > 100]).toEqual([true, true]);
    expect([...counts].toSorted()).toEqual([2, 3, 4, 5, 6, 7]);
  }));

it('refuses the same damage once another batch was written after it', () =>
  inScratch(async (folder) => {
    const { before } = await written(folder);
    const { journal } = await open(folder);
    await journal.append(['the next batch']);
    await journal.close();
    const whole = await readFile(join(folder, name));
    const next = recordAt(whole, '"the next batch"', 24);
    let tried = 0;
    for (const bytes of cuts(whole.subarray(0, next), before)) {
      if (bytes.length < next) continue;
      tried += 1;
      expect(await judge(folder, Buffer.concat([bytes, whole.subarray(next)])), `cut ${tried}`).toMatchObject({
        verdict: 'damaged',
        reason: expect.stringMatching(/Record \d is broken and record 9 was written after it/),
      });
    }
    expect(tried).toBeGreaterThan(250);
  }));

it('counts what is written after a repair as a batch of its own', () =>
  inScratch(async (folder) => {
    const { whole } = await written(folder);
    await writeFile(join(folder, name), whole.subarray(0, whole.length - 5));
    const { journal } = await open(folder);
    await journal.append(['after the repair']);
    await journal.close();
    const repaired = await readFile(join(folder, name));
    // The last record that the repair kept: of the batch that was cut off, and acknowledged by what came after it.
    const kept = recordAt(repaired, '{"n":7', 0);
    repaired.writeUInt8(repaired.readUInt8(kept) ^ 1, kept);
    await writeFile(join(folder, name), repaired);
    expect(await verifyJournal(folder)).toMatchObject({ verdict: 'damaged' });
  }));

it('reads a journal of format 1 and goes on in a segment of its own', () =>
  inScratch(async (folder) => {
    const old = formatOneSegment(acknowledged);
    await writeFile(join(folder, name), Buffer.concat([old, Buffer.from('half a record')]));
    const { journal, payloads, tornBytes } = await open(folder);
    expect([payloads, tornBytes]).toEqual([acknowledged, 13]);
    for (const payload of batch) await journal.append([payload]);
    await journal.close();
    expect(await readFile(join(folder, name))).toEqual(old);
    expect((await readdir(folder)).filter((file) => file.endsWith('.log'))).toEqual([name, 'journal-000000000003.log']);
    const all = [...acknowledged, ...batch];
    expect(await payloadsIn(folder)).toEqual(all);
    const backward: unknown[] = [];
    for await (const { json } of readBackward(folder)) backward.push(JSON.parse(json));
    expect(backward.toReversed()).toEqual(all);
    expect(await verifyJournal(folder)).toMatchObject({ verdict: 'clean', segments: 2, records: 8 });
    const again = await open(folder);
    expect(again.payloads).toEqual(all);
    await again.journal.close();
  }));

it('begins anew under its name where a segment of format 1 has no record', () =>
  inScratch(async (folder) => {
    await writeFile(join(folder, name), formatOneSegment([]));
    const { journal } = await open(folder);
    await journal.append([1]);
    await journal.close();
    expect(await readdir(folder)).toEqual([basename(name)]);
    expect(await verifyJournal(folder)).toMatchObject({ verdict: 'clean', records: 1 });
  }));

it('refuses damage before the last record of format 1, which says nothing of batches', () =>
  inScratch(async (folder) => {
    const old = formatOneSegment([...acknowledged, ...batch]);
    for (let at = 28; at < recordAt(old, '{"n":8', 20); at += 7) {
      const bytes = Buffer.from(old);
      bytes.writeUInt8(bytes.readUInt8(at) ^ 4, at);
      await writeFile(join(folder, name), bytes);
      expect(await verifyJournal(folder), `${at}`).toMatchObject({ verdict: 'damaged' });
    }
    // Nor is a segment taken for new whose header broke.
    const headless = Buffer.from(old);
    headless.fill(0, 0, 8);
    await writeFile(join(folder, name), headless);
    expect(await verifyJournal(folder)).toMatchObject({ verdict: 'damaged', reason: 'The header of the segment is broken' });
  }));
