import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantity } from '../../shared/domain/units.ts';
import type { OrderReport } from '../../shared/domain/venue.ts';
import { legQuantity } from './legs.ts';
import { expectAtRest } from './testing/at-rest.ts';
import { enter } from './testing/signals.ts';
import { fills, replyLost, reportOf, streamOf } from './testing/venue-truth.ts';
import { World } from './testing/world.ts';

/** A world whose two entry orders are with the venues, and nothing was heard of them. */
function silent(spotPart: string, perpPart: string): { readonly world: World; readonly reports: readonly OrderReport[] } {
  const world = new World();
  world.chasing = false;
  world.script('spot', 'entry', replyLost(spotPart));
  world.script('perp', 'entry', replyLost(perpPart));
  world.signal(enter('a1', { quantity: '0.1' }));
  world.run(100);
  const reports = [...world.truth.orders.values()].flatMap((order) => [...streamOf(order), reportOf(order), { ...reportOf(order), fills: [] }]);
  return { world, reports };
}

const aDelivery = (count: number) =>
  fc.record({
    order: fc.shuffledSubarray(Array.from({ length: count }, (_, index) => index)),
    repeats: fc.array(fc.nat(count - 1), { maxLength: 12 }),
  });

describe('what venues tell, repeated, in any order and with gaps', () => {
  it('gives the same holdings and no order too many', () => {
    const { length } = silent('1', '1').reports;
    fc.assert(
      fc.property(aDelivery(length), ({ order, repeats }) => {
        const { world, reports } = silent('1', '1');
        for (const index of [...order, ...repeats]) world.report(reports[index] ?? fail());
        for (const known of world.truth.orders.values()) world.report(reportOf(known));
        expectAtRest(world);
        expect(world.orders()).toEqual(['entry spot buy 0.1', 'entry perp sell 0.1']);
        expect(world.held('a1')).toEqual(['0.1', '0.1']);
        expect(world.order('spot', 'entry').fills).toHaveLength(2);
      }),
      { numRuns: 400 },
    );
  });

  it('ends equal with the truth when the fills are partial', () => {
    const { length } = silent('0.557', '0.3').reports;
    fc.assert(
      fc.property(aDelivery(length), fc.boolean(), ({ order, repeats }, disarm) => {
        const { world, reports } = silent('0.557', '0.3');
        if (disarm) world.command({ kind: 'disarm', reason: 'test' });
        for (const index of [...order, ...repeats]) {
          world.report(reports[index] ?? fail());
          world.run(30);
        }
        world.chasing = true;
        expectAtRest(world.run(10_000));
        expect(world.sent.filter(({ purpose }) => purpose === 'entry')).toHaveLength(2);
      }),
      { numRuns: 300 },
    );
  });

  it('counts a trade once even when one report names it twice, and never lets filled fall', () => {
    const { world } = silent('1', '1');
    const [order] = world.truth.orders.values();
    const whole = reportOf(order ?? fail());
    world.report({ ...whole, state: 'open', filled: quantity('0'), fills: [...whole.fills, ...whole.fills] });
    const known = world.order('spot', 'entry');
    expect([known.fills.length, known.filled, known.state]).toEqual([2, '0.1', 'open']);
    world.report({ ...whole, state: 'open', filled: quantity('0.01'), fills: [] });
    expect(legQuantity([world.order('spot', 'entry')], 'spot')).toBe('0.1');
    const step = world.report({ ...whole, state: 'open', filled: quantity('0.01'), fills: whole.fills });
    expect([step.facts, step.effects]).toEqual([[], []]);
  });

  it('keeps a final state final, and says nothing of orders it does not know', () => {
    const { world } = silent('0.5', '0.5');
    world.script('spot', 'entry', fills());
    const [order] = world.truth.orders.values();
    const whole = reportOf(order ?? fail());
    world.report(whole);
    world.report({ ...whole, state: 'open', filled: quantity('0'), fills: [] });
    expect(world.order('spot', 'entry').state).toBe('canceled');
    expect(world.report({ ...whole, clientOrderId: `kc${'z'.repeat(26)}` as never }).facts).toEqual([]);
  });
});

function fail(): never {
  throw new Error('there is no such report');
}
