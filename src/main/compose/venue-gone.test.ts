/** Venues that go away and stay away, on the real simulator: a reset of the stop does not make the console blind to it. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type PaperVenues, startPaperVenues } from './paper-venues.ts';
import { PaperConsole } from './testing/paper.ts';

const worker = new URL('../../simulator/worker.ts', import.meta.url);

it('stops again after a reset while no venue answers', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kimp-console-'));
  const started: PaperVenues[] = [];
  const venues = async (): Promise<PaperVenues> => {
    const made = await startPaperVenues({ worker, market: 'synthetic', state: join(folder, 'venues'), seed: 7 });
    started.push(made);
    return { ...made, close: () => Promise.resolve() };
  };
  // Failed requests alone are not to stop here.
  const paper = await PaperConsole.open({ venues, settings: [['maxConsecutiveApiErrors', '1000']] }, folder);
  const stop = () => paper.console.state.stop;
  await expect.poll(() => paper.console.state.phase, { timeout: 15_000 }).toBe('ready');
  await Promise.all(started.map((venue) => venue.close()));
  await expect.poll(() => stop()?.code, { timeout: 60_000 }).toBe('VENUE_GONE');
  // Both were told of: what comes after the reset is no first word of either.
  await expect
    .poll(() => Object.keys(paper.console.state.alarms), { timeout: 60_000 })
    .toEqual(expect.arrayContaining(['gone:upbit', 'gone:binance']));
  const first = stop()?.at;
  expect(await paper.invoke('stop.reset', { seen: first })).toMatchObject({ ok: true });
  expect(paper.console.isStopped).toBe(false);
  await expect.poll(() => stop()?.code, { timeout: 60_000 }).toBe('VENUE_GONE');
  expect(stop()?.at).toBeGreaterThan(first ?? 0);
  expect(paper.console.isStopped).toBe(true);
  expect(paper.bugs).toEqual([]);
  await paper.close();
}, 150_000);
