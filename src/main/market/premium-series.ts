/**
 * Premiums over time in memory, in columns, so that a chart of any span is read in about a millisecond.
 *
 * 1. Points are in order of time; one that is not newer than the newest is left out.
 * 2. The newest `capacity` points are kept: two days at one a second.
 * 3. A silence is a gap: where points lie further apart than five times what they should, a NaN stands between them.
 *    What they should is said by who brings them, for minutes from candles lie beside seconds that were watched.
 */
import type { PremiumPoints, PremiumSeriesPort } from './port.ts';
import { firstNotBefore, thin } from './thinning.ts';

/** How much further apart than they should be two points lie with a gap between them. */
const gapFactor = 5;
const watchedSpacingMs = 1000;

/** Points oldest first, each column as long as the others. */
export interface Columns {
  readonly at: ArrayLike<number>;
  readonly trading: ArrayLike<number>;
  readonly kimchi: ArrayLike<number>;
}

export class PremiumSeries implements PremiumSeriesPort {
  readonly #capacity: number;
  readonly #at: Float64Array;
  readonly #trading: Float64Array;
  readonly #kimchi: Float64Array;
  /** The points lie from here to below `#end`, in one piece; when the end is reached they move to the beginning. */
  #first = 0;
  #end = 0;

  constructor(capacity = 200_000) {
    this.#capacity = capacity;
    const room = Math.ceil(capacity * 1.25) + 1;
    this.#at = new Float64Array(room);
    this.#trading = new Float64Array(room);
    this.#kimchi = new Float64Array(room);
  }

  append(at: number, trading: number, kimchi: number): void {
    if (this.#end > this.#first) {
      const last = this.#at[this.#end - 1] ?? 0;
      if (!(at > last)) return;
      const isSilence = at - last > gapFactor * watchedSpacingMs && !Number.isNaN(this.#trading[this.#end - 1]);
      if (isSilence) this.#push(last + watchedSpacingMs, Number.NaN, Number.NaN);
    }
    this.#push(at, trading, kimchi);
  }

  /**
   * Puts a past before what is there; points that are not older than all of it are left out, and the oldest ones where
   * there is no room.
   * @param spacingMs how far apart these points should lie
   */
  prepend({ at, trading, kimchi }: Columns, spacingMs: number): void {
    this.#moveTo(this.#at.length - (this.#end - this.#first));
    let next = this.#at[this.#first] ?? Number.POSITIVE_INFINITY;
    for (let index = at.length - 1; index >= 0; index -= 1) {
      const time = at[index] ?? Number.NaN;
      if (!(time < next)) continue;
      if (next - time > gapFactor * spacingMs && this.#end > this.#first) this.#unshift(time + spacingMs, Number.NaN, Number.NaN);
      this.#unshift(time, trading[index] ?? Number.NaN, kimchi[index] ?? Number.NaN);
      next = time;
    }
  }

  between(from: number, to: number, points: number): PremiumPoints {
    const stored = this.#at.subarray(this.#first, this.#end);
    const first = firstNotBefore(stored, from);
    // Times are far coarser than this.
    const end = Math.max(first, firstNotBefore(stored, to + 1e-3));
    const span = (column: Float64Array) => column.subarray(this.#first + first, this.#first + end);
    const kept = thin(span(this.#at), span(this.#trading), points);
    const drawn = (column: Float64Array) => pick(span(column), kept);
    return { stored: end - first, at: drawn(this.#at), trading: drawn(this.#trading), kimchi: drawn(this.#kimchi) };
  }

  #push(at: number, trading: number, kimchi: number): void {
    if (this.#end - this.#first === this.#capacity) this.#first += 1;
    if (this.#end === this.#at.length) this.#moveTo(0);
    this.#write(this.#end, at, trading, kimchi);
    this.#end += 1;
  }

  #unshift(at: number, trading: number, kimchi: number): void {
    if (this.#end - this.#first === this.#capacity) return;
    this.#first -= 1;
    this.#write(this.#first, at, trading, kimchi);
  }

  #moveTo(place: number): void {
    for (const column of [this.#at, this.#trading, this.#kimchi]) column.copyWithin(place, this.#first, this.#end);
    this.#end += place - this.#first;
    this.#first = place;
  }

  #write(place: number, at: number, trading: number, kimchi: number): void {
    this.#at[place] = at;
    this.#trading[place] = trading;
    this.#kimchi[place] = kimchi;
  }
}

/** By hand: `Float64Array.from` takes several times as long. */
function pick(column: Float64Array, indexes: readonly number[]): Float64Array {
  const points = new Float64Array(indexes.length);
  for (let place = 0; place < indexes.length; place += 1) points[place] = column[indexes[place] ?? -1] ?? Number.NaN;
  return points;
}
