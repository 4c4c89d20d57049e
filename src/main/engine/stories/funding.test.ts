/** Funding belongs to the hedges that were short when it was paid. */
import { describe, expect, it } from 'vitest';
import { subtract, text, toNumber, usdt } from '../../../shared/domain/units.ts';
import { hedgeResult } from '../pnl.ts';
import { atMarket, place } from '../testing/hands.ts';
import { BTC } from '../testing/market.ts';
import { enter, exit } from '../testing/signals.ts';
import { refold, World } from '../testing/world.ts';

const pay = (world: World, amount: string, at = world.now) =>
  world.feed({ kind: 'fundingRead', coin: BTC, payments: [{ id: `${at}`, at, amount: usdt(amount) }] });
const funded = (world: World, id: string): string => text(hedgeResult(world.state, world.hedge(id)).funding);

describe('funding', () => {
  it('is shared by what each hedge was short at its time, adds up, and counts once', () => {
    const world = new World();
    world.signal(enter('h1', { quantity: '0.1' }));
    world.run(1500);
    world.signal(enter('h2', { quantity: '0.05' }));
    world.run(1500);
    const at = world.now;
    world.signal(exit('x', { hedge: 'h2' }));
    world.run(1500);
    world.signal(enter('h3', { quantity: '0.2' }));
    world.run(1500);
    const before = ['h1', 'h2', 'h3'].map((id) => hedgeResult(world.state, world.hedge(id)).total);
    const { realized } = world.state.day;
    pay(world, '-10', at);
    pay(world, '-10', at);
    expect(['h1', 'h2', 'h3'].map((id) => funded(world, id))).toEqual(['-6.66666666667', '-3.33333333333', '0']);
    const gained = ['h1', 'h2', 'h3'].map((id, index) =>
      toNumber(subtract(hedgeResult(world.state, world.hedge(id)).total, before[index] ?? ('0' as never))),
    );
    expect(gained[0]).toBeCloseTo(-6.66666666667 * 1400, 4);
    // The closed one's is booked to the day.
    expect(toNumber(subtract(world.state.day.realized, realized))).toBeCloseTo(-3.33333333333 * 1400, 4);
    expect(refold(world.facts)).toEqual(world.state);
  });

  it('leaves out what was sold short by hand', () => {
    const world = new World();
    world.signal(enter('h1', { quantity: '0.1' }));
    world.run(1500);
    pay(world, '-8');
    place(world, 'binance', 'sell', atMarket('0.3'));
    pay(world, '-8');
    expect(funded(world, 'h1')).toBe('-10');
    place(world, 'binance', 'buy', atMarket('0.3'));
    pay(world, '-8');
    expect(funded(world, 'h1')).toBe('-18');
  });

  it("of a time when none of ours was short is nobody's", () => {
    const world = new World();
    pay(world, '5', world.now - 1);
    world.signal(enter('h1'));
    world.run(1500);
    pay(world, '3', world.now);
    pay(world, '5', world.now - 5000);
    expect(funded(world, 'h1')).toBe('3');
  });
});
