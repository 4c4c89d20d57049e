/**
 * Wandering values: one that goes on step by step, and the same kind of value minute by minute into the past, from
 * where it stands at the start. What wanders looks the same both ways, so the two join without a seam; jumps do not
 * (up at once, back slowly), so those of the past are drawn apart and decay toward the present.
 */
import { gaussian, type Random, seededRandom } from './random.ts';

/** How a value wanders. Its long-run deviation is 1 where it comes back. */
export interface Wander {
  /** ms until half of a deviation is gone; null: it never comes back, and its variance grows by 1 a minute. */
  readonly halfLifeMs: number | null;
  /** How often it jumps, in times an hour. */
  readonly jumpsPerHour: number;
  /** Mean size of a jump, in deviations; seven of ten go up. */
  readonly jumpSize: number;
}

const minuteMs = 60_000;
const hourMs = 3_600_000;
const upward = 0.7;

/** Chance of a jump in a step, and what of a value is left after it. */
const chanceIn = ({ jumpsPerHour }: Wander, stepMs: number): number => (jumpsPerHour * stepMs) / hourMs;
const keptAfter = ({ halfLifeMs }: Wander, stepMs: number): number => (halfLifeMs === null ? 1 : 0.5 ** (stepMs / halfLifeMs));

/** One step without jumps. */
function calmStep(how: Wander, stepMs: number) {
  const kept = keptAfter(how, stepMs);
  const noise = Math.sqrt(how.halfLifeMs === null ? stepMs / minuteMs : 1 - kept * kept);
  return (value: number, random: Random): number => value * kept + gaussian(random) * noise;
}

/** What a step jumps by; nearly always 0. */
function jump(chance: number, size: number, random: Random): number {
  if (chance === 0 || random() >= chance) return 0;
  const by = -Math.log(1 - random()) * size;
  return random() < upward ? by : -by;
}

export interface Wandering {
  step(): void;
  readonly value: number;
}

export function wander(how: Wander, random: Random, stepMs: number, start: number): Wandering {
  const next = calmStep(how, stepMs);
  const chance = chanceIn(how, stepMs);
  let value = start;
  return {
    step: () => {
      value = next(value, random) + jump(chance, how.jumpSize, random);
    },
    get value() {
      return value;
    },
  };
}

/** Minutes a block: the unit in which the past is made. */
const blockMinutes = 1024;
const keptBlocks = 4;

/** The jumps of a block of the past by minute, and what of them is felt later on. */
function jumpsOf(how: Wander, seed: string) {
  const kept = keptAfter(how, minuteMs);
  const chance = chanceIn(how, minuteMs);
  const drawn = (index: number): Float64Array => {
    const random = seededRandom(`${seed} jumps`, index);
    return Float64Array.from({ length: blockMinutes }, () => jump(chance, how.jumpSize, random));
  };
  /** Jumps older than the block before are forgotten: 1,024 minutes are many half-lives. */
  return (index: number): Float64Array => {
    const felt = new Float64Array(blockMinutes);
    if (chance === 0) return felt;
    let carried = drawn(index + 1).reduceRight((sum, by) => sum * kept + by, 0);
    const own = drawn(index);
    for (let minute = blockMinutes - 1; minute >= 0; minute -= 1) {
      carried = carried * kept + (own[minute] ?? 0);
      felt[minute] = carried;
    }
    return felt;
  };
}

/**
 * The past of a value by minutes before the start, made in blocks when somebody asks.
 * @param start what it is at the start @returns a function of the minutes before the start, 0 or more
 */
export function pastOf(how: Wander, seed: string, start: number): (minutesBefore: number) => number {
  const next = calmStep(how, minuteMs);
  const jumps = jumpsOf(how, seed);
  const starts = [start - (jumps(0)[0] ?? 0)];
  const blocks = new Map<number, Float64Array>();

  const make = (index: number): Float64Array => {
    const random = seededRandom(seed, index);
    const values = jumps(index);
    let value = starts[index] ?? start;
    for (let minute = 0; minute < blockMinutes; minute += 1) {
      values[minute] = (values[minute] ?? 0) + value;
      value = next(value, random);
    }
    starts[index + 1] = value;
    blocks.set(index, values);
    const oldest = blocks.size > keptBlocks ? blocks.keys().next().value : undefined;
    if (oldest !== undefined) blocks.delete(oldest);
    return values;
  };
  return (minutesBefore) => {
    const index = Math.floor(minutesBefore / blockMinutes);
    for (let missing = starts.length - 1; missing < index; missing += 1) make(missing);
    const block = blocks.get(index) ?? make(index);
    return block[minutesBefore % blockMinutes] ?? start;
  };
}
