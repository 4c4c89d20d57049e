/** Axes that stand still: edges and ticks lie on round values and move only when the line needs another one. */
import type { Point } from './trail.ts';

export interface Scale {
  readonly domain: readonly [number, number];
  readonly ticks: readonly number[];
}

const padding = 0.08;
/** One hundredth of a percent: the smallest difference the labels show. */
const leastStep = 0.0001;
const mostSteps = 8;

/** The smallest of 1, 2, 5 × 10ⁿ that is not below the value. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= value * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** Lowest and highest value drawn; null where nothing is. */
export function extent(points: readonly Point[]): readonly [number, number] | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { trading, kimchi } of points)
    for (const value of [trading, kimchi]) {
      if (value === null) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  return low <= high ? [low, high] : null;
}

/** A scale of ratios round the values, with room above and below. */
export function ratioScale([low, high]: readonly [number, number]): Scale {
  const room = Math.max((high - low) * padding, leastStep / 2);
  const step = Math.max(leastStep, roundUp((high - low + 2 * room) / mostSteps));
  const first = Math.floor((low - room) / step + 1e-9);
  const last = Math.max(first + 2, Math.ceil((high + room) / step - 1e-9));
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
  return { domain: [first * step, last * step], ticks };
}

/** How much of the last scale the line must still fill for that scale to stay. */
const wellFilled = 0.4;

/** The scale of before while the line fits into it and fills it well, so that it does not follow every new extreme. */
export function steadyScale(before: Scale | null, values: readonly [number, number]): Scale {
  if (before === null) return ratioScale(values);
  const [bottom, top] = before.domain;
  const [low, high] = values;
  const height = top - bottom;
  const room = (height * padding) / 4;
  const isHeld = low >= bottom + room && high <= top - room;
  const isFilled = high - low >= height * wellFilled || before.ticks.length <= 3;
  return isHeld && isFilled ? before : ratioScale(values);
}

const minute = 60_000;
const hour = 60 * minute;
/** Korean time is UTC + 9: its round hours are those of UTC, its round four hours are not. */
const koreaMs = 9 * hour;
const tickMs: readonly (readonly [span: number, step: number])[] = [
  [15 * minute, 3 * minute],
  [hour, 10 * minute],
  [6 * hour, hour],
];
const longStep = 4 * hour;

/** Round times of the Korean day within a window. */
export function timeTicks(from: number, to: number): readonly number[] {
  const step = tickMs.find(([span]) => to - from <= span)?.[1] ?? longStep;
  const ticks: number[] = [];
  for (let at = Math.ceil((from + koreaMs) / step) * step - koreaMs; at <= to; at += step) ticks.push(at);
  return ticks;
}
