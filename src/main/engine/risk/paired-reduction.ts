/** Which hedges to close, and how much of each, so that a coin's short shrinks by a size and every hedge stays equal. Pure. */
import type { Coin, HedgeId } from '../../../shared/domain/ids.ts';
import {
  add,
  ceilToStep,
  compare,
  divide,
  excess,
  gt,
  isZero,
  lt,
  max,
  min,
  type Quantity,
  relabel,
  sign,
  ZERO,
} from '../../../shared/domain/units.ts';
import { holding, openHedges } from '../legs.ts';
import type { Sides } from '../premium.ts';
import { coarserStep } from '../sizing.ts';
import type { State } from '../state.ts';

export interface Part {
  readonly hedge: HedgeId;
  readonly quantity: Quantity;
}

/**
 * The largest hedges first, the oldest of equal ones, so that few trades do it. Each part is in whole steps of the coarser
 * venue and no smaller than either takes; what would be left of a hedge below that goes with it. Less than was asked for
 * where the hedges that can be closed now do not have as much.
 */
export function pairedReduction(state: State, coin: Coin, size: Quantity, sides: Sides): readonly Part[] {
  const least = leastClose(sides);
  const wanted = ceilToStep(size, coarserStep(sides));
  const hedges = openHedges(state)
    .filter((hedge) => hedge.coin === coin && hedge.phase === 'hedged' && hedge.waitingExits.length === 0)
    .map((hedge) => ({ id: hedge.id, openedAt: hedge.openedAt, held: holding(state, hedge).matched }))
    .filter(({ held }) => !isZero(held))
    .sort((a, b) => compare(b.held, a.held) || a.openedAt - b.openedAt);
  const parts: Part[] = [];
  let taken = ZERO;
  for (const { id, held } of hedges) {
    if (!gt(wanted, taken)) break;
    const part = max(excess(wanted, taken), least);
    const quantity = lt(excess(held, part), least) ? held : min(part, held);
    parts.push({ hedge: id, quantity });
    taken = add(taken, quantity);
  }
  return parts;
}

/** The least that both venues close, at the best price that the spot leg would get. */
function leastClose({ spot, perp }: Sides): Quantity {
  const bid = spot.book.bids[0]?.price;
  const byValue = bid === undefined || sign(bid) <= 0 ? ZERO : divide<'quantity'>(relabel(spot.rules.minNotional), bid, 12, 'up');
  return ceilToStep(max(max(spot.rules.minQuantity, perp.rules.minQuantity), byValue), coarserStep({ spot, perp }));
}
