import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { defaultSettings, defaultSettingsText } from '../../shared/domain/settings.ts';
import { previousOf } from './durable-file.ts';
import { openSettings, type SettingsStore } from './settings-store.ts';
import { faultyFiles } from './testing/faulty-files.ts';
import { inScratch } from './testing/scratch.ts';

async function open(file: string): Promise<SettingsStore> {
  const opened = await openSettings(file);
  if (!opened.ok) throw new Error(opened.reason);
  return opened.store;
}

it('has the defaults where there is no file, and reads back every change', () =>
  inScratch(async (folder) => {
    const file = join(folder, 'settings.json');
    const store = await open(file);
    expect(store.settings).toEqual(defaultSettings);
    expect(store.preferences).toEqual({});
    expect(await store.set('hedgeStopLossRatio', '0.0410')).toEqual({ ok: true, old: '0.05', new: '0.041' });
    expect(await store.set('maxEntriesPerDay', '7')).toEqual({ ok: true, old: '500', new: '7' });
    expect(await store.set('spotEntryOrder', 'market')).toEqual({ ok: true, old: 'limitIoc', new: 'market' });
    expect(await store.setPreference('language', 'ko')).toEqual({ ok: true, old: '', new: 'ko' });
    expect(await store.setPreference('language', 'en')).toEqual({ ok: true, old: 'ko', new: 'en' });

    const again = await open(file);
    expect(again.settings).toEqual({ ...defaultSettings, hedgeStopLossRatio: '0.041', maxEntriesPerDay: 7, spotEntryOrder: 'market' });
    expect(again.preferences).toEqual({ language: 'en' });
  }));

it('refuses what is no setting, value or preference, and changes nothing', () =>
  inScratch(async (folder) => {
    const store = await open(join(folder, 'settings.json'));
    expect(await store.set('maxLoss', '1')).toMatchObject({ ok: false, reason: expect.stringContaining('maxLoss') });
    expect(await store.set('leverage', '3')).toMatchObject({ ok: false, reason: expect.stringContaining('leverage') });
    expect(await store.set('maxSignalRisk', 'NaN')).toMatchObject({ ok: false });
    expect(await store.set('constructor', '1')).toMatchObject({ ok: false });
    expect(await store.setPreference('theme', 'pink')).toMatchObject({ ok: false, reason: expect.stringContaining('theme') });
    expect(await store.setPreference('font', 'big')).toMatchObject({ ok: false });
    expect(store.settings).toEqual(defaultSettings);
    expect(store.preferences).toEqual({});
  }));

it('keeps all of many changes made at once', () =>
  inScratch(async (folder) => {
    const file = join(folder, 'settings.json');
    const store = await open(file);
    await Promise.all([
      store.set('maxBookAgeMs', '2000'),
      store.setPreference('theme', 'dark'),
      store.set('maxFxAgeMs', '9000'),
      store.set('leverage', '2'),
    ]);
    const again = await open(file);
    expect(again.settings).toMatchObject({ maxBookAgeMs: 2000, maxFxAgeMs: 9000, leverage: 2 });
    expect(again.preferences).toEqual({ theme: 'dark' });
  }));

it('does not count a change that the disk refused', () =>
  inScratch(async (folder) => {
    const file = join(folder, 'settings.json');
    const opened = await openSettings(file, faultyFiles({ writes: 0, datasyncs: 0, room: 20 }));
    if (!opened.ok) throw new Error(opened.reason);
    expect(await opened.store.set('leverage', '2')).toMatchObject({ ok: false, reason: expect.stringContaining('ENOSPC') });
    expect(opened.store.settings.leverage).toBe(1);
    expect((await open(file)).settings.leverage).toBe(1);
  }));

const whole = { settings: defaultSettingsText, preferences: {} };
it.each([
  ['half a file', '{"settings": {"lev', 'JSON'],
  ['an empty file', '', 'JSON'],
  ['an unknown key', JSON.stringify({ ...whole, stopped: true }), 'stopped'],
  ['an unknown setting', JSON.stringify({ ...whole, settings: { ...defaultSettingsText, maxLoss: '1' } }), 'maxLoss'],
  ['a value out of range', JSON.stringify({ ...whole, settings: { ...defaultSettingsText, leverage: 5 } }), 'leverage'],
  ['an unknown preference', JSON.stringify({ ...whole, preferences: { font: 'big' } }), 'font'],
  ['settings that are a list', JSON.stringify({ ...whole, settings: [] }), 'settings'],
  ['preferences that are no object', JSON.stringify({ ...whole, preferences: 1 }), 'preferences'],
  ['no settings', '{}', 'settings'],
])('refuses %s, and names the file and the problem', (_what, content, problem) =>
  inScratch(async (folder) => {
    const file = join(folder, 'settings.json');
    // A good generation before does not make up for it: its limits may be looser.
    await writeFile(previousOf(file), JSON.stringify(whole));
    await writeFile(file, content);
    const opened = await openSettings(file);
    expect(opened).toMatchObject({ ok: false, file, reason: expect.stringContaining(file) });
    expect(opened).toMatchObject({ reason: expect.stringContaining(problem) });
    expect(await readFile(file, 'utf8')).toBe(content);
  }),
);

it('gives a setting that an older file lacks its default', () =>
  inScratch(async (folder) => {
    const file = join(folder, 'settings.json');
    await writeFile(file, JSON.stringify({ settings: { leverage: 2 } }));
    expect((await open(file)).settings).toEqual({ ...defaultSettings, leverage: 2 });
  }));

it('finds the generation before when a crash left no other', () =>
  inScratch(async (folder) => {
    const file = join(folder, 'settings.json');
    const store = await open(file);
    await store.set('leverage', '2');
    await store.set('leverage', '1');
    await rm(file);
    expect((await open(file)).settings.leverage).toBe(2);
  }));
