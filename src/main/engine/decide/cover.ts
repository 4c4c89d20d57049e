/**
 * A purchase by hand that bought back more than was short by hand: a stop that was set off, or an order that rested while
 * something else took its short. The rest closed the shorts of hedges. It is booked there like a forced close, and the spot
 * leg is brought level at once.
 */
import { own } from '../../../shared/domain/record.ts';
import { add, excess, isZero, magnitude, min, type Quantity, sign, ZERO, zero } from '../../../shared/domain/units.ts';
import type { Fill } from '../../../shared/domain/venue.ts';
import { handAt } from '../by-hand.ts';
import type { Draft } from '../draft.ts';
import { outsideOf } from '../outside.ts';
import type { Order, State } from '../state.ts';
import { forcedClose, partOf } from './forced.ts';

/** Called when trades of an order by hand became known. */
export function coverHedges(draft: Draft, order: Order): void {
  const { request, id, fills, covered } = order;
  const beyond = request.reduceOnly ? boughtBeyond(draft.state, order) : ZERO;
  if (isZero(beyond)) return;
  let left = add(covered ?? ZERO, beyond);
  // The newest trades are those that went too far.
  const parts = fills.toReversed().map((fill): Fill => {
    const part = min(fill.quantity, left);
    left = excess(left, part);
    return partOf(fill, part);
  });
  forcedClose(draft, { venue: request.venue, coin: request.coin, clientId: id, venueOrderId: id, fills: parts });
}

/** What orders by hand bought back beyond their own short and the one from outside. */
function boughtBeyond(state: State, { request: { venue, coin } }: Order): Quantity {
  const none = zero<'signedQuantity'>();
  const outside = own(outsideOf(state, venue).seen, coin) ?? none;
  const net = add(handAt(state, venue, coin), sign(outside) < 0 ? outside : none);
  return sign(net) > 0 ? magnitude(net) : ZERO;
}
