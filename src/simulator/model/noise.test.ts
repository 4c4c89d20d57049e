import { describe, expect, it } from 'vitest';
import { pastOf, wander, type Wander } from './noise.ts';
import { seededRandom } from './random.ts';

const premiumLike: Wander = { halfLifeMs: 15 * 60_000, jumpsPerHour: 1 / 6, jumpSize: 2.5 };
const days = 30;
const minutes = days * 1440;

/** Changes of more than a deviation from one minute to the next, as time goes on. */
function leaps(values: readonly number[]): { up: number; down: number } {
  const changes = values.slice(1).map((value, index) => value - (values[index] ?? 0));
  return { up: changes.filter((change) => change > 1.2).length, down: changes.filter((change) => change < -1.2).length };
}

describe('a value that wanders and jumps', () => {
  it('jumps the same way in the past as it does in the present: at once away, slowly back', () => {
    const past = pastOf(premiumLike, 'a seed', 0.2);
    const before = leaps(Array.from({ length: minutes }, (_, index) => past(minutes - 1 - index)));
    const running = wander(premiumLike, seededRandom('a seed', 1), 60_000, 0);
    const present = leaps(
      Array.from({ length: minutes }, () => {
        running.step();
        return running.value;
      }),
    );
    // Seven of ten of about 74 jumps go up; a past that ran backward would have the two the other way round.
    for (const { up, down } of [before, present]) {
      expect(up).toBeGreaterThan(down);
      expect(up + down).toBeGreaterThan(days);
    }
  });
  it('ends its past where its present begins', () => {
    expect(pastOf(premiumLike, 'a seed', 0.2)(0)).toBeCloseTo(0.2, 12);
  });
  it('has the same past in whatever order it is asked for', () => {
    const one = pastOf(premiumLike, 'a seed', 0);
    const other = pastOf(premiumLike, 'a seed', 0);
    const asked = [5000, 0, 1024, 1023, 300_000, 1];
    const backward = new Map([...asked].reverse().map((minute) => [minute, other(minute)]));
    for (const minute of asked) expect(one(minute)).toBe(backward.get(minute));
  });
});
