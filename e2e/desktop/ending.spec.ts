/** Closing, quitting and being ended, with and without a hedge that is open; and starts that cannot be. */
import { join } from 'node:path';
import { expect, isStandIn, refusal, test } from '../kit/desktop.ts';
import { Program, temporaryFolder } from '../kit/programs.ts';

test('with nothing open, closing the window ends the console', async ({ start }) => {
  const desktop = await start();
  await desktop.answer(1);
  await desktop.onWindow((window) => window.close());
  expect(await desktop.ended()).toBe(0);
  if (isStandIn) expect(desktop.output).toContain('Ended. Nothing stays open.');
});

test('with a hedge open, the window closes to the tray and says so once', async ({ start }) => {
  const desktop = await start();
  const hedge = await desktop.openHedge();
  for (const _time of [1, 2]) {
    await desktop.onWindow((window) => window.close());
    expect(await desktop.isVisible()).toBe(false);
    if (isStandIn) await desktop.pressTray('open');
    else await refusal(['--data-dir', desktop.dataDir]);
    await expect.poll(() => desktop.isVisible()).toBe(true);
  }
  expect((await desktop.snapshot()).tables.hedges[hedge]?.phase).toBe('hedged');
  if (!isStandIn) return;
  const told = await desktop.notified();
  expect(told.filter((title) => title === 'Kimp Console keeps running')).toHaveLength(1);
  expect(told).toContain('Hedge opened');
  expect(await desktop.trayText()).toContain('1 hedge open');
});

test('quitting asks what stays open, cancels and goes on, or ends and leaves it', async ({ start }) => {
  const desktop = await start();
  const hedge = await desktop.openHedge();
  await desktop.answer(1);
  await desktop.app.evaluate(({ app }) => app.quit());
  await expect.poll(() => desktop.asked()).toHaveLength(1);
  const [question] = await desktop.asked();
  expect(question).toContain('leave 1 hedge open');
  expect(question).toContain(`BTC ${hedge}: 0.01 spot, 0.01 short (hedged)`);
  expect((await desktop.snapshot()).parts.standing.trading).toBe('armed');

  await desktop.answer(0);
  await desktop.app.evaluate(({ app }) => app.quit());
  expect(await desktop.ended()).toBe(0);
  if (isStandIn) expect(desktop.output).toContain(`Hedge ${hedge} (BTC) stays hedged`);

  const again = await start([], desktop.dataDir);
  expect((await again.snapshot()).tables.hedges[hedge]?.phase).toBe('hedged');
  await again.invoke('hedge.close', { hedge, quantity: null });
  await again.until('the close', ({ tables }) => tables.hedges[hedge]?.phase === 'flat');
  if (isStandIn) await expect.poll(() => again.notified()).toContain('Hedge closed');
});

test('SIGTERM asks nothing and leaves the hedge', async ({ start }) => {
  const desktop = await start();
  const hedge = await desktop.openHedge();
  expect(await desktop.terminate()).toBe(0);
  if (isStandIn) expect(desktop.output).toContain(`Hedge ${hedge} (BTC) stays hedged`);
  const again = await start([], desktop.dataDir);
  expect((await again.snapshot()).tables.hedges[hedge]?.phase).toBe('hedged');
});

test('SIGTERM while a hedge opens brings it to hedged or flat first', async ({ start }) => {
  const desktop = await start();
  await desktop.invoke('approval.set', { approval: 'auto' });
  const { signal } = await desktop.invoke('hedge.open', { coin: 'BTC', quantity: '0.01' });
  expect(await desktop.terminate()).toBe(0);
  const again = await start([], desktop.dataDir);
  const { tables } = await again.snapshot();
  const row = tables.hedges[signal];
  if (row === undefined) expect(tables.signals[signal]?.state).not.toBe('executed');
  else expect([row.phase, row.residual]).toEqual([expect.stringMatching(/^(hedged|flat)$/), '0']);
});

test('keeps the machine awake while a hedge is open', async ({ start }) => {
  const desktop = await start();
  const isAwake = () => desktop.app.evaluate(({ powerSaveBlocker }) => [1, 2, 3, 4, 5].some((id) => powerSaveBlocker.isStarted(id)));
  expect(await isAwake()).toBe(false);
  const hedge = await desktop.openHedge();
  await expect.poll(isAwake).toBe(true);
  await desktop.invoke('hedge.close', { hedge, quantity: null });
  await expect.poll(isAwake).toBe(false);
});

test('does not share its data folder with a console without a window', async () => {
  const folder = await temporaryFolder();
  const dataDir = join(folder.path, 'data');
  const headless = new Program('headless', ['--data-dir', dataDir]);
  await headless.line('the console to be ready', (line) => line.event === 'ready');
  const { exitCode, output } = await refusal(['--data-dir', dataDir]);
  expect(exitCode).toBe(3);
  expect(output).toContain(`in use by process ${headless.child.pid}`);
  await headless.end();
  await folder.remove();
});

test('says what is wrong with an option, exit code 2', async () => {
  const folder = await temporaryFolder();
  for (const args of [['--mode', 'live'], ['--set', 'nonsense=1'], ['--market', 'recorded:none.csv'], ['--close-all']]) {
    const { exitCode, output } = await refusal(['--data-dir', join(folder.path, 'data'), ...args]);
    expect([args, exitCode]).toEqual([args, 2]);
    expect(output).not.toBe('');
  }
  await folder.remove();
});
