import { describe, expect, it } from 'vitest';
import { installationId } from '../../../shared/domain/ids.ts';
import { defaultSettings, type Settings } from '../../../shared/domain/settings.ts';
import { add, divide, fxRate, krw, price, ratio, scale, subtract, text, toNumber, usdt } from '../../../shared/domain/units.ts';
import { initialState, type State } from '../state.ts';
import { enter } from '../testing/signals.ts';
import { refused } from '../testing/venue-truth.ts';
import { World } from '../testing/world.ts';
import { freeMarginPart, marginNeeded } from './measures.ts';
import { readiness as reckon, referenceSize } from './readiness.ts';

type Inputs = Parameters<typeof reckon>[1];
const readiness = (of: State, given: Inputs) => reckon(of, given, referenceSize(of));
const inputs: Inputs = {
  fx: fxRate('1400'),
  spotAsk: price('161000000'),
  perpBid: price('115000'),
  spotFee: ratio('0.0005'),
  perpFee: ratio('0.0005'),
  krw: { free: krw('100000000'), total: krw('100000000') },
  margin: { balance: usdt('80000'), available: usdt('60000'), maintenance: usdt('0') },
};
const state = (settings: Partial<Settings> = {}): State => ({
  ...initialState(installationId('k1m2p3'), 'paper'),
  settings: { ...defaultSettings, ...settings },
});
const margin = (available: string, balance = available) => ({
  ...inputs,
  margin: { balance: usdt(balance), available: usdt(available), maintenance: usdt('0') },
});
const won = (free: string) => ({ krw: { free: krw(free), total: krw(free) } });

describe('the size of one hedge', () => {
  it('is ten million KRW before there was one, and never above what a hedge may cost', () => {
    expect([text(referenceSize(state())), text(referenceSize(state({ maxHedgeKrw: krw('4000000') })))]).toEqual(['10000000', '4000000']);
  });
  it('is what the spot leg of the last one cost', () => {
    const world = new World();
    world.signal(enter('h1', { quantity: '0.05' }));
    world.run(2500);
    world.signal(enter('h2', { quantity: '0.02' }));
    world.run(2500);
    // 0.02 at 161,000,000 with 0.05 %.
    expect(text(referenceSize(world.state))).toBe('3221610');
    // One that never filled cost nothing.
    for (const leg of ['spot', 'perp'] as const) world.script(leg, 'entry', refused());
    world.signal(enter('h3', { quantity: '0.03' }));
    world.run(2500);
    expect(world.phase('h3')).toBe('flat');
    expect(text(referenceSize(world.state))).toBe('3221610');
  });
});

describe('readiness', () => {
  it('counts KRW with the fee, to the KRW', () => {
    // Ten million and 0.05 %.
    const of = (free: string) => readiness(state(), { ...inputs, ...won(free) }).spot.hedges;
    expect([of('0'), of('10004999'), of('10005000'), of('20009999'), of('20010000')]).toEqual([0, 0, 1, 1, 2]);
  });

  it('counts margin as the check of an entry does: as many as it lets in, and one more is denied', () => {
    for (const leverage of [1, 2]) {
      const settings = { leverage };
      const { perp } = readiness(state(settings), inputs);
      const coins = divide<'quantity'>(krw('10000000'), inputs.spotAsk, 12, 'down');
      const one = marginNeeded({ quantity: coins }, inputs, state(settings));
      const left = (count: number) => toNumber(freeMarginPart(inputs, scale(one, ratio(String(count)))));
      expect(perp.hedges).toBeGreaterThan(1);
      expect(left(perp.hedges)).toBeGreaterThanOrEqual(0.1);
      expect(left(perp.hedges + 1)).toBeLessThan(0.1);
    }
  });

  it('counts none where what has to stay free is not there, and none where an entry would be too close to liquidation', () => {
    expect(readiness(state(), margin('7999', '80000')).perp.hedges).toBe(0);
    expect(readiness(state(), margin('0', '-1')).perp.hedges).toBe(0);
    // At 2× an entry is about 42.8 % from liquidation.
    expect(readiness(state({ leverage: 2, minLiquidationDistanceRatio: ratio('0.42') }), inputs).perp.hedges).toBeGreaterThan(0);
    expect(readiness(state({ leverage: 2, minLiquidationDistanceRatio: ratio('0.43') }), inputs)).toMatchObject({ perp: { hedges: 0 }, move: null });
  });

  it('says what is free as it is', () => {
    const { spot, perp } = readiness(state(), inputs);
    expect([text(spot.freeKrw), text(perp.freeUsdt)]).toEqual(['100000000', '60000']);
  });
});

describe('a move', () => {
  /** How many hedges both can fund after it. */
  const evened = (given: Inputs): number => {
    const { move } = readiness(state(), given);
    if (move === null) throw new Error('There is a move');
    const usd = divide<'usdt'>(move.amountKrw, given.fx, 8, 'down');
    const toPerp = move.to === 'binance';
    const free = toPerp ? subtract(given.krw.free, move.amountKrw) : add(given.krw.free, move.amountKrw);
    const moved = (amount: Inputs['margin']['balance']) => (toPerp ? add(amount, usd) : subtract(amount, usd));
    const held = { ...given.margin, balance: moved(given.margin.balance), available: moved(given.margin.available) };
    const then = readiness(state(), { ...given, krw: { free, total: free }, margin: held });
    return Math.min(then.spot.hedges, then.perp.hedges);
  };

  it('goes from the side that can fund more and lets both fund as many', () => {
    const more = { ...margin('100000'), ...won('10005000') };
    expect(readiness(state(), more)).toMatchObject({ spot: { hedges: 1 }, move: { from: 'binance', to: 'upbit' } });
    expect(evened(more)).toBeGreaterThan(5);
    const less = { ...margin('10000'), ...won('300000000') };
    expect(readiness(state(), less)).toMatchObject({ spot: { hedges: 29 }, perp: { hedges: 1 }, move: { from: 'upbit', to: 'binance' } });
    expect(evened(less)).toBe(14);
  });

  it('is none where it would fund no hedge more', () => {
    for (const given of [
      { ...margin('10000'), ...won('10005000') },
      { ...margin('0'), ...won('0') },
      { ...margin('1000'), ...won('5000000') },
    ])
      expect(readiness(state(), given).move).toBeNull();
    // All of it would have to stay free there.
    expect(readiness(state({ minFreeMarginRatio: ratio('1') }), { ...margin('10000'), ...won('900000000') }).move).toBeNull();
  });

  it('is none where a hedge costs nothing', () => {
    const free = { ...inputs, perpBid: price('0') };
    expect(readiness(state({ minFreeMarginRatio: ratio('1') }), free)).toMatchObject({ perp: { hedges: 0 }, move: null });
  });
});
