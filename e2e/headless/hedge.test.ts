/** A line appended to a file becomes a hedge on two venues, survives a restart, is closed, and happens once. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filledBy, isFlat, ledger, legsOf, ordersSince, repeatedIds, repeatedSends } from '../kit/ledger.ts';
import { type Line, type Program, type Simulator, startConsole, startSimulator, temporaryFolder } from '../kit/programs.ts';
import { enter, exit } from '../kit/signals.ts';
import { until } from '../kit/until.ts';

const isVerdict = (id: string, state: string) => (line: Line) => line.event === 'signal' && line['id'] === id && line['state'] === state;
const isHedge = (id: string, state: string) => (line: Line) => line.event === 'hedge' && line['hedge'] === id && line['state'] === state;

describe('a hedge from a file', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let simulator: Simulator;
  let running: Program;

  beforeAll(async () => {
    folder = await temporaryFolder();
    simulator = await startSimulator(folder.path);
    running = startConsole(folder.path, simulator);
    await running.line('the console to arm', (line) => line.event === 'armed');
  });
  afterAll(async () => {
    await running.end();
    await simulator.program.end();
    await folder.remove();
  });

  it('says ready first, with the address of the console and no signal socket', () => {
    const [first] = running.lines;
    expect(first).toMatchObject({ event: 'ready', mode: 'paper', market: 'synthetic', signals: null, simulator: null, pid: running.child.pid });
    expect(first?.['url']).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#[\w-]{40,}$/);
  });

  for (const quantity of ['0.05', '1']) {
    it(`opens ${quantity} BTC with one order a venue and closes it flat`, async () => {
      const before = await ledger(simulator);
      const id = await enter(folder.path, quantity);
      await running.line('the hedge', isVerdict(id, 'executed'));
      const open = await ledger(simulator);
      const orders = ordersSince(before, open);
      expect(orders.map(({ venue, side }) => `${venue} ${side}`).sort()).toEqual(['binance sell', 'upbit buy']);
      expect(legsOf(open)).toEqual({ spot: quantity, short: quantity, residual: '0' });
      expect(open.positions.binance['BTCUSDT']).toMatchObject({ leverage: '1', marginMode: 'isolated' });

      const closing = await exit(folder.path);
      await running.line('the close', isVerdict(closing, 'executed'));
      await running.line('a flat hedge', isHedge(id, 'flat'));
      const closed = await ledger(simulator);
      expect(isFlat(closed)).toBe(true);
      expect(closed.orders.filter(({ venue, side }) => venue === 'binance' && side === 'buy').every(({ reduceOnly }) => reduceOnly)).toBe(true);
      expect(closed.orders.length).toBe(open.orders.length + 2);
    });
  }

  it('executes nothing twice when the whole file is fed again and after a restart', async () => {
    const before = await ledger(simulator);
    const path = join(folder.path, 'signals.jsonl');
    const content = await readFile(path, 'utf8');
    await writeFile(path, content + content);
    const ids = content
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { id: string }).id);
    for (const id of ids) await running.line(`the duplicate of ${id}`, isVerdict(id, 'duplicate'));
    expect(await running.end()).toBe(0);
    running = startConsole(folder.path, simulator);
    await running.line('the console to arm again', (line) => line.event === 'armed');
    // A signal of our own marks the end of everything the file held.
    const last = await enter(folder.path, '0.01');
    await running.line('the next good signal', isVerdict(last, 'executed'));
    const after = await ledger(simulator);
    expect(after.orders.length).toBe(before.orders.length + 2);
    expect(repeatedIds(after)).toEqual([]);
    expect(repeatedSends(after)).toEqual([]);
    expect(filledBy(after, 'upbit', 'buy')).toBe(filledBy(after, 'binance', 'sell'));
  });

  it('keeps a hedge over kill -9 and closes the part that an EXIT names', async () => {
    await running.kill();
    running = startConsole(folder.path, simulator);
    await running.line('the console to arm after the crash', (line) => line.event === 'armed');
    const part = await exit(folder.path, { quantity: '0.004' });
    await running.line('the partial close', isVerdict(part, 'executed'));
    expect(legsOf(await ledger(simulator))).toEqual({ spot: '0.006', short: '0.006', residual: '0' });
    const rest = await exit(folder.path);
    await running.line('the close', isVerdict(rest, 'executed'));
    expect(isFlat(await ledger(simulator))).toBe(true);
  });

  it('asks the venues for nothing that they do not have', async () => {
    expect((await ledger(simulator)).unhandled).toEqual([]);
  });

  it('answers healthz, and to nobody else', async () => {
    const { host } = new URL(String(running.lines[0]?.['url']));
    const health = await until('healthz', async () => (await fetch(`http://${host}/healthz`)).json(), 5000);
    expect(health).toEqual({ reconciled: true, armed: true, stopped: false });
    expect((await fetch(`http://${host}/healthz`, { headers: { origin: 'https://example.test' } })).status).toBe(403);
    expect((await fetch(`http://${host}/stop`, { method: 'POST', body: '{"closeAll":false}' })).status).toBe(401);
  });
});
