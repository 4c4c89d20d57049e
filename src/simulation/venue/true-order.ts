/** An order as it is at a venue, whatever anybody is told of it. */
import { type Quantity, sum } from '../../shared/domain/units.ts';
import { type Fill, mayRest, type OrderReport, type OrderRequest } from '../../shared/domain/venue.ts';

export interface TrueOrder {
  request: OrderRequest;
  readonly venueOrderId: string;
  state: 'open' | 'filled' | 'canceled' | 'expired';
  fills: Fill[];
  /** Lookups, open orders and trades show it from then on. */
  visibleAt: number;
  readonly at: number;
  /** Trades that are still to come while it is open. */
  due: Quantity[];
  /** Its events are told to nobody before it can be seen. */
  readonly isSecret: boolean;
}

/** An order by hand that stays open: hedges' own orders never do. */
export const rests = ({ request, state }: Pick<TrueOrder, 'request' | 'state'>): boolean => state === 'open' && mayRest(request.terms);

export const filledOf = (order: TrueOrder): Quantity => sum(order.fills.map((fill) => fill.quantity));

/** An order as it is, or as it was before its newest trade. */
export function reportOf(order: TrueOrder, names: 'allTrades' | readonly Fill[], stale = false): OrderReport {
  const fills = stale ? order.fills.slice(0, -1) : order.fills;
  const { terms } = order.request;
  return {
    clientOrderId: order.request.clientOrderId,
    venueOrderId: order.venueOrderId,
    ...(rests(order) && terms.type === 'limit' ? { limit: { price: terms.price, quantity: terms.quantity } } : {}),
    state: stale ? 'open' : order.state,
    filled: sum(fills.map((fill) => fill.quantity)),
    fills: names === 'allTrades' ? fills : names,
    at: order.at,
  };
}
