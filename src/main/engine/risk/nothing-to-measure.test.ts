/** Limits where there is nothing to measure: no capital, no margin, no price, no position. */
import { describe, expect, it } from 'vitest';
import { coin, installationId } from '../../../shared/domain/ids.ts';
import { defaultSettings } from '../../../shared/domain/settings.ts';
import { fxRate, krw, price, quantity, ratio, signedQuantity, usdt } from '../../../shared/domain/units.ts';
import type { Position } from '../../../shared/domain/venue.ts';
import { isDenial } from '../denial.ts';
import { initialState } from '../state.ts';
import { BTC, failed, perpRules, quote, spotRules, start } from '../testing/market.ts';
import { enter } from '../testing/signals.ts';
import { World } from '../testing/world.ts';
import { type EntryInputs, entryInputs, sidesOf } from './entry-inputs.ts';
import { checkEntry } from './entry-limits.ts';
import { entryUses, type LimitInputs, limitInputsOf, limitUses } from './limit-uses.ts';
import { distanceOf, kstDay, liquidationDistance, lossRatio, positionsOf } from './measures.ts';

const accounts: EntryInputs = {
  fx: fxRate('1400'),
  spotAsk: price('161000000'),
  perpBid: price('115000'),
  spotFee: ratio('0'),
  perpFee: ratio('0'),
  krw: { free: krw('600000000'), total: krw('600000000') },
  margin: { balance: usdt('0'), available: usdt('1000000'), maintenance: usdt('0') },
  perpPosition: undefined,
  premium: ratio('0.02'),
};
const terms = { type: 'limit', quantity: quantity('0.05'), price: price('161000000'), timeInForce: 'IOC' } as const;
const sized = { quantity: quantity('0.05'), spot: { terms, worst: terms.price }, perp: { terms, worst: terms.price } };
const state = initialState(installationId('k1m2p3'), 'paper');
const position = (over: Partial<Position>): Position => ({
  coin: BTC,
  quantity: signedQuantity('-0.05'),
  entryPrice: price('115000'),
  markPrice: price('115000'),
  liquidationPrice: price('160000'),
  ...over,
});
const usesOf = (world: World, over: Partial<LimitInputs> = {}) =>
  Object.fromEntries(
    limitUses(world.state, { ...limitInputsOf(quote(world.now)), ...over }, world.now).map(({ setting, ...rest }) => [setting, rest]),
  );
function hedged(): World {
  const world = new World();
  world.signal(enter('h'));
  return world.run(2000);
}

describe('an account without a margin balance', () => {
  it('lets no entry in, whatever it says is free', () => {
    const denial = checkEntry({ at: start, state: { ...state, settings: defaultSettings }, signal: enter('a'), inputs: accounts, sized });
    expect(denial).toMatchObject({ denied: 'MARGIN_RATIO', compared: { was: '' } });
  });

  it('has no part of it used, and none of a capital that is not there', () => {
    const { sides } = sidesAt();
    const nothing = { ...accounts, krw: { free: krw('0'), total: krw('0') } };
    const named = entryUses({ at: start, state, signal: enter('a'), inputs: nothing, sized, sides }).map(({ setting }) => setting);
    for (const setting of ['maxPositionRatio', 'maxCoinPositionRatio', 'maxMarginRatio', 'maxDailyLossRatio'] as const)
      expect(named).not.toContain(setting);
    expect(named).toContain('maxHedgeKrw');
    const uses = usesOf(new World(), { accounts: nothing });
    for (const setting of ['maxPositionRatio', 'maxCoinPositionRatio', 'maxMarginRatio'] as const)
      expect(uses[setting]).toMatchObject({ use: null, part: null });
    expect(uses['minFreeMarginRatio']).toMatchObject({ use: '0', part: 1000 });
    const today = { ...state, day: { ...state.day, kst: kstDay(start) } };
    expect(limitUses(today, null, start).find(({ setting }) => setting === 'maxDailyLossRatio')?.use).toBeNull();
  });
});

const sidesAt = () => {
  const both = sidesOf(quote(start));
  if (isDenial(both)) throw new Error(both.reason);
  return { sides: both };
};

describe('inputs of an entry', () => {
  it('need USDT/KRW', () => {
    expect(entryInputs({ ...quote(start), fx: failed() }, sidesAt().sides)).toMatchObject({ denied: 'NO_DATA', reason: 'USDT/KRW has no price' });
    expect([spotRules.coin, perpRules.coin]).toEqual([BTC, BTC]);
  });
});

describe('the distance to liquidation', () => {
  it('is what an entry would have while nothing is open, and none where the venue names no price', () => {
    expect(usesOf(new World())['minLiquidationDistanceRatio']?.use).toBe(liquidationDistance(defaultSettings.leverage, undefined));
    const world = hedged();
    const { liquidationPrice: _none, ...unpriced } = position({});
    expect(usesOf(world, { positions: [unpriced] })['minLiquidationDistanceRatio']).toMatchObject({ use: null });
    expect(liquidationDistance(1, unpriced)).toBeUndefined();
    const { sides } = sidesAt();
    const context = { at: start, state, signal: enter('a'), inputs: { ...accounts, perpPosition: unpriced }, sized, sides };
    expect(entryUses(context).map(({ setting }) => setting)).not.toContain('minLiquidationDistanceRatio');
    expect(distanceOf(position({ markPrice: price('0') }))).toBeUndefined();
    expect(distanceOf(position({ liquidationPrice: price('0') }))).toBeUndefined();
    expect(limitUses(world.state, null, world.now).find(({ setting }) => setting === 'minLiquidationDistanceRatio')?.use).toBeNull();
  });

  it('is that of the nearest of our coins', () => {
    const world = hedged();
    const far = position({});
    const near = position({ liquidationPrice: price('120000') });
    const other = position({ coin: coin('ETH'), liquidationPrice: price('115001') });
    for (const positions of [
      [far, near, other],
      [near, far],
    ])
      expect(usesOf(world, { positions })['minLiquidationDistanceRatio']?.use).toBe('0.04347826');
  });
});

describe('a limit of zero', () => {
  it('is far used up as soon as it is touched, and not before', () => {
    const world = hedged();
    const limits = { ...world.state.settings, maxMarginRatio: ratio('0'), minLiquidationDistanceRatio: ratio('0'), minFreeMarginRatio: ratio('0.1') };
    world.state = { ...world.state, settings: limits };
    const margin = { balance: usdt('100'), available: usdt('0'), maintenance: usdt('0') };
    const idle = usesOf(world, { accounts: { ...accounts, margin }, positions: [position({})] });
    expect([idle['maxMarginRatio']?.part, idle['minLiquidationDistanceRatio']?.part, idle['minFreeMarginRatio']?.part]).toEqual([0, 0, 1000]);
    const used = usesOf(world, {
      accounts: { ...accounts, margin: { ...margin, maintenance: usdt('1') } },
      positions: [position({ liquidationPrice: price('100000') })],
    });
    expect([used['maxMarginRatio']?.part, used['minLiquidationDistanceRatio']?.part]).toEqual([1000, 1000]);
  });

  it('writes a time that is no number as none', () => {
    expect(usesOf(new World(), { bookAt: Number.NEGATIVE_INFINITY })['maxBookAgeMs']?.use).toBe('0');
  });
});

describe('a hedge', () => {
  it('is valued at its own last mark where its coin has no price here, and without a cost has lost nothing', () => {
    const world = hedged();
    const hedge = world.hedge('h');
    expect(positionsOf(world.state, {}).get(hedge.coin)).toBe('8049950');
    expect(lossRatio({ ...world.state, orders: {} }, hedge)).toBe('0');
  });
});
