import { cp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { inScratch } from '../testing/scratch.ts';
import { type ChainStep, listSegments, readChain, type Segment } from './chain.ts';
import { openJournal } from './journal.ts';
import { encodeRecord, HEADER_BYTES, START } from './record.ts';
import { verifyJournal } from './verify.ts';

const payloads = [
  1,
  'two',
  { three: [3, 3.5, null] },
  '네 번째',
  { filler: 'x'.repeat(60) },
  [],
  { amount: '0.05' },
  'y'.repeat(33),
  true,
  { last: 'one' },
];

/** A journal of three segments with records of several sizes. */
async function makeJournal(folder: string): Promise<readonly Segment[]> {
  const opened = await openJournal(folder, { segmentBytes: 160 });
  if (!opened.ok) throw new Error(opened.reason);
  for (const payload of payloads) await opened.journal.append([payload]);
  await opened.journal.close();
  const listed = await listSegments(folder);
  if (!listed.ok) throw new Error(listed.problem.reason);
  expect(listed.segments).toHaveLength(3);
  return listed.segments;
}

/** What a reading hands out, and how it ended. */
async function read(segments: readonly Segment[]): Promise<{ payloads: unknown[]; ended: 'whole' | 'torn' | 'damaged' | 'cannotOpen' }> {
  const steps: ChainStep[] = [];
  for await (const step of readChain(segments, START)) steps.push(step);
  const last = steps.at(-1);
  const ended = last === undefined ? 'whole' : !last.ok ? last.problem.kind : last.read.tear === null ? 'whole' : 'torn';
  return { payloads: steps.flatMap((step) => (step.ok ? step.read.records.map(({ payload }) => payload) : [])), ended };
}

/** How many records end at or before an offset of a segment. */
function recordsBefore(segment: Segment, offset: number): { count: number; atBoundary: boolean } {
  let point = START;
  let at = HEADER_BYTES;
  let count = 0;
  for (const payload of payloads) {
    const { bytes, point: next } = encodeRecord(point, JSON.stringify(payload), point.seq + 1);
    point = next;
    if (next.seq < segment.firstSeq) count += 1;
    else {
      at += bytes.length;
      if (at > offset) return { count, atBoundary: at - bytes.length === offset };
      count += 1;
    }
  }
  return { count, atBoundary: at === offset };
}

it('accepts no wrong record and loses no right one before it, at any single-bit flip', { timeout: 120_000 }, () =>
  inScratch(async (folder) => {
    const segments = await makeJournal(folder);
    const endings = new Map<string, number>();
    for (const segment of segments) {
      const isLast = segment === segments.at(-1);
      const whole = await readFile(segment.path);
      for (let bit = 0; bit < whole.length * 8; bit++) {
        const offset = bit >> 3;
        const bytes = Buffer.from(whole);
        bytes.writeUInt8(bytes.readUInt8(offset) ^ (1 << (bit & 7)), offset);
        await writeFile(segment.path, bytes);
        const result = await read(segments);
        endings.set(result.ended, (endings.get(result.ended) ?? 0) + 1);
        const intact = recordsBefore(segment, offset).count;
        if (result.ended === 'torn') {
          expect(isLast && intact === payloads.length - 1, `bit ${bit}: torn only in the last record`).toBe(true);
          expect(result.payloads, `bit ${bit}`).toEqual(payloads.slice(0, intact));
        } else {
          expect(result.ended, `bit ${bit}`).toBe('damaged');
          expect(result.payloads, `bit ${bit}`).toEqual(payloads.slice(0, result.payloads.length));
          expect(result.payloads.length, `bit ${bit}`).toBeLessThanOrEqual(intact);
        }
      }
      await writeFile(segment.path, whole);
    }
    expect([...endings.keys()].toSorted()).toEqual(['damaged', 'torn']);
  }),
);

it('repairs every truncation of the last segment and refuses every other one', { timeout: 60_000 }, () =>
  inScratch(async (folder) => {
    const pristine = join(folder, 'pristine');
    const work = join(folder, 'work');
    const segments = await makeJournal(pristine);
    for (const segment of segments) {
      const isLast = segment === segments.at(-1);
      const { length } = await readFile(segment.path);
      for (let size = 0; size < length; size++) {
        await rm(work, { recursive: true, force: true });
        await cp(pristine, work, { recursive: true });
        await truncate(join(work, basename(segment.path)), size);
        const verdict = await verifyJournal(work);
        const opened = await openJournal(work);
        if (!isLast) {
          expect(verdict.verdict, `${size}`).toBe('damaged');
          expect(opened, `${size}`).toMatchObject({ ok: false, kind: 'damaged' });
          continue;
        }
        const { count, atBoundary } = size < HEADER_BYTES ? { count: segment.firstSeq - 1, atBoundary: false } : recordsBefore(segment, size);
        expect(verdict, `${size}`).toMatchObject({ verdict: 'clean', records: count });
        if (!opened.ok) throw new Error(opened.reason);
        expect(opened.records.map(({ payload }) => payload)).toEqual(payloads.slice(0, count));
        expect(opened.tornTail === null, `${size}`).toBe(atBoundary);
        await expect(opened.journal.append(['next'])).resolves.toEqual({ seq: count + 1 });
        await opened.journal.close();
        expect(await verifyJournal(work)).toMatchObject({ verdict: 'clean', records: count + 1, tornTailBytes: 0, notices: [] });
      }
    }
  }),
);

it('keeps a copy of the torn tail that it cuts off', () =>
  inScratch(async (folder) => {
    const last = (await makeJournal(folder)).at(-1);
    const path = last?.path ?? '';
    const whole = await readFile(path);
    await writeFile(path, Buffer.concat([whole, Buffer.from('half a record')]));
    expect(await verifyJournal(folder)).toMatchObject({ verdict: 'clean', tornTailBytes: 13, notices: [expect.stringContaining('13 bytes')] });
    const opened = await openJournal(folder);
    if (!opened.ok) throw new Error(opened.reason);
    await opened.journal.close();
    expect(opened.tornTail?.bytes).toBe(13);
    expect(opened.tornTail?.file).toMatch(/journal-\d{12}\.log\.corrupt-\d+$/);
    expect(await readFile(opened.tornTail?.file ?? '', 'utf8')).toBe('half a record');
    expect(await readFile(path)).toEqual(whole);
  }));

it('takes zeros behind the last record, as some file systems leave them, for a torn tail', () =>
  inScratch(async (folder) => {
    const last = (await makeJournal(folder)).at(-1);
    const whole = await readFile(last?.path ?? '');
    await writeFile(last?.path ?? '', Buffer.concat([whole, Buffer.alloc(5000)]));
    expect(await verifyJournal(folder)).toMatchObject({ verdict: 'clean', records: payloads.length, tornTailBytes: 5000 });
  }));

it('refuses a journal with a segment missing, wherever', () =>
  inScratch(async (folder) => {
    const segments = await makeJournal(folder);
    for (const segment of segments.slice(0, -1)) {
      const whole = await readFile(segment.path);
      await rm(segment.path);
      expect(await verifyJournal(folder)).toMatchObject({ verdict: 'damaged', reason: expect.stringContaining('missing') });
      expect(await openJournal(folder)).toMatchObject({ ok: false, kind: 'damaged' });
      await writeFile(segment.path, whole);
    }
    expect(await verifyJournal(folder)).toMatchObject({ verdict: 'clean' });
  }));

it('refuses a record that another writer put in', () =>
  inScratch(async (folder) => {
    const last = (await makeJournal(folder)).at(-1);
    const whole = await readFile(last?.path ?? '');
    const foreign = encodeRecord({ seq: payloads.length, crc: 12345 }, '"from another chain"', payloads.length + 1).bytes;
    await writeFile(last?.path ?? '', Buffer.concat([whole, foreign]));
    expect(await verifyJournal(folder)).toMatchObject({ verdict: 'damaged', offset: whole.length });
  }));

it('changes nothing when it refuses', () =>
  inScratch(async (folder) => {
    const [first] = await makeJournal(folder);
    const whole = await readFile(first?.path ?? '');
    whole.writeUInt8(whole.readUInt8(40) ^ 1, 40);
    await writeFile(first?.path ?? '', whole);
    const names = await readdir(folder);
    expect(await openJournal(folder)).toMatchObject({ ok: false, kind: 'damaged', file: first?.path });
    expect(await readdir(folder)).toEqual(names);
    expect(await readFile(first?.path ?? '')).toEqual(whole);
  }));
