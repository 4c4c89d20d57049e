/**
 * The disk fails under a running console: it stops, says so, lets nothing but cancels leave and ends in order. What was
 * on disk is there unharmed afterwards, and the next start is a stopped one that knows its hedge.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, statfsSync } from 'node:fs';
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Ledger, ledger, legsOf } from '../kit/ledger.ts';
import { type Line, Program, root, type Simulator, startConsole, startSimulator, temporaryFolder } from '../kit/programs.ts';
import { append, enter, exit } from '../kit/signals.ts';
import { until } from '../kit/until.ts';

const armed = (line: Line): boolean => line.event === 'armed';
const verdict = (id: string) => (line: Line) => line.event === 'signal' && line['id'] === id && line['state'] !== 'accepted';
const isDiskAlarm = (line: Line): boolean => line.event === 'alarm' && line['code'] === 'JOURNAL_FAILED';
const placements = ({ requests }: Ledger): number => requests.filter(({ method, path }) => method === 'POST' && path.includes('/order')).length;

describe('a disk that fails', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let simulator: Simulator;
  let running: Program;
  const data = (): string => join(folder.path, 'data');
  const journal = (): string => join(data(), 'paper', 'journal');

  beforeEach(async () => {
    folder = await temporaryFolder();
    simulator = await startSimulator(folder.path);
  });
  afterEach(async () => {
    await running.end();
    await simulator.program.end();
    if (mounted.delete(data())) umount(data());
    await folder.remove();
  });

  async function openHedge(nodeArgs: readonly string[] = []): Promise<void> {
    running = startConsole(folder.path, simulator, [], nodeArgs);
    await running.line('the console to arm', armed, 30_000);
    const id = await enter(folder.path, '0.05');
    expect(await running.line('the hedge', verdict(id), 20_000)).toMatchObject({ state: 'executed' });
  }

  /** Every file of the journal as it is now. */
  async function bytesOf(path: string): Promise<ReadonlyMap<string, Buffer>> {
    const names = (await readdir(path)).filter((name) => name.endsWith('.log'));
    return new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(path, name))] as const)));
  }

  /** Writes until the disk refuses, then shows that the console has stopped, sends nothing and ends in order. */
  async function failAndEnd(): Promise<void> {
    // Lines that are no signals: the journal notes each, and none of them sends anything.
    await until(
      'the disk to fail',
      async () => {
        if (running.lines.some(isDiskAlarm)) return true;
        await append(folder.path, `${'{"not":"a signal"}'.padEnd(180)}\n`.repeat(5));
        return undefined;
      },
      20_000,
    );
    const alarm = running.lines.find(isDiskAlarm);
    expect(alarm).toMatchObject({ severity: 'critical' });
    expect(String(alarm?.['detail'])).toContain('stays hedged');
    await running.line('the stop', (line) => line.event === 'stop' && line['source'] === 'limit');
    const before = await ledger(simulator);
    const { host } = new URL(String(running.lines.find((line) => line.event === 'ready')?.['url']));
    await enter(folder.path, '0.02');
    await exit(folder.path);
    // It goes on reading both venues: long enough for anything to leave that would.
    await until(
      'the console to go on',
      async () => ((await ledger(simulator)).requests.length > before.requests.length + 4 ? true : undefined),
      30_000,
    );
    expect(await (await fetch(`http://${host}/healthz`)).json()).toMatchObject({ armed: false, stopped: true });
    expect(await running.end()).toBe(0);
    expect(placements(await ledger(simulator))).toBe(placements(before));
  }

  /** What was there before is there now, byte for byte, and the next console starts stopped with its hedge. */
  async function expectUnharmed(before: ReadonlyMap<string, Buffer>): Promise<void> {
    for (const [name, bytes] of before) expect((await readFile(join(journal(), name))).subarray(0, bytes.length).equals(bytes), name).toBe(true);
    const verify = new Program('journal', ['verify', data()]);
    expect(await verify.ended).toBe(0);
    expect(verify.lines[0]).toMatchObject({ verdict: 'clean' });
    running = startConsole(folder.path, simulator);
    await running.line('the stop that stands', (line) => line.event === 'stop');
    await running.line('the reconciliation', (line) => line.event === 'reconciled', 30_000);
    expect(running.lines.some(armed)).toBe(false);
    expect(legsOf(await ledger(simulator))).toEqual({ spot: '0.05', short: '0.05', residual: '0' });
  }

  it.skipIf(!canMount())(
    'that is full stops everything, and what was written is there when it has room again',
    async () => {
      mount(data(), '200m');
      await openHedge();
      const before = await bytesOf(journal());
      const { blocks, bfree, bsize } = statfsSync(data());
      remount(data(), `${(blocks - bfree) * bsize}`);
      await failAndEnd();
      expect(running.stderr).toContain('ENOSPC');
      remount(data(), '200m');
      await expectUnharmed(before);
    },
    90_000,
  );

  it.skipIf(!canMount())(
    'that is too small from the start is said, never armed on, and leaves whole files',
    async () => {
      mount(data(), '256k');
      running = startConsole(folder.path, simulator);
      await running.line('the alarm', isDiskAlarm, 30_000);
      await running.line('the reconciliation', (line) => line.event === 'reconciled', 30_000);
      const full = running.lines.filter(isDiskAlarm).length;
      await until(
        'the disk to fail',
        async () => {
          if (running.lines.filter(isDiskAlarm).length > full) return true;
          await append(folder.path, `${'{"not":"a signal"}'.padEnd(180)}\n`.repeat(200));
          return undefined;
        },
        30_000,
      );
      expect(await running.end()).toBe(0);
      expect(placements(await ledger(simulator))).toBe(0);
      expect(running.lines.some(armed)).toBe(false);
      // With room again nothing was lost but the record that did not fit.
      const kept = join(folder.path, 'kept');
      await cp(data(), kept, { recursive: true });
      const verify = new Program('journal', ['verify', kept]);
      expect(await verify.ended).toBe(0);
      expect(verify.lines[0]).toMatchObject({ verdict: 'clean' });
      await rm(kept, { recursive: true });
    },
    90_000,
  );

  it('whose fdatasync fails stops everything, and nothing is taken for written', async () => {
    const flag = join(folder.path, 'sick');
    await openHedge(['--import', sickDisk(flag)]);
    const before = await bytesOf(journal());
    await writeFile(flag, '');
    await failAndEnd();
    expect(running.stderr).toContain('EIO');
    await expectUnharmed(before);
  }, 90_000);

  it('that hangs is told of without it, and a stop that was acknowledged meanwhile outlives a kill', async () => {
    const flag = join(folder.path, 'hung');
    await openHedge(['--import', hungDisk(flag)]);
    const before = await bytesOf(journal());
    await writeFile(flag, '');
    await append(folder.path, '{"not":"a signal"}\n');
    const stop = spawnSync(process.execPath, [join(root, 'out', 'stop.mjs'), data()], { encoding: 'utf8' });
    expect([stop.status, stop.stderr]).toEqual([0, 'Stopped. It stays so until a person resets it.\n']);
    const alarm = await running.line('the alarm', isDiskAlarm, 15_000);
    expect(alarm).toMatchObject({ severity: 'critical' });
    expect(String(alarm['detail'])).toContain('stays hedged');
    await running.kill();
    await rm(flag);
    await expectUnharmed(before);
  }, 90_000);
});

/** A module that keeps every fdatasync waiting once a file is there. */
function hungDisk(flag: string): string {
  const source = `
    import { existsSync } from 'node:fs';
    import { open } from 'node:fs/promises';
    const handle = await open(process.execPath, 'r');
    const { datasync } = Object.getPrototypeOf(handle);
    await handle.close();
    Object.getPrototypeOf(handle).datasync = function () {
      return existsSync(${JSON.stringify(flag)}) ? new Promise(() => undefined) : datasync.call(this);
    };`;
  return `data:text/javascript,${encodeURIComponent(source)}`;
}

/** A module that makes every fdatasync fail once a file is there. */
function sickDisk(flag: string): string {
  const source = `
    import { existsSync } from 'node:fs';
    import { open } from 'node:fs/promises';
    const handle = await open(process.execPath, 'r');
    const { datasync } = Object.getPrototypeOf(handle);
    await handle.close();
    Object.getPrototypeOf(handle).datasync = function () {
      if (!existsSync(${JSON.stringify(flag)})) return datasync.call(this);
      return Promise.reject(Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO', syscall: 'fdatasync' }));
    };`;
  return `data:text/javascript,${encodeURIComponent(source)}`;
}

const mounted = new Set<string>();

function run(command: string, ...args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}
/** Whether a small disk can be made here: as root, where mounting is allowed. */
function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const probe = join('/tmp', `kimp-probe-${process.pid}`);
  mkdirSync(probe, { recursive: true });
  const can = run('mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', probe) && run('umount', probe);
  run('rmdir', probe);
  return can;
}
function mount(path: string, size: string): void {
  mkdirSync(path, { recursive: true });
  if (!run('mount', '-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path)) throw new Error(`Nothing could be mounted on ${path}`);
  mounted.add(path);
}
function remount(path: string, size: string): void {
  if (!run('mount', '-o', `remount,size=${size}`, path)) throw new Error(`${path} did not take the size ${size}`);
}
function umount(path: string): void {
  if (!run('umount', path)) run('umount', '-l', path);
}
