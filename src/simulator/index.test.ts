import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { SimulatorReady } from './simulator.ts';

const children: ChildProcess[] = [];
const folders: string[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function run(...args: string[]) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'index.ts'), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    said.out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    said.err += chunk.toString();
  });
  const closed = once(child, 'close').then(([code]) => code as number | null);
  return { child, said, closed };
}
async function ready(started: ReturnType<typeof run>): Promise<SimulatorReady> {
  await expect.poll(() => started.said.out, { timeout: 10_000 }).toContain('\n');
  return JSON.parse(started.said.out) as SimulatorReady;
}

describe('the command', () => {
  it('prints one ready line, and ends with 0 on SIGTERM', async () => {
    const started = run('--market', 'still', '--krw', '5000');
    const line = await ready(started);
    expect(Object.keys(line)).toEqual(['event', 'upbit', 'binance', 'control', 'keys', 'pid']);
    expect(line).toMatchObject({ event: 'ready', pid: started.child.pid });
    expect(await (await fetch(`${line.control}/ledger`)).json()).toMatchObject({ balances: { upbit: { KRW: { free: '5000' } } } });
    started.child.kill('SIGTERM');
    expect(await started.closed).toBe(0);
    expect(started.said.err).toBe('');
  });

  it('ends with 2 and a sentence on a bad option', async () => {
    const started = run('--market', 'recorded:day.csv');
    expect(await started.closed).toBe(2);
    expect(started.said).toEqual({ out: '', err: expect.stringContaining('not there yet') });
  });

  it('prints its options on --help', async () => {
    const started = run('--help');
    expect(await started.closed).toBe(0);
    expect(started.said.out).toContain('--binance-port');
  });

  it('keeps its accounts over kill -9', async () => {
    const state = mkdtempSync(join(tmpdir(), 'simulator-'));
    folders.push(state);
    const first = run('--market', 'still', '--state', state);
    const line = await ready(first);
    const body = JSON.stringify({ venue: 'upbit', symbol: 'KRW-BTC', side: 'buy', quantity: '0.01' });
    expect(await (await fetch(`${line.control}/external-order`, { method: 'POST', body })).json()).toEqual({ ok: true });
    first.child.kill('SIGKILL');
    await first.closed;
    const second = await ready(run('--market', 'still', '--state', state));
    expect(await (await fetch(`${second.control}/ledger`)).json()).toMatchObject({
      balances: { upbit: { BTC: { free: '0.01' } } },
      orders: [{ symbol: 'KRW-BTC', external: true, filled: '0.01' }],
    });
  });
});
