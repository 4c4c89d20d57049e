/** What the proofs of crash points say: that nothing broke, and how much was tried. */
import { enumerate, type Enumeration } from './enumerate.ts';
import { stories } from './stories.ts';

export async function prove(name: string): Promise<Enumeration> {
  const story = stories[name];
  if (story === undefined) throw new Error(`There is no story ${name}`);
  const told = await enumerate(story);
  const { continuations, ends, worlds } = told;
  process.stdout.write(
    `crash points, ${name}: ${continuations} continuations; ${ends.first} ends leave ${worlds.first} worlds, ${ends.second} ends of their recoveries ${worlds.second}\n`,
  );
  return told;
}

/** The first that broke, as a person reads it. */
export function firstBroken({ broken }: Enumeration): string {
  const [first] = broken;
  return first === undefined
    ? ''
    : [JSON.stringify(first.cuts), ...first.violations.map(({ invariant, what }) => `${invariant}: ${what}`), ...first.trace].join('\n');
}
