/**
 * Makes one market's anonymous depth round a center: levels that grow sparser and larger away from the best price.
 * This is where dice become money: every price is a whole number of ticks, every quantity a whole number of steps.
 */
import { fromNumber, type Price, type Quantity, text, toNumber } from '../../shared/domain/units.ts';
import type { Level } from '../venue.ts';
import type { ListedMarket } from './listing.ts';
import type { Random } from './random.ts';

export interface Depth {
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

/** How far the last level lies from the best price, where the tick is fine enough. */
const reach = 0.0045;
/** `depthUsdt` lies within this distance. */
const near = 0.005;
/** Widest spread in parts of the price, where it is more than one tick. */
const widestSpread = { upbit: 0.00015, binance: 0.00002 } as const;

/** A tick with its numbers at hand: they are read for every level. */
interface TickSize {
  readonly from: number;
  readonly size: number;
  readonly places: number;
}
/** A market's ticks and steps as numbers, for dice. */
export interface Ruler {
  /** The price on the tick that is nearest to a drawn number, at least one tick. */
  nearest(value: number): Price;
}
interface Scale extends Ruler {
  readonly market: ListedMarket;
  readonly ticks: readonly TickSize[];
  readonly step: number;
  /** Units that lie near the best price on average. */
  readonly nearUnits: number;
}
export interface DepthMaker extends Ruler {
  /**
   * @param center in the quote currency: the best bid lies there or just below @param random the dice; with null the
   * spread is one tick and every level has its mean size
   */
  make(center: number, random: Random | null): Depth;
  /** The best level of one side of what `make` would make of the same center and dice; its quantity is the mean one. */
  best(center: number, random: Random | null, side: 'bid' | 'ask'): Level;
}

/** Makes a market's depth, again and again. */
export function createDepthMaker(market: ListedMarket): DepthMaker {
  const scale = scaleOf(market);
  const top = (center: number, random: Random | null) => {
    const spread = random === null ? 0 : random() ** 2 * widestSpread[market.venue] * center;
    const bid = onTick(scale, center - spread / 2);
    const above = onTick(scale, center + spread / 2);
    return { bid, ask: above > bid ? above : next(scale, bid, 1) };
  };
  const meanUnits = (scale.nearUnits * 0.4) / (0.9 * market.depthLevels);
  return {
    nearest: scale.nearest,
    make: (center, random) => {
      const { bid, ask } = top(center, random);
      return { bids: side(scale, bid, -1, random), asks: side(scale, ask, 1, random) };
    },
    best: (center, random, side_) => ({
      price: exactPrice(scale, top(center, random)[side_]),
      quantity: exactQuantity(scale, meanUnits),
    }),
  };
}

const scales = new WeakMap<ListedMarket, Scale>();

function scaleOf(market: ListedMarket): Scale {
  const found = scales.get(market);
  if (found !== undefined) return found;
  const made: Scale = {
    market,
    ticks: market.ticks.map(({ from, tick }) => ({ from: toNumber(from), size: toNumber(tick), places: placesOf(text(tick)) })),
    step: toNumber(market.step),
    nearUnits: market.depthUsdt / market.startUsdt / toNumber(market.coinsPerUnit),
    nearest: (value) => exactPrice(made, onTick(made, value)),
  };
  scales.set(market, made);
  return made;
}

const placesOf = (source: string): number => source.split('.')[1]?.length ?? 0;

function side(ruler: Scale, best: number, direction: 1 | -1, random: Random | null): readonly Level[] {
  const prices: number[] = [best];
  const last = ruler.market.depthLevels - 1;
  for (let index = 1; index <= last; index += 1) {
    const jitter = random === null ? 1 : 0.85 + 0.3 * random();
    const wanted = onTick(ruler, best * (1 + direction * reach * jitter * (index / last) ** 1.5));
    const nearest = next(ruler, prices.at(-1) ?? best, direction);
    const value = direction * (wanted - nearest) > 0 ? wanted : nearest;
    // A coin whose tick is coarse may have fewer levels than the venue shows.
    if (value <= 0) break;
    prices.push(value);
  }
  const weight = (index: number) => 0.4 + index / ruler.market.depthLevels;
  const nearWeight = prices.reduce((total, value, index) => (Math.abs(value / best - 1) <= near ? total + weight(index) : total), 0);
  return prices.map((value, index) => {
    const luck = random === null ? 1 : 0.6 + 0.8 * random();
    return { price: exactPrice(ruler, value), quantity: exactQuantity(ruler, (ruler.nearUnits * weight(index) * luck) / nearWeight) };
  });
}

function tickAt({ ticks, market }: Scale, value: number): TickSize {
  // The factor forgives a float that fell short of a row's beginning by a rounding error.
  const row = ticks.findLast((candidate) => candidate.from <= value * (1 + 1e-12)) ?? ticks[0];
  if (row === undefined) throw new Error(`Invariant: a market has ticks, was ${market.symbol}`);
  return row;
}

function onTick(ruler: Scale, value: number): number {
  const { size } = tickAt(ruler, value);
  return Math.max(1, Math.round(value / size)) * size;
}

function next(ruler: Scale, value: number, direction: 1 | -1): number {
  // Just below a row's beginning the smaller tick holds.
  const { size } = tickAt(ruler, direction === 1 ? value : value * (1 - 1e-9));
  return (Math.round(value / size) + direction) * size;
}

function exactPrice(ruler: Scale, value: number): Price {
  const { size, places } = tickAt(ruler, value);
  return fromNumber(Math.round(value / size) * size, places);
}

function exactQuantity({ market, step }: Scale, units: number): Quantity {
  return fromNumber(Math.max(1, Math.round(units / step)) * step, market.quantityPlaces);
}
