/**
 * The market that both simulated venues trade in.
 *
 * 1. It has no clock: `step(now)` brings time in, so virtual time and real time give the same market.
 * 2. The same seed and the same number of steps give the same books, whoever read them in between.
 * 3. Both venues' books come from one set of prices at every step.
 * 4. A book that was set by hand stays, and what clients take from it stays gone, until it is re-centered or reset.
 */
import { type FxRate, fromNumber, type Notional, type Price, type Quantity } from '../../shared/domain/units.ts';
import type { ControlResult, Level, VenueName } from '../venue.ts';
import type { Book, MakerFill, Side } from './book.ts';
import { type Candle, minuteMs } from './candles.ts';
import { type Funding, fundingAt } from './funding.ts';
import { type ListedMarket, listing } from './listing.ts';
import { createMarketBook, type MarketBook } from './market-book.ts';
import { createDrawnPrices, type Prices } from './prices.ts';
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

export type MarketKind = 'synthetic' | 'still' | 'recorded';

export interface Market {
  readonly kind: MarketKind;
  /** ms since 1970: the time that the last step brought. */
  readonly now: number;
  listed(venue: VenueName): readonly ListedMarket[];
  find(venue: VenueName, symbol: string): ListedMarket | undefined;
  /** The book as of the last step. Ask for it each time: `reset` makes other ones. @throws Error for a symbol that `find` does not know */
  book(venue: VenueName, symbol: string): Book;
  /** The center of the book, on the tick: what marks and tickers go by. */
  center(venue: VenueName, symbol: string): Price;
  ticker(venue: VenueName, symbol: string): Ticker;
  /** Near the center with eight digits, and exactly there while the market is still or the book is set by hand. */
  markPrice(venue: VenueName, symbol: string): Price;
  indexPrice(venue: VenueName, symbol: string): Price;
  /** The rate as it would be booked now, and when it will be. */
  funding(symbol: string): Funding;
  /** KRW for a US dollar at a bank, to a tenth of a won. */
  bankRate(): FxRate;
  /**
   * The market's minutes, oldest first, the running one included: from a year before the start on, and the last day
   * since. @param fromMinute, toMinute minutes since 1970, the latter excluded
   */
  past(venue: VenueName, symbol: string, fromMinute: number, toMinute: number): readonly Candle[];
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

export interface MarketOptions {
  readonly seed: number;
  readonly kind: MarketKind;
  /** ms since 1970. */
  readonly startAt: number;
  /** How long one step is. */
  readonly stepMs?: number;
  readonly markets?: readonly ListedMarket[];
  /** Where prices come from instead of dice, made anew at each reset. */
  readonly prices?: (startAt: number) => Prices;
}

const usualStepMs = 500;
/** How often, a step, somebody else is seen to trade: the larger the market, the more often. */
const tradeChance = ({ depthUsdt }: ListedMarket): number => Math.min(0.3, 0.02 + 0.28 * Math.sqrt(depthUsdt / 1_500_000));

/** Makes the generated market: moving, or still where it is put. */
export function createMarket(options: MarketOptions): Market {
  const { kind, stepMs = usualStepMs, markets = listing } = options;
  const bookListeners = new Set<(venue: VenueName, symbol: string) => void>();
  const tradeListeners = new Set<(trade: PublicTrade) => void>();
  const makerListeners: Record<VenueName, Set<(symbol: string, fills: readonly MakerFill[]) => void>> = { upbit: new Set(), binance: new Set() };
  const listedAt = { upbit: markets.filter(({ venue }) => venue === 'upbit'), binance: markets.filter(({ venue }) => venue === 'binance') };
  let now = options.startAt;
  const hooks: MarketHooks = {
    book: (venue, symbol) => tell(bookListeners, venue, symbol),
    trade: (trade) => tell(tradeListeners, trade),
    now: () => now,
  };
  let run = begin(options, options.seed, hooks);

  const stateOf = (venue: VenueName, symbol: string): MarketBook => {
    const state = run.states.get(keyOf(venue, symbol));
    if (state === undefined) throw new Error(`Invariant: a market is listed before it is asked for, was ${venue} ${symbol}`);
    return state;
  };
  const basisOf = (venue: VenueName, symbol: string, which: 'mark' | 'index'): Price => {
    const state = stateOf(venue, symbol);
    return state.near(run.prices.basis(state.listed)[which]);
  };
  const met = (state: MarketBook, fills: readonly MakerFill[]) => {
    if (fills.length > 0) tell(makerListeners[state.listed.venue], state.listed.symbol, fills);
  };
  /** Does something to one listed market; the sentence is for the control API. */
  const change = (venue: VenueName, symbol: string, act: (state: MarketBook) => ControlResult): ControlResult => {
    const state = run.states.get(keyOf(venue, symbol));
    return state === undefined ? { ok: false, error: `symbol: ${venue} lists no ${symbol}` } : act(state);
  };

  const step = (to: number): void => {
    now = Math.max(now, to);
    const target = Math.floor((now - run.startedAt) / stepMs);
    if (target <= run.index) return;
    advance(run, target, stepMs);
    // Books that nobody rests in are made when somebody looks.
    for (const state of run.states.values()) if (state.hasResting()) met(state, state.remake(run.index));
    for (const state of run.states.values()) {
      const draw = seededRandom(run.seed, 'trade', state.listed.symbol, run.index);
      if (draw() < tradeChance(state.listed)) met(state, state.tradeAnonymously(run.index, draw));
      tell(bookListeners, state.listed.venue, state.listed.symbol);
    }
  };

  return {
    kind,
    get now() {
      return now;
    },
    listed: (venue) => listedAt[venue],
    find: (venue, symbol) => run.states.get(keyOf(venue, symbol))?.listed,
    book: (venue, symbol) => stateOf(venue, symbol).book(run.index),
    center: (venue, symbol) => stateOf(venue, symbol).center(),
    ticker: (venue, symbol) => stateOf(venue, symbol).ticker(),
    markPrice: (venue, symbol) => basisOf(venue, symbol, 'mark'),
    indexPrice: (venue, symbol) => basisOf(venue, symbol, 'index'),
    funding: (symbol) => fundingAt(run.prices.premiumIndex(stateOf('binance', symbol).listed), now),
    bankRate: () => fromNumber(run.prices.bankRate(), 1),
    past: (venue, symbol, from, to) => stateOf(venue, symbol).candles(from, to),
    step,
    recentre: (venue, symbol, at) =>
      change(venue, symbol, (state) => {
        const fills = state.recentre(at, run.index);
        if (fills === undefined) return { ok: false, error: `symbol: ${symbol} has no price at this time of the recording` };
        met(state, fills);
        tell(bookListeners, venue, symbol);
        return { ok: true };
      }),
    setBook: (venue, symbol, bids, asks) =>
      change(venue, symbol, (state) => {
        const set = state.setBook(bids, asks);
        if (!set.ok) return set;
        met(state, set.fills);
        return { ok: true };
      }),
    reset: (seed) => {
      run = begin(options, seed, hooks);
      for (const { listed } of run.states.values()) tell(bookListeners, listed.venue, listed.symbol);
    },
    onBook: (listener) => listen(bookListeners, listener),
    onTrade: (listener) => listen(tradeListeners, listener),
    onMakerFills: (venue, listener) => listen(makerListeners[venue], listener),
  };
}

/** Walks the prices on, step by step. */
function advance(run: ReturnType<typeof begin>, target: number, stepMs: number): void {
  for (; run.index < target; run.index += 1) {
    const at = run.startedAt + (run.index + 1) * stepMs;
    run.prices.step(at);
    // After a pause the ends of minutes are enough: a night has seventy thousand steps.
    const endsMinute = Math.floor(at / minuteMs) !== Math.floor((at + stepMs) / minuteMs);
    if (endsMinute || run.index + 1 === target) for (const state of run.states.values()) state.note(at);
  }
}

interface MarketHooks {
  book(venue: VenueName, symbol: string): void;
  trade(trade: PublicTrade): void;
  now(): number;
}

/** Everything that a reset makes anew. */
function begin({ kind, stepMs = usualStepMs, markets = listing, prices: given }: MarketOptions, seed: number, hooks: MarketHooks) {
  const startedAt = hooks.now();
  const drawn = { markets, random: seededRandom(seed, 'walk'), stepMs, seed: `past ${seed}`, moving: kind === 'synthetic', startAt: startedAt };
  const prices = given?.(startedAt) ?? createDrawnPrices(drawn);
  const states = new Map<string, MarketBook>();
  for (const listed of markets) {
    const { venue, symbol } = listed;
    const own = { changed: () => hooks.book(venue, symbol), traded: hooks.trade };
    states.set(
      keyOf(venue, symbol),
      createMarketBook({ listed, prices, seed, startAt: startedAt, isStill: kind === 'still', now: hooks.now, hooks: own }),
    );
  }
  return { seed, prices, states, startedAt, index: 0 };
}

const keyOf = (venue: VenueName, symbol: string): string => `${venue} ${symbol}`;

function listen<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

function tell<A extends unknown[]>(listeners: ReadonlySet<(...words: A) => void>, ...words: A): void {
  for (const listener of listeners) listener(...words);
}
