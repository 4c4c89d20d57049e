/** The README's first minutes: start, an example signal, a stop, a second start. Nothing leaves the machine. */
import { spawnSync } from 'node:child_process';
import { writeFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Line, Program, root, temporaryFolder } from '../kit/programs.ts';
import { until } from '../kit/until.ts';

const guard = ['--import', join(root, 'e2e', 'kit', 'loopback-only.mjs')];

describe('the console as it is first started', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let env: { KIMP_CONSOLE_DATA: string };
  beforeEach(async () => {
    folder = await temporaryFolder();
    env = { KIMP_CONSOLE_DATA: folder.path };
  });
  afterEach(() => folder.remove());

  const start = (args: readonly string[] = []): Program => new Program('start', args, guard, env);
  const armed = (running: Program): Promise<Line> => running.line('the console to arm', (line) => line.event === 'armed');
  const hedge = (state: string) => (line: Line) => line.event === 'hedge' && line['state'] === state;

  /** `npm run example-signal -- …`, as its script runs it. */
  function exampleSignal(action: 'enter' | 'exit'): { id: string; createdAt: number } {
    const { stdout, stderr, status } = spawnSync(process.execPath, [join(root, 'scripts', 'example-signal.ts'), action], {
      env: { ...process.env, ...env },
      encoding: 'utf8',
    });
    expect({ status, stderr }).toMatchObject({ status: 0 });
    return JSON.parse(stdout) as { id: string; createdAt: number };
  }

  it('opens a hedge within 2 s of an example signal, closes it, and contacts nobody outside', async () => {
    const running = start();
    await armed(running);
    const entered = exampleSignal('enter');
    const open = await running.line('the hedge', hedge('hedged'));
    expect(open.at - entered.createdAt).toBeLessThan(2000);
    expect(open).toMatchObject({ hedge: entered.id, signal: entered.id, spotFilled: '0.01', perpFilled: '0.01', residual: '0' });
    exampleSignal('exit');
    await running.line('the close', hedge('flat'));
    expect(await running.end()).toBe(0);
    expect(running.stderr).not.toContain('LEFT LOOPBACK');
    expect(running.stderr).toContain('Nothing stays open');
  });

  it('stays stopped over a restart, by command and by file, until a person resets it', async () => {
    let running = start();
    await armed(running);
    const stop = spawnSync(process.execPath, [join(root, 'out', 'stop.mjs'), folder.path], { encoding: 'utf8' });
    expect(stop.status).toBe(0);
    await running.line('the stop', (line) => line.event === 'stop' && line['source'] === 'command');
    expect(await running.end()).toBe(0);

    running = start();
    await running.line('the stop that stands', (line) => line.event === 'stop' && line['source'] === 'command');
    await running.line('the reconciliation', (line) => line.event === 'reconciled');
    const refused = exampleSignal('enter');
    await running.line(
      'the refusal',
      (line) => line.event === 'signal' && line['id'] === refused.id && line['state'] === 'rejected' && line['code'] === 'STOPPED',
    );
    expect(running.lines.some((line) => line.event === 'armed')).toBe(false);
    await running.end();
  });

  it('latches on a STOP file, also one that is there at the start', async () => {
    let running = start();
    await armed(running);
    const at = Date.now();
    await writeFile(join(folder.path, 'STOP'), '');
    const stopped = await running.line('the stop', (line) => line.event === 'stop' && line['source'] === 'file');
    expect(stopped.at - at).toBeLessThan(1500);
    await running.end();
    await rm(join(folder.path, 'STOP'));
    // Taking the file away does not reset the stop.
    running = start();
    await running.line('the reconciliation', (line) => line.event === 'reconciled');
    const { host } = new URL(String(running.lines[0]?.['url']));
    expect(await until('healthz', async () => (await fetch(`http://${host}/healthz`)).json(), 5000)).toEqual({
      reconciled: true,
      armed: false,
      stopped: true,
    });
    await running.end();

    const other = await temporaryFolder();
    await writeFile(join(other.path, 'STOP'), '');
    running = new Program('start', [], guard, { KIMP_CONSOLE_DATA: other.path });
    await running.line('the stop', (line) => line.event === 'stop' && line['source'] === 'file');
    await running.line('the reconciliation', (line) => line.event === 'reconciled');
    expect(running.lines.some((line) => line.event === 'armed')).toBe(false);
    await running.end();
    await other.remove();
  });

  it('refuses a second console on the same data folder with exit code 3, and a damaged journal with 4', async () => {
    const running = start();
    await armed(running);
    const second = start();
    expect(await second.ended).toBe(3);
    expect(second.stderr).toContain(String(running.child.pid));
    await running.end();
    const { readdir, readFile } = await import('node:fs/promises');
    const journal = join(folder.path, 'paper', 'journal');
    const [segment] = (await readdir(journal)).filter((name) => name.endsWith('.log'));
    const path = join(journal, String(segment));
    const bytes = await readFile(path);
    bytes[60] = (bytes[60] ?? 0) ^ 1;
    await writeFile(path, bytes);
    const damaged = start();
    expect(await damaged.ended).toBe(4);
    expect(spawnSync(process.execPath, [join(root, 'out', 'journal.mjs'), 'verify', folder.path]).status).toBe(1);
  });

  it('says what is wrong with an option, exit code 2', async () => {
    for (const args of [
      ['--market', 'recorded:x'],
      ['--mode', 'live'],
      ['--set', 'leverage=3'],
      ['--set', 'nonsense=1'],
      ['--port', 'x'],
      ['--upbit-url', 'http://127.0.0.1:1'],
      ['--signals-url', 'ws://research.example/signals'],
      ['--frobnicate'],
      ['--data-dir', process.execPath],
    ]) {
      const wrong = start(args);
      expect([args, await wrong.ended]).toEqual([args, 2]);
      expect(wrong.stderr.trim()).not.toBe('');
      expect(wrong.lines).toEqual([]);
    }
  });

  it('trades on a recorded market, and refuses a file that is none', async () => {
    const file = join(folder.path, 'recording.csv');
    const row = (minute: number): string =>
      `2026-01-05T00:${String(minute).padStart(2, '0')}:00Z,${160_000_000 + minute * 1000},${113_000 + minute},1400`;
    await writeFile(
      file,
      ['time_utc,upbit_btc_krw,binance_btc_usdt,usdt_krw', ...Array.from({ length: 30 }, (_, minute) => row(minute)), ''].join('\n'),
    );
    const running = start(['--market', `recorded:${file}`]);
    expect(await running.line('ready', (line) => line.event === 'ready')).toMatchObject({ market: `recorded:${file}` });
    await armed(running);
    exampleSignal('enter');
    const open = await running.line('the hedge', hedge('hedged'));
    expect(open['residual']).toBe('0');
    exampleSignal('exit');
    await running.line('the close', hedge('flat'));
    await running.end();
    const wrong = start(['--market', `recorded:${join(folder.path, 'signals.jsonl')}`]);
    expect(await wrong.ended).toBe(2);
    expect(wrong.stderr).toContain('signals.jsonl');
  });
});
