/** Stories that the seeded simulation found first (docs/simulation.md), each reduced to what it takes. */
import { describe, expect, it } from 'vitest';
import { quantity } from '../../../shared/domain/units.ts';
import { expectAtRest } from '../testing/at-rest.ts';
import { forcedClose, tradeByHand } from '../testing/by-hand.ts';
import { atMarket, handOrder, limit, place } from '../testing/hands.ts';
import { BTC } from '../testing/market.ts';
import { enter } from '../testing/signals.ts';
import { fills, refused, replyLost } from '../testing/venue-truth.ts';
import { World } from '../testing/world.ts';

describe('nobody is unhedged in silence', () => {
  it('tells of a filled leg whose partner has been under way for 5 s', () => {
    const world = new World();
    world.script('perp', 'entry', fills('1', { afterMs: 9000, visibleAfterMs: 9000 }));
    world.signal(enter('a1'));
    world.run(4500);
    expect(world.held('a1')).toEqual(['0.05', '0']);
    expect(world.alarms()).toEqual([]);
    world.run(1000);
    expect(world.alarms()).toEqual(['NAKED_LEG']);
    world.run(5000);
    expect(world.phase('a1')).toBe('hedged');
    expect(world.alarms()).toEqual([]);
    expectAtRest(world);
  });

  it('tells of it at once when a process died meanwhile, whatever its clock said', () => {
    const world = new World();
    world.script('perp', 'entry', fills('1', { afterMs: 9000, visibleAfterMs: 9000 }));
    world.signal(enter('a1'));
    world.run(1000);
    world.restart();
    expect(world.held('a1')).toEqual(['0.05', '0']);
    expect(world.alarms()).toEqual(['NAKED_LEG']);
    world.run(12_000);
    expect(world.phase('a1')).toBe('hedged');
    expect(world.alarms()).toEqual([]);
    expectAtRest(world);
  });
});

describe('an order of a process whose clock was ahead', () => {
  it('is told of and taken back in time by the next one', () => {
    const world = new World();
    world.signal(enter('a1'));
    expectAtRest(world.run(3000));
    world.now += 90_000;
    world.script('perp', 'exit', refused());
    world.script('spot', 'exit', replyLost('0.4', { visibleAfterMs: -1 }));
    world.command({ kind: 'closeHedge', hedge: world.hedge('a1').id, quantity: null });
    world.run(200);
    world.now -= 90_000;
    world.chasing = false;
    world.restart();
    const { id } = world.order('spot', 'exit');
    const truth = world.truth.orders.get(id);
    world.report({ clientOrderId: id, venueOrderId: 'v1', state: 'open', filled: quantity('0.02'), fills: truth?.fills ?? [], at: world.now });
    expect([world.held('a1'), world.alarms()]).toEqual([['0.03', '0.05'], []]);
    world.run(5500);
    expect([world.alarms(), world.canceled]).toEqual([['NAKED_LEG'], []]);
    world.run(5000);
    expect(world.canceled).toEqual([id]);
  });

  it.each([
    ['by that clock', 90_000],
    ['right before the start', -500],
  ])('is taken back at once by a stop where a cancel was wanted %s', (_when, ms) => {
    const world = new World();
    const id = place(world, 'upbit', 'buy', limit('0.02', '160000000'));
    world.run(1000);
    const order = handOrder(world, id);
    world.state = {
      ...world.state,
      readyAt: world.now,
      orders: { ...world.state.orders, [id]: { ...order, cancelWantedAt: world.now + ms } },
    };
    world.command({ kind: 'stop', source: 'button', reason: 'for the test', closeAll: false });
    expect(world.canceled).toEqual([id]);
  });

  it("is a person's after as long as ever, though the stop was reset by that clock", () => {
    const world = new World();
    world.now += 600_000;
    world.command({ kind: 'stop', source: 'button', reason: 'for the test', closeAll: false });
    world.command({ kind: 'resetStop' });
    world.now -= 600_000;
    world.restart(true);
    world.script('perp', 'entry', replyLost('1', { visibleAfterMs: -1 }));
    world.signal(enter('a1'));
    world.run(60_000);
    expect([world.state.stop, world.phase('a1')]).toEqual([null, 'opening']);
    world.run(10_000);
    expect([world.state.stop?.code, world.phase('a1')]).toEqual(['UNKNOWN_OUTCOME', 'needsOperator']);
  });
});

describe('what the venue closed by itself', () => {
  it('is not opened again to complete an entry that was still under way', () => {
    const world = new World();
    world.script('spot', 'entry', fills('0.9', { afterMs: 3000, visibleAfterMs: 3000 }));
    world.signal(enter('a1', { quantity: '0.05' }));
    world.run(200);
    expect(world.held('a1')).toEqual(['0', '0.05']);
    forcedClose(world, tradeByHand(world, 'perp', 'buy', '0.02'));
    world.run(6000);
    expect(world.orders(2)).toEqual(['unwind spot sell 0.015']);
    expect(world.held('a1')).toEqual(['0.03', '0.03']);
    expectAtRest(world);
  });
});

describe('a sale by hand', () => {
  it('takes off what hedges closed since the account was read', () => {
    const world = new World();
    world.signal(enter('a1'));
    world.run(3000);
    const { holdings } = world.quote({ kind: 'marks', coin: BTC }).legs.spot;
    world.command({ kind: 'closeHedge', hedge: world.hedge('a1').id, quantity: null });
    expectAtRest(world.run(3000));
    world.distort = (quote, { kind }) => (kind === 'byHand' ? { ...quote, legs: { ...quote.legs, spot: { ...quote.legs.spot, holdings } } } : quote);
    expect(place(world, 'upbit', 'sell', atMarket('0.05'))).toBe('NOT_HELD');
  });
});
