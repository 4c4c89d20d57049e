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
import { type HedgeResult, hedgeResult } from '../pnl.ts';
import type { Sized } from '../sizing.ts';
import type { Hedge, State } from '../state.ts';
import type { EntryInputs } from './entry-inputs.ts';

/** What both accounts hold, and what a USDT is worth. */
export type Accounts = Pick<EntryInputs, 'krw' | 'margin' | 'fx' | 'bids'>;

/**
 * KRW + coins of our hedges at the bid + those bought by hand, at the bid where their book is at hand, + perpetual margin
 * balance × USDT/KRW. Outside coins do not count.
 */
export function capital({ state, inputs }: { readonly state: State; readonly inputs: Accounts }): Krw {
  const coins = sum(openHedges(state).map((hedge) => relabel<'krw'>(notional(hedge.marks.spotBid, holding(state, hedge).spot))));
  const margin = scale(inputs.margin.balance, relabel<'ratio'>(inputs.fx));
  return sum([inputs.krw.total, coins, handCoinsWorth(state, inputs.bids ?? {}), relabel<'krw'>(margin)]);
}

/**
 * What the position in each coin is worth: of hedges the larger leg with all in flight, and what was bought and sold by
 * hand. A coin that has no price here is valued at the last mark of its hedge, or at that of its last decision by hand:
 * its book is not at hand.
 */
export function positionsOf(state: State, asks: Readonly<Partial<Record<Coin, Price>>>): ReadonlyMap<Coin, Krw> {
  const worth = new Map<Coin, Krw>();
  const count = (coin: Coin, size: Quantity, mark: Price): void => {
    const value = relabel<'krw'>(notional(own(asks, coin) ?? mark, size));
    worth.set(coin, add(worth.get(coin) ?? krw('0'), value));
  };
  for (const hedge of openHedges(state)) count(hedge.coin, exposure(state, hedge), hedge.marks.spotBid);
  for (const { coin, exposure: size, mark } of handExposures(state)) count(coin, size, mark);
  return worth;
}

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

/**
 * Loss of the KST day, of the day's capital: realized and not. Zero is no loss; undefined where there is no capital to
 * measure by.
 * @param result where it is known already: the day's, realized and not
 */
export function dayLoss(state: State, fallbackCapital: Krw, result: Krw = dayResult(state)): Ratio | undefined {
  const base = [state.day.capital, fallbackCapital].find((amount) => amount !== null && gt(amount, krw('0')));
  return base == null ? undefined : max(ratio('0'), divide<'ratio'>(negate(result), base, 6, 'up'));
}

/** What each open hedge came to so far. */
export const openResults = (state: State): ReadonlyMap<Hedge, HedgeResult> =>
  new Map(openHedges(state).map((hedge) => [hedge, hedgeResult(state, hedge)]));

/** Result of the day that the state is in, realized and not, in KRW. */
export function dayResult(state: State, results = openResults(state)): Krw {
  const open = [...results].map(([{ id }, { total }]) => subtract(total, own(state.day.bases, id) ?? krw('0')));
  return add(state.day.realized, sum(open));
}

/** Loss of a hedge against its spot cost, rounded so that at a limit means at it or above; below zero is a gain. */
export const lossRatio = (state: State, { id }: Hedge): Ratio => lossOf(hedgeResult(state, there(state.hedges, id)));
export const lossOf = ({ total, spotCost }: HedgeResult): Ratio =>
  gt(spotCost, krw('0')) ? divide<'ratio'>(negate(total), spotCost, 6, 'down') : ratio('0');

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
