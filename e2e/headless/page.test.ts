/** The page's side of the headless host, spoken to as a browser does. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Program, root, temporaryFolder } from '../kit/programs.ts';
import { until } from '../kit/until.ts';

interface SignedIn {
  readonly origin: string;
  readonly cookie: string;
  readonly csrf: string;
}

describe('the page of the headless host', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let running: Program;
  beforeEach(async () => {
    folder = await temporaryFolder();
    running = new Program('headless', ['--data-dir', join(folder.path, 'data'), '--arm']);
    await running.line('armed', (line) => line.event === 'armed');
  });
  afterEach(async () => {
    await running.end();
    await folder.remove();
  });

  const newestUrl = (): URL => new URL(String(running.lines.findLast((line) => line.event === 'ready' || line.event === 'url')?.['url']));
  const post = (origin: string, path: string, body: object, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${origin}${path}`, { method: 'POST', headers: { origin, 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });

  async function signIn(url: URL): Promise<SignedIn> {
    const response = await post(url.origin, '/session', { token: url.hash.slice(1) });
    expect(response.status).toBe(200);
    const { csrf } = (await response.json()) as { csrf: string };
    return { origin: url.origin, cookie: (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '', csrf };
  }
  const command = async ({ origin, cookie, csrf }: SignedIn, name: string, input: object): Promise<unknown> =>
    await (await post(origin, `/api/${name}`, input, { cookie, 'x-kimp-csrf': csrf })).json();

  async function program(name: string, ...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
    const child = spawn(process.execPath, [join(root, 'out', `${name}.mjs`), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, err] = ['', ''];
    child.stdout.on('data', (bytes) => (out += String(bytes)));
    child.stderr.on('data', (bytes) => (err += String(bytes)));
    const [code] = (await once(child, 'close')) as [number];
    return { code, out, err };
  }

  it('signs in once an address, stops at once, and shows what the engine knows', async () => {
    const first = newestUrl();
    const page = await signIn(first);
    expect((await post(first.origin, '/session', { token: first.hash.slice(1) })).status).toBe(401);
    await until('another address', () => (newestUrl().hash === first.hash ? undefined : true), 2000);
    await signIn(newestUrl());
    expect(await command(page, 'stop.engage', { closeAll: false })).toEqual({ ok: true, value: {} });
    expect(await (await fetch(`${page.origin}/healthz`)).json()).toMatchObject({ stopped: true });
    expect(await command(page, 'snapshot.get', {})).toMatchObject({
      value: { parts: { standing: { trading: 'stopped', stop: { source: 'button' } } } },
    });
    expect(await command(page, 'stop.engage', { closeAll: 'yes' })).toMatchObject({ ok: false, code: 'INVALID_INPUT' });
    expect(await command(page, '__proto__', {})).toMatchObject({ ok: false, code: 'UNKNOWN_COMMAND' });
  });

  it('is found by npm run open, and only while the console runs', async () => {
    const data = join(folder.path, 'data');
    const opened = await program('open', data);
    expect(opened).toMatchObject({ code: 0, err: '' });
    await signIn(new URL(opened.out.trim()));
    await running.end();
    expect(await program('open', data)).toMatchObject({ code: 1, out: '' });
  });

  it('asks for a fresh address after a restart on the same port', async () => {
    const page = await signIn(newestUrl());
    await running.end();
    running = new Program('headless', ['--data-dir', join(folder.path, 'data'), '--port', new URL(page.origin).port]);
    await running.line('ready', (line) => line.event === 'ready');
    expect((await fetch(`${page.origin}/session`, { headers: { cookie: page.cookie } })).status).toBe(401);
    expect((await post(page.origin, '/api/stop.engage', { closeAll: false }, { cookie: page.cookie, 'x-kimp-csrf': page.csrf })).status).toBe(401);
    await signIn(newestUrl());
  });
});
