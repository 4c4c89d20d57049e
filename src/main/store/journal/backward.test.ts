import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { realFiles } from '../file-operations.ts';
import { inScratch } from '../testing/scratch.ts';
import { readBackward } from './backward.ts';
import { openJournal } from './journal.ts';

/** Records 1 to `count` in segments of two or three. */
async function fill(folder: string, count: number): Promise<void> {
  const opened = await openJournal(folder, { segmentBytes: 80 });
  if (!opened.ok) throw new Error(opened.reason);
  for (let n = 1; n <= count; n++) await opened.journal.append([{ n }]);
  await opened.journal.close();
}

async function seqs(folder: string, ...more: [number?]): Promise<number[]> {
  const found: number[] = [];
  for await (const { seq, json } of readBackward(folder, ...more)) {
    expect(json).toBe(`{"n":${seq}}`);
    found.push(seq);
  }
  return found;
}

const down = (from: number): number[] => Array.from({ length: from }, (_, index) => from - index);

it('gives the newest first, over all segments, from the record that is wanted', () =>
  inScratch(async (folder) => {
    await fill(folder, 9);
    expect(await seqs(folder)).toEqual(down(9));
    for (let upTo = 0; upTo <= 10; upTo++) expect(await seqs(folder, upTo)).toEqual(down(Math.min(upTo, 9)));
  }));

it('passes over the rest of a segment behind what is broken, and a segment without a header', () =>
  inScratch(async (folder) => {
    await fill(folder, 9);
    const first = join(folder, 'journal-000000000001.log');
    const bytes = await readFile(first);
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    await writeFile(first, bytes);
    const withoutOne = await seqs(folder);
    expect(withoutOne).toHaveLength(8);
    await writeFile(first, 'no header');
    const withoutSegment = await seqs(folder);
    expect(withoutSegment.length).toBeLessThan(withoutOne.length);
    expect(withoutOne.slice(0, withoutSegment.length)).toEqual(withoutSegment);
  }));

it('lets others have their turn when it has worked for a while', () =>
  inScratch(async (folder) => {
    await fill(folder, 3);
    let turns = 0;
    const turn = (): void => {
      turns += 1;
      immediate = setImmediate(turn);
    };
    let immediate = setImmediate(turn);
    const turnsAt: number[] = [];
    for await (const _record of readBackward(folder, 3, realFiles)) {
      turnsAt.push(turns);
      const until = performance.now() + 10;
      while (performance.now() < until);
    }
    clearImmediate(immediate);
    expect(new Set(turnsAt).size).toBe(3);
  }));

it('throws what the system says when the folder cannot be read', () =>
  inScratch(async (folder) => {
    await expect(readBackward(join(folder, 'nowhere')).next()).rejects.toThrow('ENOENT');
  }));
