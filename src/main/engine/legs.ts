/** What a hedge holds, read off its orders' fills and nothing else. */
import type { Coin } from '../../shared/domain/ids.ts';
import { own } from '../../shared/domain/record.ts';
import { add, excess, gap, max, min, type Quantity, type SignedQuantity, sum, text, ZERO } from '../../shared/domain/units.ts';
import type { Leg, OrderRequest } from '../../shared/domain/venue.ts';
import type { Hedge, Order, State } from './state.ts';

export interface Holding {
  /** Coins held on the spot venue. */
  readonly spot: Quantity;
  /** Coins sold short on the perpetual venue. */
  readonly perp: Quantity;
  /** spot − perp. */
  readonly residual: SignedQuantity;
  /** The hedged part: the smaller of the two. */
  readonly matched: Quantity;
}

export const ordersOf = (state: State, hedge: Hedge): readonly Order[] =>
  hedge.orders.flatMap((id) => {
    const order = own(state.orders, id);
    return order === undefined ? [] : [order];
  });

/** The hedge that an order is of; none for an order by hand. */
export const hedgeOfOrder = (state: State, { hedge }: Pick<Order, 'hedge'>): Hedge | undefined =>
  hedge === null ? undefined : own(state.hedges, hedge);

/** A leg opens by a spot buy or a perpetual sale, and shrinks by the opposite. */
export const opens = (order: Pick<Order, 'request'>): boolean => (order.request.leg === 'spot') === (order.request.side === 'buy');

export function legQuantity(orders: readonly Order[], leg: Leg): Quantity {
  const own = orders.filter((order) => order.request.leg === leg);
  const opened = sum(own.filter(opens).map((order) => order.filled));
  const closed = sum(own.filter((order) => !opens(order)).map((order) => order.filled));
  return excess(opened, closed);
}

export function holding(state: State, hedge: Hedge): Holding {
  const orders = ordersOf(state, hedge);
  const spot = legQuantity(orders, 'spot');
  const perp = legQuantity(orders, 'perp');
  return { spot, perp, residual: gap(spot, perp), matched: min(spot, perp) };
}

/** What each leg holds, as an alarm tells it. */
export const heldValues = (coin: Coin, { spot, perp, residual }: Holding) => ({ coin, spot: text(spot), perp: text(perp), residual: text(residual) });

export const isInFlight = (order: Order): boolean => order.state === 'sending' || order.state === 'open' || order.state === 'unknown';

export const hasInFlight = (state: State, hedge: Hedge): boolean => ordersOf(state, hedge).some(isInFlight);

/** When an order was last decided, answered or filled, by our clock. */
export const lastWord = ({ stamps }: Order): number => Math.max(stamps.decided, stamps.acknowledged ?? 0, stamps.filled ?? 0);

/** A moment that is still to come was stamped by the clock of a process that is gone: it counts as when this one was ready. */
export const asStamped = ({ readyAt }: Pick<State, 'readyAt'>, at: number, moment: number): number => (moment > at ? readyAt : moment);

/** The last word on any order of a hedge. */
export const lastMove = (state: State, hedge: Hedge, at: number): number =>
  Math.max(0, ...ordersOf(state, hedge).map((order) => asStamped(state, at, lastWord(order))));

/** The larger leg with everything in flight counted as if it filled: what limits are measured on. */
export function exposure(state: State, hedge: Hedge): Quantity {
  const orders = ordersOf(state, hedge);
  const leg = (name: Leg): Quantity => add(legQuantity(orders, name), pendingOn(state, hedge, name));
  return max(leg('spot'), leg('perp'));
}

/** What is on its way to a leg. */
export function pendingOn(state: State, hedge: Hedge, leg: Leg): Quantity {
  const opening = ordersOf(state, hedge).filter((order) => order.request.leg === leg && opens(order) && isInFlight(order));
  return sum(opening.map((order) => excess(requested(order.request, hedge), order.filled)));
}

/** Coins an order asks for; one by cost is taken for the hedge's whole size. */
export const requested = ({ terms }: Pick<OrderRequest, 'terms'>, hedge: Hedge): Quantity => ('cost' in terms ? hedge.planned : terms.quantity);

/** Hedges that hold anything or may yet. */
export const openHedges = (state: State): readonly Hedge[] => Object.values(state.hedges).filter((hedge) => hedge.phase !== 'flat');

/** Fills by trade id add up to the cumulative quantity: the prices and fees of all of it are known. */
export const isDetailed = (order: Order): boolean => order.filled === sum(order.fills.map((fill) => fill.quantity)) || order.filled === ZERO;
