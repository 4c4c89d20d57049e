/** Single orders by hand through the contract, on the real simulator. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CommandOutput } from '../../shared/contract/commands.ts';
import type { OrderTermsText } from '../../shared/contract/order-terms.ts';
import type { OrderRow } from '../../shared/contract/rows.ts';
import { snapshot as snapshotForm } from '../../shared/contract/updates.ts';
import { PaperConsole } from './testing/paper.ts';

let paper: PaperConsole;
const shown = () => paper.console.feed.snapshot();
const until = (what: () => unknown) => expect.poll(what, { timeout: 15_000 });
const row = (id: string): OrderRow | undefined => shown().tables.orders[id];
const market = async () => {
  await until(() => shown().parts.market?.spot).toEqual(expect.anything());
  const now = shown().parts.market;
  if (now?.spot == null || now.perp === null) throw new Error('There are no prices');
  return { spot: Number(now.spot.bid), perp: Number(now.perp.ask) };
};
const won = (near: number): string => String(Math.round(near / 1000) * 1000);
const usdt = (near: number): string => String(Math.round(near));

async function place(venue: 'upbit' | 'binance', side: 'buy' | 'sell', terms: OrderTermsText): Promise<string> {
  const reply = await paper.invoke('order.place', { venue, coin: 'BTC', side, terms });
  return reply.ok ? (reply.value as CommandOutput<'order.place'>).order : reply.code;
}
async function amend(order: string, quantity: string, price: string): Promise<string> {
  const reply = await paper.invoke('order.amend', { order, quantity, price });
  return reply.ok ? (reply.value as CommandOutput<'order.amend'>).order : reply.code;
}
const byHand = (venue: 'upbit' | 'binance'): string => shown().parts.venues[venue].byHand[0]?.quantity ?? '0';

describe('orders by hand through the contract', () => {
  beforeAll(async () => {
    paper = await PaperConsole.open();
    await vi.waitFor(() => expect(shown().parts.standing.trading).toBe('armed'), 15_000);
  }, 20_000);
  afterAll(async () => {
    expect(paper.bugs).toEqual([]);
    expect(paper.troubles).toEqual([]);
    await paper.close();
  }, 20_000);

  it('rest on the spot venue, take other terms as an order of their own, and are taken back', async () => {
    const { spot } = await market();
    const first = await place('upbit', 'buy', { type: 'limit', quantity: '0.002', price: won(spot * 0.98), timeInForce: 'GTC' });
    await until(() => row(first)).toMatchObject({ state: 'open', hedge: null, purpose: 'byHand', amendable: true, cancelable: true });
    const priced = await amend(first, '0.002', won(spot * 0.975));
    expect(priced).not.toBe(first);
    await until(() => row(first)?.state).toBe('canceled');
    await until(() => row(priced)).toMatchObject({ state: 'open', price: won(spot * 0.975), quantity: '0.002', amendable: true });
    const sized = await amend(priced, '0.003', won(spot * 0.97));
    await until(() => row(sized)).toMatchObject({ state: 'open', quantity: '0.003' });
    await until(() => row(priced)?.state).toBe('canceled');
    expect(await paper.invoke('order.cancel', { order: sized })).toEqual({ ok: true, value: {} });
    await until(() => row(sized)).toMatchObject({ state: 'canceled', filled: '0', cancelable: false });
    expect(await paper.invoke('order.cancel', { order: sized })).toMatchObject({ ok: false, code: 'ORDER_STATE' });
  }, 40_000);

  it('rest on the perpetual venue, and are changed where they lie', async () => {
    const { perp } = await market();
    const id = await place('binance', 'sell', { type: 'limit', quantity: '0.002', price: usdt(perp * 1.02), timeInForce: 'postOnly' });
    await until(() => row(id)?.state).toBe('open');
    expect(await amend(id, '0.003', usdt(perp * 1.03))).toBe(id);
    await until(() => row(id)).toMatchObject({ state: 'open', quantity: '0.003', price: usdt(perp * 1.03) });
    expect(await paper.invoke('order.cancel', { order: id })).toEqual({ ok: true, value: {} });
    await until(() => row(id)?.state).toBe('canceled');
  }, 40_000);

  it('trade at market on both, and protect what was sold short', async () => {
    const bought = await place('upbit', 'buy', { type: 'marketByCost', cost: '500000' });
    await until(() => row(bought)?.state).toBe('filled');
    const sold = await place('binance', 'sell', { type: 'market', quantity: '0.002' });
    await until(() => row(sold)?.state).toBe('filled');
    await until(() => Number(byHand('upbit'))).toBeGreaterThan(0.002);
    expect(byHand('binance')).toBe('-0.002');
    const { perp } = await market();
    const stop = await place('binance', 'buy', { type: 'stopMarket', quantity: '0.002', triggerPrice: usdt(perp * 1.05) });
    await until(() => row(stop)).toMatchObject({ state: 'open', reduceOnly: true, price: usdt(perp * 1.05) });
    const moved = await amend(stop, '0.001', usdt(perp * 1.06));
    await until(() => row(moved)).toMatchObject({ state: 'open', quantity: '0.001' });
    await until(() => row(stop)?.state).toBe('canceled');
    expect(await paper.invoke('order.cancel', { order: moved })).toMatchObject({ ok: true });
    await until(() => row(moved)?.state).toBe('canceled');
    expect(await place('binance', 'buy', { type: 'market', quantity: '0.002' })).toMatch(/^kc/);
    await until(() => byHand('binance')).toBe('0');
    await place('upbit', 'sell', { type: 'best', quantity: byHand('upbit'), timeInForce: 'IOC' });
    await until(() => byHand('upbit')).toBe('0');
    expect(shown().parts.venues.upbit.outside.filter((entry) => entry.external !== '0')).toEqual([]);
  }, 60_000);

  it('are looked at before: worth, fees, and why they would be denied', async () => {
    const { spot } = await market();
    const look = async (terms: OrderTermsText, side: 'buy' | 'sell' = 'buy') => {
      const reply = await paper.invoke('order.check', { venue: 'upbit', coin: 'BTC', side, terms });
      return reply.ok ? (reply.value as CommandOutput<'order.check'>) : null;
    };
    expect(await look({ type: 'marketByCost', cost: '500000' })).toMatchObject({ valueKrw: '500000', feesKrw: '250', denial: null });
    expect(await look({ type: 'limit', quantity: '0.001', price: won(spot * 1.1), timeInForce: 'GTC' })).toMatchObject({
      worst: null,
      denial: { code: 'PRICE_COLLAR', values: { venue: 'upbit' }, compared: { limit: expect.any(String) } },
    });
    const absurd = { type: 'limit', quantity: '999999999999', price: '999999999999', timeInForce: 'GTC' } as const;
    expect(await look(absurd, 'sell')).toMatchObject({ valueKrw: null });
    expect(await look({ type: 'market', quantity: '0.001' }, 'sell')).toMatchObject({ denial: { code: 'NOT_HELD' } });
    const reply = await paper.invoke('order.place', { venue: 'upbit', coin: 'BTC', side: 'sell', terms: { type: 'market', quantity: '0.5' } });
    expect(reply).toMatchObject({ ok: false, code: 'NOT_HELD', compared: { was: '0.5' }, values: { venue: 'upbit', coin: 'BTC' } });
    expect(snapshotForm.safeParse(shown()).error).toBeUndefined();
  }, 30_000);

  it('never take what a hedge holds', async () => {
    const opened = await paper.invoke('hedge.open', { coin: 'BTC', quantity: '0.003' });
    const signal = opened.ok ? (opened.value as { signal: string }).signal : '';
    await until(() => shown().tables.signals[signal]?.state).toBe('awaitingApproval');
    await paper.invoke('signal.approve', { signal });
    await until(() => shown().tables.hedges[signal]?.phase).toBe('hedged');
    expect(await place('upbit', 'sell', { type: 'market', quantity: '0.001' })).toBe('WOULD_UNHEDGE');
    expect(await place('binance', 'buy', { type: 'market', quantity: '0.001' })).toBe('WOULD_UNHEDGE');
    const { perp } = await market();
    const stop = await place('binance', 'buy', { type: 'stopMarket', quantity: '0.003', triggerPrice: usdt(perp * 1.05) });
    await until(() => row(stop)?.state).toBe('open');
    await paper.invoke('order.cancel', { order: stop });
    await paper.invoke('hedge.close', { hedge: signal, quantity: null });
    await until(() => shown().tables.hedges[signal]?.phase).toBe('flat');
  }, 40_000);

  it('that add risk are taken back by a stop, and those that reduce stay', async () => {
    const { spot, perp } = await market();
    // The coin was closed a moment ago and rests.
    let short = '';
    await vi.waitFor(async () => {
      short = await place('binance', 'sell', { type: 'market', quantity: '0.002' });
      expect(short).toMatch(/^kc/);
    }, 5000);
    await until(() => row(short)?.state).toBe('filled');
    const ids = [
      await place('upbit', 'buy', { type: 'limit', quantity: '0.001', price: won(spot * 0.98), timeInForce: 'GTC' }),
      await place('binance', 'sell', { type: 'limit', quantity: '0.001', price: usdt(perp * 1.03), timeInForce: 'GTC' }),
      await place('binance', 'buy', { type: 'limit', quantity: '0.001', price: usdt(perp * 0.98), timeInForce: 'GTC' }),
      await place('binance', 'buy', { type: 'stopMarket', quantity: '0.001', triggerPrice: usdt(perp * 1.05) }),
    ];
    await until(() => ids.map((id) => row(id)?.state)).toEqual(['open', 'open', 'open', 'open']);
    await paper.invoke('stop.engage', { closeAll: false });
    await until(() => ids.map((id) => row(id)?.state)).toEqual(['canceled', 'canceled', 'open', 'open']);
    expect(await place('upbit', 'buy', { type: 'marketByCost', cost: '500000' })).toBe('STOPPED');
    expect(await place('binance', 'buy', { type: 'market', quantity: '0.001' })).toMatch(/^kc/);
    await until(() => byHand('binance')).toBe('-0.001');
    for (const id of ids.slice(2)) await paper.invoke('order.cancel', { order: id });
    await until(() => ids.map((id) => row(id)?.state)).toEqual(['canceled', 'canceled', 'canceled', 'canceled']);
    await paper.invoke('stop.reset', {});
  }, 60_000);
});
