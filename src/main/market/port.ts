/** What the runtime sees of market data beside the venues: a bank's rate, and the history of premiums. */

/** A bank's USD/KRW as it was last read. */
export interface BankRate {
  /** KRW for one USD, decimal text above zero. */
  readonly rate: string;
  /** ms since 1970 when the bank said so. */
  readonly at: number;
  readonly source: string;
}

export interface BankRatePort {
  /** The last one that could be read, however old; null before the first. */
  readonly last: BankRate | null;
}

/** Points of a span of time, oldest first; NaN is a gap. Ratios; numbers are for drawing only. */
export interface PremiumPoints {
  /** How many points are stored between the two times, before any were left out. */
  readonly stored: number;
  readonly at: Float64Array;
  readonly trading: Float64Array;
  readonly kimchi: Float64Array;
}

export interface PremiumSeriesPort {
  /** Adds a point that is newer than all others; one that is not is left out. NaN where a premium is not known. */
  append(at: number, trading: number, kimchi: number): void;
  /** Points with from ≤ at ≤ to, thinned to at most so many. */
  between(from: number, to: number, points: number): PremiumPoints;
}
