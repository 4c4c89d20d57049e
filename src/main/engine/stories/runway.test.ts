/** Shorts that come close to liquidation: told from the reads of the account, and over when they are far again. */
import { describe, expect, it } from 'vitest';
import { coin } from '../../../shared/domain/ids.ts';
import { quantity, ratio, scale, signedQuantity } from '../../../shared/domain/units.ts';
import type { Holdings } from '../../../shared/domain/venue.ts';
import { BTC, market, ok } from '../testing/market.ts';
import { enter, exit } from '../testing/signals.ts';
import { World } from '../testing/world.ts';

const mark = market().perpBid;
/** The account with its short so far from liquidation; null: the venue names no price. */
function at(world: World, distance: string | null): Holdings {
  const holdings = world.holdings('binance');
  const positions = holdings.positions.map(({ liquidationPrice: _before, ...position }) => ({
    ...position,
    ...(distance === null ? {} : { liquidationPrice: scale(mark, ratio(distance)) }),
  }));
  return { ...holdings, positions };
}
const read = (world: World, distance: string | null) => {
  world.run(1000);
  world.feed({ kind: 'holdingsRead', venue: 'binance', holdings: at(world, distance) });
  const alarm = world.state.alarms['runway:BTC'];
  return alarm === undefined ? 'none' : `${alarm.code} ${alarm.severity}`;
};
const hedged = (): World => {
  const world = new World();
  world.signal(enter('h1'));
  return world.run(2500);
};

describe('a short that comes close to liquidation', () => {
  it('is told below 25 %, told anew below 15 %, and over at 30 %', () => {
    const world = hedged();
    const course = ['1.25', '1.249', '1.2', '1.299', '1.149', '1.199', '1.2', '1.299', '1.3', '1.25'].map((distance) => read(world, distance));
    expect(course).toEqual([
      'none',
      'RUNWAY_LOW warning',
      'RUNWAY_LOW warning',
      'RUNWAY_LOW warning',
      'RUNWAY_CRITICAL critical',
      'RUNWAY_CRITICAL critical',
      'RUNWAY_LOW warning',
      'RUNWAY_LOW warning',
      'none',
      'none',
    ]);
    expect(world.facts.filter((fact) => fact.kind === 'alarmRaised').map(({ code }) => code)).toEqual([
      'RUNWAY_LOW',
      'RUNWAY_CRITICAL',
      'RUNWAY_LOW',
    ]);
  });

  it('is told with its numbers', () => {
    const world = hedged();
    read(world, '1.1');
    expect(world.state.alarms['runway:BTC']).toMatchObject({
      values: { coin: 'BTC', was: '0.1', limit: '0.15', price: '126500' },
      detail: 'The BTC short is 0.1 of its price from liquidation at 126500',
    });
  });

  it('stays told while the venue names no price, and is over once there is no short', () => {
    const world = hedged();
    expect([read(world, '1.1'), read(world, null)]).toEqual(['RUNWAY_CRITICAL critical', 'RUNWAY_CRITICAL critical']);
    world.signal(exit('x1'));
    world.run(3000);
    expect(world.phase('h1')).toBe('flat');
    expect(read(world, null)).toBe('none');
  });

  it('goes by the distance that an entry needs', () => {
    const world = hedged();
    world.command({ kind: 'disarm', reason: 'for the test' });
    world.command({ kind: 'set', name: 'minLiquidationDistanceRatio', value: '0.6' });
    expect([read(world, '1.499'), read(world, '1.299')]).toEqual(['RUNWAY_LOW warning', 'RUNWAY_CRITICAL critical']);
  });

  it('is found out anew by the next process', () => {
    const world = hedged();
    read(world, '1.1');
    world.restart(true);
    expect(world.state.alarms['runway:BTC']).toBeUndefined();
    expect(read(world, '1.1')).toBe('RUNWAY_CRITICAL critical');
  });

  it('is told of a short that was sold by hand', () => {
    const world = new World();
    world.distort = (gathered) => ({ ...gathered, legs: { ...gathered.legs, perp: { ...gathered.legs.perp, prepared: ok(undefined) } } });
    const terms = { type: 'market', quantity: quantity('0.05') } as const;
    expect(world.command({ kind: 'placeOrder', venue: 'binance', coin: BTC, side: 'sell', terms })).toMatchObject({ ok: true });
    world.run(2500);
    expect(read(world, '1.1')).toBe('RUNWAY_CRITICAL critical');
  });

  it('is told of no short of others, nor of a long', () => {
    const world = new World();
    const position = { coin: BTC, quantity: signedQuantity('-1'), entryPrice: mark, markPrice: mark, liquidationPrice: scale(mark, ratio('1.01')) };
    const foreign = { ...position, coin: coin('ETH'), quantity: signedQuantity('-2') };
    world.feed({ kind: 'holdingsRead', venue: 'binance', holdings: { ...world.holdings('binance'), positions: [position, foreign] } });
    const long = { ...position, quantity: signedQuantity('0.05') };
    const other = hedged();
    other.feed({ kind: 'holdingsRead', venue: 'binance', holdings: { ...other.holdings('binance'), positions: [long, foreign] } });
    for (const { state } of [world, other]) expect(Object.keys(state.alarms).filter((key) => key.startsWith('runway:'))).toEqual([]);
  });
});
