import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CommandOutput } from '../../shared/contract/commands.ts';
import { snapshot as snapshotForm, update as updateForm } from '../../shared/contract/updates.ts';
import { PaperConsole } from './testing/paper.ts';

let paper: PaperConsole;
const standing = () => paper.console.feed.snapshot().parts.standing;
const shown = () => paper.console.feed.snapshot().tables;
const until = (what: () => unknown) => expect.poll(what, { timeout: 15_000 });

describe('a console through its contract', () => {
  beforeEach(async () => {
    paper = await PaperConsole.open();
    await until(() => standing().trading).toBe('armed');
  }, 20_000);
  afterEach(async () => {
    expect(paper.bugs).toEqual([]);
    expect(paper.troubles).toEqual([]);
    await paper.close();
  }, 20_000);

  it('opens a hedge by hand and closes it, and says so in updates of the form', async () => {
    const opened = await paper.invoke('hedge.open', { coin: 'BTC', quantity: '0.01' });
    expect(opened).toMatchObject({ ok: true, value: { signal: expect.stringMatching(/^hand-/) } });
    const signal = opened.ok ? (opened.value as { signal: string }).signal : '';
    await until(() => paper.console.feed.snapshot().tables.signals[signal]?.state).toBe('awaitingApproval');
    expect(await paper.invoke('signal.approve', { signal })).toEqual({ ok: true, value: {} });
    await until(() => paper.console.feed.snapshot().tables.hedges[signal]?.phase).toBe('hedged');
    expect(await paper.invoke('hedge.close', { hedge: signal, quantity: null })).toEqual({ ok: true, value: {} });
    await until(() => paper.console.feed.snapshot().tables.hedges[signal]?.phase).toBe('flat');
    // The last trades may be told after the order that they filled; a premium waits for them.
    await until(() => paper.console.feed.snapshot().tables.hedges[signal]).toMatchObject({
      residual: '0',
      spot: { quantity: '0' },
      entryPremium: expect.any(String),
      exitPremium: expect.any(String),
    });
    const shown = paper.console.feed.snapshot();
    expect(Object.values(shown.tables.orders)).toHaveLength(4);
    expect(snapshotForm.safeParse(shown).error).toBeUndefined();
    for (const update of paper.updates) expect(updateForm.safeParse(update).error).toBeUndefined();
    expect(paper.updates.map((update) => update.sequence)).toEqual(paper.updates.map((_, index) => index + (paper.updates[0]?.sequence ?? 0)));
  });

  it('shows prices, uses of limits, accounts, and what approving would do', async () => {
    const opened = await paper.invoke('hedge.open', { coin: 'BTC', quantity: '0.01' });
    const signal = opened.ok ? (opened.value as { signal: string }).signal : '';
    await until(() => shown().signals[signal]?.ticket).toMatchObject({ quantity: '0.01', denial: null, feesKrw: expect.any(String) });
    await until(() => paper.console.feed.snapshot().parts.market?.executable.enter).toEqual(expect.any(String));
    const { risk, venues } = paper.console.feed.snapshot().parts;
    expect(risk.capitalKrw).toEqual(expect.any(String));
    expect(risk.limits.find((limit) => limit.setting === 'maxPositionRatio')).toMatchObject({ limit: '0.5', use: '0', part: 0 });
    expect(venues.upbit).toMatchObject({ stream: 'live', balances: [{ currency: 'KRW', free: '100000000' }] });
    expect(venues.binance.margin?.balance).toBe('100000');
    await until(() => paper.console.feed.snapshot().parts.market?.kimchiPremium).toEqual(expect.any(String));
    const stored = async (): Promise<number> => {
      const drawn = await paper.invoke('premium.history', { from: 0, to: Date.now() + 60_000, points: 100 });
      return drawn.ok ? (drawn.value as CommandOutput<'premium.history'>).stored : 0;
    };
    // A day of minutes that lie before this start, and what is watched since.
    await until(stored).toBeGreaterThan(1400);
    await paper.invoke('signal.decline', { signal });
    await until(() => shown().signals[signal]).toMatchObject({ state: 'declined', ticket: null });
  });

  it('knows recent signals and orders after a restart', async () => {
    const opened = await paper.invoke('hedge.open', { coin: 'BTC', amountKrw: '2000000' });
    const signal = opened.ok ? (opened.value as { signal: string }).signal : '';
    await until(() => shown().signals[signal]?.state).toBe('awaitingApproval');
    await paper.invoke('signal.approve', { signal });
    await until(() => shown().hedges[signal]?.phase).toBe('hedged');
    // A verdict is shown once it is on disk.
    await until(() => shown().signals[signal]?.state).toBe('executed');
    const before = shown();
    await paper.close('keep');
    paper = await PaperConsole.open({}, paper.dataDir);
    const after = shown();
    expect(after.signals).toEqual(before.signals);
    expect(Object.keys(after.orders)).toEqual(Object.keys(before.orders));
    const read = await paper.invoke('journal.read', { before: null, limit: 500, search: signal });
    expect(read).toMatchObject({ ok: true, value: { more: false } });
    const kinds = read.ok ? (read.value as CommandOutput<'journal.read'>).entries.map((entry) => entry.kind) : [];
    expect(kinds).toContain('signalTaken');
    expect(kinds).toContain('hedgeOpened');
  });

  it('latches before stop.engage returns, and resets', async () => {
    const answered = paper.invoke('stop.engage', { closeAll: false });
    expect(paper.console.isStopped).toBe(true);
    expect(await answered).toEqual({ ok: true, value: {} });
    await until(() => standing().trading).toBe('stopped');
    expect(await paper.invoke('console.arm', {})).toMatchObject({ ok: false, code: 'STOPPED' });
    expect(await paper.invoke('stop.reset', {})).toEqual({ ok: true, value: {} });
    await until(() => standing().trading).toBe('disarmed');
  });

  it('takes nothing but a stop once it was closed, and the next start finds that', async () => {
    await paper.close('keep');
    expect(await paper.invoke('hedge.open', { coin: 'BTC', quantity: '0.01' })).toMatchObject({ ok: false, code: 'ENDING' });
    expect(await paper.invoke('settings.set', { name: 'cooldownMs', value: '5' })).toMatchObject({ ok: false, code: 'ENDING' });
    expect(await paper.invoke('console.arm', {})).toMatchObject({ ok: false, code: 'ENDING' });
    expect(existsSync(join(paper.dataDir, 'STOP'))).toBe(false);
    expect(await paper.invoke('stop.engage', { closeAll: false })).toEqual({ ok: true, value: {} });
    paper = await PaperConsole.open({}, paper.dataDir);
    await until(() => standing().trading).toBe('stopped');
    expect(standing().stopFile).toBe(true);
    expect(await paper.invoke('stop.reset', {})).toMatchObject({ ok: false, code: 'STOP_FILE' });
  });

  it('takes a tighter setting at any time, a looser one while disarmed and typed again', async () => {
    const tighter = { name: 'maxEntriesPerDay', value: '7' };
    const looser = { name: 'maxEntriesPerDay', value: '8' };
    expect(await paper.invoke('settings.set', tighter)).toEqual({ ok: true, value: {} });
    expect(await paper.invoke('settings.set', { ...looser, again: '8' })).toMatchObject({ ok: false, code: 'ARMED' });
    expect(await paper.invoke('console.disarm', {})).toEqual({ ok: true, value: {} });
    expect(await paper.invoke('settings.set', looser)).toMatchObject({ ok: false, code: 'RETYPE_TO_LOOSEN' });
    const stored = JSON.parse(await readFile(join(paper.dataDir, 'settings.json'), 'utf8')) as { settings: Record<string, unknown> };
    expect(stored.settings['maxEntriesPerDay']).toBe(7);
    expect(await paper.invoke('settings.set', { ...looser, again: '8' })).toEqual({ ok: true, value: {} });
    expect(await paper.invoke('settings.set', tighter)).toEqual({ ok: true, value: {} });
    expect(await paper.invoke('preferences.set', { language: 'ko' })).toEqual({ ok: true, value: {} });
    await until(() => paper.console.feed.snapshot().parts).toMatchObject({
      settings: { maxEntriesPerDay: '7' },
      preferences: { language: 'ko', theme: 'system' },
    });
    expect(await paper.invoke('preferences.set', { language: null })).toEqual({ ok: true, value: {} });
    await until(() => paper.console.feed.snapshot().parts.preferences.language).toBe(null);
  });
});
