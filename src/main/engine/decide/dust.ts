/** Dust: what of a hedge no venue trades. */
import { excess, min, type Quantity } from '../../../shared/domain/units.ts';
import { isDenial } from '../denial.ts';
import type { Sides } from '../premium.ts';
import type { Quote } from '../quote.ts';
import { sidesOf } from '../risk/entry-inputs.ts';
import { tradable } from '../risk/reduction.ts';
import type { Hedge } from '../state.ts';

/** Books and rules of both legs, with a price on the side that a close takes. */
export function wholeSides(quote: Quote): Sides | null {
  const sides = sidesOf(quote);
  return isDenial(sides) || sides.spot.book.bids.length === 0 || sides.perp.book.asks.length === 0 ? null : sides;
}

/** What either leg has above the target is less than a step of the coarse venue and than an order of the fine one. */
export function isOnlyDust(
  { target: most }: Pick<Hedge, 'target'>,
  held: { readonly spot: Quantity; readonly perp: Quantity },
  quote: Quote,
): boolean {
  const sides = wholeSides(quote);
  if (sides === null) return false;
  const target = min(most, min(held.spot, held.perp));
  return (['spot', 'perp'] as const).every((leg) => {
    const over = excess(held[leg], target);
    return tradable(sides.spot, over, 'spot') === null && tradable(sides.perp, over, 'perp') === null;
  });
}
