/** The emergency stop as a person meets it: one press, kept over reload and restart, reset by a person only. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { WebSocket } from 'ws';
import { at, type ConsoleRun, expect, test } from '../kit/console.ts';
import { root } from '../kit/programs.ts';
import { enter } from '../kit/signals.ts';

const health = async (url: string): Promise<unknown> => (await fetch(`http://${new URL(url).host}/healthz`)).json();

test('stop, reload, restart, still stopped, reset', async ({ console: page, running }) => {
  await at(page, 'stop').click();
  await running.program.line('the stop', (line) => line.event === 'stop' && line['source'] === 'button');
  await expect(at(page, 'reset-stop')).toBeVisible();
  expect(await health(await running.url())).toMatchObject({ stopped: true });

  await page.reload();
  await expect(at(page, 'reset-stop')).toBeVisible();

  await running.restart();
  await page.goto('about:blank');
  await page.goto(await running.url());
  await expect(at(page, 'reset-stop')).toBeVisible();
  const refused = await enter(running.folder, '0.01');
  await running.program.line('the refusal', (line) => line.event === 'signal' && line['id'] === refused && line['code'] === 'STOPPED');

  await at(page, 'reset-stop').click();
  await running.program.line('the reset', (line) => line.event === 'reset');
  await expect(at(page, 'reset-stop')).toHaveCount(0);
  expect(await health(await running.url())).toMatchObject({ stopped: false });
});

test('stop and close all leaves everything flat', async ({ console: page, running }) => {
  await at(page, 'approval-auto').click();
  await expect(at(page, 'approval-auto')).toBeChecked();
  const first = await enter(running.folder, '0.01');
  const second = await enter(running.folder, '0.02');
  for (const id of [first, second]) await expect(at(page, `hedge-${id}`)).toHaveAttribute('data-state', 'hedged');
  await at(page, 'stop-and-close').click();
  for (const id of [first, second]) await expect(at(page, `hedge-${id}`)).toHaveAttribute('data-state', 'flat');
  await expect(at(page, 'reset-stop')).toBeVisible();
});

test('is there in every view, and works before the rest of the page has loaded', async ({ page, running }) => {
  // Only the page itself and its first script may load: the console proper never comes.
  let first: string | undefined;
  await page.route('**/assets/**', (route) => {
    const url = route.request().url();
    if (!url.endsWith('.js')) return route.continue();
    first ??= url;
    return url === first ? route.continue() : route.abort();
  });
  await page.goto(await running.url());
  await at(page, 'stop').click();
  await running.program.line('the stop', (line) => line.event === 'stop' && line['source'] === 'button');
  // No band says it here.
  await expect(page.locator('#stop-status')).toBeVisible();
  await expect(page.locator('#stop-bar')).toHaveAttribute('data-state', 'stopped');
  await page.unroute('**/assets/**');
  await page.reload();
  for (const view of ['overview', 'inbox', 'orders', 'risk', 'journal', 'settings']) {
    await at(page, `view-${view}`).click();
    await expect(at(page, 'stop')).toBeInViewport();
    await expect(at(page, 'stop-and-close')).toBeInViewport();
  }
});

test('a STOP file shows, and keeps the stop from being reset', async ({ console: page, running }) => {
  const file = join(running.data, 'STOP');
  await writeFile(file, '');
  await at(page, 'reset-stop').click();
  await expect(page.getByText(/STOP file|STOP 파일/).first()).toBeVisible();
  expect(running.program.lines.some((line) => line.event === 'reset')).toBe(false);
  await rm(file);
  // The file's going is noticed at the next look at the folder, so the first press may still be refused.
  await expect(async () => {
    if ((await at(page, 'reset-stop').count()) > 0) await at(page, 'reset-stop').click({ timeout: 500 });
    await expect(at(page, 'reset-stop')).toHaveCount(0, { timeout: 500 });
  }).toPass();
  await running.program.line('the reset', (line) => line.event === 'reset');
});

/** A busy loop in the page, which has begun when this resolves. */
async function freeze(page: Page, ms: number): Promise<{ readonly over: Promise<void>; isFrozen(): boolean }> {
  let runs = true;
  const begun = page.waitForEvent('console', (message) => message.text() === 'frozen');
  const loop = (length: number): void => {
    console.log('frozen');
    for (const end = Date.now() + length; Date.now() < end; );
  };
  const over = page.evaluate(loop, ms).finally(() => {
    runs = false;
  });
  await begun;
  return { over, isFrozen: () => runs };
}

const hands: Readonly<Record<string, readonly [source: string, press: (running: ConsoleRun) => Promise<unknown>]>> = {
  'npm run stop': [
    'command',
    async ({ data }) =>
      expect(await once(spawn(process.execPath, [join(root, 'out', 'stop.mjs'), data], { stdio: 'ignore' }), 'close')).toEqual([0, null]),
  ],
  'a STOP file': ['file', ({ data }) => writeFile(join(data, 'STOP'), '')],
  'a message on the signal socket': [
    'socket',
    async ({ program }) => {
      const ready = await program.line('the address', (line) => line.event === 'ready');
      const { url, token } = ready['signals'] as { url: string; token: string };
      const socket = new WebSocket(url, { headers: { authorization: `Bearer ${token}` } });
      await once(socket, 'open');
      socket.send(JSON.stringify({ type: 'stop', reason: 'the page hangs' }));
      socket.close();
    },
  ],
};
for (const [name, [source, press]] of Object.entries(hands))
  test(`${name} stops while the page is frozen; a press that waits in it takes hold afterwards`, async ({ page, start }) => {
    const running = await start(['--arm', '--signals-port', '0']);
    await page.goto(await running.url());
    await at(page, 'approval-auto').click();
    await expect(at(page, 'approval-auto')).toBeChecked();
    const id = await enter(running.folder, '0.01');
    await expect(at(page, `hedge-${id}`)).toHaveAttribute('data-state', 'hedged');
    const button = await at(page, 'stop-and-close').boundingBox();
    if (button === null) throw new Error('There is no button to press');

    const { over, isFrozen } = await freeze(page, 6000);
    const pressed = page.mouse.click(button.x + button.width / 2, button.y + button.height / 2);
    await press(running);
    await running.program.line('the stop', (line) => line.event === 'stop' && line['source'] === source);
    const report = await running.program.line('its report', (line) => line.event === 'stopReport');
    expect(isFrozen()).toBe(true);
    expect(report).toMatchObject({ closeAll: false, done: true, unconfirmed: [], hedges: [{ hedge: id, state: 'kept' }] });

    await over;
    await pressed;
    const closed = await running.program.line('the report of the press', (line) => line.event === 'stopReport' && line['closeAll'] === true);
    expect(closed).toMatchObject({ done: true, hedges: [{ hedge: id, spot: '0', perp: '0', state: 'closed' }] });
    await expect(at(page, `hedge-${id}`)).toHaveAttribute('data-state', 'flat');

    await running.restart();
    expect(await health(await running.url())).toMatchObject({ reconciled: true, armed: false, stopped: true });
  });
