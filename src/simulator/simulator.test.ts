import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { type RunningSimulator, type SimulatorOptions, type SimulatorReady, startSimulator } from './simulator.ts';

const running: RunningSimulator[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const simulator of running.splice(0)) await simulator.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function start(options: SimulatorOptions = {}) {
  const simulator = await startSimulator({ market: 'still', ...options });
  running.push(simulator);
  return simulator;
}
async function get(url: string): Promise<unknown> {
  return (await fetch(url)).json();
}
async function post(ready: SimulatorReady, path: string, body: unknown): Promise<unknown> {
  return (await fetch(`${ready.control}${path}`, { method: 'POST', body: JSON.stringify(body) })).json();
}
const funds = { upbit: { KRW: { free: '100000000', locked: '0' } }, binance: { USDT: { wallet: '100000', available: '100000' } } };

/** Places a market order at the Binance venue. @returns its answer; rejects when none comes */
async function sell({ binance, keys }: SimulatorReady, clientOrderId: string): Promise<unknown> {
  const query = `symbol=BTCUSDT&side=SELL&type=MARKET&quantity=0.010&newOrderRespType=RESULT&newClientOrderId=${clientOrderId}&timestamp=${Date.now()}`;
  const signature = createHmac('sha256', keys.binance.secret).update(query).digest('hex');
  const url = `${binance.rest}/fapi/v1/order?${query}&signature=${signature}`;
  return (await fetch(url, { method: 'POST', headers: { 'X-MBX-APIKEY': keys.binance.apiKey }, signal: AbortSignal.timeout(5000) })).json();
}

describe('faults on orders', () => {
  const plant = (ready: SimulatorReady, kind: string, more: object = {}) =>
    post(ready, '/faults', { venue: 'binance', match: { method: 'POST', path: '/fapi/v1/order' }, kind, ...more });

  it('happen to the order, not only to its answer', async () => {
    const { ready } = await start();
    await plant(ready, 'requestLost', { delayMs: 20 });
    await expect(sell(ready, 'lost')).rejects.toThrow('fetch failed');
    await plant(ready, 'replyLost', { delayMs: 20 });
    await expect(sell(ready, 'silent')).rejects.toThrow('fetch failed');
    await plant(ready, 'errorBefore');
    await sell(ready, 'before');
    await plant(ready, 'errorAfter');
    await sell(ready, 'after');
    await plant(ready, 'insufficientFunds');
    expect(await sell(ready, 'poor')).toMatchObject({ code: -2019 });
    await plant(ready, 'partialFill', { fraction: '0.3' });
    expect(await sell(ready, 'part')).toMatchObject({ status: 'EXPIRED', executedQty: '0.003' });

    const ledger = (await get(`${ready.control}/ledger`)) as { orders: object[]; requests: object[]; positions: object };
    expect(ledger.orders).toMatchObject([
      { clientOrderId: 'silent', state: 'filled', filled: '0.01' },
      { clientOrderId: 'after', state: 'filled', filled: '0.01' },
      { clientOrderId: 'part', state: 'expired', filled: '0.003' },
    ]);
    expect(ledger.requests).toMatchObject([
      { clientOrderId: 'lost', status: 0, fault: 'requestLost' },
      { clientOrderId: 'silent', status: 0, fault: 'replyLost' },
      { clientOrderId: 'before', status: 503, fault: 'errorBefore' },
      { clientOrderId: 'after', status: 503, fault: 'errorAfter' },
      { clientOrderId: 'poor', status: 400, fault: 'insufficientFunds' },
      { clientOrderId: 'part', status: 200, fault: 'partialFill' },
    ]);
    expect(ledger.positions).toMatchObject({ binance: { BTCUSDT: { quantity: '-0.023' } } });
  });
});

describe('the simulator', () => {
  it('serves both venues and the control API with fresh accounts', async () => {
    const { ready } = await start();
    expect(ready.upbit.ws).toBe(ready.upbit.rest.replace('http', 'ws'));
    expect(await get(`${ready.upbit.rest}/v1/orderbook?markets=KRW-BTC`)).toMatchObject([{ market: 'KRW-BTC' }]);
    expect(await get(`${ready.binance.rest}/fapi/v1/time`)).toMatchObject({ serverTime: expect.any(Number) });
    expect(await get(`${ready.control}/ledger`)).toMatchObject({
      requests: [
        { venue: 'upbit', path: '/v1/orderbook', status: 200 },
        { venue: 'binance', path: '/fapi/v1/time', status: 200 },
      ],
      balances: funds,
      unhandled: [],
    });
  });

  it('makes other keys at each start', async () => {
    const [one, other] = [await start(), await start()];
    expect(one.ready.keys).not.toEqual(other.ready.keys);
    expect(one.ready.keys.upbit.accessKey).toMatch(/^\w{40}$/);
    expect(one.ready.keys.binance.secret).toMatch(/^\w{64}$/);
  });

  it('shifts a venue clock, and starts over on reset', async () => {
    const { ready } = await start({ krw: '5000', usdt: '10' });
    const offset = async () => ((await get(`${ready.binance.rest}/fapi/v1/time`)) as { serverTime: number }).serverTime - Date.now();
    expect(await post(ready, '/clock', { venue: 'binance', offsetMs: -60_000 })).toEqual({ ok: true });
    expect(Math.abs((await offset()) + 60_000)).toBeLessThan(1000);
    expect(await post(ready, '/external-order', { venue: 'binance', symbol: 'XRPUSDT', side: 'buy', quantity: '2' })).toEqual({ ok: true });
    expect(await get(`${ready.control}/ledger`)).toMatchObject({ orders: [{ venue: 'binance', external: true, state: 'filled' }] });
    expect(await post(ready, '/reset', { usdt: '20' })).toEqual({ ok: true });
    expect(Math.abs(await offset())).toBeLessThan(1000);
    expect(await get(`${ready.control}/ledger`)).toMatchObject({
      orders: [],
      fills: [],
      balances: { upbit: { KRW: { free: '5000' } }, binance: { USDT: { wallet: '20' } } },
    });
  });

  it('keeps accounts and keys in a state folder, which only its owner can read', async () => {
    const state = mkdtempSync(join(tmpdir(), 'simulator-'));
    folders.push(state);
    const first = await start({ state });
    await post(first.ready, '/external-order', { venue: 'upbit', symbol: 'KRW-BTC', side: 'buy', quantity: '0.01' });
    await post(first.ready, '/external-order', { venue: 'binance', symbol: 'BTCUSDT', side: 'sell', quantity: '0.01' });
    const before = (await get(`${first.ready.control}/ledger`)) as Record<string, unknown>;
    expect(before).toMatchObject({ positions: { binance: { BTCUSDT: { quantity: '-0.01' } } } });
    await first.close();
    const second = await start({ state, krw: '1' });
    const after = (await get(`${second.ready.control}/ledger`)) as Record<string, unknown>;
    for (const what of ['orders', 'fills', 'balances', 'positions']) expect(after[what], what).toEqual(before[what]);
    expect(second.ready.keys).toEqual(first.ready.keys);
    expect(statSync(join(state, 'keys.json')).mode & 0o777).toBe(0o600);
  });

  it('lets go of everything when a port is taken', async () => {
    const { ready } = await start();
    const taken = Number(new URL(ready.control).port);
    await expect(startSimulator({ controlPort: taken })).rejects.toThrow('EADDRINUSE');
  });

  it('runs in a worker', async () => {
    const worker = new Worker(new URL('worker.ts', import.meta.url), { workerData: { market: 'still', krw: '7000' } satisfies SimulatorOptions });
    const ready = await new Promise<SimulatorReady>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    expect(await get(`${ready.control}/ledger`)).toMatchObject({ balances: { upbit: { KRW: { free: '7000' } } } });
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    worker.postMessage('close');
    expect(await ended).toBe(0);
  });
});
