/**
 * What of a venue's order quota is used when there is work, and how soon a close leaves while everything else asks for
 * more than there is. The simulated venues count as the real ones do and refuse what is too much.
 */
import { afterEach, describe, expect, it } from 'vitest';
import type { OrderTerms } from '../../src/shared/domain/venue.ts';
import { decimal, price, quantity } from '../../src/shared/domain/units.ts';
import { type Bench, btc, setUp, type VenueName } from './bench.ts';

let bench: Bench;
afterEach(() => bench.close());

/** Allowed orders a second, and how long the burst lasts: several windows of the venue. */
const venues = {
  upbit: { path: '/v1/orders', perSecond: 12, forMs: 6000, side: 'buy', far: '100000000', windowMs: 1000 },
  binance: { path: '/fapi/v1/order', perSecond: 30, forMs: 13_500, side: 'sell', far: '119000', windowMs: 10_000 },
} as const;
const ioc = (at: string): OrderTerms => ({ type: 'limit', quantity: quantity('0.002'), price: price(at), timeInForce: 'IOC' });
const small = quantity('0.002');

describe.each(['upbit', 'binance'] as const)('the quota of %s', (name: VenueName) => {
  const { path, perSecond, forMs, side, far, windowMs } = venues[name];
  /** Asks again and again until the time is over. */
  const keep = async (ms: number, act: () => Promise<unknown>) => {
    const end = performance.now() + ms;
    while (performance.now() < end) await act();
  };
  const orders = async () => (await bench.ledger()).requests.filter((request) => request.method === 'POST' && request.path === path);
  const refused = async () => (await bench.ledger()).requests.filter((request) => request.status === 429 || request.status === 418);

  // A busy machine can only use less: the best of a few counts.
  it('is used to 95 % at least by a burst of orders, and never more than it holds', { retry: 2 }, async () => {
    bench = await setUp(name);
    const place = async () => {
      const { result } = await bench.place(side, ioc(far));
      // Whoever cannot wait that long is told at once; the burst goes on.
      if (result.outcome === 'notSent') await new Promise((settle) => setTimeout(settle, 20));
    };
    await Promise.all(Array.from({ length: 24 }, () => keep(forMs, place)));
    const sent = await orders();
    // A window's worth of orders takes a window at least: how much longer it takes is what is not used.
    const perWindow = (perSecond * windowMs) / 1000;
    const took = sent.slice(perWindow).map(({ at }, index) => at - (sent[index]?.at ?? at));
    const share = windowMs / (took.reduce((sum, ms) => sum + ms, 0) / took.length);
    const value = Math.round(share * 1000) / 10;
    console.log(JSON.stringify({ name: `quota.${name}`, value, unit: '%', sent: sent.length, refused: (await refused()).length }));
    expect(await refused()).toEqual([]);
    expect(share).toBeGreaterThanOrEqual(0.95);
    // In whatever window one looks: two hundredths are left to clocks.
    const windows = sent.map(({ at }) => sent.filter((other) => other.at >= at && other.at < at + windowMs * 0.98).length);
    expect(Math.max(...windows)).toBeLessThanOrEqual(perWindow);
  });

  it('lets a close leave within a second while everything else asks for more than there is', async () => {
    bench = await setUp(name);
    const { id } = await bench.place(
      side,
      name === 'upbit' ? { type: 'marketByCost', cost: decimal('5000000') } : { type: 'market', quantity: quantity('0.03') },
    );
    const took: number[] = [];
    let isOver = false;
    const flood = async (act: () => Promise<unknown>) => {
      while (!isOver) {
        await act();
        await new Promise((settle) => setTimeout(settle, 100));
      }
    };
    const storm = [
      ...Array.from({ length: 16 }, () => flood(() => bench.place(side, ioc(far)))),
      ...Array.from({ length: 12 }, () => flood(() => bench.port.book(btc))),
      ...Array.from({ length: 12 }, () => flood(() => bench.port.holdings())),
      ...Array.from({ length: 6 }, () => flood(() => bench.port.openOrders(btc))),
      ...Array.from({ length: 12 }, () => flood(() => bench.port.lookUp({ clientOrderId: id, coin: btc }))),
    ];
    for (let count = 0; count < 8; count += 1) {
      await new Promise((settle) => setTimeout(settle, 700));
      const startedAt = performance.now();
      // As a close goes: a fresh book, then the order.
      const book = await bench.port.book(btc, 'reserved');
      const closed = await bench.place(name === 'upbit' ? 'sell' : 'buy', { type: 'market', quantity: small }, { reduceOnly: name === 'binance' });
      took.push(performance.now() - startedAt);
      expect(book.ok).toBe(true);
      expect(closed.result).toMatchObject({ outcome: 'accepted' });
    }
    isOver = true;
    await Promise.all(storm);
    console.log(JSON.stringify({ name: `quota.${name}.close`, value: Math.round(Math.max(...took)), unit: 'ms', refused: (await refused()).length }));
    expect(await refused()).toEqual([]);
    expect(Math.max(...took)).toBeLessThan(1000);
  });
});
