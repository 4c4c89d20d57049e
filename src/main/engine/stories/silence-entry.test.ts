/** What becomes of an entry of which a venue says nothing: found, proven absent, or after 65 s a person's. */
import { describe, expect, it } from 'vitest';
import { start } from '../testing/market.ts';
import { expectAtRest } from '../testing/at-rest.ts';
import { enter, exit } from '../testing/signals.ts';
import { refused, replyLost, requestLost } from '../testing/venue-truth.ts';
import { World } from '../testing/world.ts';

describe('an entry of which one outcome is unknown', () => {
  it.each(['spot', 'perp'] as const)('finds a silent %s order by lookup and sends nothing before', (leg) => {
    const world = new World();
    world.script(leg, 'entry', replyLost('1', { visibleAfterMs: 4000 }));
    world.signal(enter('a1'));
    world.run(3900);
    expect(world.order(leg, 'entry').state).toBe('unknown');
    expect(world.sent).toHaveLength(2);
    world.run(3000);
    expect(world.phase('a1')).toBe('hedged');
    expectAtRest(world);
    expect(world.sent).toHaveLength(2);
  });

  it('hears of a silent order from the stream', () => {
    const world = new World();
    world.script('perp', 'entry', replyLost('1', { visibleAfterMs: -1 }));
    world.signal(enter('a1'));
    world.run(1000);
    const { id, request } = world.order('perp', 'entry');
    const truly = world.truth.orders.get(id);
    world.report({ clientOrderId: id, venueOrderId: 'v1', state: 'filled', filled: '0.05' as never, fills: truly?.fills ?? [], at: world.now });
    expect(request.leg).toBe('perp');
    expectAtRest(world.run(1000));
  });

  it('is proven absent only after 5 misses over 60 s that agree, then the partner is undone', () => {
    const world = new World();
    world.script('perp', 'entry', requestLost);
    world.signal(enter('a1'));
    world.run(5000);
    expect(world.alarms()).toEqual([]);
    world.run(300);
    expect(world.alarms()).toEqual(['UNKNOWN_OUTCOME']);
    world.run(start + 60_000 - world.now);
    expect(world.order('perp', 'entry').state).toBe('unknown');
    expect(world.orders(2)).toEqual([]);
    world.run(5000);
    expect(world.order('perp', 'entry')).toMatchObject({ state: 'rejected', misses: { count: 0 } });
    expect(world.facts.filter((fact) => fact.kind === 'orderMissed').length).toBeGreaterThanOrEqual(5);
    expect(world.orders(2)).toEqual(['unwind spot sell 0.05']);
    expectAtRest(world);
    expect(world.state.stop).toBeNull();
    expect(world.alarms()).toEqual([]);
  });

  it('freezes other entries from 10 s on', () => {
    const world = new World();
    world.signal(enter('a1'));
    world.run(2000);
    world.script('spot', 'exit', requestLost);
    world.signal(exit('a2'));
    world.run(9000);
    world.signal(enter('a3'));
    world.run(500);
    expect(world.phase('a3')).toBe('hedged');
    world.run(2000);
    world.signal(enter('a4'));
    expect(world.said('a4')).toBe('rejected UNKNOWN_OUTCOME');
  });

  it('lets no entry wait for the slot that the silent one has', () => {
    const world = new World();
    world.script('perp', 'entry', requestLost);
    world.signal(enter('a1'));
    world.run(5000);
    world.signal(enter('a2'));
    expect(world.said('a2')).toBe('accepted ACCEPTED');
    world.run(5500);
    expect(world.said('a2')).toBe('rejected UNKNOWN_OUTCOME');
  });

  it('never takes misses that do not agree for a proof: stop and operator after 65 s', () => {
    const world = new World();
    world.chasing = false;
    world.script('perp', 'entry', requestLost);
    world.signal(enter('a1'));
    world.run(1000);
    const { id } = world.order('perp', 'entry');
    for (let round = 0; round < 60; round += 1) {
      world.missed(id, { openOrders: null });
      world.run(1000);
    }
    expect(world.state.stop).toBeNull();
    world.run(5000);
    expect(world.state.stop?.source).toBe('limit');
    expect(world.phase('a1')).toBe('needsOperator');
    expect(world.said('a1')).toBe('failed NEEDS_OPERATOR');
    expect(world.state.slots).toEqual({});
    expect(world.orders(2)).toEqual([]);
    const facts = world.facts.length;
    world.run(10_000);
    expect(world.facts.length).toBe(facts);
  });

  it('stops for the same silence again only after it has lasted as long once more', () => {
    const world = new World();
    world.chasing = false;
    world.script('perp', 'entry', requestLost);
    world.signal(enter('a1'));
    world.run(66_000);
    expect(world.state.stop?.source).toBe('limit');
    world.command({ kind: 'resetStop' });
    world.run(64_000);
    expect(world.state.stop).toBeNull();
    world.run(2000);
    expect(world.state.stop?.source).toBe('limit');
    expect(world.order('perp', 'entry').state).toBe('unknown');
  });

  it.each([
    [64_900, false],
    [65_400, true],
  ])('waits 65 s for an outcome where nothing could be asked: %i ms, stopped %s', (ms, stopped) => {
    const world = new World();
    world.chasing = false;
    world.script('perp', 'entry', requestLost);
    world.signal(enter('a1'));
    world.run(80);
    expect(world.order('perp', 'entry').unknownSince).toBe(start + 70);
    world.run(ms - 10);
    expect(world.state.stop !== null).toBe(stopped);
  });

  it.each([
    [15_000, 80_000],
    [40_000, 90_000],
  ])('lets a proof finish whose first lookup came %i ms late: stops after %i ms', (late, most) => {
    const world = new World();
    world.chasing = false;
    world.script('perp', 'entry', requestLost);
    world.signal(enter('a1'));
    world.run(70);
    world.run(late);
    world.missed(world.order('perp', 'entry').id);
    world.run(most - late - 300);
    expect(world.state.stop).toBeNull();
    world.run(600);
    expect(world.state.stop?.reason).toContain('has not said');
  });

  it('takes a duplicate id for no outcome at all', () => {
    const world = new World();
    world.script('perp', 'entry', { ...refused('DUPLICATE_ID') });
    world.signal(enter('a1'));
    world.run(1000);
    expect(world.order('perp', 'entry').state).toBe('unknown');
  });

  it('believes an order that turns up after it was proven absent, and waits for its end', () => {
    const world = new World();
    world.script('perp', 'entry', requestLost);
    world.signal(enter('a1'));
    world.run(70_000);
    expect(world.phase('a1')).toBe('flat');
    const { id } = world.order('perp', 'entry');
    world.report({ clientOrderId: id, venueOrderId: 'v1', state: 'open', filled: '0.02' as never, fills: [], at: world.now });
    world.run(100);
    expect(world.order('perp', 'entry').state).toBe('open');
    expect(world.orders(3)).toEqual([]);
  });
});
