/** Every planted bug is seen, whatever the checks cost: a check that no bug can break checks nothing. */
import { describe, expect, it } from 'vitest';
import { bugs } from './bugs.ts';
import { Life } from './life.ts';

/** The budget of the gate (reliability.md, G3). */
const budget = 20_000;

describe('the checks see', () => {
  it.concurrent.each(Object.entries(bugs))('%s', { timeout: 600_000 }, async (_name, plant) => {
    let seed = 1;
    while (seed <= budget && (await new Life(seed, plant).run()).violations.length === 0) seed += 1;
    expect(seed).toBeLessThanOrEqual(budget);
  });
});
