/** Reading books: what a size would cost, and how far a leg may go. Pure arithmetic on levels. */
import {
  add,
  basisPoints,
  divide,
  excess,
  gte,
  isZero,
  lte,
  min,
  minus,
  type Notional,
  notional,
  plus,
  type Price,
  type Quantity,
  scale,
  toTick,
  ZERO,
  zero,
} from '../../shared/domain/units.ts';
import { type Book, type BookLevel, type MarketRules, type Side, tickAt } from '../../shared/domain/venue.ts';

/** The levels that an order of this side would trade with. */
export const opposite = (book: Book, side: Side): readonly BookLevel[] => (side === 'buy' ? book.asks : book.bids);

/** Worst price a leg may be done at: the best opposite price moved by the collar, rounded to the inner tick. Undefined on an empty side. */
export function worstPrice(book: Book, side: Side, collarBps: number, rules: MarketRules): Price | undefined {
  const best = opposite(book, side)[0];
  return best === undefined ? undefined : collared(best.price, side, collarBps, rules);
}

/** The best opposite price moved by the collar, rounded to the inner tick. */
export function collared(best: Price, side: Side, collarBps: number, rules: MarketRules): Price {
  const collar = basisPoints(collarBps);
  const moved = scale(best, side === 'buy' ? plus(collar) : minus(collar));
  return toTick(moved, tickAt(rules, moved), side === 'buy' ? 'down' : 'up');
}

/** Coins on offer no worse than a price. */
export function depthWithin(book: Book, side: Side, worst: Price): Quantity {
  const within = (level: BookLevel): boolean => (side === 'buy' ? lte(level.price, worst) : gte(level.price, worst));
  return opposite(book, side)
    .filter(within)
    .reduce((total, level) => add(total, level.quantity), ZERO);
}

/** What taking a size from the book costs, and how much of it there is. */
function taking(book: Book, side: Side, size: Quantity): { readonly cost: Notional; readonly taken: Quantity } {
  let left = size;
  let cost = zero<'notional'>();
  for (const level of opposite(book, side)) {
    const taken = min(left, level.quantity);
    cost = add(cost, notional(level.price, taken));
    left = excess(left, taken);
    if (isZero(left)) break;
  }
  return { cost, taken: excess(size, left) };
}

/** The worst price that taking a size from the book comes to; undefined where the book holds less. */
export function reachOf(book: Book, side: Side, size: Quantity): Price | undefined {
  let left = size;
  return opposite(book, side).find((level) => {
    left = excess(left, level.quantity);
    return isZero(left);
  })?.price;
}

/** Average price of taking a size from the book (of what there is, when it holds less). Undefined on an empty side or size zero. */
export function averagePrice(book: Book, side: Side, size: Quantity): Price | undefined {
  const { cost, taken } = taking(book, side, size);
  return isZero(taken) ? undefined : divide<'price'>(cost, taken, 12, 'halfEven');
}

/** What a size is worth at the book: exactly while the book holds it, else at the average of what there is; nothing on an empty side. */
export function worthAtBook(book: Book, side: Side, size: Quantity): Notional {
  const { cost, taken } = taking(book, side, size);
  return taken === size || isZero(taken) ? cost : notional(divide<'price'>(cost, taken, 12, 'halfEven'), size);
}
