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

/**
 * @param center in the quote currency; the best bid is at or just below it
 * @param random null: the spread is one tick and every level has its mean size
 */
export function makeDepth(market: ListedMarket, center: number, random: Random | null): Depth {
  const spread = random === null ? 0 : random() ** 2 * widestSpread[market.venue] * center;
  const bestBid = onTick(market, center - spread / 2);
  const above = onTick(market, center + spread / 2);
  const bestAsk = above > bestBid ? above : next(market, bestBid, 1);
  return { bids: side(market, bestBid, -1, random), asks: side(market, bestAsk, 1, random) };
}

/** The price on the tick that is nearest to a drawn number. */
export const nearestPrice = (market: ListedMarket, value: number): Price => exactPrice(market, onTick(market, value));

function side(market: ListedMarket, best: number, direction: 1 | -1, random: Random | null): readonly Level[] {
  const prices: number[] = [best];
  const last = market.depthLevels - 1;
  for (let index = 1; index <= last; index += 1) {
    const jitter = random === null ? 1 : 0.85 + 0.3 * random();
    const wanted = onTick(market, best * (1 + direction * reach * jitter * (index / last) ** 1.5));
    const nearest = next(market, prices.at(-1) ?? best, direction);
    const value = direction * (wanted - nearest) > 0 ? wanted : nearest;
    // A coin whose tick is coarse may have fewer levels than the venue shows.
    if (value <= 0) break;
    prices.push(value);
  }
  const weights = prices.map((_, index) => (0.4 + index / market.depthLevels) * (random === null ? 1 : 0.6 + 0.8 * random()));
  const nearWeight = prices.reduce((total, value, index) => (Math.abs(value / best - 1) <= near ? total + meanWeight(market, index) : total), 0);
  const units = market.depthUsdt / market.startUsdt / toNumber(market.coinsPerUnit);
  return prices.map((value, index) => ({
    price: exactPrice(market, value),
    quantity: exactQuantity(market, (units * (weights[index] ?? 0)) / nearWeight),
  }));
}

const meanWeight = (market: ListedMarket, index: number): number => 0.4 + index / market.depthLevels;

function tickNumber(market: ListedMarket, value: number): { tick: Price; size: number } {
  // The factor forgives a float that fell short of a row's beginning by a rounding error.
  const row = market.ticks.findLast((candidate) => toNumber(candidate.from) <= value * (1 + 1e-12)) ?? market.ticks[0];
  if (row === undefined) throw new Error(`Invariant: a market has ticks, was ${market.symbol}`);
  return { tick: row.tick, size: toNumber(row.tick) };
}

const onTick = (market: ListedMarket, value: number): number => {
  const { size } = tickNumber(market, value);
  return Math.max(1, Math.round(value / size)) * size;
};

const next = (market: ListedMarket, value: number, direction: 1 | -1): number => {
  // Just below a row's beginning the smaller tick holds.
  const { size } = tickNumber(market, direction === 1 ? value : value * (1 - 1e-9));
  return (Math.round(value / size) + direction) * size;
};

function exactPrice(market: ListedMarket, value: number): Price {
  const { tick, size } = tickNumber(market, value);
  return scale(tick, ratio(String(Math.round(value / size))));
}

function exactQuantity(market: ListedMarket, units: number): Quantity {
  const steps = Math.max(1, Math.round(units / toNumber(market.step)));
  return scale(market.step, ratio(String(steps)));
}
