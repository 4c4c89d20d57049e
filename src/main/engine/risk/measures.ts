/** The numbers that limits are held against. The checks of an entry and what is shown of a limit's use read the same ones. */
import { own, there } from '../../../shared/domain/record.ts';
import type { Coin } from '../../../shared/domain/ids.ts';
import {
  add,
  divide,
  gt,
  isZero,
  type Krw,
  krw,
  max,
  min,
  minus,
  negate,
  notional,
  plus,
  type Price,
  price,
  quantity,
  type Quantity,
  type Ratio,
  ratio,
  relabel,
  scale,
  subtract,
  sum,
  type Usdt,
  usdt,
} from '../../../shared/domain/units.ts';
import type { Position } from '../../../shared/domain/venue.ts';
import { handCoinsWorth, handExposures } from '../by-hand.ts';
import { exposure, holding, openHedges } from '../legs.ts';
import { hedgeResult } from '../pnl.ts';
import type { Sized } from '../sizing.ts';
import type { Hedge, State } from '../state.ts';
import type { EntryInputs } from './entry-inputs.ts';

/** What both accounts hold, and what a USDT is worth. */
export type Accounts = Pick<EntryInputs, 'krw' | 'margin' | 'fx'>;

/** KRW + coins of our hedges at the bid, and those bought by hand, + perpetual margin balance × USDT/KRW. Outside coins do not count. */
export function capital({ state, inputs }: { readonly state: State; readonly inputs: Accounts }): Krw {
  const coins = sum(openHedges(state).map((hedge) => relabel<'krw'>(notional(hedge.marks.spotBid, holding(state, hedge).spot))));
  const margin = scale(inputs.margin.balance, relabel<'ratio'>(inputs.fx));
  return sum([inputs.krw.total, coins, handCoinsWorth(state), relabel<'krw'>(margin)]);
}

/**
 * Σ over hedges of the larger leg with all in flight. A hedge of a coin that has no price here is valued at its own
 * last mark: its book is not at hand.
 */
export const positionOf = (state: State, hedges: readonly Hedge[], asks: Readonly<Partial<Record<Coin, Price>>>): Krw =>
  sum(hedges.map((hedge) => relabel<'krw'>(notional(own(asks, hedge.coin) ?? hedge.marks.spotBid, exposure(state, hedge)))));

/** The same of what was bought and sold by hand; where a coin has no price here, at that of its last decision. */
const handPosition = (state: State, asks: Readonly<Partial<Record<Coin, Price>>>, only: Coin | null): Krw =>
  sum(
    handExposures(state)
      .filter(({ coin }) => only === null || coin === only)
      .map(({ coin, exposure: quantity, mark }) => relabel<'krw'>(notional(own(asks, coin) ?? mark, quantity))),
  );

/** Both together: over all coins, or in one. */
export const positionInAll = (state: State, asks: Readonly<Partial<Record<Coin, Price>>>, only: Coin | null = null): Krw => {
  const hedges = openHedges(state).filter(({ coin }) => only === null || coin === only);
  return add(positionOf(state, hedges, asks), handPosition(state, asks, only));
};

/** What the spot leg of a size costs at the best ask. */
export const costAtAsk = (spotAsk: Price, size: Quantity): Krw => relabel<'krw'>(notional(spotAsk, size));

/** Part of the capital; undefined where there is none. */
export const partOfCapital = (amount: Krw, whole: Krw): Ratio | undefined =>
  gt(whole, krw('0')) ? divide<'ratio'>(amount, whole, 6, 'up') : undefined;

/** A time that is no number counts, and so does one from the future. */
export const entriesInMinute = (state: State, at: number): number => state.entryTimes.filter((time) => !(time <= at - 60_000)).length;
/** A clock that was set back over midnight begins no new day. */
export const entriesToday = (state: State, at: number): number => (kstDay(at) > state.day.kst ? 0 : state.day.entries);
/** Days since 1970 in Korean time. */
export const kstDay = (at: number): number => Math.floor((at + 9 * 3_600_000) / 86_400_000);

/** Loss of the KST day, of the day's capital: realized and not. Zero is no loss; undefined where there is no capital to measure by. */
export function dayLoss(state: State, fallbackCapital: Krw): Ratio | undefined {
  const base = [state.day.capital, fallbackCapital].find((amount) => amount !== null && gt(amount, krw('0')));
  return base == null ? undefined : max(ratio('0'), divide<'ratio'>(negate(dayResult(state)), base, 6, 'up'));
}

/** Result of the day that the state is in, realized and not, in KRW. */
export function dayResult(state: State): Krw {
  const open = sum(openHedges(state).map((hedge) => subtract(hedgeResult(state, hedge).total, own(state.day.bases, hedge.id) ?? krw('0'))));
  return add(state.day.realized, open);
}

/** Loss of a hedge against its spot cost, rounded so that at a limit means at it or above; below zero is a gain. */
export function lossRatio(state: State, { id }: Hedge): Ratio {
  const { total, spotCost } = hedgeResult(state, there(state.hedges, id));
  return gt(spotCost, krw('0')) ? divide<'ratio'>(negate(total), spotCost, 6, 'down') : ratio('0');
}

/** Initial margin and taker fee of the short leg at the best bid, which is above any price it will get. */
export function marginNeeded({ quantity: size }: Pick<Sized, 'quantity'>, inputs: Pick<EntryInputs, 'perpBid' | 'perpFee'>, state: State): Usdt {
  const value = relabel<'usdt'>(notional(inputs.perpBid, size));
  const margin = divide<'usdt'>(value, quantity(String(state.settings.leverage)), 8, 'up');
  return add(margin, scale(value, inputs.perpFee));
}

/** Part of the margin balance that is free once so much more is bound: nothing without a balance. */
export const freeMarginPart = ({ margin }: Pick<Accounts, 'margin'>, bound: Usdt): Ratio =>
  gt(margin.balance, usdt('0')) ? divide<'ratio'>(subtract(margin.available, bound), margin.balance, 6, 'down') : ratio('0');

/** Maintenance margin of the margin balance; undefined without a balance. */
export const marginRatioOf = ({ margin }: Pick<Accounts, 'margin'>): Ratio | undefined =>
  gt(margin.balance, usdt('0')) ? divide<'ratio'>(margin.maintenance, margin.balance, 6, 'up') : undefined;

/** The maintenance rate assumed for the position to be: above every bracket that a hedge within these limits reaches. */
const assumedMaintenance = ratio('0.05');

/** An isolated short at leverage L is liquidated where the price has risen by about (1 + 1/L) / (1 + maintenance) − 1. */
export function distanceAtEntry(leverage: number): Ratio {
  const margin = divide<'ratio'>(ratio('1'), ratio(String(leverage)), 8, 'down');
  return minusOne(divide<'ratio'>(plus(margin), plus(assumedMaintenance), 8, 'down'));
}

/** How far the mark price may rise before the venue liquidates; undefined where it names no price. */
export function distanceOf({ liquidationPrice, markPrice }: Position): Ratio | undefined {
  if (liquidationPrice === undefined || !gt(markPrice, price('0')) || !gt(liquidationPrice, price('0'))) return undefined;
  return minusOne(divide<'ratio'>(liquidationPrice, markPrice, 8, 'down'));
}
const minusOne = (value: Ratio): Ratio => negate(minus(value));

/**
 * The shorter of the two: the position that is there, and the one that an entry makes. Undefined where there is a position
 * and nobody knows when it is liquidated.
 */
export function liquidationDistance(leverage: number, position: Position | undefined): Ratio | undefined {
  const estimated = distanceAtEntry(leverage);
  const listed = position === undefined ? undefined : distanceOf(position);
  if (listed !== undefined) return min(listed, estimated);
  return position === undefined || isZero(position.quantity) ? estimated : undefined;
}
