/** Ends the processes of a story at every point, and the processes that recover from that at every point again. */
import { noPlant, type Plant } from '../bugs.ts';
import type { Violation } from '../checks.ts';
import type { Cut, Point, Story } from './story.ts';
import { StoryWorld } from './world.ts';

export interface Enumeration {
  /** Continuations of the process that lived the story, and of those that recovered. */
  continuations: number;
  /** Ends there are, and how many different worlds they leave: each of these was lived on from. */
  readonly ends: { first: number; second: number };
  readonly worlds: { first: number; second: number };
  readonly broken: { readonly cuts: readonly Cut[]; readonly violations: readonly Violation[]; readonly trace: readonly string[] }[];
}

/**
 * Every end at these points, and which of them leave a world that none before them leaves.
 * @param isLast nobody is ended after it: what is not synced is as good as what is
 */
function endsAt(points: readonly Point[], isLast: boolean): { readonly all: number; readonly distinct: readonly Cut[] } {
  const left = new Map<string, Cut>();
  for (const { where, nth, leaves } of points)
    for (const unsynced of ['kept', 'lost'] as const) {
      const name = isLast && unsynced === 'kept' ? leaves.content : leaves[unsynced];
      if (!left.has(name)) left.set(name, { where, nth, unsynced });
    }
  return { all: points.length * 2, distinct: [...left.values()] };
}

/** @param depth 1: nothing is ended in its recovery */
export async function enumerate(story: Story, plant: Plant = noPlant, depth: 1 | 2 = 2): Promise<Enumeration> {
  const told: Enumeration = { continuations: 0, ends: { first: 0, second: 0 }, worlds: { first: 0, second: 0 }, broken: [] };
  const seen = new Set<string>();
  const isKnown = (world: string): boolean => {
    if (seen.has(world)) return true;
    seen.add(world);
    return false;
  };
  const live = async (cuts: readonly Cut[]): Promise<StoryWorld | null> => {
    const world = new StoryWorld(story, cuts, isKnown, plant);
    const violations = await world.live();
    if (violations.length > 0) told.broken.push({ cuts, violations, trace: world.trace.tail });
    if (world.isSeen || violations.length > 0) return null;
    if (cuts.length < 2) told.continuations += world.continuations;
    return world;
  };
  // What a program does the first time costs continuations of its own: points are counted from the second life on.
  await new StoryWorld(story, [], undefined, plant).live();
  const whole = await live([]);
  const first = endsAt(whole?.points ?? [], depth === 1);
  told.ends.first = first.all;
  for (const cut of first.distinct) {
    const recovered = await live([cut]);
    if (recovered === null) continue;
    told.worlds.first += 1;
    if (depth === 1) continue;
    const second = endsAt(recovered.points, true);
    told.ends.second += second.all;
    for (const again of second.distinct) {
      if ((await live([cut, again])) !== null) told.worlds.second += 1;
    }
  }
  return told;
}

/**
 * Ends the process at each of its continuations, whether anything outside changed since the one before or not.
 * @returns how many there were, and the violations of all of them
 */
export async function endAtEach(story: Story): Promise<{ readonly continuations: number; readonly violations: readonly Violation[] }> {
  await new StoryWorld(story, []).live();
  const whole = new StoryWorld(story, []);
  const violations = [...(await whole.live())];
  for (let nth = 1; nth <= whole.continuations; nth += 1)
    violations.push(...(await new StoryWorld(story, [{ where: 'continuation', nth, unsynced: 'kept' }]).live()));
  return { continuations: whole.continuations, violations };
}
