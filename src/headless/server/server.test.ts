import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refused } from '../../shared/contract/reply.ts';
import { runToken, ServerRun } from './testing.ts';

describe('the server on loopback', () => {
  let run: ServerRun;
  beforeEach(async () => {
    run = new ServerRun();
    await run.start();
  });
  afterEach(async () => {
    await run.close();
    expect(run.bugs).toEqual([]);
  });

  describe('the programs of the same user', () => {
    const bearer = { authorization: `Bearer ${runToken}` };

    it('stop with the token of the run file, and with nothing else', async () => {
      const stop = (body: unknown, headers: Record<string, string> = bearer) => run.post('/stop', body, headers).then(({ status }) => status);
      expect(await stop({ closeAll: true })).toBe(200);
      expect(await stop({ closeAll: true }, {})).toBe(401);
      expect(await stop({ closeAll: true }, { authorization: 'Bearer another' })).toBe(401);
      expect(await stop({ closeAll: true }, { ...bearer, origin: 'http://evil.test' })).toBe(403);
      expect(await stop({ closeAll: true }, { ...bearer, origin: run.origin })).toBe(403);
      expect(await stop({ closeAll: 1 })).toBe(400);
      expect(await stop('x'.repeat(5000))).toBe(413);
      expect((await run.fetch('/stop', { method: 'POST', headers: bearer, body: '{' })).status).toBe(400);
      expect(run.stops).toEqual([true]);
    });

    it('get an address that signs in', async () => {
      expect((await run.post('/open', {})).status).toBe(401);
      expect((await run.post('/open', {}, { ...bearer, origin: run.origin })).status).toBe(403);
      const { body } = await run.post('/open', {}, bearer);
      const token = new URL((body as { url: string }).url).hash.slice(1);
      expect((await run.post('/session', { token }, { origin: run.origin })).status).toBe(200);
    });

    it('hear how it stands, by its own name only', async () => {
      expect((await run.fetch('/healthz')).body).toEqual({ reconciled: true, armed: true, stopped: false });
      const health = (host: string): Promise<string> => run.raw(`GET /healthz HTTP/1.1\r\n${host}Connection: close\r\n\r\n`);
      const { port } = run.server;
      expect(await health(`Host: localhost:${port}\r\n`)).toContain(' 200 ');
      for (const name of ['rebind.test', `rebind.test:${port}`, '127.0.0.1', `127.0.0.1:${port - 1}`, `127.0.0.1.evil.test:${port}`, `[::1]:${port}`])
        expect(await health(`Host: ${name}\r\n`)).toContain(' 421 ');
      expect(await health(`Host: 127.0.0.1:${port}\r\nHost: evil.test\r\n`)).toMatch(/ 4(00|21) /);
      expect(await health('')).toContain(' 400 ');
    });
  });

  describe('signing in', () => {
    it('takes a token once, and gives the terminal another', async () => {
      const token = run.freshToken();
      const first = await run.post('/session', { token }, { origin: run.origin });
      expect(first.status).toBe(200);
      expect(first.headers.get('set-cookie')).toMatch(new RegExp(`^kimp-${run.server.port}=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=/$`));
      expect((await run.post('/session', { token }, { origin: run.origin })).status).toBe(401);
      expect(run.urls).toHaveLength(1);
      const next = new URL(run.urls[0] ?? '').hash.slice(1);
      expect((await run.post('/session', { token: next }, { origin: run.origin })).status).toBe(200);
      expect(run.urls).toHaveLength(2);
    });

    it('knows a page that comes again, and its second tab', async () => {
      const { cookie, csrf } = await run.signIn();
      expect((await run.fetch('/session', { headers: { cookie } })).body).toEqual({ csrf });
      expect((await run.fetch('/session')).status).toBe(401);
      // A fresh address in a browser that is signed in leaves its other tabs as they are.
      const again = await run.post('/session', { token: run.freshToken() }, { origin: run.origin, cookie });
      expect(again.body).toEqual({ csrf });
      expect(again.headers.get('set-cookie')).toBeNull();
    });

    it('looks past the cookies of other consoles and other programs', async () => {
      const { cookie, csrf } = await run.signIn();
      const value = cookie.slice(cookie.indexOf('=') + 1);
      expect((await run.fetch('/session', { headers: { cookie: `kimp-${run.server.port + 1}=${value}` } })).status).toBe(401);
      const name = `kimp-${run.server.port}`;
      const crowd = `kimp-1=a; ${name}=planted; ${name}2=b; ${cookie}`;
      expect((await run.fetch('/session', { headers: { cookie: crowd } })).body).toEqual({ csrf });
    });

    it('is for this page only: no other site, no program without an Origin, no form', async () => {
      const token = run.freshToken();
      const signIn = (headers: Record<string, string>) => run.post('/session', { token }, headers).then(({ status }) => status);
      expect(await signIn({})).toBe(403);
      expect(await signIn({ origin: 'null' })).toBe(403);
      expect(await signIn({ origin: 'http://evil.test' })).toBe(403);
      expect(await signIn({ origin: `http://localhost:${run.server.port}` })).toBe(403);
      expect(await signIn({ origin: `http://127.0.0.1:${run.server.port + 1}` })).toBe(403);
      expect(await signIn({ origin: run.origin, 'sec-fetch-site': 'same-site' })).toBe(403);
      expect(await signIn({ origin: run.origin, 'content-type': 'text/plain' })).toBe(415);
      expect(await signIn({ origin: run.origin, 'sec-fetch-site': 'same-origin' })).toBe(200);
    });

    it('answers strangers 429 after ten a minute, and lets the owner in all the while', async () => {
      const guess = () => run.post('/session', { token: 'guess' }, { origin: run.origin }).then(({ status }) => status);
      for (let count = 0; count < 10; count += 1) expect(await guess()).toBe(401);
      expect(await guess()).toBe(429);
      await run.signIn();
      run.now += 60_000;
      expect(await guess()).toBe(401);
    });

    it('keeps 200 sessions; the longest idle leaves, and its page hears of it', async () => {
      const idle = await run.signIn();
      const used = await run.signIn();
      const listener = run.socket({ origin: run.origin, cookie: idle.cookie });
      await listener.open();
      for (let count = 2; count < 200; count += 1) await run.signIn();
      expect((await run.fetch('/session', { headers: { cookie: used.cookie } })).status).toBe(200);
      // The open socket counted as a use of the first; looked at since was only the second.
      await run.signIn();
      await expect.poll(() => listener.ended).toBe(4401);
      expect((await run.fetch('/session', { headers: { cookie: idle.cookie } })).status).toBe(401);
      expect((await run.fetch('/session', { headers: { cookie: used.cookie } })).status).toBe(200);
    });
  });

  describe('commands', () => {
    it('reach the engine from the page alone', async () => {
      const good = await run.credentials();
      const without = (name: keyof typeof good) => Object.fromEntries(Object.entries(good).filter(([key]) => key !== name));
      const status = (headers: Record<string, string>) => run.command('stop.engage', { closeAll: false }, headers).then((answer) => answer.status);
      expect(await status(without('cookie'))).toBe(401);
      expect(await status(without('x-kimp-csrf'))).toBe(403);
      expect(await status({ ...good, 'x-kimp-csrf': (await run.signIn()).csrf })).toBe(403);
      expect(await status(without('origin'))).toBe(403);
      expect(await status({ ...good, origin: 'http://evil.test' })).toBe(403);
      expect(await status({ ...good, 'sec-fetch-site': 'cross-site' })).toBe(403);
      expect(await status({ ...good, 'sec-fetch-site': 'none' })).toBe(403);
      expect(await status({ ...good, 'content-type': 'text/plain' })).toBe(415);
      expect((await run.fetch('/api/stop.engage', { headers: good })).status).toBe(404);
      expect(run.invoked).toEqual([]);
      expect(await status(good)).toBe(200);
      expect(run.invoked).toEqual([['stop.engage', { closeAll: false }]]);
    });

    it('are answered with the reply, refusals too, and typed arrays as text', async () => {
      const good = await run.credentials();
      expect((await run.command('console.arm', {}, good)).body).toEqual({ ok: true, value: { did: 'console.arm' } });
      run.invoke = () => Promise.resolve(refused('NOT_READY', 'The venues were not read yet'));
      expect(await run.command('console.arm', {}, good)).toMatchObject({ status: 200, body: { ok: false, code: 'NOT_READY' } });
      run.invoke = () => Promise.resolve({ ok: true, value: Float64Array.of(1, Number.NaN) });
      expect((await run.command('premium.history', {}, good)).body).toEqual({ ok: true, value: { float64: [1, null] } });
    });

    it('that fail inside hang up on the page, and are told as a bug', async () => {
      const good = await run.credentials();
      run.invoke = () => Promise.reject(new Error('impossible'));
      await expect(run.command('console.arm', {}, good)).rejects.toThrow(TypeError);
      expect(run.bugs.splice(0)).toHaveLength(1);
    });

    it('may be 64 kB of JSON and no more', async () => {
      const good = await run.credentials();
      const send = (body: string) =>
        run.fetch('/api/x', { method: 'POST', headers: { ...good, 'content-type': 'application/json' }, body }).then(({ status }) => status);
      expect(await send(JSON.stringify('x'.repeat(65_000)))).toBe(200);
      expect(await send(JSON.stringify('x'.repeat(66_000)))).toBe(413);
      expect(await send('{"closeAll":')).toBe(400);
      expect(await send('['.repeat(60_000) + ']'.repeat(60_000))).toBe(413);
      expect(await send('['.repeat(30_000) + ']'.repeat(30_000))).toBe(400);
      // Looking for typed arrays goes as deep as the text does.
      expect(await send(`${'['.repeat(30_000)}"float64"${']'.repeat(30_000)}`)).toBe(400);
      // Without a length beforehand it is counted as it comes.
      const head = Object.entries(good).map(([name, value]) => `${name}: ${value}\r\n`);
      const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
      const request = `POST /api/x HTTP/1.1\r\nHost: 127.0.0.1:${run.server.port}\r\n${head.join('')}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
      expect(await run.raw(request + chunk + chunk)).toContain(' 413 ');
      expect(run.invoked).toHaveLength(1);
    });

    it('go on when a client hangs up in the middle of its body', async () => {
      const good = await run.credentials();
      const head = Object.entries(good).map(([name, value]) => `${name}: ${value}\r\n`);
      const request = `POST /api/stop.engage HTTP/1.1\r\nHost: 127.0.0.1:${run.server.port}\r\n${head.join('')}Content-Type: application/json\r\nContent-Length: 50\r\n\r\n{"clo`;
      for (let count = 0; count < 5; count += 1) await run.hangUpAfter(request);
      expect((await run.command('stop.engage', { closeAll: true }, good)).status).toBe(200);
      expect(run.invoked).toEqual([['stop.engage', { closeAll: true }]]);
    });

    it('do not wait for one another: a stop passes a slow one', async () => {
      const good = await run.credentials();
      let finish: () => void = () => undefined;
      const answer = run.invoke;
      run.invoke = async (name, input) => {
        if (name === 'journal.read') await new Promise<void>((resolve) => (finish = resolve));
        return await answer(name, input);
      };
      const slow = run.command('journal.read', {}, good);
      expect((await run.command('stop.engage', { closeAll: false }, good)).status).toBe(200);
      finish();
      expect((await slow).status).toBe(200);
      expect(run.invoked.map(([name]) => name)).toEqual(['stop.engage', 'journal.read']);
    });
  });
});

describe('the page', () => {
  let run: ServerRun;
  let folder: string;
  beforeEach(async () => {
    run = new ServerRun();
    folder = await mkdtemp(join(tmpdir(), 'kimp-page-'));
    await mkdir(join(folder, 'renderer', 'assets'), { recursive: true });
    await writeFile(join(folder, 'secret.json'), '{}');
    await writeFile(join(folder, 'renderer', 'index.html'), '<!doctype html><title>Kimp Console</title>');
    await writeFile(join(folder, 'renderer', 'assets', 'boot-1a2b.js'), 'export {};');
    await writeFile(join(folder, 'renderer', 'assets', 'boot-1a2b.js.map'), '{}');
  });
  afterEach(async () => {
    await run.close();
    await rm(folder, { recursive: true });
  });
  const start = () => run.start(pathToFileURL(`${join(folder, 'renderer')}/`));

  it('is served with its types, its policy, and kept only where its name says its content', async () => {
    await start();
    const index = await run.fetch('/');
    expect(index).toMatchObject({ status: 200, body: '<!doctype html><title>Kimp Console</title>' });
    expect(Object.fromEntries(index.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
    const policy = index.headers.get('content-security-policy') ?? '';
    expect(policy.split('; ')).toEqual(
      expect.arrayContaining(["default-src 'none'", "script-src 'self'", "style-src 'self'", "form-action 'none'", "frame-ancestors 'none'"]),
    );
    expect(policy).toContain(`connect-src 'self' ws://127.0.0.1:${run.server.port} ws://localhost:${run.server.port}`);
    expect(policy).not.toContain('unsafe');
    const script = await run.fetch('/assets/boot-1a2b.js');
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(script.headers.get('cache-control')).toContain('immutable');
  });

  it('is all there is: no path leads out of it, no map, nothing that came later', async () => {
    await start();
    await writeFile(join(folder, 'renderer', 'late.js'), '');
    for (const path of ['/secret.json', '/late.js', '/assets/boot-1a2b.js.map', '/assets/', '/assets'])
      expect((await run.fetch(path)).status).toBe(404);
    for (const path of ['/../secret.json', '/..%2fsecret.json', '/assets/../../secret.json', '//secret.json', '/.', 'http://evil.test/'])
      expect(await run.raw(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${run.server.port}\r\nConnection: close\r\n\r\n`)).toContain(' 404 ');
  });

  it('may be opened by a link elsewhere, but not be put into another page', async () => {
    await start();
    const load = (site: string, mode: string, dest: string) =>
      run.fetch('/', { headers: { 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': dest } }).then(({ status }) => status);
    // undici sets sec-fetch-mode itself, so these go as bytes.
    const raw = (site: string, mode: string, dest: string) =>
      run.raw(
        `GET / HTTP/1.1\r\nHost: 127.0.0.1:${run.server.port}\r\nSec-Fetch-Site: ${site}\r\nSec-Fetch-Mode: ${mode}\r\nSec-Fetch-Dest: ${dest}\r\nConnection: close\r\n\r\n`,
      );
    expect(await load('none', 'navigate', 'document')).toBe(200);
    expect(await raw('cross-site', 'navigate', 'document')).toContain(' 200 ');
    expect(await raw('cross-site', 'navigate', 'iframe')).toContain(' 403 ');
    expect(await raw('cross-site', 'no-cors', 'image')).toContain(' 403 ');
    expect(await raw('same-site', 'no-cors', 'script')).toContain(' 403 ');
  });

  it('says so in a sentence when it was not built', async () => {
    await rm(join(folder, 'renderer'), { recursive: true });
    await start();
    expect(await run.fetch('/')).toMatchObject({ status: 503, body: 'The page was not built: npm run build builds it.\n' });
    expect((await run.fetch('/healthz')).status).toBe(200);
  });
});
