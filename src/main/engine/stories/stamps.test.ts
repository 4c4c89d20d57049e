/** When each thing of an order happened (spec S11.2): the measure of every delay. */
import { describe, expect, it } from 'vitest';
import { quantity } from '../../../shared/domain/units.ts';
import { enter } from '../testing/signals.ts';
import { refused } from '../testing/venue-truth.ts';
import { World } from '../testing/world.ts';

describe('the stamps of an order', () => {
  it('say when it was decided, on disk, on the wire, answered and filled', () => {
    const world = new World();
    world.dropQueue();
    world.signal(enter('a1'));
    while (world.sent.length === 0) world.run(10);
    const { request, stamps } = world.order('perp', 'entry');
    world.dropQueue();
    const { decided } = stamps;
    world.now += 5;
    const report = { clientOrderId: request.clientOrderId, venueOrderId: 'v', fills: [], at: world.now } as const;
    const opened = { ...report, state: 'open', filled: quantity('0.01') } as const;
    world.feed({
      kind: 'placed',
      id: request.clientOrderId,
      outcome: { outcome: 'accepted', report: opened },
      durableAt: decided + 1,
      wireAt: decided + 2,
    });
    world.now += 5;
    world.report({ ...report, state: 'expired', filled: quantity('0.01') });
    expect(world.order('perp', 'entry').stamps).toEqual({
      decided,
      durable: decided + 1,
      wire: decided + 2,
      acknowledged: decided + 5,
      filled: decided + 10,
    });
  });

  it('name the answer of a refusal too', () => {
    const world = new World();
    world.script('perp', 'entry', refused());
    world.signal(enter('a1'));
    world.run(1000);
    const { stamps } = world.order('perp', 'entry');
    expect(stamps.acknowledged).toBeGreaterThanOrEqual(stamps.decided);
    expect(stamps.filled).toBeUndefined();
  });
});
