/** The window: what it shows, what its page may reach, and that nothing of it can hurt the engine. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, type InPage, isStandIn, test } from '../kit/desktop.ts';

test('shows the console, with the stop and two functions', async ({ start }) => {
  const desktop = await start();
  await expect(desktop.at('stop')).toBeVisible();
  await expect(desktop.at('view-overview')).toBeVisible();
  await expect(desktop.at('mode')).toContainText('Paper');
  expect(await desktop.page.evaluate(() => Object.keys((globalThis as unknown as InPage).kimp).sort())).toEqual(['invoke', 'subscribe']);
  const leaks = await desktop.page.evaluate(() =>
    ['require', 'process', 'module', 'Buffer', 'ipcRenderer', 'electron'].filter((name) => name in window),
  );
  expect(leaks).toEqual([]);
  const [preferences] = await desktop.onWindow((window) => {
    // Not in Electron's types, and the only way to see what a window was made with.
    const { webContents } = window as unknown as { webContents: { getLastWebPreferences(): Record<string, unknown> } };
    return [webContents.getLastWebPreferences()];
  });
  expect(preferences).toMatchObject({ sandbox: true, contextIsolation: true, nodeIntegration: false, webSecurity: true, webviewTag: false });
});

test('arms itself on the generated market, approval manual at first', async ({ start }) => {
  const desktop = await start();
  const { parts } = await desktop.until('the console to arm', (snapshot) => snapshot.parts.standing.trading === 'armed');
  expect(parts.standing).toMatchObject({ approval: 'manual', market: 'synthetic', mode: 'paper', dataDir: desktop.dataDir });
  expect(parts.standing.sources).toEqual([expect.objectContaining({ kind: 'file' })]);
});

test('hands updates to whoever subscribed, and no more after', async ({ start }) => {
  const desktop = await start();
  const sequences = await desktop.page.evaluate(async () => {
    const { kimp } = globalThis as unknown as InPage;
    const seen: number[] = [];
    const end = kimp.subscribe((update) => seen.push(update.sequence));
    for (const theme of ['dark', 'light'])
      await new Promise<void>((resolve) => {
        const off = kimp.subscribe(({ parts }) => {
          if (parts.preferences?.theme !== theme) return;
          off();
          resolve();
        });
        void kimp.invoke('preferences.set', { theme });
      });
    end();
    return seen;
  });
  expect(sequences.length).toBeGreaterThan(1);
  expect(sequences).toEqual(sequences.map((_one, index) => (sequences[0] ?? 0) + index));
});

/** A server that nobody is meant to reach, and the paths that somebody asked it for. */
async function outside() {
  const hits: string[] = [];
  const server = createServer((request, response) => {
    hits.push(request.url ?? '');
    response.end('outside');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, hits, close: () => void server.close() };
}

test('has a policy that lets nothing in or out', async ({ start }) => {
  const { page } = await start();
  const { url, hits, close } = await outside();
  const verdicts = await page.evaluate(async (there) => {
    const blocked: string[] = [];
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => blocked.push(effectiveDirective));
    const script = document.createElement('script');
    script.textContent = 'window.injected = true';
    document.body.append(script);
    for (const [name, path] of [
      ['iframe', 'frame'],
      ['img', 'image'],
      ['script', 'script'],
    ] as const) {
      const element = document.createElement(name);
      element.src = `${there}/${path}`;
      document.body.append(element);
    }
    const fetched = await fetch(`${there}/fetch`).then(
      () => true,
      () => false,
    );
    const deadline = Date.now() + 5000;
    while (blocked.length < 5 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
    return { blocked: blocked.sort(), fetched, injected: 'injected' in window };
  }, url);
  close();
  expect(verdicts).toEqual({
    blocked: ['connect-src', 'frame-src', 'img-src', 'script-src-elem', 'script-src-elem'],
    fetched: false,
    injected: false,
  });
  expect(hits).toEqual([]);
});

test('goes nowhere, opens nothing, is granted nothing', async ({ start }) => {
  const desktop = await start();
  const { url, hits, close } = await outside();
  const before = desktop.page.url();
  await desktop.page.evaluate((there) => {
    const link = document.createElement('a');
    link.href = `${there}/link`;
    link.target = '_blank';
    document.body.append(link);
    link.click();
    location.href = `${there}/navigation`;
  }, url);
  expect(await desktop.page.evaluate((there) => window.open(`${there}/open`) === null, url)).toBe(true);
  const states = await desktop.page.evaluate(async () => {
    const names = ['notifications', 'geolocation', 'camera', 'microphone'] as const;
    return Promise.all(names.map(async (name) => (await navigator.permissions.query({ name })).state));
  });
  expect(new Set(states)).toEqual(new Set(['denied']));
  // It still is the console, alone.
  await expect(desktop.at('stop')).toBeVisible();
  expect(desktop.page.url()).toBe(before);
  expect(await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  close();
  expect(hits).toEqual([]);
});

test('is heard by the engine only as itself', async ({ start }) => {
  const desktop = await start();
  const call = () =>
    desktop.page.evaluate(async () => {
      try {
        return JSON.stringify(await (globalThis as unknown as InPage).kimp.invoke('snapshot.get', {})).slice(0, 10);
      } catch (error) {
        return `rejected: ${String(error)}`;
      }
    });
  expect(await call()).toContain('"ok":true');
  // Only the main process can bring another page there; the preload is in it too.
  await desktop.onWindow((window) => void window.loadURL('data:text/html,<p>another page'));
  await desktop.page.getByText('another page').waitFor();
  expect(await call()).toContain('Not the page of the console');
  expect(desktop.page.url()).toContain('data:');
});

test('answers nonsense with a refusal', async ({ start }) => {
  const { page } = await start();
  const codes = await page.evaluate(async () => {
    const calls: [unknown, unknown][] = [
      ['no.such', {}],
      ['__proto__', {}],
      [undefined, undefined],
      [42, {}],
      ['stop.reset', { surplus: 1 }],
      ['hedge.open', { coin: 'BTC', quantity: '-1' }],
      ['settings.set', { name: 'x'.repeat(100_000), value: '1' }],
    ];
    return Promise.all(
      calls.map(async ([name, input]) => ((await (globalThis as unknown as InPage).kimp.invoke(name as string, input)) as { code: string }).code),
    );
  });
  expect(codes).toEqual([...Array<string>(4).fill('UNKNOWN_COMMAND'), ...Array<string>(3).fill('INVALID_INPUT')]);
});

test('comes back after its page crashed, and the engine does not notice', async ({ start }) => {
  const desktop = await start();
  const { parts } = await desktop.snapshot();
  const shown = desktop.app.evaluate(
    ({ BrowserWindow }) => new Promise<void>((resolve) => void BrowserWindow.getAllWindows()[0]?.webContents.once('did-finish-load', resolve)),
  );
  await desktop.onWindow((window) => window.webContents.forcefullyCrashRenderer());
  await shown;
  // Playwright does not speak to a page again that has crashed: the main process does.
  const after = await desktop.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(
      `window.kimp.invoke('snapshot.get', {}).then((reply) => [reply.value.parts.standing.startedAt, document.querySelector('[data-testid=stop]') !== null])`,
    ),
  );
  expect(after).toEqual([parts.standing.startedAt, true]);
  if (isStandIn) expect(await desktop.notified()).toContain('The window was reloaded');
});

test('speaks the language that was chosen', async ({ start }) => {
  const desktop = await start();
  await desktop.invoke('preferences.set', { language: 'ko', theme: 'dark' });
  await expect
    .poll(() => desktop.app.evaluate(({ Menu, nativeTheme }) => [Menu.getApplicationMenu()?.getMenuItemById('stop')?.label, nativeTheme.themeSource]))
    .toEqual(['긴급 정지', 'dark']);
  if (isStandIn) await expect.poll(() => desktop.trayText()).toContain('모의');
});

test('is where it was left', async ({ start }) => {
  const desktop = await start();
  await desktop.onWindow((window) => window.setBounds({ x: 40, y: 50, width: 1100, height: 750 }));
  await desktop.onWindow((window) => window.close());
  expect(await desktop.ended()).toBe(0);
  const again = await start([], desktop.dataDir);
  expect(await again.onWindow((window) => window.getBounds())).toMatchObject({ x: 40, y: 50, width: 1100, height: 750 });
});
