import { describe, expect, it } from 'vitest';
import { bugs, noPlant } from './bugs.ts';
import { keptSeeds } from './kept-seeds.ts';
import { Life } from './life.ts';

describe('a life', () => {
  it('is the same twice, to the last line of its trace', async () => {
    const live = async (seed: number) => (await new Life(seed).run()).hash;
    const hashes = new Set<string>();
    for (let seed = 1; seed <= 25; seed += 1) {
      const hash = await live(seed);
      expect(await live(seed), `seed ${seed}`).toBe(hash);
      hashes.add(hash);
    }
    expect(hashes.size).toBe(25);
  });

  it.each(keptSeeds)('of seed $seed no longer shows that $found', async ({ seed }) => {
    expect((await new Life(seed).run()).violations).toEqual([]);
  });

  it('trades: hedges are opened and closed, and faults strike', async () => {
    let orders = 0;
    let faults = 0;
    for (let seed = 1; seed <= 25; seed += 1) {
      const report = await new Life(seed, noPlant).run();
      orders += report.orders;
      faults += Object.values(report.counts).reduce((sum, count) => sum + count, 0);
    }
    expect(orders).toBeGreaterThan(25);
    expect(faults).toBeGreaterThan(250);
  });

  it('has at least 25 planted bugs to be proven against', () => {
    expect(Object.keys(bugs).length).toBeGreaterThanOrEqual(25);
  });
});
