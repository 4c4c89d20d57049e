import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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

  it('ends with 0 on a second SIGTERM too', async () => {
    const started = run('--market', 'still');
    await ready(started);
    started.child.kill('SIGTERM');
    started.child.kill('SIGTERM');
    started.child.kill('SIGINT');
    expect(await started.closed).toBe(0);
  });

  it('says in a sentence that the keys of a state folder are damaged', async () => {
    const state = mkdtempSync(join(tmpdir(), 'simulator-'));
    folders.push(state);
    for (const keys of ['', '{"upbit":{}}']) {
      writeFileSync(join(state, 'keys.json'), keys);
      const started = run('--state', state);
      expect(await started.closed).toBe(1);
      expect(started.said).toEqual({ out: '', err: `${join(state, 'keys.json')} is damaged; move the file away to have new keys made\n` });
    }
  });

  it('ends with 2 and a sentence on a bad option', async () => {
    const started = run('--market', 'live');
    expect(await started.closed).toBe(2);
    expect(started.said).toEqual({ out: '', err: expect.stringContaining('--market') });
  });

  it('plays a recording, or ends with 2 and says why not', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'simulator-'));
    folders.push(folder);
    const file = join(folder, 'day.csv');
    writeFileSync(
      file,
      'time_utc,upbit_btc_krw,binance_btc_usdt\n2025-05-28T18:10:00Z,150389000,107830.00\n2025-05-28T18:15:00Z,150359000,107729.54\n',
    );
    const refused = run('--market', `recorded:${file}`);
    expect(await refused.closed).toBe(2);
    expect(refused.said).toEqual({ out: '', err: expect.stringContaining('usdt_krw') });
    writeFileSync(join(folder, 'february.csv'), 'time_utc,usdt_krw\n2025-02-30T18:10:00Z,1385\n2025-03-03T18:15:00Z,1385\n');
    for (const [market, why] of [
      [folder, 'is not a file'],
      [join(folder, 'none.csv'), 'there is no file'],
      [join(folder, 'february.csv'), 'line 2'],
    ] as const) {
      const other = run('--market', `recorded:${market}`);
      expect([await other.closed, other.said.err]).toEqual([2, expect.stringContaining(why)]);
    }
    const line = await ready(run('--market', `recorded:${file}`, '--fx', '1385', '--speed', '1'));
    const ticker = await fetch(`${line.upbit.rest}/v1/ticker?markets=KRW-BTC,KRW-USDT`);
    expect(await ticker.json()).toMatchObject([{ trade_price: 150_389_000 }, { trade_price: 1385 }]);
    expect(await (await fetch(`${line.control}/fx/usd-krw`)).json()).toMatchObject({ rate: '1385', source: 'recorded bank' });
  });

  it('refuses a state folder that another one uses, and takes it over from a dead one', async () => {
    const state = mkdtempSync(join(tmpdir(), 'simulator-'));
    folders.push(state);
    const first = run('--state', state);
    await ready(first);
    const second = run('--state', state);
    expect(await second.closed).toBe(1);
    expect(second.said).toEqual({ out: '', err: expect.stringContaining('in use') });
    first.child.kill('SIGKILL');
    await first.closed;
    const third = run('--state', state);
    await ready(third);
    third.child.kill('SIGTERM');
    expect(await third.closed).toBe(0);
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
