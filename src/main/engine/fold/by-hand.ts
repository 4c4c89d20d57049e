import type { Coin } from '../../../shared/domain/ids.ts';
import { own, there, withKey, withoutKey } from '../../../shared/domain/record.ts';
import { add, excess, isZero, type Quantity, type SignedQuantity, sum, ZERO, zero } from '../../../shared/domain/units.ts';
import type { Fill, Venue } from '../../../shared/domain/venue.ts';
import { handOrders, netOf } from '../by-hand.ts';
import { counted } from '../entry-count.ts';
import type { IntendedByHand } from '../facts.ts';
import { isDetailed, isInFlight, lastWord, opens } from '../legs.ts';
import type { ByHand, Order, State } from '../state.ts';
import type { Folds } from './table.ts';

/** Ended orders by hand that stay in the state for a late word of the venue. */
const keptEnded = 100;

export const foldByHand: Folds<'handWanted' | 'handDenied' | 'orderAmended' | 'orderLeftToPerson'> = {
  handWanted: (state, { request, replaces, at }) => ({
    ...state,
    byHand: {
      ...state.byHand,
      sequence: state.byHand.sequence + 1,
      wanted: withKey(state.byHand.wanted, request.clientOrderId, { request, replaces, at }),
    },
  }),
  handDenied: (state, { id }) => ({ ...state, byHand: { ...state.byHand, wanted: withoutKey(state.byHand.wanted, id) } }),
  orderAmended: (state, { id, by }) => {
    const order = own(state.orders, id);
    const next = own(state.orders, by);
    if (order?.replacedBy === undefined || next === undefined) return state;
    const { replacedBy, ...rest } = order;
    const terms = { ...next.request.terms, quantity: replacedBy.together };
    return { ...state, orders: withoutKey(withKey(state.orders, id, { ...rest, request: { ...order.request, terms } }), by) };
  },
  orderLeftToPerson: (state, { id }) => {
    const order = own(state.orders, id);
    return order === undefined ? state : { ...state, orders: withKey(state.orders, id, { ...order, leftToPerson: true }) };
  },
};

/** An order by hand is written down: it waits no longer, and counts as an entry where it adds risk. */
export function intendByHand(state: State, order: Order, { replaces, mark }: IntendedByHand, at: number): State {
  const { id, request } = order;
  const old = replaces === null ? undefined : own(state.orders, replaces.order);
  const orders = withKey(state.orders, id, old === undefined ? order : { ...order, replaces: old.id });
  const next: State = {
    ...state,
    orders: old === undefined || replaces === null ? orders : withKey(orders, old.id, { ...old, replacedBy: { ...replaces, order: id } }),
    byHand: {
      ...state.byHand,
      wanted: withoutKey(state.byHand.wanted, id),
      marks: mark === null ? state.byHand.marks : withKey(state.byHand.marks, request.coin, mark),
    },
  };
  return letGo(opens(order) ? counted(next, at) : next);
}

/** What the oldest ended orders brought goes into the book, and they leave. */
function letGo(state: State): State {
  const ended = handOrders(state).filter((order) => !isInFlight(order) && isDetailed(order));
  return ended
    .filter(mayLeave)
    .toSorted((a, b) => lastTouch(a) - lastTouch(b))
    .slice(0, -keptEnded)
    .reduce(leave, state);
}

/** While a change of it is under way nobody knows yet what it comes to; a venue's forced closes are told again for days. */
const mayLeave = ({ replacedBy, purpose }: Order): boolean => replacedBy === undefined && purpose !== 'forced';

/** When it was last decided on, answered, filled or taken back: one that rested for long has only just ended. */
const lastTouch = (order: Order): number => Math.max(lastWord(order), order.cancelWantedAt ?? 0);

const leave = (state: State, order: Order): State => ({
  ...state,
  orders: withoutKey(state.orders, order.id),
  byHand: booked(state.byHand, order.request.venue, order.request.coin, netOf(order)),
});

function booked(byHand: ByHand, venue: Venue, coin: Coin, quantity: SignedQuantity): ByHand {
  const book = byHand.book[venue] ?? {};
  const total = add(own(book, coin) ?? zero<'signedQuantity'>(), quantity);
  return { ...byHand, book: { ...byHand.book, [venue]: isZero(total) ? withoutKey(book, coin) : withKey(book, coin, total) } };
}

/** After an order changed: what the one that replaces it may still fill, and that a change of it is over. */
export function changedByHand(state: State, order: Order): State {
  if (isInFlight(order)) return state;
  const orders = order.replacedBy === undefined ? state.orders : withRest(state.orders, order.replacedBy, order.filled);
  const old = order.replaces === undefined ? undefined : own(orders, order.replaces);
  if (old?.replacedBy?.order !== order.id) return { ...state, orders };
  const { replacedBy: _over, ...rest } = old;
  return { ...state, orders: withKey(orders, old.id, rest) };
}

/** What the old order filled, up to its very end, is taken off the new one. */
function withRest(orders: State['orders'], { order: id, together }: NonNullable<Order['replacedBy']>, filled: Quantity): State['orders'] {
  const next = there(orders, id);
  const terms = { ...next.request.terms, quantity: excess(together, filled) };
  return withKey(orders, id, { ...next, request: { ...next.request, terms } });
}

/** Trades of a protective order that are booked on hedges; `left`: that turned out to be none of theirs. */
export function covered(state: State, clientId: string, fills: readonly Fill[], does: 'taken' | 'left'): State {
  const order = own(state.orders, clientId);
  if (order?.hedge !== null) return state;
  const quantity = sum(fills.map((fill) => fill.quantity));
  const before = order.covered ?? ZERO;
  return {
    ...state,
    orders: withKey(state.orders, order.id, { ...order, covered: does === 'taken' ? add(before, quantity) : excess(before, quantity) }),
  };
}
