/** Ends the process at every point of an entry, and its recovery at every point again (G5). */
import { expect, it } from 'vitest';
import { bugs } from '../bugs.ts';
import { enumerate } from './enumerate.ts';
import { firstBroken, prove } from './proof.ts';
import { stories } from './stories.ts';

it.each(Object.keys(stories).filter((name) => name.includes('entry')))(
  'loses nothing and sends nothing twice: %s',
  async (name) => {
    const told = await prove(name);
    expect(firstBroken(told)).toBe('');
    expect(told.worlds.first).toBeGreaterThan(15);
    expect(told.worlds.second).toBeGreaterThan(200);
  },
  900_000,
);

it.each([
  'send-before-journal',
  'acknowledged-before-fsync',
  'resend-after-restart',
  'dedup-lost-on-restart',
  'last-record-lost-at-start',
  'hedges-forgotten-on-restart',
])('sees a planted bug: %s', async (name) => {
  const [story] = Object.values(stories);
  if (story === undefined) throw new Error('There are stories');
  expect((await enumerate(story, bugs[name], 1)).broken.length).toBeGreaterThan(0);
});
