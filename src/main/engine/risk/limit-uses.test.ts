import { describe, expect, it } from 'vitest';
import { settingNames } from '../../../shared/domain/settings.ts';
import { price, scale, ratio } from '../../../shared/domain/units.ts';
import { atMarket, byCost, place } from '../testing/hands.ts';
import { failed, market, ok, perpHoldings, quote, spotHoldings } from '../testing/market.ts';
import { enter } from '../testing/signals.ts';
import { refused } from '../testing/venue-truth.ts';
import { World } from '../testing/world.ts';
import { limitInputsOf, limitUses } from './limit-uses.ts';

/** Five coins hedged at 161,000,000, marked a moment ago. */
function hedged() {
  const world = new World();
  world.command({ kind: 'disarm', reason: 'to set limits' });
  world.command({ kind: 'set', name: 'maxHedgeKrw', value: '9000000000', again: '9000000000' });
  world.command({ kind: 'arm' });
  world.market = market({ depth: scale(world.market.depth, ratio('10')) });
  world.signal(enter('a1', { quantity: '5' }));
  world.run(2000);
  world.marks();
  const given = quote(world.now, world.market, {
    spot: { holdings: ok(spotHoldings(world.now, '195000000')), clockOffsetMs: ok(-120) },
    perp: { holdings: ok(perpHoldings(world.now, '1000000', '400000', '100000')), clockOffsetMs: ok(30) },
  });
  return { world, given };
}
const table = (uses: ReturnType<typeof limitUses>) => Object.fromEntries(uses.map(({ setting, use, part }) => [setting, [use, part]]));

describe('uses of the limits', () => {
  it('are measured as the checks measure them', () => {
    const { world, given } = hedged();
    expect(world.phase('a1')).toBe('hedged');
    const uses = table(limitUses(world.state, limitInputsOf(given), world.now + 500));
    // 805 of 195 + 5 × 160.999 + 1,400 million KRW, rounded up.
    expect(uses['maxPositionRatio']).toEqual(['0.335418', 0.670836]);
    expect(uses['maxCoinPositionRatio']).toEqual(['0.335418', 0.670836]);
    expect(uses['maxEntriesPerDay']).toEqual(['1', 1 / 500]);
    expect(uses['maxEntriesPerMinute']).toEqual(['1', 1 / 20]);
    expect(uses['maxConsecutiveApiErrors']).toEqual(['0', 0]);
    expect(uses['maxFailedEntriesInARow']).toEqual(['0', 0]);
    expect(uses['maxMarginRatio']).toEqual(['0.1', 0.2]);
    // A tenth has to stay free, four tenths are.
    expect(uses['minFreeMarginRatio']).toEqual(['0.4', 0.25]);
    expect(uses['maxClockOffsetEntryMs']).toEqual(['120', 0.16]);
    expect(uses['maxBookAgeMs']).toEqual(['500', 500 / 3000]);
    expect(uses['maxFxAgeMs']).toEqual(['500', 0.05]);
    for (const name of Object.keys(uses)) expect(settingNames).toContain(name);
  });

  it('follow errors, losses and the day', () => {
    const { world, given } = hedged();
    for (const id of ['a2', 'a3']) {
      world.script('perp', 'entry', refused());
      world.signal(enter(id));
      world.run(2000);
    }
    for (let count = 0; count < 3; count += 1) world.feed({ kind: 'requestEnded', venue: 'binance', failure: failed('TIMEOUT').failure });
    world.market = market({ spotBid: price('156000000'), spotAsk: price('156001000') });
    world.run(11_000);
    world.marks();
    const uses = table(limitUses(world.state, limitInputsOf(given), world.now));
    expect(uses['maxConsecutiveApiErrors']).toEqual(['3', 0.3]);
    expect(uses['maxFailedEntriesInARow']).toEqual(['2', 0.2]);
    expect(Number(uses['hedgeStopLossRatio']?.[0])).toBeGreaterThan(0.03);
    expect(uses['maxEntriesPerMinute']).toEqual(['3', 0.15]);
    const tomorrow = table(limitUses(world.state, limitInputsOf(given), world.now + 86_400_000));
    expect([tomorrow['maxEntriesPerDay'], tomorrow['maxDailyLossRatio']]).toEqual([
      ['0', 0],
      [null, null],
    ]);
  });

  it('count a short made by hand among those that are near to liquidation', () => {
    const world = new World();
    place(world, 'upbit', 'buy', byCost('16100000'));
    const inputs = (liquidatedAt: string) => {
      const { positions } = world.holdings('binance');
      const near = positions.map((position) => ({ ...position, liquidationPrice: scale(position.markPrice, ratio(liquidatedAt)) }));
      return limitInputsOf(quote(world.now, world.market, { perp: { holdings: ok({ ...perpHoldings(world.now), positions: near }) } }));
    };
    const distance = (liquidatedAt: string) => table(limitUses(world.state, inputs(liquidatedAt), world.now))['minLiquidationDistanceRatio'];
    const without = distance('1.15');
    place(world, 'binance', 'sell', atMarket('0.5'));
    expect(Number(without?.[0])).toBeGreaterThan(0.9);
    expect(distance('1.15')).toEqual(['0.15', 2]);
    place(world, 'binance', 'buy', atMarket('0.5'));
    expect(distance('1.15')).toEqual(without);
  });

  it('are null, never a throw, where nothing was read or what was read is missing', () => {
    const { world, given } = hedged();
    const nothing = {
      ...given,
      legs: { spot: { ...given.legs.spot, book: failed() }, perp: { ...given.legs.perp, holdings: failed(), clockOffsetMs: failed() } },
    };
    for (const inputs of [null, limitInputsOf({ ...nothing, fx: failed() })]) {
      const uses = table(limitUses(world.state, inputs, world.now));
      for (const name of ['maxPositionRatio', 'minFreeMarginRatio', 'maxMarginRatio', 'maxBookAgeMs', 'maxFxAgeMs', 'maxPremiumRatio'])
        expect(uses[name]).toEqual([null, null]);
      expect(uses['maxEntriesPerDay']).toEqual(['1', 1 / 500]);
    }
    const empty = { ...given, legs: { ...given.legs, perp: { ...given.legs.perp, holdings: ok(perpHoldings(world.now, '0', '0', '0')) } } };
    expect(table(limitUses(world.state, limitInputsOf(empty), world.now))['maxMarginRatio']).toEqual([null, null]);
  });
});
