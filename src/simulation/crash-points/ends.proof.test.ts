/** Ends the process at every point of a lost answer, an exit and a stop, and its recovery at every point again (G5). */
import { expect, it } from 'vitest';
import { firstBroken, prove } from './proof.ts';
import { stories } from './stories.ts';

it.each(Object.keys(stories).filter((name) => !name.includes('entry')))(
  'loses nothing and sends nothing twice: %s',
  async (name) => {
    const told = await prove(name);
    expect(firstBroken(told)).toBe('');
    expect(told.worlds.first).toBeGreaterThan(15);
    expect(told.worlds.second).toBeGreaterThan(300);
  },
  900_000,
);
