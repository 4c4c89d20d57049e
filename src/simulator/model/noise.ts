/**
 * Wandering values: one that goes on step by step, and the same kind of value minute by minute into the past, from
 * where it stands at the start. An autoregressive process looks the same both ways, so the two join without a seam.
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

/** One step of it: what is kept, what is added. */
function stepOf({ halfLifeMs, jumpsPerHour, jumpSize }: Wander, stepMs: number) {
  const kept = halfLifeMs === null ? 1 : 0.5 ** (stepMs / halfLifeMs);
  const noise = Math.sqrt(halfLifeMs === null ? stepMs / minuteMs : 1 - kept * kept);
  const jumpChance = (jumpsPerHour * stepMs) / hourMs;
  return (value: number, random: Random): number => {
    const next = value * kept + gaussian(random) * noise;
    if (jumpChance === 0 || random() >= jumpChance) return next;
    const size = -Math.log(1 - random()) * jumpSize;
    return random() < upward ? next + size : next - size;
  };
}

export interface Wandering {
  step(): void;
  readonly value: number;
}

export function wander(how: Wander, random: Random, stepMs: number, start: number): Wandering {
  const next = stepOf(how, stepMs);
  let value = start;
  return {
    step: () => {
      value = next(value, random);
    },
    get value() {
      return value;
    },
  };
}

/** Minutes a block: the unit in which the past is made. */
const blockMinutes = 1024;
const keptBlocks = 4;

/**
 * The past of a value by minutes before the start, made in blocks when somebody asks.
 * @param start what it is at the start @returns a function of the minutes before the start, 0 or more
 */
export function pastOf(how: Wander, seed: string, start: number): (minutesBefore: number) => number {
  const next = stepOf(how, minuteMs);
  const starts = [start];
  const blocks = new Map<number, Float64Array>();

  const make = (index: number): Float64Array => {
    const random = seededRandom(seed, index);
    const values = new Float64Array(blockMinutes);
    let value = starts[index] ?? start;
    for (let minute = 0; minute < blockMinutes; minute += 1) {
      values[minute] = value;
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
