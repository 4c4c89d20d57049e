/** Writes a trade into a hedge's books that no order of ours made: a forced close, a person's, a move between hedges. */
import type { Coin, HedgeId } from '../../../shared/domain/ids.ts';
import { there } from '../../../shared/domain/record.ts';
import { type Price, type Quantity, sum, ZERO, zero } from '../../../shared/domain/units.ts';
import type { Fill, Leg, OrderRequest } from '../../../shared/domain/venue.ts';
import type { Draft } from '../draft.ts';
import { byHand, type OrderCause, orderRequest } from '../order-request.ts';
import type { BookedPurpose } from '../state.ts';

interface Booking {
  readonly leg: Leg;
  readonly does: 'opens' | 'closes';
  readonly purpose: BookedPurpose;
  readonly venueOrderId?: string;
}
export interface PlainBooking extends Booking {
  readonly quantity: Quantity;
  readonly price: Price;
}

/** One trade without a fee. */
export function book(draft: Draft, id: HedgeId, { quantity, price, ...booking }: PlainBooking): void {
  bookFills(draft, id, booking, (order) => [
    {
      tradeId: `${booking.purpose}-${order}`,
      price,
      quantity,
      fee: zero(),
      feeCurrency: booking.leg === 'spot' ? 'KRW' : 'USDT',
      at: draft.at,
    },
  ]);
}

/** @param fillsOf the trades, given the id of the order that they are booked as */
export function bookFills(draft: Draft, id: HedgeId, booking: Booking, fillsOf: (order: string) => readonly Fill[]): void {
  const { coin, sequence } = there(draft.state.hedges, id);
  bookOn(draft, id, { cause: id, coin, sequence }, booking, fillsOf);
}

/** The same on what orders by hand brought. */
export const bookFillsByHand = (draft: Draft, coin: Coin, booking: Booking, fills: readonly Fill[]): void =>
  bookOn(draft, null, { cause: byHand, coin, sequence: draft.state.byHand.sequence }, booking, () => fills);

function bookOn(
  draft: Draft,
  hedge: HedgeId | null,
  cause: OrderCause,
  { leg, does, purpose, venueOrderId }: Booking,
  fillsOf: (order: string) => readonly Fill[],
): void {
  const side = (leg === 'spot') === (does === 'opens') ? 'buy' : 'sell';
  const { clientOrderId, ...rest } = orderRequest(draft.state, cause, { leg, side, purpose, terms: { type: 'market', quantity: ZERO } });
  const fills = fillsOf(clientOrderId);
  const terms = { type: 'market', quantity: sum(fills.map((fill) => fill.quantity)) } as const;
  const request: OrderRequest = { ...rest, clientOrderId, terms };
  draft.add({ kind: 'booked', hedge, purpose, request, fills, ...(venueOrderId === undefined ? {} : { venueOrderId }) });
}
