import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { freeBytes, hasRoomToArm, MIN_FREE_BYTES } from './free-space.ts';
import { openInstallation } from './installation.ts';
import { openJournal } from './journal/journal.ts';
import { faultyFiles } from './testing/faulty-files.ts';
import { inScratch } from './testing/scratch.ts';

it('makes the id once and reads it back', () =>
  inScratch(async (scratch) => {
    const data = join(scratch, 'new', 'data');
    const made = await openInstallation(data);
    expect(made).toMatchObject({ ok: true, created: true, id: expect.stringMatching(/^[a-z0-9]{6}$/) });
    expect(await openInstallation(data)).toEqual({ ...made, created: false });
    const other = await openInstallation(join(scratch, 'other'));
    expect(other.ok && made.ok && other.id !== made.id).toBe(true);
  }));

it('makes no other id when the file is broken, or missing beside a journal', () =>
  inScratch(async (data) => {
    const file = join(data, 'installation.json');
    await openInstallation(data);
    await writeFile(file, '{"installation":"TOO LONG"}');
    expect(await openInstallation(data)).toMatchObject({ ok: false, reason: expect.stringContaining(file) });
    expect(await readFile(file, 'utf8')).toContain('TOO LONG');

    await rm(file);
    const opened = await openJournal(join(data, 'live', 'journal'));
    if (opened.ok) await opened.journal.close();
    expect(await openInstallation(data)).toMatchObject({ ok: false, reason: expect.stringContaining('live journal') });
  }));

it('says so when the id cannot be written', () =>
  inScratch(async (data) => {
    expect(await openInstallation(data, faultyFiles({ writes: 0, datasyncs: 0, room: 3 }))).toMatchObject({
      ok: false,
      reason: expect.stringContaining('ENOSPC'),
    });
    expect(await openInstallation(data)).toMatchObject({ ok: true, created: true });
  }));

it('tells free space, and never takes not knowing for enough', () =>
  inScratch(async (data) => {
    const free = await freeBytes(data);
    expect(free).toBeGreaterThan(0);
    expect(await hasRoomToArm(data)).toBe((free ?? 0) >= MIN_FREE_BYTES);
    expect(await freeBytes(join(data, 'nowhere'))).toBeUndefined();
    expect(await hasRoomToArm(join(data, 'nowhere'))).toBe(false);
  }));
