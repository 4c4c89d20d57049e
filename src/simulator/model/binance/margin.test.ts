import { describe, expect, it } from 'vitest';
import { price, ratio, signedQuantity, text, toNumber, usdt } from '../../../shared/domain/units.ts';
import { type Bracket, bracketsOf, maintenance, maxNotional } from './brackets.ts';
import { accountMargin, type Exposure, isExhausted, liquidationPrice, marginOf } from './margin.ts';
import { untouched } from './position.ts';

const bracket = (maintMarginRatio: string, cum: string): readonly Bracket[] => [
  {
    bracket: 1,
    initialLeverage: 125,
    notionalFloor: usdt('0'),
    notionalCap: usdt('1000000000'),
    maintMarginRatio: ratio(maintMarginRatio),
    cum: usdt(cum),
  },
];
const exposure = (symbol: string, quantity: string, cost: string, mark: string, more: Partial<Exposure['position']> = {}): Exposure => ({
  position: { ...untouched(symbol), quantity: signedQuantity(quantity), cost: usdt(cost), ...more },
  markPrice: price(mark),
  bidNotional: usdt('0'),
  askNotional: usdt('0'),
  brackets: bracketsOf(symbol),
});

describe('brackets', () => {
  it('have no jump of maintenance margin at their floors', () => {
    for (const symbol of ['BTCUSDT', 'DOGEUSDT']) {
      const rows = bracketsOf(symbol);
      for (const [index, row] of rows.entries()) {
        const next = rows[index + 1];
        if (next === undefined) continue;
        const here = toNumber(row.notionalCap) * toNumber(row.maintMarginRatio) - toNumber(row.cum);
        const there = toNumber(row.notionalCap) * toNumber(next.maintMarginRatio) - toNumber(next.cum);
        expect(there).toBeCloseTo(here, 6);
      }
    }
  });
  it('charge by the bracket that the notional falls in', () => {
    const rows = bracketsOf('BTCUSDT');
    expect(text(maintenance(rows, usdt('100000')))).toBe('400');
    expect(text(maintenance(rows, usdt('500000')))).toBe('2200');
    expect(text(maxNotional(rows, 20) ?? usdt('0'))).toBe('100000000');
    expect(maxNotional(rows, 126)).toBeUndefined();
  });
});

describe('liquidation price', () => {
  // The worked example of the venue's own page: two cross longs on one wallet.
  const wallet = usdt('1535443.01');
  const ether: Exposure = { ...exposure('ETHUSDT', '3683.979', '5366967.96636', '1335.18'), brackets: bracket('0.1', '135365') };
  const bitcoin: Exposure = { ...exposure('BTCUSDT', '109.488', '3556387.02624', '31967.27'), brackets: bracket('0.025', '16300') };
  it('is that of the documents for cross positions', () => {
    expect(toNumber(liquidationPrice(wallet, [ether, bitcoin], bitcoin))).toBeCloseTo(26316.89, 2);
    expect(toNumber(liquidationPrice(wallet, [ether, bitcoin], ether))).toBeCloseTo(1153.26, 2);
  });

  it('of an isolated short lies where its wallet is used up', () => {
    const short = exposure('BTCUSDT', '-1', '100000', '100000', { marginMode: 'isolated', isolatedWallet: usdt('100000'), leverage: 1 });
    // (100000 + 100000 + 0) / (1 + 0.004): all in the first bracket.
    expect(toNumber(liquidationPrice(usdt('500000'), [short], short))).toBeCloseTo(200_000 / 1.004, 6);
    // 199203.187…
    expect(isExhausted(usdt('500000'), [short], { ...short, markPrice: price('199203.1') })).toBe(false);
    expect(isExhausted(usdt('500000'), [short], { ...short, markPrice: price('199203.2') })).toBe(true);
  });

  it('uses the bracket of the notional at that price', () => {
    const short = exposure('BTCUSDT', '-2', '200000', '100000', { marginMode: 'isolated', isolatedWallet: usdt('200000') });
    // About 398,000 at liquidation: the second bracket, 0.5 % less 300.
    expect(toNumber(liquidationPrice(usdt('500000'), [short], short))).toBeCloseTo((400_000 + 300) / 2.01, 6);
  });

  it('is none for a flat position and for a long that its wallet covers whole', () => {
    expect(text(liquidationPrice(usdt('1'), [], exposure('BTCUSDT', '0', '0', '100')))).toBe('0');
    const long = exposure('BTCUSDT', '1', '100', '100');
    expect(text(liquidationPrice(usdt('500'), [long], long))).toBe('0');
  });
});

describe('margin', () => {
  it('counts the larger side of open orders with the position', () => {
    const short = { ...exposure('BTCUSDT', '-1', '100000', '110000', { leverage: 10 }), bidNotional: usdt('50000'), askNotional: usdt('30000') };
    const margin = marginOf(short);
    expect(text(margin.notional)).toBe('-110000');
    expect(text(margin.unrealized)).toBe('-10000');
    expect(text(margin.positionInitial)).toBe('11000');
    expect(text(margin.openOrderInitial)).toBe('3000');
    expect(text(margin.maintenance)).toBe('440');
  });

  it('keeps isolated margin apart from what is available', () => {
    const isolated = exposure('BTCUSDT', '-1', '100000', '110000', { marginMode: 'isolated', isolatedWallet: usdt('50000'), leverage: 2 });
    const cross = exposure('ETHUSDT', '10', '40000', '4100', { leverage: 4 });
    const sums = accountMargin(usdt('80000'), [isolated, cross]);
    expect(text(sums.crossWallet)).toBe('30000');
    expect(text(sums.available)).toBe('20750');
    expect(text(sums.marginBalance)).toBe('71000');
    expect(text(accountMargin(usdt('60000'), [isolated, cross]).available)).toBe('750');
    expect(text(accountMargin(usdt('50000'), [isolated, cross]).available)).toBe('0');
  });
});
