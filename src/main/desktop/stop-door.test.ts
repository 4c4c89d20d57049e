import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRunFile, type RunFile } from '../store/run-file.ts';
import { openStopDoor, type StopDoor } from './stop-door.ts';

describe("the desktop's door for npm run stop", () => {
  let dataDir: string;
  let door: StopDoor;
  let run: RunFile;
  let stops: boolean[];
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'kimp-door-'));
    stops = [];
    door = await openStopDoor({
      dataDir,
      stop: async (closeAll) => void stops.push(closeAll),
      onBug: (error) => {
        throw error;
      },
    });
    const written = await readRunFile(dataDir);
    if (written === null) throw new Error('There is no run file');
    run = written;
  });
  afterEach(async () => {
    await door.close();
    await rm(dataDir, { recursive: true });
  });

  /** fetch sets neither Host nor Origin. */
  const knock = (headers: Record<string, string>, body = '{"closeAll":true}', path = '/stop'): Promise<number> =>
    new Promise((resolve, reject) => {
      const host = `127.0.0.1:${run.port}`;
      const knocking = request({ host: '127.0.0.1', port: run.port, path, method: 'POST', headers: { host, ...headers } }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      knocking.on('error', reject);
      knocking.end(body);
    });
  const authorization = (): string => `Bearer ${run.token}`;

  it('stops for who has the token', async () => {
    expect(await knock({ authorization: authorization() })).toBe(200);
    expect(stops).toEqual([true]);
  });
  it('hears nobody else', async () => {
    const own = { authorization: authorization() };
    expect(await knock({})).toBe(401);
    expect(await knock({ authorization: 'Bearer x' })).toBe(401);
    expect(await knock({ ...own, origin: `http://127.0.0.1:${run.port}` })).toBe(403);
    expect(await knock({ ...own, host: `rebound.test:${run.port}` })).toBe(421);
    expect(await knock({ ...own, 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await knock(own, '{"closeAll":1}')).toBe(400);
    expect(await knock(own, 'x'.repeat(2000))).toBe(413);
    expect(await knock(own, '{"closeAll":true}', '/api/console.arm')).toBe(404);
    expect(stops).toEqual([]);
  });
  it('takes the run file away with itself', async () => {
    await door.close();
    expect(await readRunFile(dataDir)).toBeNull();
    door = await openStopDoor({ dataDir, stop: () => Promise.resolve(), onBug: () => undefined });
  });
});
