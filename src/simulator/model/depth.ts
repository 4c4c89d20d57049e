/**
 * Makes one market's anonymous depth round a center: levels that grow sparser and larger away from the best price.
 * This is where dice become money: every price is a whole number of ticks, every quantity a whole number of steps.
 */
import { type Price, type Quantity, ratio, scale, toNumber } from '../../shared/domain/units.ts';
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
  readonly tick: Price;
  readonly size: number;
}
interface Ruler {
  readonly market: ListedMarket;
  readonly ticks: readonly TickSize[];
  readonly step: number;
  /** Units that lie near the best price on average. */
  readonly nearUnits: number;
}

/**
 * Makes a market's depth, again and again.
 * @returns a function of the center, in the quote currency, at which or just below which the best bid lies, and of the
 * dice; with null for dice the spread is one tick and every level has its mean size
 */
export function createDepthMaker(market: ListedMarket): (center: number, random: Random | null) => Depth {
  const ruler = rulerOf(market);
  return (center, random) => {
    const spread = random === null ? 0 : random() ** 2 * widestSpread[market.venue] * center;
    const bestBid = onTick(ruler, center - spread / 2);
    const above = onTick(ruler, center + spread / 2);
    const bestAsk = above > bestBid ? above : next(ruler, bestBid, 1);
    return { bids: side(ruler, bestBid, -1, random), asks: side(ruler, bestAsk, 1, random) };
  };
}

/** The price on the tick that is nearest to a drawn number. */
export function nearestPrice(market: ListedMarket, value: number): Price {
  const ruler = rulerOf(market);
  return exactPrice(ruler, onTick(ruler, value));
}

function rulerOf(market: ListedMarket): Ruler {
  return {
    market,
    ticks: market.ticks.map(({ from, tick }) => ({ from: toNumber(from), tick, size: toNumber(tick) })),
    step: toNumber(market.step),
    nearUnits: market.depthUsdt / market.startUsdt / toNumber(market.coinsPerUnit),
  };
}

function side(ruler: Ruler, best: number, direction: 1 | -1, random: Random | null): readonly Level[] {
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

function tickAt({ ticks, market }: Ruler, value: number): TickSize {
  // The factor forgives a float that fell short of a row's beginning by a rounding error.
  const row = ticks.findLast((candidate) => candidate.from <= value * (1 + 1e-12)) ?? ticks[0];
  if (row === undefined) throw new Error(`Invariant: a market has ticks, was ${market.symbol}`);
  return row;
}

function onTick(ruler: Ruler, value: number): number {
  const { size } = tickAt(ruler, value);
  return Math.max(1, Math.round(value / size)) * size;
}

function next(ruler: Ruler, value: number, direction: 1 | -1): number {
  // Just below a row's beginning the smaller tick holds.
  const { size } = tickAt(ruler, direction === 1 ? value : value * (1 - 1e-9));
  return (Math.round(value / size) + direction) * size;
}

function exactPrice(ruler: Ruler, value: number): Price {
  const { tick, size } = tickAt(ruler, value);
  return scale(tick, ratio(String(Math.round(value / size))));
}

function exactQuantity({ market, step }: Ruler, units: number): Quantity {
  return scale(market.step, ratio(String(Math.max(1, Math.round(units / step)))));
}
