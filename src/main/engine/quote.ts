/** What the engine is given to decide on: both books, rules and accounts, read in the same instant. */
import type { Answer } from '../../shared/domain/failure.ts';
import type { Coin } from '../../shared/domain/ids.ts';
import type { Book, Holdings, Leg, MarketRules } from '../../shared/domain/venue.ts';

export interface LegQuote {
  readonly book: Answer<Book>;
  readonly rules: Answer<MarketRules | undefined>;
  readonly holdings: Answer<Holdings>;
  /** Our clock minus the venue's, as last measured. */
  readonly clockOffsetMs: Answer<number>;
  /** Leverage and margin mode set and verified; always ok on spot. */
  readonly prepared: Answer<void>;
}

/** Every part may be missing: what needs it must say no. */
export interface Quote {
  readonly coin: Coin;
  /** ms since 1970 when the reads began. */
  readonly at: number;
  /** What an entry's market was prepared with: it is verified for this leverage and no other. */
  readonly leverage: number;
  readonly legs: Readonly<Record<Leg, LegQuote>>;
  /** Upbit's USDT/KRW book: its middle is the trading FX. */
  readonly fx: Answer<Book>;
}
