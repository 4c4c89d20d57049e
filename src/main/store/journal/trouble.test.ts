/** What a journal says when its files are not what they should be, or the disk does not do what it should. */
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type FileOperations, type OpenFile, realFiles } from '../file-operations.ts';
import { faultyFiles } from '../testing/faulty-files.ts';
import { inScratch } from '../testing/scratch.ts';
import { type ChainStep, readChain } from './chain.ts';
import { journalCommand } from './command.ts';
import { failureOf } from './failure.ts';
import { type Journal, openJournal } from './journal.ts';
import { encodeHeader, encodeRecord, MAX_PAYLOAD_BYTES, START } from './record.ts';
import { writeSnapshotFile } from './snapshot.ts';
import { verifyJournal } from './verify.ts';

const refused = (syscall: string): Error => Object.assign(new Error(`EACCES: permission denied, ${syscall}`), { code: 'EACCES', syscall });

async function open(folder: string, segmentBytes = 500, files: FileOperations = realFiles): Promise<Journal> {
  const opened = await openJournal(folder, { segmentBytes, files });
  if (!opened.ok) throw new Error(opened.reason);
  return opened.journal;
}
async function fill(folder: string, count: number, segmentBytes = 500): Promise<void> {
  const journal = await open(folder, segmentBytes);
  for (let n = 1; n <= count; n++) await journal.append([{ n }]);
  await journal.close();
}
const first = (folder: string): string => join(folder, 'journal-000000000001.log');

/** Verifying a journal says the same as opening it. */
async function expectProblem(folder: string, kind: 'damaged' | 'cannotOpen', reason: string): Promise<void> {
  expect(await verifyJournal(folder)).toMatchObject({ verdict: kind, reason: expect.stringContaining(reason) });
  expect(await openJournal(folder)).toMatchObject({ ok: false, kind, reason: expect.stringContaining(reason) });
}

it('does not read a format that it does not know', () =>
  inScratch(async (folder) => {
    const header = encodeHeader(START);
    header.writeUInt32LE(3, 8);
    const { crc32 } = await import('node:zlib');
    header.writeUInt32LE(crc32(header.subarray(0, 24)), 24);
    await writeFile(first(folder), header);
    await expectProblem(folder, 'cannotOpen', 'format version 3');
  }));

it('refuses a segment under a wrong name, or from another chain', () =>
  inScratch(async (folder) => {
    await writeFile(first(folder), encodeHeader({ seq: 4, crc: 1 }));
    await expectProblem(folder, 'damaged', 'not with the one it is named by');
    await writeFile(first(folder), encodeHeader({ seq: 0, crc: 1 }));
    await expectProblem(folder, 'damaged', 'does not continue record 0');
  }));

it('refuses a segment that cannot be read', () =>
  inScratch(async (folder) => {
    await mkdir(first(folder));
    await expectProblem(folder, 'cannotOpen', 'EISDIR');
    expect(await verifyJournal(join(folder, 'nowhere'))).toMatchObject({ verdict: 'cannotOpen' });
  }));

it('reads nothing behind a segment that cannot be read', () =>
  inScratch(async (folder) => {
    const missing = { path: join(folder, 'journal-000000000001.log'), firstSeq: 1 };
    const steps: ChainStep[] = [];
    for await (const step of readChain([missing, { ...missing, firstSeq: 2 }], START)) steps.push(step);
    expect(steps).toMatchObject([{ ok: false, problem: { kind: 'cannotOpen', file: missing.path } }]);
  }));

it('says why when the folder cannot be listed, at whichever reading of it', () =>
  inScratch(async (folder) => {
    await fill(folder, 2);
    const listings = async (fits: number): Promise<FileOperations> => {
      let left = fits;
      return {
        ...realFiles,
        list: (path) => {
          left -= 1;
          return left < 0 ? Promise.reject(refused('scandir')) : realFiles.list(path);
        },
      };
    };
    for (const fits of [0, 1]) {
      expect(await verifyJournal(folder, await listings(fits))).toMatchObject({ verdict: 'cannotOpen', reason: expect.stringContaining('scandir') });
    }
    for (const fits of [0, 1, 2]) {
      expect(await openJournal(folder, { files: await listings(fits) })).toMatchObject({ ok: false, kind: 'cannotOpen' });
    }
    expect(await verifyJournal(folder)).toMatchObject({ verdict: 'clean', records: 2 });
  }));

it('verifies the folder of one journal as well, and passes over what holds none', () =>
  inScratch(async (data) => {
    const run = async (dir: string) => {
      const lines: unknown[] = [];
      return { code: await journalCommand(['verify', dir], (line) => lines.push(JSON.parse(line))), lines };
    };
    const folder = join(data, 'paper', 'journal');
    await fill(folder, 2);
    await mkdir(join(data, 'logs'));
    await writeFile(join(data, 'settings.json'), '{}');
    expect(await run(folder)).toMatchObject({ code: 0, lines: [{ mode: null, records: 2 }] });
    expect(await run(data)).toMatchObject({ code: 0, lines: [{ mode: 'paper', records: 2 }] });
  }));

it('refuses a snapshot that was made from another record than the one that is there', () =>
  inScratch(async (folder) => {
    await fill(folder, 3);
    await writeSnapshotFile(folder, { seq: 2, crc: 12_345 }, '{}', realFiles);
    expect(await openJournal(folder)).toMatchObject({ ok: false, kind: 'damaged', reason: expect.stringContaining('not made from this record 2') });
    expect(await verifyJournal(folder)).toMatchObject({ verdict: 'damaged', reason: expect.stringContaining('not made from this record 2') });
  }));

it('opens on a snapshot in the middle of a later segment', () =>
  inScratch(async (folder) => {
    const journal = await open(folder, 80);
    for (let n = 1; n <= 5; n++) await journal.append([{ n }]);
    await journal.writeSnapshot({ upTo: 5 });
    await journal.append([{ n: 6 }]);
    await journal.close();
    expect(await readdir(folder)).not.toContain('journal-000000000006.log');
    const again = await openJournal(folder);
    expect(again).toMatchObject({ ok: true, snapshot: { seq: 5 }, records: [{ seq: 6 }] });
    if (again.ok) await again.journal.close();
  }));

it('passes over a snapshot that cannot be read or holds no JSON', () =>
  inScratch(async (folder) => {
    const journal = await open(folder);
    await journal.append([1]);
    await journal.writeSnapshot({ upTo: 1 });
    await journal.close();
    const bytes = await readFile(first(folder));
    await writeSnapshotFile(folder, { seq: 1, crc: bytes.readUInt32LE(32) }, 'not JSON', realFiles);
    expect(await verifyJournal(folder)).toMatchObject({ verdict: 'clean', notices: [expect.stringContaining('its state is not JSON')] });
    await rm(join(folder, 'snapshot-000000000001.json'));
    await mkdir(join(folder, 'snapshot-000000000001.json'));
    const again = await openJournal(folder);
    expect(again).toMatchObject({ ok: true, snapshot: null, skippedSnapshots: [expect.stringContaining('EISDIR')] });
    if (again.ok) await again.journal.close();
  }));

it('removes what a crash left of a file that was never finished', () =>
  inScratch(async (folder) => {
    await fill(folder, 1);
    await copyFile(first(folder), join(folder, '.journal-000000000002.log.0123456789ab.tmp'));
    await (await open(folder)).close();
    expect(await readdir(folder)).toEqual(['journal-000000000001.log']);
  }));

it('lets the file go when the disk fails while it opens', () =>
  inScratch(async (folder) => {
    await fill(folder, 1);
    let closed = 0;
    const failing = faultyFiles({ writes: 0, datasyncs: 0, syncs: 0 });
    const files: FileOperations = {
      ...failing,
      open: async (path, how) => {
        const file = await failing.open(path, how);
        return {
          ...file,
          close: () => {
            closed += 1;
            return file.close();
          },
        };
      },
    };
    expect(await openJournal(folder, { files })).toMatchObject({ ok: false, kind: 'cannotOpen', reason: expect.stringContaining('EIO') });
    expect(closed).toBe(1);
    expect(await verifyJournal(folder)).toMatchObject({ verdict: 'clean', records: 1 });
  }));

it('takes only what has a JSON form and fits', () =>
  inScratch(async (folder) => {
    const journal = await open(folder);
    await expect(journal.append([undefined])).rejects.toThrow(TypeError);
    expect(() => encodeRecord(START, 'x'.repeat(MAX_PAYLOAD_BYTES + 1), 1)).toThrow(RangeError);
    expect(await journal.append([1])).toEqual({ seq: 1 });
    await journal.close();
  }));

it('tells only those who still listen, closes once, and keeps an error of the closing', () =>
  inScratch(async (folder) => {
    const faults = { writes: 0, datasyncs: 0 };
    const failing = faultyFiles(faults);
    const withoutClose = (file: OpenFile): OpenFile => ({
      ...file,
      close: async () => {
        await file.close();
        throw refused('close');
      },
    });
    const journal = await open(folder, 500, {
      ...failing,
      open: async (path, how) => (how === 'update' ? withoutClose(await failing.open(path, how)) : failing.open(path, how)),
    });
    const heard: string[] = [];
    const forget = journal.onFailure(() => heard.push('one'));
    journal.onFailure(() => heard.push('other'));
    forget();
    await journal.close();
    await journal.close();
    expect([journal.failed?.code, heard]).toEqual(['DISK_ERROR', []]);

    const full = await open(folder, 500, failing);
    const listener = full.onFailure(() => heard.push('gone'));
    full.onFailure(() => heard.push('there'));
    listener();
    Object.assign(faults, { room: 0 });
    await expect(full.append([1])).rejects.toThrow('ENOSPC');
    expect(heard).toEqual(['there']);
    await full.close();
  }));

it('fails on a bug as it does on a disk, and tells the two apart', () => {
  expect(failureOf(refused('write'))).toEqual({ code: 'DISK_ERROR', said: 'EACCES: permission denied, write' });
  expect(failureOf(Object.assign(new Error('full'), { code: 'EDQUOT', syscall: 'write' }))).toEqual({ code: 'DISK_FULL', said: 'full' });
  const bug = failureOf(new RangeError('a bug'));
  expect(bug).toEqual({ code: 'DISK_ERROR', said: expect.stringMatching(/^Bug: RangeError: a bug\n +at /) });
});
