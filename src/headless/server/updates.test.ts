import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Listener, ServerRun } from './testing.ts';

describe('updates over a socket', () => {
  let run: ServerRun;
  let cookie: string;
  let csrf: string;
  const begin = async (timing = {}): Promise<void> => {
    await run.start(null, timing);
    ({ cookie, csrf } = await run.signIn());
  };
  beforeEach(() => {
    run = new ServerRun();
  });
  afterEach(async () => {
    await run.close();
    expect(run.feed.listeners).toBe(0);
    expect(run.bugs).toEqual([]);
  });

  const page = (more: Record<string, string> = {}): Listener => run.socket({ origin: run.origin, cookie, ...more });
  const signedIn = async (): Promise<Listener> => {
    const listener = page();
    await listener.open();
    listener.socket.send(JSON.stringify({ csrf }));
    await expect.poll(() => listener.heard).toHaveLength(1);
    return listener;
  };

  it('begin with a snapshot and go on from there', async () => {
    await begin();
    run.feed.push();
    const [first, second] = [await signedIn(), await signedIn()];
    run.feed.push();
    run.feed.push();
    await expect.poll(() => first.heard).toEqual(['s1', 'u2', 'u3']);
    await expect.poll(() => second.heard).toEqual(['s1', 'u2', 'u3']);
  });

  it('are for this page only', async () => {
    await begin();
    const refusals: [Listener, number][] = [
      [run.socket({ origin: run.origin }), 401],
      [run.socket({ cookie }), 403],
      [page({ origin: 'http://evil.test' }), 403],
      [page({ origin: `http://localhost:${run.server.port}` }), 403],
      [page({ host: 'rebind.test' }), 421],
      [page({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'websocket' }), 403],
      [run.socket({ origin: run.origin, cookie }, '/elsewhere'), 404],
    ];
    for (const [listener, status] of refusals) await expect.poll(() => listener.ended).toBe(status);
  });

  it('tell nothing before the csrf, nor to who says anything else', async () => {
    await begin({ helloMs: 100 });
    const silent = page();
    await silent.open();
    const wrong = page();
    await wrong.open();
    wrong.socket.send(JSON.stringify({ csrf: 'another' }));
    const garbage = page();
    await garbage.open();
    garbage.socket.send('{');
    run.feed.push();
    await expect.poll(() => silent.ended).toBe(1006);
    await expect.poll(() => wrong.ended).toBe(4401);
    await expect.poll(() => garbage.ended).toBe(4401);
    expect([...silent.messages, ...wrong.messages, ...garbage.messages]).toEqual([]);
    const talkative = await signedIn();
    talkative.socket.send(JSON.stringify({ csrf }));
    await expect.poll(() => talkative.ended).toBe(4400);
    const huge = await signedIn();
    huge.socket.send('x'.repeat(1000));
    await expect.poll(() => huge.ended).not.toBeNull();
  });

  it('skip to a new snapshot for one that reads slowly, and never hold more than a bound', async () => {
    await begin({ waitingBytes: 100_000 });
    const slow = await signedIn();
    const quick = await signedIn();
    slow.socket.pause();
    const { snapshots } = run.feed;
    for (let count = 0; count < 300; count += 1) {
      run.feed.push(100_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await expect.poll(() => quick.heard.at(-1), { timeout: 10_000 }).toBe('u300');
    expect(quick.heard.filter((each) => each.startsWith('s'))).toHaveLength(1);
    expect(run.feed.snapshots).toBe(snapshots);
    slow.socket.resume();
    await expect.poll(() => slow.heard.at(-1), { timeout: 10_000 }).toBe('s300');
    expect(slow.heard.length).toBeLessThan(200);
    run.feed.push();
    await expect.poll(() => slow.heard.at(-1)).toBe('u301');
  });

  it('cut a peer that no longer answers', async () => {
    await begin({ pingMs: 20, deadMs: 200 });
    const dead = await signedIn();
    const living = await signedIn();
    dead.socket.pause();
    let pings = 0;
    living.socket.on('ping', () => {
      pings += 1;
    });
    run.now += 199;
    await expect.poll(() => pings).toBeGreaterThan(3);
    run.now += 1;
    await expect.poll(() => living.ended === null && pings > 10).toBe(true);
    dead.socket.resume();
    await expect.poll(() => dead.ended).toBe(1006);
    expect(living.ended).toBeNull();
  });

  it('let a page go whose snapshot cannot be made, and nothing else', async () => {
    await begin();
    const bug = new Error('a broken view');
    run.feed.snapshot = () => {
      throw bug;
    };
    const unlucky = page();
    await unlucky.open();
    unlucky.socket.send(JSON.stringify({ csrf }));
    await expect.poll(() => unlucky.ended).toBe(1011);
    expect(run.bugs.splice(0)).toEqual([bug]);
    expect((await run.fetch('/healthz')).status).toBe(200);
  });

  it('are made only while a page reads them', async () => {
    await begin();
    const stranger = page();
    await stranger.open();
    expect(run.feed.listeners).toBe(0);
    const [first, second] = [await signedIn(), await signedIn()];
    expect(run.feed.listeners).toBe(1);
    first.socket.close();
    await expect.poll(() => first.ended).not.toBeNull();
    run.feed.push();
    await expect.poll(() => second.heard.at(-1)).toBe('u1');
    second.socket.close();
    await expect.poll(() => run.feed.listeners).toBe(0);
    expect(stranger.ended).toBeNull();
  });

  it('have room for 50', async () => {
    await begin();
    for (let count = 0; count < 50; count += 1) await page().open();
    const late = page();
    await expect.poll(() => late.ended).toBe(503);
  });
});
