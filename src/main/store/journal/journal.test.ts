import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { startChild } from '../testing/child.ts';
import { type DiskFaults, faultyFiles } from '../testing/faulty-files.ts';
import { payloadsIn } from '../testing/payloads.ts';
import { inScratch, until } from '../testing/scratch.ts';
import { type Journal, type JournalOptions, openJournal, type Opened } from './journal.ts';
import { verifyJournal } from './verify.ts';

type Good = Extract<Opened, { ok: true }>;
const open = async (folder: string, options?: JournalOptions): Promise<Good> => {
  const opened = await openJournal(folder, options);
  if (!opened.ok) throw new Error(`${opened.kind}: ${opened.reason}`);
  return opened;
};
const appendEach = async (journal: Journal, from: number, to: number): Promise<void> => {
  for (let n = from; n <= to; n++) await journal.append([{ n, filler: 'x'.repeat(50) }]);
};

it('gives back what was appended, whatever the batches, segments, snapshots and reopenings', async () => {
  const batch = fc.array(fc.jsonValue(), { maxLength: 4 });
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('append' as const), batches: fc.array(batch, { minLength: 1, maxLength: 4 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('reopen' as const, 'snapshot' as const) }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), fc.integer({ min: 30, max: 400 }), (steps, segmentBytes) =>
      inScratch(async (folder) => {
        const wanted: unknown[] = [];
        let opened = await open(folder, { segmentBytes });
        for (const one of steps) {
          if (one.kind === 'append') {
            const seqs = await Promise.all(one.batches.map((payloads) => opened.journal.append(payloads)));
            // JSON has no -0: compare with what JSON makes of it.
            for (const payload of one.batches.flat()) wanted.push(JSON.parse(JSON.stringify(payload)));
            expect(seqs.at(-1)?.seq).toBe(wanted.length);
          } else if (one.kind === 'snapshot') {
            expect(await opened.journal.writeSnapshot(wanted)).toEqual({ ok: true, seq: wanted.length });
          } else {
            await opened.journal.close();
            opened = await open(folder, { segmentBytes });
            const state = opened.snapshot === null ? [] : (opened.snapshot.state as unknown[]);
            expect([...state, ...opened.records.map(({ payload }) => payload)]).toEqual(wanted);
            expect(opened.records[0]?.seq ?? state.length + 1).toBe(state.length + 1);
          }
        }
        await opened.journal.close();
        expect(await payloadsIn(folder)).toEqual(wanted);
        expect(await verifyJournal(folder)).toMatchObject({ verdict: 'clean', records: wanted.length, tornTailBytes: 0 });
      }),
    ),
    { numRuns: 40 },
  );
});

it('puts everything queued during one fdatasync into one write and one fdatasync, in order', () =>
  inScratch(async (folder) => {
    const faults: DiskFaults = { writes: 0, datasyncs: 0 };
    const { journal } = await open(folder, { files: faultyFiles(faults) });
    let letGo = (): void => undefined;
    faults.gate = new Promise((resolve) => {
      letGo = resolve;
    });
    faults.writes = 0;
    const order: number[] = [];
    const first = journal.append(['first']).then(({ seq }) => order.push(seq));
    await until('the first fdatasync began', () => faults.datasyncs === 1);
    const others = Array.from({ length: 31 }, (_, index) => journal.append([index, index]).then(({ seq }) => order.push(seq)));
    expect(journal.durableSeq).toBe(0);
    expect(journal.nextSeq).toBe(64);
    expect(order).toEqual([]);
    letGo();
    await Promise.all([first, ...others]);
    expect(faults).toMatchObject({ writes: 2, datasyncs: 2 });
    expect(order).toEqual([1, ...Array.from({ length: 31 }, (_, index) => 3 + 2 * index)]);
    expect(journal.durableSeq).toBe(63);
    await journal.close();
  }));

it('reads only what came after the newest snapshot when it opens', () =>
  inScratch(async (folder) => {
    const { journal } = await open(folder, { segmentBytes: 300 });
    expect(journal.snapshotDue).toBe(false);
    await appendEach(journal, 1, 12);
    expect(journal.snapshotDue).toBe(true);
    expect(await journal.writeSnapshot({ count: 12 })).toEqual({ ok: true, seq: 12 });
    expect(journal.snapshotDue).toBe(false);
    await appendEach(journal, 13, 20);
    await journal.close();

    // Opening does not notice an old segment that is broken: it does not read it. Verifying does.
    await writeFile(join(folder, 'journal-000000000001.log'), 'broken');
    const again = await open(folder, { segmentBytes: 300 });
    expect(again.snapshot).toEqual({ seq: 12, state: { count: 12 } });
    expect(again.records.map(({ seq }) => seq)).toEqual([13, 14, 15, 16, 17, 18, 19, 20]);
    expect(again.journal.snapshotDue).toBe(true);
    await again.journal.close();
    expect(await verifyJournal(folder)).toMatchObject({ verdict: 'damaged', records: 0 });
  }));

it('asks for one snapshot a segment, however slow the disk is and whether or not it could be written', () =>
  inScratch(async (folder) => {
    const faults: DiskFaults = { writes: 0, datasyncs: 0 };
    const { journal } = await open(folder, { segmentBytes: 300, files: faultyFiles(faults) });
    await appendEach(journal, 1, 6);
    expect(journal.snapshotDue).toBe(true);
    let letGo = (): void => undefined;
    faults.gate = new Promise((resolve) => {
      letGo = resolve;
    });
    const appended = journal.append([7]);
    const written = journal.writeSnapshot({ count: 7 });
    expect(journal.snapshotDue).toBe(false);
    letGo();
    await appended;
    expect(await written).toEqual({ ok: true, seq: 7 });
    await appendEach(journal, 8, 13);
    expect(journal.snapshotDue).toBe(true);
    // Something lies where it belongs.
    await mkdir(join(folder, 'snapshot-000000000013.json'));
    expect(await journal.writeSnapshot({ count: 13 })).toMatchObject({ ok: false });
    expect(journal.snapshotDue).toBe(false);
    await journal.close();
  }));

it('reads the whole history past the snapshot when it is told to', () =>
  inScratch(async (folder) => {
    const { journal } = await open(folder);
    await appendEach(journal, 1, 5);
    await journal.writeSnapshot({ count: 5 });
    await journal.close();
    const again = await open(folder, { useSnapshot: false });
    expect(again.snapshot).toBeNull();
    expect(again.records).toHaveLength(5);
    await again.journal.close();
  }));

it('keeps the newest two snapshots and falls back to the one before', () =>
  inScratch(async (folder) => {
    const { journal } = await open(folder);
    for (const n of [1, 2, 3]) {
      await journal.append([n]);
      await journal.writeSnapshot({ upTo: n });
    }
    await journal.close();
    const snapshots = (await readdir(folder)).filter((name) => name.startsWith('snapshot'));
    expect(snapshots).toEqual(['snapshot-000000000002.json', 'snapshot-000000000003.json']);
    const newest = join(folder, 'snapshot-000000000003.json');
    const whole = await readFile(newest);
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const bytes = Buffer.from(whole);
      bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      await writeFile(newest, bytes);
      const again = await open(folder);
      expect(again.snapshot).toEqual({ seq: 2, state: { upTo: 2 } });
      expect(again.records).toEqual([{ seq: 3, payload: 3 }]);
      expect(again.skippedSnapshots).toHaveLength(1);
      await again.journal.close();
    }
  }));

it('refuses to open when records that a snapshot includes are gone', () =>
  inScratch(async (folder) => {
    const { journal } = await open(folder);
    await appendEach(journal, 1, 3);
    await journal.writeSnapshot({ count: 3 });
    await journal.close();
    const segment = join(folder, 'journal-000000000001.log');
    const whole = await readFile(segment);
    await writeFile(segment, whole.subarray(0, whole.length - 1));
    expect(await openJournal(folder)).toMatchObject({ ok: false, kind: 'damaged' });
    expect(await verifyJournal(folder)).toMatchObject({ verdict: 'damaged' });
  }));

it('loses no acknowledged record to kill -9', { timeout: 60_000 }, () =>
  inScratch(async (folder) => {
    let acknowledged = 0;
    for (let trial = 0; trial < 20; trial++) {
      const child = startChild('append-forever.ts', folder);
      const wanted = 1 + ((trial * 7) % 40);
      await until('the child appended', () => child.lines().length >= wanted || child.lines()[0]?.startsWith('refused') === true);
      await child.kill();
      for (const line of child.lines()) {
        expect(line).toMatch(/^\d+$/);
        acknowledged = Math.max(acknowledged, Number(line));
      }
      const records = await payloadsIn(folder);
      expect(records.length).toBeGreaterThanOrEqual(acknowledged);
      expect(records).toEqual(records.map((_, index) => expect.objectContaining({ n: index + 1 })));
    }
    const verdict = await verifyJournal(folder);
    expect(verdict.verdict).toBe('clean');
    expect(verdict.snapshots).toBeGreaterThan(0);
  }),
);
