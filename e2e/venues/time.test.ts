/** Clocks that differ and machines that sleep, under a whole console. */
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Program, root, temporaryFolder } from '../kit/programs.ts';
import { enter, exit } from '../kit/signals.ts';
import { type Ledger, until } from './bench.ts';
import { Living } from './living.ts';

describe('a console', () => {
  let living: Living;
  beforeEach(async () => {
    living = await Living.start();
  });
  afterEach(() => living.close());
  /** Kinds of the facts since the machine woke up. */
  const sinceWakeUp = (): readonly string[] => living.facts.slice(living.facts.findIndex((fact) => fact.kind === 'resumed')).map((fact) => fact.kind);

  it('whose order a venue refuses for its time stamp sends one more under an id of its own', async () => {
    await living.control('/faults', { venue: 'binance', match: { method: 'POST', path: '/fapi/v1/order' }, kind: 'clockError' });
    const hedge = await living.open();
    await living.reaches(hedge, 'hedged');
    const { requests, orders } = (await living.control('/ledger')) as Ledger;
    const placed = requests.filter(({ method, path }) => method === 'POST' && path === '/fapi/v1/order');
    expect(placed.map(({ status }) => status)).toEqual([400, 200]);
    expect(new Set(placed.map(({ clientOrderId }) => clientOrderId)).size).toBe(2);
    expect(orders.filter(({ venue }) => venue === 'upbit')).toHaveLength(1);
    expect(living.shown.tables.hedges[hedge]?.residual).toBe('0');
  });

  it('trades on over a clock that is a little off, and shows by how much', async () => {
    await living.control('/clock', { venue: 'binance', offsetMs: 600 });
    living.paper.console.resumed();
    await until(() => Math.abs((living.shown.parts.venues.binance.clockOffsetMs ?? 0) + 600) < 100);
    await living.whole();
    expect(living.paper.console.isStopped).toBe(false);
  });

  it('whose clock is too far off stops as soon as a venue says so, and leaves nothing unhedged', async () => {
    await living.control('/clock', { venue: 'binance', offsetMs: -1300 });
    await living.open();
    await until(() => living.paper.console.isStopped, 3000);
    // The entry came before the stop or was denied by it; what it began is hedged or flat.
    await until(() =>
      Object.values(living.shown.tables.hedges).every(({ phase, residual }) => residual === '0' && ['hedged', 'flat'].includes(phase)),
    );
    expect(living.paper.console.state.stop).toMatchObject({ source: 'limit', reason: expect.stringContaining('clock') });
    await until(() => Math.abs((living.shown.parts.venues.binance.clockOffsetMs ?? 0) - 1300) < 100);
  });

  it('that woke up lets entries wait until both venues were read, over new connections', async () => {
    living.paper.console.resumed();
    const hedge = await living.open();
    await living.reaches(hedge, 'hedged');
    const told = sinceWakeUp();
    expect(told.indexOf('reconciled')).toBeGreaterThan(0);
    expect(told.indexOf('reconciled')).toBeLessThan(told.indexOf('hedgeOpened'));
    await until(() => living.shown.parts.venues.upbit.stream === 'live' && living.shown.parts.venues.binance.stream === 'live');
  });

  it('that woke up to a venue it cannot read enters nothing and closes all the same', async () => {
    const hedge = await living.open();
    await living.reaches(hedge, 'hedged');
    await living.control('/faults', { venue: 'binance', match: { path: '/fapi/v3/account' }, kind: 'maintenance', times: 0, delayMs: 60_000 });
    living.paper.console.resumed();
    const waiting = await living.open();
    await living.paper.invoke('hedge.close', { hedge, quantity: null });
    await living.reaches(hedge, 'flat');
    expect(sinceWakeUp()).not.toContain('reconciled');
    expect(sinceWakeUp()).not.toContain('hedgeOpened');
    expect(living.shown.tables.hedges[waiting]).toBeUndefined();
  });
});

describe('a console whose machine sleeps', () => {
  it('notices by itself, reads the venues again, and goes on', async () => {
    const folder = await temporaryFolder();
    const args = ['--data-dir', join(folder.path, 'data'), '--signals-file', join(folder.path, 'signals.jsonl'), '--arm', '--approval', 'auto'];
    const program = new Program(
      'headless',
      [...args, '--no-open', '--set', 'cooldownMs=0'],
      ['--import', join(root, 'e2e', 'kit', 'loopback-only.mjs')],
    );
    try {
      await program.line('the console to arm', (line) => line.event === 'armed');
      const first = await enter(folder.path, '0.01');
      await program.line('the first hedge', (line) => line.event === 'hedge' && line['hedge'] === first && line['state'] === 'hedged');
      const before = program.lines.length;
      program.signal('SIGSTOP');
      await new Promise((settle) => setTimeout(settle, 6500));
      program.signal('SIGCONT');
      await until(() => program.lines.slice(before).find((line) => line.event === 'reconciled'));
      const second = await enter(folder.path, '0.01');
      await program.line('the second hedge', (line) => line.event === 'hedge' && line['hedge'] === second && line['state'] === 'hedged');
      await exit(folder.path, { hedge: first });
      await program.line('the close', (line) => line.event === 'hedge' && line['hedge'] === first && line['state'] === 'flat');
      expect(program.lines.filter((line) => line.event === 'stop')).toEqual([]);
    } finally {
      await program.end();
      await folder.remove();
    }
  });
});
