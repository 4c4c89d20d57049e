import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseJson, previousOf, readDurably, writeDurably } from './durable-file.ts';
import { makeFolder, realFiles } from './file-operations.ts';
import { faultyFiles } from './testing/faulty-files.ts';
import { inScratch } from './testing/scratch.ts';

it('keeps the generation before', () =>
  inScratch(async (folder) => {
    const path = join(folder, 'a.json');
    expect(await readDurably(path, parseJson)).toMatchObject({ ok: false, kind: 'missing' });
    await writeDurably(path, '1');
    await writeDurably(path, '2');
    await writeDurably(path, '3');
    expect(await readDurably(path, parseJson)).toEqual({ ok: true, value: 3, generation: 'current', notice: '' });
    expect(await readFile(previousOf(path), 'utf8')).toBe('2');
    expect(await readdir(folder)).toEqual(['a.json', 'a.json.previous']);
  }));

it.each(['missing', 'broken'] as const)('falls back to the generation before when the newest is %s', (how) =>
  inScratch(async (folder) => {
    const path = join(folder, 'a.json');
    await writeDurably(path, '1');
    await writeDurably(path, '2');
    await (how === 'missing' ? rm(path) : writeFile(path, '{"half'));
    expect(await readDurably(path, parseJson)).toEqual({ ok: true, value: 1, generation: 'previous', notice: expect.stringContaining(path) });
    await rm(previousOf(path));
    expect(await readDurably(path, parseJson)).toMatchObject({ ok: false, kind: how === 'missing' ? 'missing' : 'unreadable' });
  }),
);

it('leaves the file as it was, and nothing beside it, when the disk refuses at any byte or sync', () =>
  fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.record({ room: fc.integer({ min: 0, max: 29 }) }), fc.record({ syncs: fc.constant(0) })),
      fc.integer({ min: 1, max: 40 }),
      (fault, mostAtOnce) =>
        inScratch(async (folder) => {
          const path = join(folder, 'a.json');
          await writeDurably(path, '"old"');
          const files = faultyFiles({ writes: 0, datasyncs: 0, mostAtOnce, ...fault });
          await expect(writeDurably(path, `"${'n'.repeat(28)}"`, { files })).rejects.toThrow(/ENOSPC|EIO/);
          expect(await readDurably(path, parseJson)).toMatchObject({ value: 'old', generation: 'current' });
          expect(await readdir(folder)).toEqual(['a.json']);
          await writeDurably(path, '"new"', { files: faultyFiles({ writes: 0, datasyncs: 0, mostAtOnce }) });
          expect(await readDurably(path, parseJson)).toMatchObject({ value: 'new', generation: 'current' });
        }),
    ),
    { numRuns: 40 },
  ));

it('is readable at every step of a write that a crash cuts short', () =>
  inScratch(async (folder) => {
    // Each crash point is a rename that does not happen any more.
    for (const renames of [0, 1]) {
      const path = join(folder, `${renames}.json`);
      await writeDurably(path, '"old"');
      let left = renames;
      const crash = new Error('the process ends here');
      const files = {
        ...realFiles,
        rename: (from: string, to: string) => (left-- > 0 ? realFiles.rename(from, to) : Promise.reject(crash)),
      };
      await expect(writeDurably(path, '"new"', { files })).rejects.toBe(crash);
      expect(await readDurably(path, parseJson)).toMatchObject({ ok: true, value: 'old' });
    }
  }));

it('syncs every folder above one that it makes', () =>
  inScratch(async (folder) => {
    const synced: string[] = [];
    const files = { ...realFiles, syncFolder: async (path: string) => void synced.push(path) };
    await makeFolder(join(folder, 'a', 'b', 'c'), files);
    expect(synced).toEqual([join(folder, 'a', 'b'), join(folder, 'a'), folder]);
    await makeFolder(join(folder, 'a', 'b', 'c'), files);
    expect(synced).toHaveLength(3);
  }));
