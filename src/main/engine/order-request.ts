/** An order as it goes to a venue, made of what the engine wants done on one leg. */
import type { Coin, HedgeId } from '../../shared/domain/ids.ts';
import type { Leg, OrderRequest, OrderTerms, Side } from '../../shared/domain/venue.ts';
import { orderIdFor } from './order-id.ts';
import { legVenue, type Purpose, type State } from './state.ts';

export interface NewOrder {
  readonly leg: Leg;
  readonly side: Side;
  readonly purpose: Purpose;
  readonly terms: OrderTerms;
}

/** The cause of orders that belong to no hedge: with a blank, as no hedge's id has one. */
export const byHand = 'by hand';

/** Whose order it is, and how many it had before: makes the ids differ. */
export interface OrderCause {
  readonly cause: HedgeId | typeof byHand;
  readonly coin: Coin;
  readonly sequence: number;
}

/** The request with its derived id. A perpetual is bought only to shrink the short. */
export function orderRequest(state: State, { cause, coin, sequence }: OrderCause, { leg, side, purpose, terms }: NewOrder): OrderRequest {
  const { installation, mode } = state;
  return {
    clientOrderId: orderIdFor({ installation, mode, cause, leg, purpose, attempt: sequence }),
    venue: legVenue[leg],
    leg,
    coin,
    side,
    terms,
    reduceOnly: leg === 'perp' && side === 'buy',
  };
}
