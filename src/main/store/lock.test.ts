import { once } from 'node:events';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lockFolder } from './lock.ts';
import { type Child, startChild } from './testing/child.ts';
import { inScratch, until } from './testing/scratch.ts';

async function verdictOf(child: Child): Promise<unknown> {
  await until('the child tried for the lock', () => child.lines().length > 0);
  return JSON.parse(child.lines()[0] ?? '');
}

it('is held once, names its holder, and can be taken again after release', () =>
  inScratch(async (folder) => {
    const first = await lockFolder(folder);
    expect(first.ok).toBe(true);
    expect(await lockFolder(folder)).toEqual({ ok: false, kind: 'held', holder: { pid: process.pid } });
    if (first.ok) await first.release();
    const second = await lockFolder(folder);
    expect(second.ok).toBe(true);
    if (second.ok) await second.release();
  }));

it('guards each folder by itself, by its real path', () =>
  inScratch(async (folder) => {
    const one = await lockFolder(join(folder, 'one'));
    const two = await lockFolder(join(folder, 'two'));
    expect([one.ok, two.ok]).toEqual([true, true]);
    expect((await lockFolder(join(folder, 'two', '..', 'one'))).ok).toBe(false);
    for (const lock of [one, two]) if (lock.ok) await lock.release();
  }));

it('works in a folder whose path is longer than a socket allows', () =>
  inScratch(async (folder) => {
    const deep = join(folder, 'd'.repeat(120), 'e'.repeat(120));
    const first = await lockFolder(deep);
    expect(first.ok).toBe(true);
    expect(await lockFolder(deep)).toEqual({ ok: false, kind: 'held', holder: { pid: process.pid } });
    if (first.ok) await first.release();
  }));

it('is released by kill -9 at once, and leaves no heap of files behind', { timeout: 60_000 }, () =>
  inScratch(async (folder) => {
    for (let round = 0; round < 5; round++) {
      const child = startChild('hold-lock.ts', folder);
      expect(await verdictOf(child)).toEqual({ ok: true });
      expect(await lockFolder(folder)).toEqual({ ok: false, kind: 'held', holder: { pid: child.pid } });
      await child.kill();
      const lock = await lockFolder(folder);
      expect(lock.ok).toBe(true);
      if (lock.ok) await lock.release();
    }
    expect(await readdir(join(folder, 'lock'))).toHaveLength(1);
  }),
);

it('stays held by a process that is frozen', { timeout: 60_000 }, () =>
  inScratch(async (folder) => {
    const child = startChild('hold-lock.ts', folder);
    expect(await verdictOf(child)).toEqual({ ok: true });
    process.kill(child.pid, 'SIGSTOP');
    expect(await lockFolder(folder)).toEqual({ ok: false, kind: 'held', holder: null });
    await child.kill();
    const lock = await lockFolder(folder);
    expect(lock.ok).toBe(true);
    if (lock.ok) await lock.release();
  }),
);

it('is won by exactly one of several processes that start at once over a dead holder', { timeout: 60_000 }, () =>
  inScratch(async (folder) => {
    for (let round = 0; round < 4; round++) {
      const racers = Array.from({ length: 4 }, () => startChild('hold-lock.ts', folder));
      const verdicts = await Promise.all(racers.map(verdictOf));
      expect(verdicts.filter((verdict) => JSON.stringify(verdict) === '{"ok":true}')).toHaveLength(1);
      await Promise.all(racers.map((racer) => racer.kill()));
    }
  }),
);

it('is won by exactly one of many at once in one process', () =>
  inScratch(async (folder) => {
    for (let round = 0; round < 30; round++) {
      const locks = await Promise.all(Array.from({ length: 8 }, () => lockFolder(folder)));
      const won = locks.filter((lock) => lock.ok);
      expect(won).toHaveLength(1);
      for (const lock of won) if (lock.ok) await lock.release();
    }
  }));

it('clears away the dead, and nothing of a starter that is about to lose', () =>
  inScratch(async (folder) => {
    const lockFiles = join(folder, 'lock');
    await mkdir(lockFiles);
    const loser = createServer((socket) => socket.end());
    loser.listen(join(lockFiles, 'loser.sock'));
    await once(loser, 'listening');
    await symlink('loser.sock', join(lockFiles, 'claim-1'));
    await writeFile(join(lockFiles, 'dead.sock'), '');
    await symlink('dead.sock', join(lockFiles, 'claim-2'));
    const lock = await lockFolder(folder);
    expect(lock.ok).toBe(true);
    const left = await readdir(lockFiles);
    expect(left).toEqual(expect.arrayContaining(['claim-1', 'loser.sock', 'claim-3']));
    expect(left).not.toContain('claim-2');
    expect(left).not.toContain('dead.sock');
    if (lock.ok) await lock.release();
    loser.close();
  }));

it('does not pass for taken where it cannot lock', () =>
  inScratch(async (folder) => {
    await writeFile(join(folder, 'file'), '');
    expect(await lockFolder(join(folder, 'file'))).toMatchObject({ ok: false, kind: 'cannotLock' });
    await mkdir(join(folder, 'blocked'));
    await writeFile(join(folder, 'blocked', 'lock'), '');
    expect(await lockFolder(join(folder, 'blocked'))).toMatchObject({ ok: false, kind: 'cannotLock' });
  }));
