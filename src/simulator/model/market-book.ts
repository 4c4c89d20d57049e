/**
 * One market of the generated market: its book, its place relative to the price walk, its day's figures.
 * The book is made again when somebody looks at it after a step; what it is made of depends on the seed and the step only.
 */
import {
  add,
  divide,
  floorToStep,
  fromNumber,
  gt,
  gte,
  lt,
  max,
  type Price,
  type Quantity,
  ratio,
  sign,
  text,
  toNumber,
  toTick,
  ZERO,
} from '../../shared/domain/units.ts';
import type { Level } from '../venue.ts';
import { type Book, createBook, type MakerFill, type Side } from './book.ts';
import { otherSide } from './book-entries.ts';
import { type Candle, createCandles } from './candles.ts';
import { createDay } from './day.ts';
import { createDepthMaker } from './depth.ts';
import { type ListedMarket, tickOf } from './listing.ts';
import type { PublicTrade, Ticker } from './market.ts';
import type { Prices } from './prices.ts';
import { type Random, seededRandom } from './random.ts';

export interface MarketBook {
  readonly listed: ListedMarket;
  /** @param index the market's step */
  book(index: number): Book;
  center(): Price;
  /** A part of the center with eight digits, as venues print what is not on the tick. */
  near(part: number): Price;
  ticker(): Ticker;
  candles(from: number, to: number): readonly Candle[];
  hasResting(): boolean;
  /** Notes where the market is, for its candles. */
  note(now: number): void;
  /** Makes the book of this step, unless it was made or set by hand. Listeners are not told: the step tells them. */
  remake(index: number): readonly MakerFill[];
  recentre(at: Price, index: number): readonly MakerFill[] | undefined;
  setBook(bids: readonly Level[], asks: readonly Level[]): { ok: true; fills: readonly MakerFill[] } | { ok: false; error: string };
  /** Somebody else trades at the best price, with client orders too where they are the best. */
  tradeAnonymously(index: number, draw: Random): readonly MakerFill[];
}

interface Parts {
  readonly listed: ListedMarket;
  readonly prices: Prices;
  readonly seed: number;
  readonly startAt: number;
  readonly isStill: boolean;
  readonly now: () => number;
  readonly hooks: { readonly changed: () => void; readonly traded: (trade: PublicTrade) => void };
}

export function createMarketBook(parts: Parts): MarketBook {
  const { listed, prices, seed, hooks, now } = parts;
  /** Where the book lies relative to the prices: 1 until somebody re-centers it. */
  let shift = 1;
  let setByHand = false;
  let madeAt = -1;
  let isQuiet = false;
  const maker = createDepthMaker(listed);
  const drawn = (): number | undefined => {
    const at = prices.center(listed);
    return at === undefined ? undefined : at * shift;
  };
  const start = prices.center(listed);
  const before = (minutes: number) => prices.before(listed, minutes);
  const candles = createCandles({ listed, ruler: maker, seed, startAt: parts.startAt, start, before });
  const day = createDay({ listed, ruler: maker, start, before, seed, startAt: parts.startAt });
  const traded = (price: Price, quantity: Quantity, takerSide: Side) => hooks.traded(day.trade(price, quantity, takerSide, now()));
  const inner = createBook(listed.step, {
    changed: () => {
      if (!isQuiet) hooks.changed();
    },
    traded,
  });
  const quietly = <T>(act: () => T): T => {
    isQuiet = true;
    const result = act();
    isQuiet = false;
    return result;
  };
  const diceAt = (index: number): Random | null => (parts.isStill ? null : seededRandom(seed, 'depth', listed.symbol, index));
  const make = (index: number): readonly MakerFill[] => {
    madeAt = index;
    const at = drawn();
    const { bids, asks } = at === undefined ? { bids: [], asks: [] } : maker.make(at, diceAt(index));
    return quietly(() => inner.remake(bids, asks));
  };
  const remake = (index: number) => (setByHand || madeAt === index ? [] : make(index));
  const center = (): Price => {
    if (setByHand) return middle(listed, inner, day.figures().last);
    const at = drawn();
    return at === undefined ? day.figures().last : maker.nearest(at);
  };

  return {
    listed,
    book: (index) => {
      remake(index);
      return inner;
    },
    center,
    near: (part) => (part === 1 ? center() : fromNumber((setByHand ? toNumber(center()) : (drawn() ?? toNumber(center()))) * part, 8)),
    ticker: () => day.figures(),
    candles: candles.between,
    hasResting: () => inner.restingCount > 0,
    note: (at) => candles.note(setByHand ? toNumber(center()) : drawn(), at),
    remake,
    recentre: (at, index) => {
      const unshifted = prices.center(listed);
      if (unshifted === undefined) return undefined;
      shift = toNumber(at) / unshifted;
      setByHand = false;
      return make(index);
    },
    setBook: (bids, asks) => {
      const sorted = {
        bids: bids.toSorted((a, b) => (gt(a.price, b.price) ? -1 : 1)),
        asks: asks.toSorted((a, b) => (lt(a.price, b.price) ? -1 : 1)),
      };
      const error = wrongLevels('bids', listed, sorted.bids) ?? wrongLevels('asks', listed, sorted.asks) ?? crossing(sorted.bids, sorted.asks);
      if (error !== undefined) return { ok: false, error };
      setByHand = true;
      return { ok: true, fills: inner.remake(sorted.bids, sorted.asks) };
    },
    tradeAnonymously: (index, draw) => {
      const at = drawn();
      if (setByHand || at === undefined) return [];
      const takerSide = draw() < 0.5 ? 'buy' : 'sell';
      const level = maker.best(at, diceAt(index), takerSide === 'buy' ? 'ask' : 'bid');
      const part = 0.02 + 0.5 * draw() ** 3;
      const size = max(listed.step, fromNumber<'quantity'>(toNumber(level.quantity) * part, listed.quantityPlaces));
      if (inner.restingCount > 0) return quietly(() => meetResting(inner, level.price, size, takerSide));
      traded(level.price, size, takerSide);
      return [];
    },
  };
}

/** A stranger's order walks the book up to this price; client orders on its way fill. */
function meetResting(book: Book, limit: Price, size: Quantity, takerSide: Side): readonly MakerFill[] {
  const { trades } = book.match({ side: takerSide, limit, want: { quantity: size } });
  const fills: MakerFill[] = [];
  for (const { maker, price, quantity } of trades) {
    if (maker === null) continue;
    fills.push({ id: maker, side: otherSide(takerSide), price, quantity, left: book.resting(maker)?.quantity ?? ZERO });
  }
  return fills;
}

/** Between the best prices, down to the tick; with one side empty the other's best. */
function middle(listed: ListedMarket, book: Book, otherwise: Price): Price {
  const bid = book.best('buy');
  const ask = book.best('sell');
  if (bid === null || ask === null) return bid ?? ask ?? otherwise;
  const half = divide<'price'>(add(bid, ask), ratio('2'), 12, 'down');
  return toTick(half, tickOf(listed, half), 'down');
}

function wrongLevels(name: string, listed: ListedMarket, levels: readonly Level[]): string | undefined {
  for (const [index, { price, quantity }] of levels.entries()) {
    if (sign(price) <= 0 || sign(quantity) <= 0) return `${name}: prices and quantities are above zero`;
    const tick = tickOf(listed, price);
    if (toTick(price, tick, 'down') !== price) return `${name}: ${text(price)} is not on the tick, which is ${text(tick)}`;
    if (floorToStep(quantity, listed.step) !== quantity) return `${name}: ${text(quantity)} is not on the step, which is ${text(listed.step)}`;
    if (price === levels[index + 1]?.price) return `${name}: ${text(price)} is there twice`;
  }
  return undefined;
}

function crossing(bids: readonly Level[], asks: readonly Level[]): string | undefined {
  const [bid, ask] = [bids[0], asks[0]];
  if (bid === undefined || ask === undefined || !gte(bid.price, ask.price)) return undefined;
  return `bids: ${text(bid.price)} is not below the lowest ask, ${text(ask.price)}`;
}
