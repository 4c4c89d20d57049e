import { describe, expect, it } from 'vitest';
import { optionsFrom } from './options.ts';

const read = (...args: string[]) => optionsFrom(args, ['a-bug'], 2);

describe('options of the simulation', () => {
  it('takes seeds, jobs, a start and a bug', () => {
    expect(read('--seeds', '20', '--jobs', '3', '--from', '7', '--bug', 'a-bug')).toEqual({
      ok: true,
      list: false,
      seeds: 20,
      jobs: 3,
      from: 7,
      bug: 'a-bug',
    });
    expect(read('--bugs')).toMatchObject({ ok: true, list: true });
    expect(read('--seeds', '5')).toMatchObject({ jobs: 2, from: 1, bug: null });
  });

  it.each([['--seeds'], ['--seeds', '0'], ['--seeds', '1e3'], ['--bug', 'none'], ['--what', '1']])('refuses %s %s', (...args) => {
    expect(read(...args).ok).toBe(false);
  });
});
