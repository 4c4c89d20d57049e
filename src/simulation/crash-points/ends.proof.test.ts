/** Ends the process at every point of a lost answer, an exit and a stop, and its recovery at every point again (G5). */
import { expect, it } from 'vitest';
import { endAtEach } from './enumerate.ts';
import { firstBroken, prove } from './proof.ts';
import { stories } from './stories.ts';

it.each(Object.keys(stories).filter((name) => !name.includes('entry')))(
  'loses nothing and sends nothing twice: %s',
  async (name) => {
    const told = await prove(name);
    expect(firstBroken(told)).toBe('');
    expect(told.worlds.first).toBeGreaterThan(15);
    expect(told.worlds.second).toBeGreaterThan(200);
  },
  900_000,
);

it('and nothing hides between the points: each continuation of an exit', async () => {
  const story = stories['an exit'];
  if (story === undefined) throw new Error('There is an exit');
  const { continuations, violations } = await endAtEach(story);
  process.stdout.write(`crash points, an exit: ended at each of ${continuations} continuations\n`);
  expect(violations).toEqual([]);
  expect(continuations).toBeGreaterThan(400);
}, 900_000);
