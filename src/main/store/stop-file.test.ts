import { execFileSync } from 'node:child_process';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { leaveStopFile, leaveStopFileSoon, readStopFile, watchStopFile } from './stop-file.ts';
import { inScratch, until } from './testing/scratch.ts';

/** Far beyond every test's life: only the file system's notices are left. */
const neverPoll = { pollMs: 1_000_000 };

it('stops at once when the file is there at the start', () =>
  inScratch(async (data) => {
    await writeFile(join(data, 'STOP'), '');
    let stops = 0;
    const stopFile = watchStopFile(data, () => stops++);
    expect(stops).toBe(1);
    expect(stopFile.present()).toBe(true);
    stopFile.close();
  }));

it('stops within 50 ms of the file, each time it appears, and not for other files', () =>
  inScratch(async (data) => {
    let stops = 0;
    const stopFile = watchStopFile(data, () => stops++, neverPoll);
    await writeFile(join(data, 'STOPPED'), '');
    const delays: number[] = [];
    for (let round = 1; round <= 5; round++) {
      const wrote = performance.now();
      await writeFile(join(data, 'STOP'), 'because');
      await until('the stop', () => stops === round);
      delays.push(performance.now() - wrote);
      await rm(join(data, 'STOP'));
      expect(stopFile.present()).toBe(false);
    }
    // The median: the machine may be busy with other things once.
    expect(delays.toSorted((a, b) => a - b)[2]).toBeLessThan(50);
    expect(stops).toBe(5);
    stopFile.close();
  }));

it('finds the file by looking where the file system gives no notice', () =>
  inScratch(async (parent) => {
    // A folder that does not exist yet cannot be watched; it is polled, and watched as soon as it is there.
    const data = join(parent, 'later');
    let stops = 0;
    const stopFile = watchStopFile(data, () => stops++, { pollMs: 10 });
    expect(stopFile.present()).toBe(false);
    await mkdir(data);
    await symlink('nowhere', join(data, 'STOP'));
    await until('the stop', () => stops === 1);
    stopFile.close();
  }));

it('takes a file that it may not look for as there', () =>
  inScratch(async (data) => {
    // A path too long to be looked up stands for every error but "not there".
    const stopFile = watchStopFile(join(data, 'x'.repeat(300)), () => undefined, neverPoll);
    expect(stopFile.present()).toBe(true);
    stopFile.close();
  }));

it('says nothing after close', () =>
  inScratch(async (data) => {
    let stops = 0;
    const closed = watchStopFile(data, () => stops++, { pollMs: 1 });
    let seen = 0;
    const open = watchStopFile(data, () => seen++, { pollMs: 1 });
    closed.close();
    await writeFile(join(data, 'STOP'), '');
    await until('the other watcher saw it', () => seen === 1);
    expect(stops).toBe(0);
    open.close();
  }));

it('is left for the next start where the journal can say nothing any more, and never throws for a disk', () =>
  inScratch((data) => {
    leaveStopFile(join(data, 'missing'), 'nowhere');
    expect(readStopFile(data)).toBe('');
    leaveStopFile(data, 'the disk is full');
    leaveStopFile(data, 'and full again');
    expect(readStopFile(data)).toBe('the disk is full');
    let stops = 0;
    watchStopFile(data, () => stops++).close();
    expect(stops).toBe(1);
    return Promise.resolve();
  }));

it('says its first line where it is a plain file, and waits for no other', () =>
  inScratch(async (data) => {
    const path = join(data, 'STOP');
    await writeFile(path, '  the model is wrong \r\nmore');
    expect(readStopFile(data)).toBe('the model is wrong');
    await writeFile(path, 'x'.repeat(10_000));
    expect(readStopFile(data)).toHaveLength(500);
    await rm(path);
    await writeFile(join(data, 'other'), 'not for here');
    await symlink(join(data, 'other'), path);
    expect(readStopFile(data)).toBe('');
    await rm(path);
    execFileSync('mkfifo', [path]);
    expect(readStopFile(data)).toBe('');
    await rm(path);
    await mkdir(path);
    expect(readStopFile(data)).toBe('');
  }));

it('is left without holding the thread up, once, and waits for no reader of a pipe that lies there', () =>
  inScratch(async (data) => {
    await leaveStopFileSoon(join(data, 'missing'), 'nowhere');
    await leaveStopFileSoon(data, 'the disk hangs');
    await leaveStopFileSoon(data, 'and hangs again');
    expect(readStopFile(data)).toBe('the disk hangs');
    await rm(join(data, 'STOP'));
    execFileSync('mkfifo', [join(data, 'STOP')]);
    await leaveStopFileSoon(data, 'nobody reads this');
    leaveStopFile(data, 'nor this');
  }));
