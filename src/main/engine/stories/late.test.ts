/** Words that come late, twice, or against what was believed: late fills in every state, cancels that lost the race, overfills. */
import { describe, expect, it } from 'vitest';
import { hedgeOf, signalId } from '../../../shared/domain/ids.ts';
import { add, price, quantity, sum } from '../../../shared/domain/units.ts';
import type { Fill, Leg, OrderReport } from '../../../shared/domain/venue.ts';
import type { Purpose } from '../state.ts';
import { expectAtRest } from '../testing/at-rest.ts';
import { enter, exit } from '../testing/signals.ts';
import { fills, refused, replyLost, reportOf, requestLost } from '../testing/venue-truth.ts';
import { World } from '../testing/world.ts';

/** A trade that the venue adds to an order that had ended, in the order's own word for its end. */
function lateFill(world: World, leg: Leg, purpose: Purpose, size: string, nth = 0): OrderReport {
  const { id } = world.order(leg, purpose, nth);
  const truly = world.truth.orders.get(id);
  if (truly === undefined) throw new Error('The order was never taken');
  const late: Fill = {
    tradeId: `${id}-late`,
    price: price(leg === 'spot' ? '161000000' : '115000'),
    quantity: quantity(size),
    fee: '0' as never,
    feeCurrency: leg === 'spot' ? 'KRW' : 'USDT',
    at: world.now,
  };
  const changed = { ...truly, fills: [...truly.fills, late] };
  world.truth.orders.set(id, changed);
  const report = { ...reportOf(changed), fills: [late] };
  world.report(report);
  return report;
}
/** An entry of 0.1 of which this much filled on each leg, and which is not completed. */
function opened(spot: string, perp: string): World {
  const world = new World();
  world.script('spot', 'entry', fills(spot));
  world.script('perp', 'entry', fills(perp));
  world.signal(enter('h', { quantity: '0.1' }));
  return world;
}

describe('a late fill', () => {
  it('of an entry while it opens counts before anything is settled', () => {
    const world = opened('0.5', '0.5');
    world.script('perp', 'entry', fills('0.5', { afterMs: 400 }));
    world.run(75);
    lateFill(world, 'spot', 'entry', '0.01');
    expectAtRest(world.run(5000));
    expect(world.held('h')[0]).toBe(world.held('h')[1]);
  });

  it.each(['spot', 'perp'] as const)('of the %s entry to a hedged one is undone on that leg', (leg) => {
    const world = opened('0.5', '0.5');
    world.run(2000);
    lateFill(world, leg, 'entry', '0.01');
    expect([world.phase('h'), world.alarms()]).toEqual(['unwinding', ['NAKED_LEG']]);
    expectAtRest(world.run(3000));
    expect(world.orders(2)).toEqual([leg === 'spot' ? 'unwind spot sell 0.01' : 'unwind perp buy 0.01']);
  });

  it('of an exit to a hedged one takes the other leg with it', () => {
    const world = opened('1', '1');
    world.run(2000);
    world.script('perp', 'exit', fills('0.5'));
    world.signal(exit('x', { quantity: '0.04' }));
    expectAtRest(world.run(3000));
    const held = world.held('h')[0];
    lateFill(world, 'perp', 'exit', '0.01');
    expectAtRest(world.run(3000));
    expect(add(quantity(world.held('h')[0]), quantity('0.01'))).toBe(held);
    expect(world.phase('h')).toBe('hedged');
  });

  it.each([
    ['spot', 'unwind spot sell 0.02'],
    ['perp', 'unwind perp buy 0.02'],
  ] as const)('of the %s entry to a flat one is undone, over a restart too', (leg, undone) => {
    for (const restart of [false, true]) {
      const world = opened('0', '0');
      world.run(2000);
      expect(world.phase('h')).toBe('flat');
      if (restart) world.restart();
      lateFill(world, leg, 'entry', '0.02');
      expectAtRest(world.run(3000));
      expect([world.phase('h'), world.orders(2)]).toEqual(['flat', [undone]]);
    }
  });

  it('while it closes is closed with the rest', () => {
    const world = opened('0.5', '0.5');
    world.run(2000);
    world.script('spot', 'exit', fills('0.2'));
    world.command({ kind: 'closeHedge', hedge: hedgeOf(signalId('h')), quantity: null });
    world.run(60);
    lateFill(world, 'spot', 'entry', '0.01');
    expectAtRest(world.run(5000));
    expect(world.phase('h')).toBe('flat');
  });

  it('while it is unwound is undone with the rest', () => {
    const world = opened('0.5', '0');
    world.script('spot', 'unwind', fills('0.2'));
    world.run(110);
    expect(world.phase('h')).toBe('unwinding');
    lateFill(world, 'perp', 'entry', '0.01');
    expectAtRest(world.run(5000));
    expect(world.held('h')[0]).toBe(world.held('h')[1]);
  });

  it.each(['stopped', 'disarmed'] as const)('while %s is undone all the same, and nothing is completed', (how) => {
    const world = opened('0.5', '0.5');
    world.run(2000);
    if (how === 'stopped') world.command({ kind: 'stop', source: 'button', reason: 'test', closeAll: false });
    else world.command({ kind: 'disarm', reason: 'test' });
    lateFill(world, 'spot', 'entry', '0.01');
    expectAtRest(world.run(3000));
    expect(world.orders(2)).toEqual(['unwind spot sell 0.01']);
  });

  it('while a start reads the venues waits for that, and is undone then', () => {
    const world = opened('0.5', '0.5');
    world.run(2000);
    world.feed({ kind: 'started', armWhenReady: false, engine: 'test' });
    lateFill(world, 'spot', 'entry', '0.01');
    world.run(3000);
    expect(world.orders(2)).toEqual([]);
    world.feed({ kind: 'reconciled' });
    expectAtRest(world.run(3000));
    expect(world.orders(2)).toEqual(['unwind spot sell 0.01']);
  });

  it('to one that waits for a person tells the new difference, and sends nothing', () => {
    const world = opened('1', '0');
    world.script('spot', 'unwind', ...Array.from({ length: 6 }, () => fills('0')));
    world.run(60_000);
    expect(world.phase('h')).toBe('needsOperator');
    const sent = world.sent.length;
    lateFill(world, 'perp', 'entry', '0.04');
    world.run(5000);
    expect(Object.values(world.state.alarms).find((alarm) => alarm.code === 'NEEDS_OPERATOR')?.detail).toContain('0.06 are not hedged');
    expect(world.orders(sent)).toEqual([]);
  });

  it('of an order that was proven absent is undone', () => {
    const world = new World();
    world.script('perp', 'entry', requestLost);
    world.signal(enter('h'));
    world.run(70_000);
    expect(world.phase('h')).toBe('flat');
    const { request } = world.sent[1] ?? { request: null };
    if (request === null || world.truth.take(request, fills(), world.market, world.now) === null) throw new Error('taken');
    world.report(reportOf(world.truth.orders.get(request.clientOrderId) ?? (undefined as never)));
    expectAtRest(world.run(3000));
    expect(world.orders(3)).toEqual(['unwind perp buy 0.05']);
    expect(world.phase('h')).toBe('flat');
  });

  it('of an order whose hedge is long forgotten raises an alarm: the books have no place for it', () => {
    const world = opened('1', '1');
    world.run(2000);
    const { request } = world.order('spot', 'entry');
    world.signal(exit('x'));
    world.run(2000);
    const before = { ...reportOf(world.truth.orders.get(request.clientOrderId) ?? (undefined as never)) };
    for (let index = 0; index < 101; index += 1) {
      world.signal(enter(`n${index}`));
      world.run(1600);
      world.signal(exit(`x${index}`));
      world.run(1600);
    }
    world.report(before);
    expect(world.alarms()).toEqual([]);
    world.report({ ...before, filled: quantity('0.11'), at: world.now });
    expect(world.alarms()).toEqual(['OUTSIDE_ORDER']);
  });
});

describe('a late fill of an entry that had ended', () => {
  it('to a hedged one: the surplus is sold', () => {
    const world = new World();
    world.script('spot', 'entry', fills('0.5', { visibleAfterMs: -1 }));
    world.script('perp', 'entry', fills('0.5'));
    world.signal(enter('a1', { quantity: '0.1' }));
    world.run(1000);
    expect(world.phase('a1')).toBe('hedged');
    const { id } = world.order('spot', 'entry');
    const truly = world.truth.orders.get(id);
    if (truly === undefined) throw new Error('taken');
    const late = { tradeId: 'late', price: price('161000000'), quantity: '0.01' as never, fee: '0' as never, feeCurrency: 'KRW', at: world.now };
    world.truth.orders.set(id, { ...truly, fills: [...truly.fills, late] });
    world.report({ clientOrderId: id, venueOrderId: `v-${id}`, state: 'canceled', filled: '0.06' as never, fills: [late], at: world.now });
    expect(world.phase('a1')).toBe('unwinding');
    expect(world.alarms()).toEqual(['NAKED_LEG']);
    expectAtRest(world.run(5000));
    expect(world.orders(2)).toEqual(['unwind spot sell 0.01']);
    expect(world.phase('a1')).toBe('hedged');
  });

  it('to a flat one: it is undone', () => {
    const world = new World();
    world.script('spot', 'entry', refused());
    world.script('perp', 'entry', refused());
    world.signal(enter('a1'));
    world.run(1000);
    const { request } =
      world.sent[1] ??
      (() => {
        throw new Error('no order');
      })();
    const truly = world.truth.take(request, fills('0.4'), world.market, world.now);
    if (truly === null) throw new Error('taken');
    world.report({
      clientOrderId: request.clientOrderId,
      venueOrderId: 'v',
      state: 'canceled',
      filled: '0.02' as never,
      fills: truly.fills,
      at: world.now,
    });
    expect(world.phase('a1')).toBe('unwinding');
    expectAtRest(world.run(5000));
    expect(world.orders(2)).toEqual(['unwind perp buy 0.02']);
    expect(world.phase('a1')).toBe('flat');
  });
});

describe('a cancel that lost the race', () => {
  const open = (world: World, leg: Leg, filled: string, state: OrderReport['state'] = 'open') => {
    const order = world.order(leg, 'entry');
    world.report({ clientOrderId: order.id, venueOrderId: 'v', state, filled: quantity(filled), fills: [], at: world.now });
  };
  /** The spot entry rests open until it is canceled after 10 s; its partner has filled. */
  const resting = (): World => {
    const world = new World();
    world.chasing = false;
    world.script('spot', 'entry', replyLost('1', { visibleAfterMs: -1 }));
    world.signal(enter('h'));
    world.run(100);
    open(world, 'spot', '0');
    world.run(10_300);
    expect(world.canceled).toEqual([world.order('spot', 'entry').id]);
    return world;
  };

  it('to a fill ends hedged: nothing is sent for the cancel alone', () => {
    const world = resting();
    expect(world.orders(2)).toEqual([]);
    world.chasing = true;
    world.report(reportOf(world.truth.orders.get(world.order('spot', 'entry').id) ?? (undefined as never)));
    expectAtRest(world.run(3000));
    expect([world.phase('h'), world.orders(2)]).toEqual(['hedged', []]);
  });

  it('and is told before the fill: the partner is undone, and the fill that comes then too', () => {
    const world = resting();
    open(world, 'spot', '0', 'canceled');
    world.run(200);
    expect(world.orders(2)).toEqual(['unwind perp buy 0.05']);
    world.chasing = true;
    world.report(reportOf(world.truth.orders.get(world.order('spot', 'entry').id) ?? (undefined as never)));
    expectAtRest(world.run(5000));
    expect([world.phase('h'), world.orders(3)]).toEqual(['flat', ['unwind spot sell 0.05']]);
  });

  it('and is told after the fill: filled stays filled', () => {
    const world = resting();
    world.chasing = true;
    world.report(reportOf(world.truth.orders.get(world.order('spot', 'entry').id) ?? (undefined as never)));
    open(world, 'spot', '0.05', 'canceled');
    expect(world.order('spot', 'entry').state).toBe('filled');
    expectAtRest(world.run(3000));
    expect(world.phase('h')).toBe('hedged');
  });
});

describe('an overfill', () => {
  it.each(['spot', 'perp'] as const)('of the %s entry stops everything, counts, and the surplus is undone', (leg) => {
    const world = opened('1', '1');
    world.run(2000);
    lateFill(world, leg, 'entry', '0.01');
    expect(world.alarms()).toContain('OVERFILL');
    expect(world.state.stop?.reason).toContain('filled 0.11 of 0.1');
    expectAtRest(world.run(5000));
    expect([world.phase('h'), world.held('h')]).toEqual(['hedged', ['0.1', '0.1']]);
  });

  it('of a sale beyond what was held stops everything and buys nothing back by itself', () => {
    const world = opened('1', '1');
    world.run(2000);
    world.script('perp', 'exit', refused());
    world.signal(exit('x'));
    world.run(3000);
    expect(world.phase('h')).toBe('flat');
    const sent = world.sent.length;
    const { id, fills: trades } = world.order('spot', 'exit');
    world.report({
      clientOrderId: id,
      venueOrderId: 'v',
      state: 'filled',
      filled: add(sum(trades.map((fill) => fill.quantity)), quantity('0.02')),
      fills: [],
      at: world.now,
    });
    expect(world.alarms()).toContain('OVERFILL');
    world.run(5000);
    expect(world.orders(sent)).toEqual([]);
  });
});
