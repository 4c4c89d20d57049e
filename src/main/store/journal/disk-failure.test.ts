import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type DiskFaults, faultyFiles } from '../testing/faulty-files.ts';
import { inScratch } from '../testing/scratch.ts';
import { JournalError, type JournalFailure } from './failure.ts';
import { type Journal, openJournal } from './journal.ts';

const noFaults = (): DiskFaults => ({ writes: 0, datasyncs: 0 });

async function openOn(folder: string, faults: DiskFaults, segmentBytes = 500): Promise<Journal> {
  const opened = await openJournal(folder, { files: faultyFiles(faults), segmentBytes });
  if (!opened.ok) throw new Error(opened.reason);
  return opened.journal;
}

/** Appends 1, 2, 3 … one by one and two at once until the journal refuses. @returns the last seq that was acknowledged */
async function appendUntilRefused(journal: Journal, most: number): Promise<number> {
  let acknowledged = 0;
  while (acknowledged < most) {
    const n = journal.nextSeq;
    const both = await Promise.allSettled([journal.append([n]), journal.append([n + 1, n + 2])]);
    for (const one of both) if (one.status === 'fulfilled') acknowledged = one.value.seq;
    if (both.some(({ status }) => status === 'rejected')) break;
  }
  return acknowledged;
}

it('writes on when the disk takes less than asked at once', () =>
  inScratch(async (folder) => {
    const faults = { ...noFaults(), mostAtOnce: 3 };
    const journal = await openOn(folder, faults);
    await journal.append(['a record in many writes', 'and another']);
    expect(faults.writes).toBeGreaterThan(20);
    await journal.close();
    const again = await openJournal(folder);
    expect(again).toMatchObject({ ok: true, tornTail: null, records: [{ payload: 'a record in many writes' }, { payload: 'and another' }] });
    if (again.ok) await again.journal.close();
  }));

it('fails for good on a full disk or a failing sync, and reads back everything acknowledged', async () => {
  const fault = fc.oneof(
    fc.record({ room: fc.integer({ min: 0, max: 3000 }) }),
    fc.record({ syncs: fc.integer({ min: 0, max: 60 }) }),
    fc.record({ room: fc.integer({ min: 0, max: 3000 }), mostAtOnce: fc.integer({ min: 1, max: 30 }) }),
  );
  await fc.assert(
    fc.asyncProperty(fault, (planned) =>
      inScratch(async (folder) => {
        const faults: DiskFaults = noFaults();
        const journal = await openOn(folder, faults);
        const heard: JournalFailure[] = [];
        journal.onFailure((failure) => heard.push(failure));
        Object.assign(faults, planned);
        const acknowledged = await appendUntilRefused(journal, 1000);
        expect(heard).toEqual([journal.failed]);
        expect(journal.failed?.code).toBe('room' in planned ? 'DISK_FULL' : 'DISK_ERROR');

        // The disk is well again; the journal is not.
        Object.assign(faults, { room: undefined, syncs: undefined, mostAtOnce: undefined });
        const { writes } = faults;
        await expect(journal.append(['too late'])).rejects.toThrow(JournalError);
        expect(await journal.writeSnapshot({})).toMatchObject({ ok: false, failure: journal.failed });
        expect(faults.writes).toBe(writes);
        await journal.close();

        const again = await openJournal(folder);
        if (!again.ok) throw new Error(again.reason);
        const seqs = again.records.map(({ payload }) => payload);
        expect(seqs.length).toBeGreaterThanOrEqual(acknowledged);
        expect(seqs).toEqual(seqs.map((_, index) => index + 1));
        await again.journal.close();
      }),
    ),
    { numRuns: 60 },
  );
});

it('rejects what is queued behind a failing write', () =>
  inScratch(async (folder) => {
    const faults = noFaults();
    const journal = await openOn(folder, faults);
    faults.syncs = 0;
    const results = await Promise.allSettled(Array.from({ length: 5 }, (_, n) => journal.append([n])));
    expect(results.map(({ status }) => status)).toEqual(Array(5).fill('rejected'));
    expect(journal.durableSeq).toBe(0);
    await journal.close();
  }));

it('outlives a snapshot that could not be written', () =>
  inScratch(async (folder) => {
    const faults = noFaults();
    const journal = await openOn(folder, faults);
    await journal.append([1]);
    faults.room = 10;
    expect(await journal.writeSnapshot({ big: 'x'.repeat(100) })).toMatchObject({ ok: false, failure: { code: 'DISK_FULL' } });
    delete faults.room;
    expect(await journal.append([2])).toEqual({ seq: 2 });
    await journal.close();
    expect((await readdir(folder)).toSorted()).toEqual(['journal-000000000001.log']);
  }));

it('refuses appends after close, and writes out those before it', () =>
  inScratch(async (folder) => {
    const journal = await openOn(folder, noFaults());
    const last = journal.append(['last words']);
    await journal.close();
    expect(await last).toEqual({ seq: 1 });
    await expect(journal.append(['more'])).rejects.toMatchObject({ failure: { code: 'CLOSED' } });
  }));

it('says cannotOpen, not damaged, when the folder cannot be used', () =>
  inScratch(async (folder) => {
    await writeFile(join(folder, 'file'), '');
    expect(await openJournal(join(folder, 'file', 'journal'))).toMatchObject({ ok: false, kind: 'cannotOpen' });
    expect(await openJournal(join(folder, 'full'), { files: faultyFiles({ ...noFaults(), room: 0 }) })).toMatchObject({
      ok: false,
      kind: 'cannotOpen',
    });
  }));
