/** The stop from every hand that the desktop has: none of them needs the page. */
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, isStandIn, refusal, test } from '../kit/desktop.ts';
import { root, temporaryFolder } from '../kit/programs.ts';

const stopShortcut = 'CommandOrControl+Shift+F12';

test('the button stops, and a person resets', async ({ start }) => {
  const desktop = await start();
  await desktop.at('stop').click();
  const { parts } = await desktop.until('the stop', (snapshot) => snapshot.parts.standing.stop !== null);
  expect(parts.standing.stop?.source).toBe('button');
  await desktop.at('reset-stop').click();
  await desktop.until('the reset', (snapshot) => snapshot.parts.standing.stop === null);
});

test('tray, menu and shortcut stop while the page hangs', async ({ start }, info) => {
  info.skip(!isStandIn, 'Electron shows no test what its tray holds');
  const hands = [
    ['tray', (desktop: Awaited<ReturnType<typeof start>>) => desktop.pressTray('stop')],
    ['button', (desktop: Awaited<ReturnType<typeof start>>) => desktop.pressMenu('stop')],
    [
      'shortcut',
      (desktop: Awaited<ReturnType<typeof start>>) =>
        desktop.app.evaluate(({ globalShortcut }, keys) => globalShortcut.__trigger(keys), stopShortcut),
    ],
  ] as const;
  const desktop = await start();
  for (const [source, press] of hands) {
    await desktop.until('the reset', (snapshot) => snapshot.parts.standing.stop === null);
    const hanging = desktop.page.evaluate(() => {
      const end = Date.now() + 3000;
      while (Date.now() < end);
    });
    await press(desktop);
    await expect.poll(() => desktop.trayText(), { timeout: 1500 }).toContain('STOPPED');
    await hanging;
    const { parts } = await desktop.snapshot();
    expect(parts.standing.stop?.source).toBe(source);
    await desktop.invoke('stop.reset', {});
  }
  expect((await desktop.notified()).filter((title) => title === 'Emergency stop')).toHaveLength(3);
});

for (const [hand, source] of [
  ['tray', 'tray'],
  ['menu', 'button'],
] as const)
  test(`the ${hand} closes all that is open`, async ({ start }, info) => {
    info.skip(!isStandIn, 'Electron shows no test what its tray holds');
    const desktop = await start();
    const hedge = await desktop.openHedge();
    await (hand === 'tray' ? desktop.pressTray('stop-and-close') : desktop.pressMenu('stop-and-close'));
    const { parts } = await desktop.until('the close', ({ tables }) => tables.hedges[hedge]?.phase === 'flat');
    expect(parts.standing.stop).toMatchObject({ source, code: 'PERSON' });
    const seen = parts.standing.stop?.at ?? 0;
    await expect(desktop.invoke('stop.reset', { seen: seen - 1 })).rejects.toThrow('STOP_CHANGED');
    await desktop.invoke('stop.reset', { seen });
  });

test('a STOP file stops while the page hangs, and over a restart', async ({ start }, info) => {
  info.skip(!isStandIn, 'Electron shows no test what its tray holds');
  const desktop = await start();
  const hanging = desktop.page.evaluate(() => {
    const end = Date.now() + 4000;
    while (Date.now() < end);
  });
  writeFileSync(join(desktop.dataDir, 'STOP'), '');
  await expect.poll(() => desktop.trayText(), { timeout: 2500 }).toContain('STOPPED');
  await hanging;
  const { parts } = await desktop.snapshot();
  expect(parts.standing).toMatchObject({ trading: 'stopped', stop: { source: 'file' }, stopFile: true });
  expect(await desktop.terminate()).toBe(0);

  rmSync(join(desktop.dataDir, 'STOP'));
  const again = await start([], desktop.dataDir);
  // What it came to is looked up anew by the process that found it stopped.
  const shown = await again.until('the report', (snapshot) => snapshot.parts.stopReport?.done === true);
  expect(shown.parts.standing).toMatchObject({ trading: 'stopped', stop: { source: 'file' }, stopFile: false });
  expect(shown.parts.stopReport).toMatchObject({ openOrders: [], unknownOrders: [], unconfirmed: [] });
});

test('a second start shows the window of the first, or stops it', async ({ start }) => {
  const desktop = await start();
  await desktop.onWindow((window) => window.minimize());
  expect((await refusal(['--data-dir', desktop.dataDir])).exitCode).toBe(0);
  await expect.poll(() => desktop.isVisible()).toBe(true);

  expect((await refusal(['--data-dir', desktop.dataDir, '--stop'])).exitCode).toBe(0);
  const { parts } = await desktop.until('the stop', (snapshot) => snapshot.parts.standing.stop !== null);
  expect(parts.standing.stop?.source).toBe('secondInstance');
  // It did not become the first, and the first still runs.
  expect((await desktop.snapshot()).parts.standing.trading).toBe('stopped');
});

test('--stop --close-all closes what is open', async ({ start }) => {
  const desktop = await start();
  const hedge = await desktop.openHedge();
  expect((await refusal(['--data-dir', desktop.dataDir, '--stop', '--close-all'])).exitCode).toBe(0);
  const { parts } = await desktop.until('the close', ({ tables }) => tables.hedges[hedge]?.phase === 'flat');
  expect(parts.standing.stop?.source).toBe('secondInstance');
});

test('npm run stop reaches a console with a window', async ({ start }) => {
  const desktop = await start();
  const stop = spawnSync(process.execPath, [join(root, 'out', 'stop.mjs'), desktop.dataDir], { encoding: 'utf8' });
  expect([stop.status, stop.stderr]).toEqual([0, expect.stringContaining('Stopped')]);
  const { parts } = await desktop.until('the stop', (snapshot) => snapshot.parts.standing.stop !== null);
  expect(parts.standing).toMatchObject({ stop: { source: 'command' }, stopFile: false });
});

test('--stop without a console leaves a STOP file and says so with its exit code', async ({ start }) => {
  const folder = await temporaryFolder();
  const dataDir = join(folder.path, 'data');
  const { exitCode, output } = await refusal(['--data-dir', dataDir, '--stop']);
  expect(exitCode).toBe(1);
  expect(output).toContain('STOP file');
  expect(existsSync(join(dataDir, 'STOP'))).toBe(true);
  const desktop = await start([], dataDir);
  await desktop.until('the stop', (snapshot) => snapshot.parts.standing.stop?.source === 'file' && snapshot.parts.standing.stopFile);
  await desktop.terminate();
  await folder.remove();
});

test('a stop outlives the process, until a person resets it', async ({ start }) => {
  const desktop = await start();
  await desktop.at('stop').click();
  await desktop.until('the stop', (snapshot) => snapshot.parts.standing.stop !== null);
  expect(await desktop.terminate()).toBe(0);

  const again = await start([], desktop.dataDir);
  const { parts } = await again.snapshot();
  expect(parts.standing).toMatchObject({ trading: 'stopped', stop: { source: 'button' } });
  await again.at('reset-stop').click();
  await again.until('the reset', (snapshot) => snapshot.parts.standing.stop === null);
});
