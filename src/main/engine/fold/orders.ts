import { own, withKey } from '../../../shared/domain/record.ts';
import { max, sum, ZERO } from '../../../shared/domain/units.ts';
import { missedAgain } from '../silence.ts';
import type { Looked, Order, OrderState } from '../state.ts';
import { changedByHand, intendByHand } from './by-hand.ts';
import { withoutBooked } from './forced.ts';
import { book } from './hedges.ts';
import type { Folds } from './table.ts';

/** An IOC that filled in part ends as canceled or expired: what it filled is filled then. */
const hasEnded = (state: OrderState): boolean => state === 'filled' || state === 'canceled' || state === 'expired';

/** What a journal without it says: only lookups with which the rest agreed were written. */
const agreed: Looked = { openOrders: false, trades: false, holdings: null, stream: 'live' };

export const foldOrders: Folds<'booked' | 'orderIntended' | 'orderChanged' | 'orderFilled' | 'orderMissed' | 'cancelWanted'> = {
  orderIntended: (state, fact) => {
    const { request } = fact;
    const order: Order = {
      id: request.clientOrderId,
      hedge: fact.hedge,
      purpose: fact.purpose,
      request,
      state: 'sending',
      filled: ZERO,
      fills: [],
      stamps: { decided: fact.at },
      misses: { count: 0, firstAt: 0 },
    };
    if (fact.hand !== undefined) return intendByHand(state, order, fact.hand, fact.at);
    const hedge = fact.hedge === null ? undefined : own(state.hedges, fact.hedge);
    if (hedge === undefined) return state;
    return {
      ...state,
      orders: withKey(state.orders, order.id, order),
      hedges: withKey(state.hedges, hedge.id, { ...hedge, orders: [...hedge.orders, order.id], sequence: hedge.sequence + 1 }),
    };
  },
  booked: (state, { hedge: id, purpose, request, fills, venueOrderId, at }) => {
    const hedge = id === null ? null : own(state.hedges, id);
    if (hedge === undefined) return state;
    const order: Order = {
      id: request.clientOrderId,
      hedge: id,
      purpose,
      request,
      state: 'filled',
      filled: sum(fills.map((fill) => fill.quantity)),
      fills,
      ...(venueOrderId === undefined ? {} : { venueOrderId }),
      stamps: { decided: at, filled: at },
      misses: { count: 0, firstAt: 0 },
    };
    const waiting = purpose === 'forced' ? withoutBooked(state, venueOrderId, fills) : state;
    const next = { ...waiting, orders: withKey(state.orders, order.id, order) };
    if (hedge === null) return { ...next, byHand: { ...state.byHand, sequence: state.byHand.sequence + 1 } };
    const orders = [...hedge.orders, order.id];
    return book({ ...next, hedges: withKey(state.hedges, hedge.id, { ...hedge, orders, sequence: hedge.sequence + 1 }) }, hedge.id);
  },
  orderChanged: (state, fact) => {
    const order = own(state.orders, fact.id);
    if (order === undefined) return state;
    const { failure: _failure, unknownSince, evidence, ...rest } = order;
    const filled = max(order.filled, fact.filled);
    const stamps = {
      ...order.stamps,
      ...(fact.durable === undefined ? {} : { durable: fact.durable }),
      ...(fact.wire === null ? {} : { wire: fact.wire }),
      ...(fact.acknowledged === null ? {} : { acknowledged: fact.acknowledged }),
      ...(hasEnded(fact.state) && filled !== ZERO && order.stamps.filled === undefined ? { filled: fact.at } : {}),
    };
    const changed: Order = {
      ...rest,
      state: fact.state,
      filled,
      stamps,
      ...(fact.venueOrderId === null ? {} : { venueOrderId: fact.venueOrderId }),
      ...(fact.failure === null ? {} : { failure: fact.failure }),
      ...(fact.denial === undefined ? {} : { denial: fact.denial }),
      ...(fact.state === 'unknown' ? { unknownSince: unknownSince ?? fact.at } : {}),
      // Lookups count from the silence on; what was found out stays to be seen, until the order shows itself.
      ...(fact.state === 'unknown' && order.state === 'unknown' ? {} : { misses: { count: 0, firstAt: 0 } }),
      ...(fact.state === 'open' || evidence === undefined ? {} : { evidence }),
    };
    const next = { ...state, orders: withKey(state.orders, fact.id, changed) };
    return changed.hedge === null ? changedByHand(next, changed) : book(next, changed.hedge);
  },
  orderFilled: (state, fact) => {
    const order = own(state.orders, fact.id);
    if (order === undefined || order.fills.some((fill) => fill.tradeId === fact.fill.tradeId)) return state;
    const fills = [...order.fills, fact.fill];
    const filled = max(order.filled, sum(fills.map((fill) => fill.quantity)));
    const traded = { ...order, fills, filled };
    const next = { ...state, orders: withKey(state.orders, fact.id, traded) };
    return traded.hedge === null ? changedByHand(next, traded) : book(next, traded.hedge);
  },
  orderMissed: (state, fact) => {
    const order = own(state.orders, fact.id);
    if (order === undefined) return state;
    const { looked = agreed } = fact;
    const found = order.evidence?.lookups ?? { count: 0, firstAt: fact.at, lastAt: fact.at };
    const evidence = { ...looked, lookups: { count: found.count + 1, firstAt: found.firstAt, lastAt: fact.at } };
    // An order that was open and traded is lost all the same when it is neither found nor open.
    const agrees = looked.openOrders === false && (looked.trades === false || order.state === 'open');
    const misses = missedAgain(order.misses, fact.at, fact.elapsed, found.lastAt, agrees);
    return { ...state, orders: withKey(state.orders, fact.id, { ...order, misses, evidence }) };
  },
  cancelWanted: (state, fact) => {
    const order = own(state.orders, fact.id);
    return order === undefined ? state : { ...state, orders: withKey(state.orders, fact.id, { ...order, cancelWantedAt: fact.at }) };
  },
};
