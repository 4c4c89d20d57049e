import { describe, expect, it } from 'vitest';
import { coin } from '../../shared/domain/ids.ts';
import type { Quote } from '../engine/quote.ts';
import { BTC, failed, ok, quote } from '../engine/testing/market.ts';
import type { BankRate } from '../market/port.ts';
import { PremiumWatch } from './premium-watch.ts';
import { HandClock } from './testing.ts';

function watching(bank: BankRate | null = { rate: '1380', at: 1_795_000_000_000, source: 'a bank' }) {
  const clock = new HandClock();
  const points: (readonly [at: number, trading: number, kimchi: number])[] = [];
  const series = { append: (...point: [number, number, number]) => void points.push(point), between: () => Promise.reject() as never };
  const watch = new PremiumWatch({ coin: BTC, clock, bankRate: { last: bank }, series });
  watch.start();
  return { clock, watch, points, started: clock.now() };
}
const without = (given: Quote, leg: 'spot' | 'perp'): Quote => ({ ...given, legs: { ...given.legs, [leg]: { ...given.legs[leg], book: failed() } } });

describe('the premium watch', () => {
  it('shows both premiums and the executable ones, each price with the time of its read', () => {
    const { clock, watch } = watching();
    const given = quote(clock.now() - 300);
    watch.take(given);
    const [bid, ask] = ['160999000', '161000000'];
    expect(watch.market).toMatchObject({
      coin: 'BTC',
      at: clock.now(),
      spot: { bid, ask, at: clock.now() - 300 },
      perp: { bid: '115000', ask: '115000.1', at: clock.now() - 300 },
      usdtKrw: { rate: '1400', source: 'Upbit USDT/KRW' },
      usdKrw: { rate: '1380', at: 1_795_000_000_000, source: 'a bank' },
    });
    const { tradingPremium, kimchiPremium, executable } = watch.market ?? {};
    const middle = (160_999_000 + 161_000_000) / 2 / 115_000.05;
    expect(Number(tradingPremium)).toBeCloseTo(middle / 1400 - 1, 7);
    expect(Number(kimchiPremium)).toBeCloseTo(middle / 1380 - 1, 7);
    expect(executable?.size).toBe('0.01');
    expect(Number(executable?.enter)).toBeCloseTo((161_000_000 * 1.0005) / (115_000 * 0.9995 * 1400) - 1, 7);
    expect(Number(executable?.exit)).toBeCloseTo((160_999_000 * 0.9995) / (115_000.1 * 1.0005 * 1400) - 1, 7);
  });

  it.each(['spot', 'perp'] as const)('has null where the %s side is missing, and in all that needs it', (leg) => {
    const { clock, watch, points } = watching();
    watch.take(without(quote(clock.now()), leg));
    expect(watch.market).toMatchObject({ [leg]: null, tradingPremium: null, kimchiPremium: null, executable: { enter: null, exit: null } });
    expect(watch.market?.usdtKrw?.rate).toBe('1400');
    expect(points).toEqual([]);
  });

  it('knows each premium by its own rate alone', () => {
    const { clock, watch, points } = watching();
    const empty = { bids: [], asks: [], at: clock.now() };
    watch.take({ ...quote(clock.now()), fx: ok(empty) });
    expect(watch.market).toMatchObject({ usdtKrw: null, tradingPremium: null });
    expect(Number(watch.market?.kimchiPremium)).toBeGreaterThan(0);
    const { watch: bankless } = watching(null);
    bankless.take(quote(clock.now()));
    expect(bankless.market).toMatchObject({ usdKrw: null, kimchiPremium: null });
    expect(points).toEqual([[clock.now(), Number.NaN, expect.any(Number)]]);
  });

  it('adds a point a second, of its own coin only, and a gap once it is silent for five', async () => {
    const { clock, watch, points, started } = watching();
    for (let turn = 0; turn < 10; turn += 1) {
      watch.take(quote(clock.now()));
      watch.take({ ...quote(clock.now()), coin: coin('ETH') });
      await clock.pass(500);
    }
    expect(points.map(([at]) => at - started)).toEqual([0, 1000, 2000, 3000, 4000]);
    await clock.pass(20_000);
    expect(points.slice(5)).toEqual([[started + 9000, Number.NaN, Number.NaN]]);
    watch.close();
    watch.take(without(quote(clock.now()), 'spot'));
    await clock.pass(20_000);
    expect(points).toHaveLength(6);
  });
});
