import { expect, it } from 'vitest';
import { OneByOne } from './one-by-one.ts';

it('begins each act when the one before has ended, however it ended', async () => {
  const seen: string[] = [];
  const acts = new OneByOne();
  const act = (name: string, fails: boolean) => async (): Promise<string> => {
    seen.push(`${name} begins`);
    await Promise.resolve();
    seen.push(`${name} ends`);
    if (fails) throw new Error(name);
    return name;
  };
  const first = acts.run(act('a', true));
  const second = acts.run(act('b', false));
  await expect(first).rejects.toThrow('a');
  expect(await second).toBe('b');
  await acts.ended();
  expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
});
