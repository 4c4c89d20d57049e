/**
 * A perpetual position and how a fill changes it.
 *
 * 1. `cost` is the exact notional of the fills that are still open; the entry price is only ever derived from it. So
 *    over any run of fills: realized PnL = notional sold − notional bought − (signed) cost of what is still open.
 * 2. A fill against the position realizes first; what is left of it opens the other way at the fill's price.
 * 3. A flat position has no cost and no isolated wallet; leverage and margin mode outlive it.
 */
import {
  add,
  divide,
  excess,
  gap,
  isZero,
  magnitude,
  min,
  negate,
  notional,
  type Price,
  type Quantity,
  quantity as quantityOf,
  ratio,
  relabel,
  type SignedQuantity,
  scale,
  sign,
  signedQuantity,
  subtract,
  type Usdt,
  usdt,
} from '../../../shared/domain/units.ts';

export type Side = 'BUY' | 'SELL';
export type MarginMode = 'isolated' | 'cross';

export type PositionSide = 'BOTH' | 'LONG' | 'SHORT';

export interface Position {
  readonly symbol: string;
  /** BOTH in one-way mode; in hedge mode a symbol has a LONG and a SHORT position, each never turning. */
  readonly positionSide: PositionSide;
  /** Short is negative. */
  readonly quantity: SignedQuantity;
  /** Notional paid or received for what is open; never negative. */
  readonly cost: Usdt;
  /** Margin set aside for an isolated position; zero for a cross one. */
  readonly isolatedWallet: Usdt;
  readonly leverage: number;
  readonly marginMode: MarginMode;
  /** All PnL ever realized in this symbol, before fees. */
  readonly realizedTotal: Usdt;
  /** ms since 1970 of the last change; 0 where there was none. */
  readonly updatedAt: number;
}

/** Digits the venue keeps of USDT amounts. */
export const usdtPlaces = 8;

/** What the venue sets for a symbol that an account never touched. */
export const untouched = (symbol: string, positionSide: PositionSide = 'BOTH'): Position => ({
  symbol,
  positionSide,
  quantity: signedQuantity('0'),
  cost: usdt('0'),
  isolatedWallet: usdt('0'),
  leverage: 20,
  marginMode: 'cross',
  realizedTotal: usdt('0'),
  updatedAt: 0,
});

export const isFlat = (position: Position): boolean => isZero(position.quantity);
const directionOf = (side: Side): 1 | -1 => (side === 'BUY' ? 1 : -1);
/** Whether an order of this side makes the position smaller (or turns it). */
export const opposes = (position: Position, side: Side): boolean => sign(position.quantity) * directionOf(side) < 0;
/** Whether an order can only make a position smaller: it says so, or its side and position side do. */
export const isReducing = (order: { readonly side: Side; readonly positionSide?: PositionSide | undefined; readonly reduceOnly: boolean }): boolean =>
  order.reduceOnly || (order.positionSide === 'LONG' && order.side === 'SELL') || (order.positionSide === 'SHORT' && order.side === 'BUY');
export const notionalUsdt = (price: Price, amount: Quantity): Usdt => relabel(notional(price, amount));

/** Average entry price, to eight digits; zero when flat. */
export function entryPrice(position: Position): Price {
  if (isFlat(position)) return relabel(usdt('0'));
  return divide(position.cost, magnitude(position.quantity), usdtPlaces, 'halfEven');
}

/** Profit of the open part at a price. */
export function unrealized(position: Position, markPrice: Price): Usdt {
  const value = notionalUsdt(markPrice, magnitude(position.quantity));
  return sign(position.quantity) < 0 ? subtract(position.cost, value) : subtract(value, position.cost);
}

/** A share of an amount, to the venue's digits; the whole of it when `part` is the whole. */
const shareOf = (amount: Usdt, part: Quantity, whole: Quantity): Usdt => divide(scale(amount, relabel(part)), whole, usdtPlaces, 'halfEven');

/**
 * What a fill does to a position.
 * @returns the position after it and the PnL it realized, before fees
 */
export function applyFill(
  position: Position,
  side: Side,
  price: Price,
  amount: Quantity,
  at: number,
): { readonly position: Position; readonly realized: Usdt } {
  const held = magnitude(position.quantity);
  const closed = opposes(position, side) ? min(held, amount) : quantityOf('0');
  const opened = excess(amount, closed);
  const closedCost = isZero(closed) ? usdt('0') : shareOf(position.cost, closed, held);
  const proceeds = notionalUsdt(price, closed);
  const realized = side === 'BUY' ? subtract(closedCost, proceeds) : subtract(proceeds, closedCost);
  const released = isZero(closed) ? usdt('0') : shareOf(position.isolatedWallet, closed, held);
  const openedCost = notionalUsdt(price, opened);
  const posted = position.marginMode === 'isolated' ? divide<'usdt'>(openedCost, ratio(String(position.leverage)), usdtPlaces, 'up') : usdt('0');
  const moved: SignedQuantity = gap(amount, quantityOf('0'));
  return {
    realized,
    position: {
      ...position,
      quantity: add(position.quantity, side === 'BUY' ? moved : negate(moved)),
      cost: add(subtract(position.cost, closedCost), openedCost),
      isolatedWallet: add(subtract(position.isolatedWallet, released), posted),
      realizedTotal: add(position.realizedTotal, realized),
      updatedAt: at,
    },
  };
}
