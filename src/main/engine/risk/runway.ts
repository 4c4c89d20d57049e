/**
 * How far a short is from liquidation, and what would bring it back (spec S7.8). Pure.
 *
 * A venue liquidates a short of q coins at the mark price at which what stands behind it, its margin and what it was sold
 * for, no longer covers g(P) = q·P + maintenance(q·P). At the venue's own liquidation price both are equal, so g there says
 * what stands behind the position, whoever added margin to it, and g at a higher price what would have to.
 *
 * 1. Margin to add: g at the wanted price less g at the liquidation price.
 * 2. Closing a part alone moves nothing: an isolated position gives its margin back in the same part, and is liquidated where
 *    it was. What that frees brings the rest back once it is added to it: the part to close is the least that frees enough.
 * 3. Alarms begin below a part of the distance that an entry needs and end at a larger one, so that none comes and goes at
 *    a boundary; what is brought back to the whole distance has no alarm.
 */
import type { Coin } from '../../../shared/domain/ids.ts';
import {
  add,
  divide,
  gt,
  lt,
  lte,
  magnitude,
  max,
  notional,
  plus,
  type Price,
  type Quantity,
  type Ratio,
  ratio,
  relabel,
  round,
  scale,
  sign,
  subtract,
  type Usdt,
  usdt,
  ZERO,
} from '../../../shared/domain/units.ts';
import type { Holdings, MaintenanceRow, Position } from '../../../shared/domain/venue.ts';
import { distanceOf } from './measures.ts';

/** A short position of the account. */
export interface Short {
  readonly coin: Coin;
  readonly quantity: Quantity;
  readonly position: Position;
  /** How far the mark price may rise, of the mark price; undefined where the venue names no price. */
  readonly distance: Ratio | undefined;
}

export const shortsOf = ({ positions }: Pick<Holdings, 'positions'>): readonly Short[] =>
  positions
    .filter(({ quantity }) => sign(quantity) < 0)
    .map((position) => ({ coin: position.coin, quantity: magnitude(position.quantity), position, distance: distanceOf(position) }));

export type RunwayLevel = 'ok' | 'low' | 'critical';

/** Parts of the least distance: where each alarm begins, and where it is over. */
const levels = {
  low: { below: [5, 6], until: [1, 1] },
  critical: { below: [1, 2], until: [2, 3] },
} as const;
const partOf = (least: Ratio, [part, whole]: readonly [number, number]): Ratio =>
  divide(scale(least, ratio(String(part))), ratio(String(whole)), 6, 'halfEven');

/** Where the alarm of a level begins. */
export const alarmBelow = (least: Ratio, level: 'low' | 'critical'): Ratio => partOf(least, levels[level].below);

/** @param before the alarm that stands: it goes on a little longer than it would begin */
export function levelOf(distance: Ratio, least: Ratio, before: RunwayLevel): RunwayLevel {
  const isCritical = lt(distance, partOf(least, levels.critical[before === 'critical' ? 'until' : 'below']));
  if (isCritical) return 'critical';
  return lt(distance, partOf(least, levels.low[before === 'ok' ? 'below' : 'until'])) ? 'low' : 'ok';
}

/** The most that any row asks for: rates rise from row to row and deductions keep them without jumps. */
export const maintenanceOf = (rows: readonly MaintenanceRow[], value: Usdt): Usdt =>
  rows.reduce((most, { rate, deduction }) => max(most, subtract(scale(value, rate), deduction)), usdt('0'));

/** What has to stand behind a short of so many coins at a price. */
function needed(size: Quantity, at: Price, rows: readonly MaintenanceRow[]): Usdt {
  const value = relabel<'usdt'>(notional(at, size));
  return add(value, maintenanceOf(rows, value));
}

interface Liquidated {
  readonly size: Quantity;
  readonly rows: readonly MaintenanceRow[];
  readonly mark: Price;
  /** What stands behind the position: its margin and what it was sold for. */
  readonly behind: Usdt;
  /** The mark price that is as far off as it should be. */
  readonly wanted: Price;
}

/** Undefined where the venue's liquidation price or its table of maintenance margin is not known. */
function liquidated({ quantity: size, position, distance }: Short, least: Ratio): Liquidated | undefined {
  const { liquidationPrice, maintenance: rows, markPrice: mark } = position;
  if (liquidationPrice === undefined || distance === undefined || rows === undefined) return undefined;
  return { size, rows, mark, behind: needed(size, liquidationPrice, rows), wanted: scale(mark, plus(least)) };
}

/** USDT to add to the position's margin for the least distance, in whole cents; zero where it is there. */
export function marginToAdd(short: Short, least: Ratio): Usdt | undefined {
  const known = liquidated(short, least);
  if (known === undefined) return undefined;
  const missing = subtract(needed(known.size, known.wanted, known.rows), known.behind);
  return gt(missing, usdt('0')) ? round(missing, 2, 'up') : usdt('0');
}

/**
 * Coins to close so that what it frees, after the loss on them and the fee, brings the rest to the least distance; all of
 * them where nothing less does, zero where the distance is there.
 */
export function coinsToClose(short: Short, least: Ratio, perpFee: Ratio): Quantity | undefined {
  const known = liquidated(short, least);
  if (known === undefined) return undefined;
  const { size, rows, mark, behind, wanted } = known;
  if (lte(needed(size, wanted, rows), behind)) return ZERO;
  // What is left behind after r coins were bought back, behind − r·mark·(1 + fee), has to be what each row asks of the rest:
  // (size − r)·wanted·(1 + rate) − deduction. The row that asks for most decides.
  const paid = scale(mark, plus(perpFee));
  const parts = [{ rate: ratio('0'), deduction: usdt('0') }, ...rows].map(({ rate, deduction }) => {
    const perCoin = scale(wanted, plus(rate));
    const missing = subtract(subtract(relabel<'usdt'>(notional(perCoin, size)), deduction), behind);
    const gained = subtract(perCoin, paid);
    return sign(missing) <= 0 ? ZERO : sign(gained) <= 0 ? size : divide<'quantity'>(missing, gained, 12, 'up');
  });
  const most = parts.reduce<Quantity>((a, b) => max(a, b), ZERO);
  return lt(most, size) ? most : size;
}

/** USDT that closing so many coins frees: their part of what stands behind the position, less what they cost to buy back. */
export function freedBy(short: Short, closed: Quantity, perpFee: Ratio): Usdt | undefined {
  const known = liquidated(short, ratio('0'));
  if (known === undefined) return undefined;
  const share = divide<'usdt'>(scale(known.behind, relabel<'ratio'>(closed)), known.size, 8, 'down');
  return subtract(share, relabel<'usdt'>(notional(scale(known.mark, plus(perpFee)), closed)));
}
