import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { add, type Decimal, decimal, notional, price, quantity, relabel, sum, text, toNumber } from '../shared/domain/units.ts';
import type { SimulatorReady } from './simulator.ts';
import type { LedgerFill, LedgerOrder } from './venue.ts';

interface Ledger {
  readonly orders: readonly LedgerOrder[];
  readonly fills: readonly LedgerFill[];
  readonly balances: {
    readonly upbit: Readonly<Record<string, { readonly free: string; readonly locked: string }>>;
    readonly binance: { readonly USDT: { readonly wallet: string } };
  };
  readonly positions: { readonly binance: Readonly<Record<string, { readonly quantity: string }>> };
}

let state = '';
const children: ChildProcess[] = [];
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'simulator-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
  rmSync(state, { recursive: true, force: true });
});

async function start(): Promise<{ child: ChildProcess; control: string }> {
  const program = fileURLToPath(new URL('index.ts', import.meta.url));
  const args = [program, '--market', 'still', '--state', state, '--krw', '10000000000', '--usdt', '1000000'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { child, control: (JSON.parse(line) as SimulatorReady).control };
}

/** Trades at both venues until the process is gone. @returns how many orders each venue has answered */
async function trade(control: string): Promise<() => Promise<{ upbit: number; binance: number }>> {
  const answered = { upbit: 0, binance: 0 };
  const repeat = async (venue: 'upbit' | 'binance', symbol: string, side: string) => {
    const body = JSON.stringify({ venue, symbol, side, quantity: '0.003' });
    for (;;) {
      const response = await fetch(`${control}/external-order`, { method: 'POST', body }).catch((error: unknown) => {
        if (error instanceof TypeError) return undefined;
        throw error;
      });
      if (response === undefined) return;
      expect(response.status).toBe(200);
      answered[venue] += 1;
    }
  };
  const ended = Promise.all([repeat('upbit', 'KRW-BTC', 'buy'), repeat('binance', 'BTCUSDT', 'sell')]);
  await expect.poll(() => Math.min(answered.upbit, answered.binance), { timeout: 10_000, interval: 3 }).toBeGreaterThan(20);
  return async () => {
    await ended;
    return answered;
  };
}

const total = (values: readonly string[]): Decimal<'any'> => sum(values.map((value) => decimal<'any'>(value)));

it('keeps everything that was answered over kill -9, again and again, and conserves it to the last digit', async () => {
  const sure = { upbit: 0, binance: 0 };
  for (let round = 0; round < 3; round += 1) {
    const { child, control } = await start();
    const answered = await trade(control);
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    const { upbit, binance } = await answered();
    sure.upbit += upbit;
    sure.binance += binance;
  }

  const { control } = await start();
  const { orders, fills, balances, positions } = (await (await fetch(`${control}/ledger`)).json()) as Ledger;
  for (const venue of ['upbit', 'binance'] as const) {
    const own = orders.filter((order) => order.venue === venue);
    // Of each round one order may have been carried out whose answer was still on its way.
    expect(own.length).toBeGreaterThanOrEqual(sure[venue]);
    expect(own.length).toBeLessThanOrEqual(sure[venue] + 3);
    for (const order of own) {
      const parts = fills.filter((fill) => fill.venue === venue && fill.venueOrderId === order.venueOrderId);
      expect(text(total(parts.map((fill) => fill.quantity)))).toBe(order.filled);
    }
  }
  const of = (venue: string) => fills.filter((fill) => fill.venue === venue);
  const paid = of('upbit').map((fill) => text(add(relabel<'any'>(notional(price(fill.price), quantity(fill.quantity))), decimal<'any'>(fill.fee))));
  const krw = balances.upbit['KRW'];
  expect(text(total([...paid, krw?.free ?? '', krw?.locked ?? '']))).toBe('10000000000');
  expect(balances.upbit['BTC']?.free).toBe(text(total(of('upbit').map((fill) => fill.quantity))));
  expect(text(total([balances.binance.USDT.wallet, ...of('binance').map((fill) => fill.fee)]))).toBe('1000000');
  expect(toNumber(total(of('binance').map((fill) => fill.quantity)))).toBe(-Number(positions.binance['BTCUSDT']?.quantity));
}, 60_000);
