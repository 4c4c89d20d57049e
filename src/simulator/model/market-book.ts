/**
 * One market of the generated market: its book, its place relative to the price walk, its day's figures.
 * The book is made again when somebody looks at it after a step; what it is made of depends on the seed and the step only.
 */
import {
  add,
  divide,
  floorToStep,
  gt,
  gte,
  lt,
  max,
  min,
  notional,
  type Price,
  type Quantity,
  ratio,
  relabel,
  scale,
  sign,
  text,
  toNumber,
  toTick,
} from '../../shared/domain/units.ts';
import type { Level } from '../venue.ts';
import { type Book, createBook, type MakerFill, type Side } from './book.ts';
import { createDepthMaker, nearestPrice } from './depth.ts';
import { type ListedMarket, tickOf } from './listing.ts';
import type { PublicTrade, Ticker } from './market.ts';
import type { PriceWalk } from './prices.ts';
import { type Random, seededRandom } from './random.ts';

export interface MarketBook {
  readonly listed: ListedMarket;
  /** @param index the market's step */
  book(index: number): Book;
  center(): Price;
  ticker(): Ticker;
  hasResting(): boolean;
  /** Makes the book of this step, unless it was made or set by hand. Listeners are not told: the step tells them. */
  remake(index: number): readonly MakerFill[];
  recentre(at: Price, index: number): readonly MakerFill[];
  setBook(bids: readonly Level[], asks: readonly Level[]): { ok: true; fills: readonly MakerFill[] } | { ok: false; error: string };
  /** Somebody else trades at the best price. */
  tradeAnonymously(index: number, draw: Random): void;
}

interface Parts {
  readonly listed: ListedMarket;
  readonly walk: PriceWalk;
  readonly seed: number;
  readonly kind: 'synthetic' | 'still';
  readonly now: () => number;
  readonly hooks: { readonly changed: () => void; readonly traded: (trade: PublicTrade) => void };
}

export function createMarketBook({ listed, walk, seed, kind, now, hooks }: Parts): MarketBook {
  /** Where the book lies relative to the walk: 1 until somebody re-centers it. */
  let shift = 1;
  let setByHand = false;
  let madeAt = -1;
  let isQuiet = false;
  const makeDepth = createDepthMaker(listed);
  const day = createDay(listed, nearestPrice(listed, walk.center(listed)), seededRandom(seed, 'day', listed.symbol), now);
  const traded = (price: Price, quantity: Quantity, takerSide: Side) => hooks.traded(day.trade(price, quantity, takerSide, now()));
  const inner = createBook(listed.step, {
    changed: () => {
      if (!isQuiet) hooks.changed();
    },
    traded,
  });

  const make = (index: number): readonly MakerFill[] => {
    madeAt = index;
    const random = kind === 'still' ? null : seededRandom(seed, 'depth', listed.symbol, index);
    const { bids, asks } = makeDepth(walk.center(listed) * shift, random);
    isQuiet = true;
    const fills = inner.remake(bids, asks);
    isQuiet = false;
    return fills;
  };
  const remake = (index: number) => (setByHand || madeAt === index ? [] : make(index));

  return {
    listed,
    book: (index) => {
      remake(index);
      return inner;
    },
    center: () => (setByHand ? middle(listed, inner, day.figures().last) : nearestPrice(listed, walk.center(listed) * shift)),
    ticker: () => day.figures(),
    hasResting: () => inner.restingCount > 0,
    remake,
    recentre: (at, index) => {
      shift = toNumber(at) / walk.center(listed);
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
      if (setByHand) return;
      remake(index);
      const takerSide = draw() < 0.5 ? 'buy' : 'sell';
      const level = inner.levels(takerSide === 'buy' ? 'sell' : 'buy', 1)[0];
      if (level === undefined) return;
      const part = ratio((0.02 + 0.5 * draw() ** 3).toFixed(6));
      traded(level.price, max(listed.step, floorToStep(scale(level.quantity, part), listed.step)), takerSide);
    },
  };
}

/** Keeps the day's figures, with a made-up day before the start. */
function createDay(listed: ListedMarket, start: Price, random: Random, now: () => number) {
  const open = nearestPrice(listed, toNumber(start) * (0.98 + 0.04 * random()));
  let high = max(nearestPrice(listed, toNumber(start) * (1 + 0.01 * random())), open);
  let low = min(nearestPrice(listed, toNumber(start) * (1 - 0.01 * random())), open);
  const units = ((250 + 100 * random()) * listed.depthUsdt) / listed.startUsdt / toNumber(listed.coinsPerUnit);
  let volume = floorToStep(relabel<'quantity'>(ratio(BigInt(Math.round(units)).toString())), listed.step);
  let quoteVolume = notional(start, volume);
  let lastTrade: PublicTrade = {
    venue: listed.venue,
    symbol: listed.symbol,
    id: 1,
    price: start,
    quantity: listed.step,
    takerSide: 'buy',
    at: now(),
  };

  return {
    trade: (price: Price, quantity: Quantity, takerSide: Side, at: number): PublicTrade => {
      lastTrade = { venue: listed.venue, symbol: listed.symbol, id: lastTrade.id + 1, price, quantity, takerSide, at };
      high = max(high, price);
      low = min(low, price);
      volume = add(volume, quantity);
      quoteVolume = add<'notional'>(quoteVolume, notional(price, quantity));
      return lastTrade;
    },
    figures: (): Ticker => ({ open, high, low, last: lastTrade.price, volume, quoteVolume, lastTrade }),
  };
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
