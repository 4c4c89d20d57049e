/**
 * Thins a line for a chart: the lowest and the highest point of each stretch of time.
 *
 * Minimum and maximum rather than largest triangles: a premium trades at its extremes, and this keeps every one of them
 * at the time it stood. It takes one pass of comparisons, and stretches of time stay equally wide on the chart however
 * densely each was recorded.
 */

/** Index of the first time that is not before the given one; the length when all are. */
export function firstNotBefore(at: Float64Array, time: number): number {
  let low = 0;
  let high = at.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((at[middle] ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Indexes to draw of a line, oldest first, at most `points`; a gap keeps one index whose value is NaN, unless another
 * gap begins in the same stretch.
 * @param at times, ascending @param value NaN is a gap
 */
export function thin(at: Float64Array, value: Float64Array, points: number): readonly number[] {
  if (at.length <= points) return Array.from(at, (_, index) => index);
  // Two indexes a stretch as a rule; only a line of many gaps needs a third one for them.
  const kept = inStretches(at, value, Math.max(1, Math.floor(points / 2)));
  return kept.length <= points ? kept : inStretches(at, value, Math.max(1, Math.floor(points / 3)));
}

function inStretches(at: Float64Array, value: Float64Array, stretches: number): readonly number[] {
  const begin = at[0] ?? 0;
  const width = ((at.at(-1) ?? begin) - begin) / stretches;
  const kept: number[] = [];
  let from = 0;
  for (let stretch = 1; stretch <= stretches; stretch += 1) {
    const end = stretch === stretches ? at.length : firstNotBefore(at, begin + stretch * width);
    keepOf(value, from, end, kept);
    from = end;
  }
  return kept;
}

/** The lowest and the highest of a stretch, and where its first gap begins. */
function keepOf(value: Float64Array, from: number, end: number, kept: number[]): void {
  let lowest = -1;
  let highest = -1;
  let gap = -1;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let wasGap = from === 0 || Number.isNaN(value[from - 1]);
  for (let index = from; index < end; index += 1) {
    const here = value[index] ?? Number.NaN;
    // Most points: nothing to keep, and no gap.
    if (here >= low && here <= high) {
      wasGap = false;
      continue;
    }
    if (Number.isNaN(here)) {
      if (!wasGap && gap < 0) gap = index;
      wasGap = true;
      continue;
    }
    wasGap = false;
    if (here < low) {
      low = here;
      lowest = index;
    }
    if (here > high) {
      high = here;
      highest = index;
    }
  }
  const [one, other] = lowest < highest ? [lowest, highest] : [highest, lowest];
  if (gap >= 0 && gap < one) kept.push(gap);
  if (one >= 0) kept.push(one);
  if (gap > one && gap < other) kept.push(gap);
  if (other > one) kept.push(other);
  if (gap > other) kept.push(gap);
}
