/** What becomes of an EXIT that waits for a hedge whose silent order stops everything. */
import { expect, it } from 'vitest';
import { signalId } from '../../../shared/domain/ids.ts';
import { enter, exit } from '../testing/signals.ts';
import { replyLost } from '../testing/venue-truth.ts';
import { World } from '../testing/world.ts';

it('goes to the inbox with the stop that a silence fires, and not from there to a person', () => {
  const world = new World();
  world.chasing = false;
  world.script('perp', 'entry', replyLost('1'));
  world.signal(enter('a1'));
  world.run(1000);
  world.signal(exit('x1'));
  world.run(70_000);
  expect(world.phase('a1')).toBe('needsOperator');
  expect(world.said('x1')).toBe('awaitingApproval AWAITING_APPROVAL');
  expect(world.facts.filter((fact) => fact.kind === 'exitPartDone')).toEqual([]);
  expect(world.command({ kind: 'approve', signal: signalId('x1') })).toEqual({ ok: true });
  expect(world.said('x1')).toBe('rejected NEEDS_OPERATOR');
});
