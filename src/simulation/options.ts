/** Options of `npm run simulate`. */

export type Options =
  | { readonly ok: true; readonly list: boolean; readonly seeds: number; readonly jobs: number; readonly from: number; readonly bug: string | null }
  | { readonly ok: false; readonly reason: string };

const usage = 'simulate --seeds N --jobs J [--from K] [--bug NAME] | --bugs';

/** @param bugs names that `--bug` takes @param cores how many jobs there are when nobody says so */
export function optionsFrom(args: readonly string[], bugs: readonly string[], cores: number): Options {
  let list = false;
  let bug: string | null = null;
  const numbers = new Map([
    ['--seeds', 1000],
    ['--jobs', cores],
    ['--from', 1],
  ]);
  for (let index = 0; index < args.length; index += 1) {
    const name = args[index] ?? '';
    if (name === '--bugs') {
      list = true;
      continue;
    }
    index += 1;
    const value = args[index];
    if (value === undefined || (name !== '--bug' && !numbers.has(name))) return { ok: false, reason: `${name} is not understood\n${usage}` };
    if (name === '--bug') {
      if (!bugs.includes(value)) return { ok: false, reason: `There is no bug ${value}; --bugs lists them` };
      bug = value;
    } else if (/^[1-9]\d{0,8}$/.test(value)) numbers.set(name, Number(value));
    else return { ok: false, reason: `${name} is a whole number from 1 on, was ${value}` };
  }
  const number = (name: string): number => numbers.get(name) ?? 1;
  return { ok: true, list, seeds: number('--seeds'), jobs: number('--jobs'), from: number('--from'), bug };
}
