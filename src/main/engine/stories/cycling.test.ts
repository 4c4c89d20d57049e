/** A sender that opens and closes without end: the cool-down and the counts bear it. */
import { describe, expect, it } from 'vitest';
import { expectAtRest } from '../testing/at-rest.ts';
import { enter, exit } from '../testing/signals.ts';
import { World } from '../testing/world.ts';

/** ENTER and EXIT in turn, every so many ms. */
function cycling(everyMs: number, forMs: number): World {
  const world = new World();
  for (let nth = 0; nth * everyMs < forMs; nth += 1) {
    world.signal(nth % 2 === 0 ? enter(`e${nth}`) : exit(`x${nth}`));
    world.run(everyMs);
  }
  return world;
}
const opened = (world: World): readonly number[] => world.facts.filter((fact) => fact.kind === 'hedgeOpened').map((fact) => fact.at);
const closed = (world: World): readonly number[] =>
  world.facts.filter((fact) => fact.kind === 'hedgeMoved' && fact.phase === 'flat').map((fact) => fact.at);
const refusals = (world: World): readonly string[] =>
  world.facts.flatMap((fact) => (fact.kind === 'signalJudged' && fact.state === 'rejected' ? [fact.code] : []));

describe('opening and closing in turn', () => {
  it.each([150, 400, 900])('every %i ms opens nothing within a second of a close', (everyMs) => {
    const world = cycling(everyMs, 30_000);
    expect(closed(world).length).toBeGreaterThan(3);
    for (const at of opened(world)) expect(closed(world).filter((end) => end <= at && at - end < 1000)).toEqual([]);
    expect(refusals(world)).toContain('COOLDOWN');
    expectAtRest(world.run(20_000));
  });

  it('opens no more than twenty in any minute, and says so', () => {
    const world = cycling(1100, 180_000);
    const times = opened(world);
    for (const at of times) expect(times.filter((other) => other > at - 60_000 && other <= at).length).toBeLessThanOrEqual(20);
    expect(Math.max(...times.map((at) => times.filter((other) => other > at - 60_000 && other <= at).length))).toBe(20);
    expect(refusals(world)).toContain('ENTRIES_PER_MINUTE');
    expectAtRest(world.run(20_000));
  });
});
