import { describe, expect, it } from 'vitest';
import { hedgeOf, signalId } from '../shared/domain/ids.ts';
import { enter } from '../main/engine/testing/signals.ts';
import { replyLost, reportOf } from '../main/engine/testing/venue-truth.ts';
import { World } from '../main/engine/testing/world.ts';
import { linesOf } from './lines.ts';

/** What the newest hedge line says that was printed since a fact. */
const newest = (world: World, from: number) =>
  world.facts
    .slice(from)
    .flatMap((fact) => linesOf(fact, world.state))
    .findLast((line) => line.event === 'hedge');

describe('the line of a hedge that waits for a person', () => {
  const waiting = (): World => {
    const world = new World();
    world.script('spot', 'entry', replyLost('1', { visibleAfterMs: -1 }));
    world.signal(enter('h'));
    world.chasing = false;
    world.run(70_000);
    expect(newest(world, 0)).toMatchObject({ state: 'needsOperator', spotFilled: '0', perpFilled: '0.05', residual: '-0.05' });
    return world;
  };

  it('says what it holds once the known leg was closed', () => {
    const world = waiting();
    expect(world.command({ kind: 'settle', hedge: hedgeOf(signalId('h')), how: 'closeKnown' }).ok).toBe(true);
    const from = world.facts.length;
    world.run(1000);
    expect(newest(world, from)).toMatchObject({ state: 'needsOperator', spotFilled: '0', perpFilled: '0', residual: '0' });
  });

  it('says what it holds once the silent order has turned up', () => {
    const world = waiting();
    const from = world.facts.length;
    const truly = world.truth.orders.get(world.order('spot', 'entry').id);
    if (truly === undefined) throw new Error('The order was never taken');
    world.report(reportOf(truly));
    world.run(1000);
    expect(newest(world, from)).toMatchObject({ state: 'needsOperator', spotFilled: '0.05', perpFilled: '0.05', residual: '0' });
  });
});
