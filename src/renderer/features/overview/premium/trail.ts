/**
 * The line of premiums as the chart draws it: what was fetched, and behind it what has come since.
 *
 * 1. It never grows: what lies before the window falls off, and live points take one slot of time each, so a day at
 *    four points a second costs what a quarter of an hour does.
 * 2. A silence is a gap, never a straight line: a point without values stands in it.
 * 3. Live points only follow; what was fetched is never changed by them. Once they are a good part of the line it asks
 *    to be fetched anew (`isWorn`), for a slot keeps its last value, and only the engine knows its extremes.
 */
export interface Point {
  /** ms since 1970. */
  readonly at: number;
  /** Ratios, for drawing only; null is a gap. */
  readonly trading: number | null;
  readonly kimchi: number | null;
}

/** Columns as `premium.history` gives them. */
export interface Columns {
  readonly at: ArrayLike<number>;
  readonly trading: ArrayLike<number>;
  readonly kimchi: ArrayLike<number>;
}

const silenceMs = 5000;
const wornPart = 0.15;
const wornLeastMs = 3000;
const wornMostMs = 5 * 60_000;

const drawn = (value: number | undefined): number | null => (value === undefined || !Number.isFinite(value) ? null : value);

export class PremiumTrail {
  readonly #spanMs: number;
  readonly #slotMs: number;
  readonly #silenceMs: number;
  readonly #capacity: number;
  #fetched: Point[] = [];
  #live: Point[] = [];
  #fetchedTo = 0;

  /** @param spanMs width of the window in time @param points how many of them fit side by side */
  constructor(spanMs: number, points: number) {
    this.#spanMs = spanMs;
    this.#slotMs = Math.max(250, spanMs / points);
    // Fetched points of a long window lie minutes apart without anything having been silent.
    this.#silenceMs = Math.max(silenceMs, 3 * this.#slotMs);
    this.#capacity = points;
  }

  /** Takes a fetched line that reaches up to `to`; live points that are newer stay behind it. */
  begin({ at, trading, kimchi }: Columns, to: number): void {
    this.#fetched = Array.from(at, (time, index) => ({ at: time, trading: drawn(trading[index]), kimchi: drawn(kimchi[index]) }));
    const last = this.#fetched.at(-1)?.at ?? 0;
    this.#live = this.#live.filter((point) => point.at > last && point.at > to - this.#slotMs);
    this.#fetchedTo = to;
  }

  /** A point that is not newer than the newest is left out. */
  add(point: Point): void {
    const newest = this.#newest();
    if (newest !== undefined) {
      if (point.at <= newest.at) return;
      const isSilence = point.at - newest.at > this.#silenceMs && (newest.trading !== null || newest.kimchi !== null);
      if (isSilence) this.#live.push({ at: newest.at + 1, trading: null, kimchi: null });
    }
    const head = this.#live.at(-1);
    const isSameSlot = head !== undefined && head.trading !== null && Math.floor(head.at / this.#slotMs) === Math.floor(point.at / this.#slotMs);
    if (isSameSlot) this.#live.pop();
    this.#live.push(point);
  }

  /** Whether enough was added that the line should be fetched anew. */
  isWorn(now: number): boolean {
    // A short line of a console that has just begun may get its past any moment.
    const length = this.#fetchedTo - (this.#fetched[0]?.at ?? this.#fetchedTo);
    const longMs = Math.min(wornMostMs, Math.max(wornLeastMs, length / 10));
    return this.#live.length > this.#capacity * wornPart || now - this.#fetchedTo > longMs;
  }

  /** Right edge of the window: whole slots, so that the line does not shiver by parts of a pixel. */
  end(): number {
    const newest = Math.max(this.#newest()?.at ?? 0, this.#fetchedTo);
    return Math.ceil(newest / this.#slotMs) * this.#slotMs;
  }

  /** Points of the window, oldest first, and one before it so that the line reaches its edge. */
  points(): readonly Point[] {
    const from = this.end() - this.#spanMs;
    const all = [...this.#fetched, ...this.#live];
    const first = all.findIndex((point) => point.at >= from);
    return first < 0 ? [] : all.slice(Math.max(0, first - 1));
  }

  #newest(): Point | undefined {
    return this.#live.at(-1) ?? this.#fetched.at(-1);
  }
}

const noticeable = 0.02;
/** When the kimchi premium begins, where it visibly begins later than the line beside it; null where nothing is missing. */
export function kimchiSince(points: readonly Point[]): number | null {
  const first = points.find(({ kimchi }) => kimchi !== null);
  const [oldest] = points;
  const newest = points.at(-1);
  if (first === undefined || oldest === undefined || newest === undefined) return null;
  return first.at - oldest.at > (newest.at - oldest.at) * noticeable ? first.at : null;
}
