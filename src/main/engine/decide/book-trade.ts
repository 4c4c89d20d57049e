/** Writes a trade into a hedge's books that no order of ours made: a forced close, a person's, a move between hedges. */
import type { HedgeId } from '../../../shared/domain/ids.ts';
import { there } from '../../../shared/domain/record.ts';
import { type Price, type Quantity, sum, zero } from '../../../shared/domain/units.ts';
import type { Fill, Leg, OrderRequest } from '../../../shared/domain/venue.ts';
import type { Draft } from '../draft.ts';
import { orderIdFor } from '../order-id.ts';
import { type BookedPurpose, legVenue } from '../state.ts';

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
export function bookFills(
  draft: Draft,
  id: HedgeId,
  { leg, does, purpose, venueOrderId }: Booking,
  fillsOf: (order: string) => readonly Fill[],
): void {
  const hedge = there(draft.state.hedges, id);
  const { installation, mode } = draft.state;
  const clientOrderId = orderIdFor({ installation, mode, cause: id, leg, purpose, attempt: hedge.sequence });
  const fills = fillsOf(clientOrderId);
  const side = (leg === 'spot') === (does === 'opens') ? 'buy' : 'sell';
  const request: OrderRequest = {
    clientOrderId,
    venue: legVenue[leg],
    leg,
    coin: hedge.coin,
    side,
    terms: { type: 'market', quantity: sum(fills.map((fill) => fill.quantity)) },
    reduceOnly: leg === 'perp' && does === 'closes',
  };
  draft.add({ kind: 'booked', hedge: id, purpose, request, fills, ...(venueOrderId === undefined ? {} : { venueOrderId }) });
}
