/** What cannot be opened leaves nothing behind: no venues that run, no setting that changed, no folder in use. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ConsoleOptions, openConsole, paperStateFolder } from '../compose.ts';
import { paperOptions } from './testing/paper.ts';

let dataDir: string;
const bugs: unknown[] = [];
const open = (options: Partial<ConsoleOptions>) =>
  openConsole({ ...paperOptions(dataDir, paperStateFolder(dataDir), (error) => void bugs.push(error)), ...options });

describe('a console that cannot be opened', () => {
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'kimp-opening-'));
  });
  afterEach(async () => {
    expect(bugs).toEqual([]);
    await rm(dataDir, { recursive: true, force: true });
  });

  it('ends the venues that had started already, so that the next start has them', async () => {
    // What the command line refuses, found out only when the sources are built.
    expect(await open({ signals: { url: 'ws://research.example/signals' } })).toMatchObject({ ok: false });
    const next = await open({});
    if (!next.ok) throw new Error(next.problem.reason);
    await next.console.close();
  }, 30_000);

  it('changes no setting where one of them is wrong', async () => {
    const wrong = await open({
      settings: [
        ['maxHedgeKrw', '1000'],
        ['maxEntriesPerDay', 'many'],
      ],
    });
    expect(wrong).toMatchObject({ ok: false, problem: { kind: 'badOption', reason: expect.stringContaining('maxEntriesPerDay') as string } });
    const next = await open({});
    if (!next.ok) throw new Error(next.problem.reason);
    expect(next.console.feed.snapshot().parts.settings['maxHedgeKrw']).toBe('100000000');
    await next.console.close();
  }, 30_000);
});
