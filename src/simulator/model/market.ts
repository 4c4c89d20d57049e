/**
 * The market that both simulated venues trade in.
 *
 * 1. It has no clock: `step(now)` brings time in, so virtual time and real time give the same market.
 * 2. The same seed and the same number of steps give the same books, whoever read them in between.
 * 3. Both venues' books come from one set of prices at every step.
 * 4. A book that was set by hand stays, and what clients take from it stays gone, until it is re-centered or reset.
 */
import { add, divide, gt, lt, max, min, notional, type Price, price, type Quantity, ratio, scale, sum, text, toNumber, toTick, floorToStep, isZero, sign, type Notional } from '../../shared/domain/units.ts';
import type { ControlResult, Level, VenueName } from '../venue.ts';
import { type Book, createBook, type MakerFill, type Side } from './book.ts';
import { makeDepth, nearestPrice } from './depth.ts';
import { type ListedMarket, listing } from './listing.ts';
import { createPriceWalk, type PriceWalk } from './prices.ts';
import { seededRandom } from './random.ts';

export interface PublicTrade {
  readonly venue: VenueName;
  readonly symbol: string;
  /** Rises by one a trade and market. */
  readonly id: number;
  readonly price: Price;
  readonly quantity: Quantity;
  readonly takerSide: Side;
  /** ms since 1970: the market's last step. */
  readonly at: number;
}
/** A day's figures. Before the simulator's start they are made up; from then on they follow its trades. */
export interface Ticker {
  readonly open: Price;
  readonly high: Price;
  readonly low: Price;
  readonly last: Price;
  readonly volume: Quantity;
  readonly quoteVolume: Notional;
  readonly lastTrade: PublicTrade;
}

export interface Market {
  readonly kind: 'synthetic' | 'still';
  /** ms since 1970: the time that the last step brought. */
  readonly now: number;
  listed(venue: VenueName): readonly ListedMarket[];
  find(venue: VenueName, symbol: string): ListedMarket | undefined;
  /** The book as of the last step. @throws Error for a symbol that `find` does not know */
  book(venue: VenueName, symbol: string): Book;
  /** The center of the book, on the tick: what marks and tickers go by. */
  center(venue: VenueName, symbol: string): Price;
  ticker(venue: VenueName, symbol: string): Ticker;
  /** Goes on to this time: prices walk every step that it passes, books are made once. @param now ms since 1970 */
  step(now: number): void;
  recentre(venue: VenueName, symbol: string, at: Price): ControlResult;
  /** Either side may be empty. Levels need not be sorted. */
  setBook(venue: VenueName, symbol: string, bids: readonly Level[], asks: readonly Level[]): ControlResult;
  /** Starts over with this seed. Client orders are taken out of the books without a word to their venues. */
  reset(seed: number): void;
  /** Called for every market at every step and after every other change of a book: note and return. @returns stops listening */
  onBook(listener: (venue: VenueName, symbol: string) => void): () => void;
  onTrade(listener: (trade: PublicTrade) => void): () => void;
  /** Resting client orders that the market met. */
  onMakerFills(venue: VenueName, listener: (symbol: string, fills: readonly MakerFill[]) => void): () => void;
}
