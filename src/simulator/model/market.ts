/**
 * The market that both simulated venues trade in.
 *
 * 1. It has no clock: `step(now)` brings time in, so virtual time and real time give the same market.
 * 2. The same seed and the same number of steps give the same books, whoever read them in between.
 * 3. Both venues' books come from one set of prices at every step.
 * 4. A book that was set by hand stays, and what clients take from it stays gone, until it is re-centered or reset.
 */
import type { Notional, Price, Quantity } from '../../shared/domain/units.ts';
import type { ControlResult, Level, VenueName } from '../venue.ts';
import type { Book, MakerFill, Side } from './book.ts';
import { type ListedMarket, listing } from './listing.ts';
import { createMarketBook, type MarketBook } from './market-book.ts';
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
  /** The book as of the last step. Ask for it each time: `reset` makes other ones. @throws Error for a symbol that `find` does not know */
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

export interface MarketOptions {
  readonly seed: number;
  readonly kind: 'synthetic' | 'still';
  /** ms since 1970. */
  readonly startAt: number;
  /** How long one step is. */
  readonly stepMs?: number;
  readonly markets?: readonly ListedMarket[];
}

/** How often, a step and market, somebody else is seen to trade. */
const tradeChance = 0.3;

/** Makes the generated market: moving, or still where it is put. */
export function createMarket(options: MarketOptions): Market {
  const { kind, stepMs = 500, markets = listing } = options;
  const bookListeners = new Set<(venue: VenueName, symbol: string) => void>();
  const tradeListeners = new Set<(trade: PublicTrade) => void>();
  const makerListeners: Record<VenueName, Set<(symbol: string, fills: readonly MakerFill[]) => void>> = { upbit: new Set(), binance: new Set() };
  let now = options.startAt;
  let run = begin(options.seed);

  function begin(seed: number) {
    const walk: PriceWalk = createPriceWalk(markets, seededRandom(seed, 'walk'), stepMs, kind === 'synthetic');
    const states = new Map<string, MarketBook>();
    for (const listed of markets) {
      const hooks = {
        changed: () => tell(bookListeners, listed.venue, listed.symbol),
        traded: (trade: PublicTrade) => tell(tradeListeners, trade),
      };
      states.set(keyOf(listed.venue, listed.symbol), createMarketBook({ listed, walk, seed, kind, now: () => now, hooks }));
    }
    return { seed, walk, states, startedAt: now, index: 0 };
  }

  const stateOf = (venue: VenueName, symbol: string): MarketBook => {
    const state = run.states.get(keyOf(venue, symbol));
    if (state === undefined) throw new Error(`Invariant: a market is listed before it is asked for, was ${venue} ${symbol}`);
    return state;
  };
  const met = (state: MarketBook, fills: readonly MakerFill[]) => {
    if (fills.length > 0) tell(makerListeners[state.listed.venue], state.listed.symbol, fills);
  };
  /** Does something to one listed market; the sentence is for the control API. */
  const change = (venue: VenueName, symbol: string, act: (state: MarketBook) => ControlResult): ControlResult => {
    const state = run.states.get(keyOf(venue, symbol));
    return state === undefined ? { ok: false, error: `symbol: ${venue} lists no ${symbol}` } : act(state);
  };

  return {
    kind,
    get now() {
      return now;
    },
    listed: (venue) => markets.filter((market) => market.venue === venue),
    find: (venue, symbol) => run.states.get(keyOf(venue, symbol))?.listed,
    book: (venue, symbol) => stateOf(venue, symbol).book(run.index),
    center: (venue, symbol) => stateOf(venue, symbol).center(),
    ticker: (venue, symbol) => stateOf(venue, symbol).ticker(),
    step: (to) => {
      now = Math.max(now, to);
      const target = Math.floor((now - run.startedAt) / stepMs);
      if (target <= run.index) return;
      for (; run.index < target; run.index += 1) run.walk.step();
      // Books that nobody rests in are made when somebody looks.
      for (const state of run.states.values()) if (state.hasResting()) met(state, state.remake(run.index));
      for (const state of run.states.values()) {
        const draw = seededRandom(run.seed, 'trade', state.listed.symbol, run.index);
        if (draw() < tradeChance) state.tradeAnonymously(run.index, draw);
        tell(bookListeners, state.listed.venue, state.listed.symbol);
      }
    },
    recentre: (venue, symbol, at) =>
      change(venue, symbol, (state) => {
        met(state, state.recentre(at, run.index));
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
      run = begin(seed);
      for (const { listed } of run.states.values()) tell(bookListeners, listed.venue, listed.symbol);
    },
    onBook: (listener) => listen(bookListeners, listener),
    onTrade: (listener) => listen(tradeListeners, listener),
    onMakerFills: (venue, listener) => listen(makerListeners[venue], listener),
  };
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
