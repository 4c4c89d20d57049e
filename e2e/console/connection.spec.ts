/** What the page does when it is not alone, not connected, or has missed something. */
import { at, expect, test } from '../kit/console.ts';
import { enter } from '../kit/signals.ts';

test('two tabs show the same', async ({ console: page, running, context }) => {
  const second = await context.newPage();
  await second.goto(new URL('/', await running.url()).href);
  await at(second, 'view-overview').waitFor();
  await at(page, 'approval-auto').click();
  await expect(at(second, 'approval-auto')).toBeChecked();
  const id = await enter(running.folder, '0.01');
  for (const tab of [page, second]) await expect(at(tab, `hedge-${id}`)).toHaveAttribute('data-state', 'hedged');
  await at(second, 'stop').click();
  await expect(at(page, 'reset-stop')).toBeVisible();
});

test('shows that the connection is lost, and finds it again with what happened meanwhile', async ({ running, page }) => {
  let cut = (): void => undefined;
  let isCut = false;
  await page.routeWebSocket(/\/updates/, (socket) => {
    if (isCut) return void socket.close({ code: 1012 });
    socket.connectToServer();
    cut = () => {
      isCut = true;
      void socket.close({ code: 1012 });
    };
  });
  await page.goto(await running.url());
  await at(page, 'approval-auto').click();
  await expect(at(page, 'approval-auto')).toBeChecked();
  cut();
  await expect(page.locator('[data-connection="lost"]')).toBeVisible();
  const id = await enter(running.folder, '0.01');
  await running.program.line('the hedge', (line) => line.event === 'hedge' && line['state'] === 'hedged');
  isCut = false;
  await expect(at(page, `hedge-${id}`)).toHaveAttribute('data-state', 'hedged');
  await expect(page.locator('[data-connection="lost"]')).toHaveCount(0);
});

test('an engine that hangs is lost, a stop says so at once, and takes hold when it goes on', async ({ console: page, running }) => {
  const ready = running.program.lines.find((line) => line.event === 'ready');
  const pid = Number(ready?.['pid']);
  process.kill(pid, 'SIGSTOP');
  try {
    await expect(page.locator('[data-connection="lost"]')).toBeVisible();
    await at(page, 'stop').click();
    await expect(page.locator('#stop-status')).toContainText('npm run stop');
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  await running.program.line('the stop', (line) => line.event === 'stop' && line['source'] === 'button');
  await expect(at(page, 'reset-stop')).toBeVisible();
  await expect(page.locator('[data-connection="lost"]')).toHaveCount(0);
});

test('asks for a snapshot when an update is missing', async ({ running, page }) => {
  let drop = 0;
  let dropped = 0;
  await page.routeWebSocket(/\/updates/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => {
      if (drop > 0 && String(message).includes('"update"')) {
        drop -= 1;
        dropped += 1;
        return;
      }
      socket.send(message);
    });
  });
  await page.goto(await running.url());
  await at(page, 'approval-auto').click();
  await expect(at(page, 'approval-auto')).toBeChecked();
  drop = 1;
  const id = await enter(running.folder, '0.01');
  await expect(at(page, `hedge-${id}`)).toHaveAttribute('data-state', 'hedged');
  expect(dropped).toBe(1);
});

test('a page without a session says what to do', async ({ running, browser }) => {
  const stranger = await browser.newContext();
  const page = await stranger.newPage();
  await page.goto(new URL('/', await running.url()).href);
  await expect(page.getByText(/npm run open/)).toBeVisible();
  await stranger.close();
});

test('a link works once, and a fresh one is printed after its use', async ({ running, browser }) => {
  const used = await running.url();
  const first = await browser.newContext();
  const page = await first.newPage();
  await page.goto(used);
  await at(page, 'view-overview').waitFor();
  expect(page.url()).not.toContain(new URL(used).hash);
  const second = await browser.newContext();
  const late = await second.newPage();
  await late.goto(used);
  await expect(late.getByText(/npm run open/)).toBeVisible();
  const fresh = await running.program.line('a fresh address', (line) => line.event === 'url');
  await late.goto('about:blank');
  await late.goto(String(fresh['url']));
  await at(late, 'view-overview').waitFor();
  await first.close();
  await second.close();
});
