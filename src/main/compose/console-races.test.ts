/** What comes at the wrong moment: right after a stop, while settings are written, before the console was started. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openConsole } from '../compose.ts';
import { dispatch } from '../ipc/dispatch.ts';
import { PaperConsole, paperOptions } from './testing/paper.ts';

let paper: PaperConsole;
const standing = () => paper.console.feed.snapshot().parts.standing;
const until = (what: () => unknown) => expect.poll(what, { timeout: 15_000 });
const armed = async (): Promise<void> => {
  paper = await PaperConsole.open({ approval: 'auto' });
  await until(() => standing().trading).toBe('armed');
};

describe('what comes at the wrong moment', () => {
  afterEach(async () => {
    expect(paper.bugs).toEqual([]);
    await paper.close();
  }, 20_000);

  it('trades again after a reset that came before the stop was on disk', async () => {
    await armed();
    const both = [paper.invoke('stop.engage', { closeAll: false }), paper.invoke('stop.reset', {})];
    expect(await Promise.all(both)).toEqual([expect.objectContaining({ ok: true }), expect.objectContaining({ ok: true })]);
    // Through the journal behind both.
    const opened = await paper.invoke('hedge.open', { coin: 'BTC', quantity: '0.01' });
    expect(opened).toMatchObject({ ok: true });
    expect(paper.console.isStopped).toBe(false);
    expect(await paper.invoke('console.arm', {})).toEqual({ ok: true, value: {} });
    const again = await paper.invoke('hedge.open', { coin: 'BTC', quantity: '0.01' });
    const signal = again.ok ? (again.value as { signal: string }).signal : '';
    await until(() => paper.console.feed.snapshot().tables.hedges[signal]?.phase).toBe('hedged');
  }, 30_000);

  it('leaves settings on disk as the engine has them when it is armed while they are written', async () => {
    await armed();
    await paper.invoke('console.disarm', {});
    const before = paper.console.state.settings.maxEntriesPerDay;
    const changes = ['507', '508', '509'].map((value) => paper.invoke('settings.set', { name: 'maxEntriesPerDay', value, again: value }));
    await paper.invoke('console.arm', {});
    for (const reply of await Promise.all(changes)) expect(reply).toMatchObject({ ok: false, code: 'ARMED' });
    expect(paper.console.state.settings.maxEntriesPerDay).toBe(before);
    const stored = await readFile(join(paper.dataDir, 'settings.json'), 'utf8').catch(() => '{"settings":{}}');
    expect((JSON.parse(stored) as { settings: Record<string, unknown> }).settings['maxEntriesPerDay'] ?? before).toBe(before);
  }, 30_000);

  it('neither trades on what a killed process left armed nor resets past a STOP file before it is started', async () => {
    await armed();
    // The folder as a kill at this moment would leave it.
    const folder = await mkdtemp(join(tmpdir(), 'kimp-killed-'));
    for (const part of ['installation.json', 'settings.json', 'paper/journal'])
      await cp(join(paper.dataDir, part), join(folder, part), { recursive: true }).catch(() => undefined);
    const opened = await openConsole(paperOptions(folder, join(folder, 'v'), (error) => void paper.bugs.push(error)));
    if (!opened.ok) throw new Error(opened.problem.reason);
    const killed = opened.console;
    const invoke = (name: string, input: unknown) => dispatch(killed.handlers, name, input, (error) => void paper.bugs.push(error));
    expect(killed.feed.snapshot().parts.standing.trading).toBe('reconciling');
    expect(await invoke('console.arm', {})).toMatchObject({ ok: false, code: 'RECONCILING' });
    expect(await invoke('hedge.open', { coin: 'BTC', quantity: '0.01' })).toMatchObject({ ok: true });
    expect(killed.state.slots).toEqual({});
    await invoke('stop.engage', { closeAll: false });
    await writeFile(join(folder, 'STOP'), '');
    expect(await invoke('stop.reset', {})).toMatchObject({ ok: false, code: 'STOP_FILE' });
    await killed.close();
    await rm(folder, { recursive: true, force: true });
  }, 30_000);
});
