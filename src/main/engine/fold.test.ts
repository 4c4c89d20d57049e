/** What the fold itself guarantees, whoever writes the facts: an older journal has passed through other deciders. */
import { describe, expect, it } from 'vitest';
import { price, quantity } from '../../shared/domain/units.ts';
import { fold } from './fold.ts';
import { enter } from './testing/signals.ts';
import { fills, replyLost } from './testing/venue-truth.ts';
import { refold, World } from './testing/world.ts';

function filled(): World {
  const world = new World();
  world.script('perp', 'entry', fills('0.5'));
  world.signal(enter('a1', { quantity: '0.1' }));
  world.run(80);
  return world;
}

describe('the fold', () => {
  it('never lets filled fall and counts a trade once', () => {
    const world = filled();
    const { id, filled: before, fills: trades } = world.order('spot', 'entry');
    const [trade] = trades;
    if (trade === undefined) throw new Error('no trade');
    const lower = fold(world.state, {
      kind: 'orderChanged',
      at: world.now,
      id,
      state: 'open',
      filled: quantity('0.01'),
      venueOrderId: null,
      failure: null,
      wire: null,
      acknowledged: null,
    });
    expect(lower.orders[id]?.filled).toBe(before);
    const again = fold(world.state, { kind: 'orderFilled', at: world.now, id, fill: { ...trade, price: price('1') } });
    expect(again.orders[id]).toEqual(world.state.orders[id]);
  });

  it('changes nothing over facts of what it does not know, but counts them', () => {
    const { state } = new World();
    const next = fold(state, { kind: 'orderMissed', at: 1, id: `kc${'z'.repeat(26)}` as never });
    expect(next).toEqual({ ...state, facts: state.facts + 1 });
  });

  it('keeps the slots of an entry whose orders are under way over a restart: the next one waits', () => {
    const world = new World();
    world.script('perp', 'entry', replyLost('1', { visibleAfterMs: 8000 }));
    world.signal(enter('a1'));
    world.run(500);
    world.signal(enter('a2'));
    world.restart(true);
    world.run(3000);
    expect([world.phase('a1'), world.phase('a2')]).toEqual(['opening', 'none']);
    world.run(10_000);
    expect([world.phase('a1'), world.phase('a2')]).toEqual(['hedged', 'hedged']);
  });

  it('does not change the state it is given', () => {
    const world = filled();
    const frozen = JSON.stringify(world.state);
    const { state } = world;
    world.run(10_000);
    expect(JSON.stringify(state)).toBe(frozen);
    expect(refold(world.facts)).toEqual(world.state);
  });
});
