import { describe, expect, it } from 'vitest';
import { World } from './testing/world.ts';

/** Marks of the watched coin come whether there are hedges or not (runtime/rounds.ts). */
describe('marks without a hedge', () => {
  it('begin the day once, with its capital, and decide nothing else', () => {
    const world = new World();
    const first = world.marks();
    // A thousand million KRW and a million USDT at 1,400.
    expect(first.facts).toMatchObject([{ kind: 'dayStarted', capital: '2400000000', bases: {} }]);
    expect(first.effects).toEqual([]);
    world.run(1000);
    expect(world.marks().facts).toEqual([]);
    world.run(24 * 3_600_000);
    expect(world.marks().facts.map(({ kind }) => kind)).toEqual(['dayStarted']);
    expect(world.state.day.kst).toBe(world.facts.flatMap((fact) => (fact.kind === 'dayStarted' ? [fact.kst] : [])).at(-1));
    expect(world.state.stop).toBeNull();
  });
});
