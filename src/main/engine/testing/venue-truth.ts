/**
 * What really happened at the venues, whatever we were told of it: the yardstick that books are held against.
 * A play says what the venue does with the next order and what of that we get to hear.
 */
import type { FailureCode } from '../../../shared/domain/failure.ts';
import type { ClientOrderId } from '../../../shared/domain/ids.ts';
import {
  add,
  divide,
  excess,
  floorToStep,
  isZero,
  min,
  notional,
  type Price,
  quantity,
  type Quantity,
  ratio,
  relabel,
  scale,
  sum,
  text,
  ZERO,
} from '../../../shared/domain/units.ts';
import { type Fill, type Leg, mayRest, type OrderReport, type OrderRequest, type OrderTerms } from '../../../shared/domain/venue.ts';
import { type Market, perpRules, spotRules } from './market.ts';

export interface Play {
  readonly does: 'takes' | 'refuses' | 'neverSees';
  /** Part of the order that fills; the rest is canceled. */
  readonly part: string;
  /** Answered in full, answered as open and then streamed, or not answered at all. */
  readonly says: 'answer' | 'stream' | 'nothing';
  readonly code: FailureCode;
  /** The answer comes this long after the order; a stream's word as long again. */
  readonly afterMs: number;
  /** Lookups find the order only from then on; -1: never. */
  readonly visibleAfterMs: number;
  /** Whether the answer names trades, as few venues' do. */
  readonly namesTrades: boolean;
}
/** Later than any story. */
export const never = 9_000_000_000_000;
const usual: Play = { does: 'takes', part: '1', says: 'answer', code: 'INSUFFICIENT_FUNDS', afterMs: 50, visibleAfterMs: 0, namesTrades: true };

export const fills = (part = '1', over: Partial<Play> = {}): Play => ({ ...usual, part, ...over });
export const refused = (code: FailureCode = 'INSUFFICIENT_FUNDS'): Play => ({ ...usual, does: 'refuses', code });
/** The request never arrives and nobody says so. */
export const requestLost: Play = { ...usual, does: 'neverSees', says: 'nothing', code: 'TIMEOUT' };
/** And nobody says anything while a story lasts. */
export const silent: Play = { ...requestLost, afterMs: 60_000 };
/** Our own door or transport kept it back, and says so. */
export const notSent: Play = { ...usual, does: 'neverSees', code: 'BLOCKED' };
/** The venue carries it out; the answer is lost. */
export const replyLost = (part = '1', over: Partial<Play> = {}): Play => ({ ...usual, part, says: 'nothing', code: 'TIMEOUT', ...over });

export interface TrueOrder {
  readonly request: OrderRequest;
  readonly fills: readonly Fill[];
  readonly state: OrderReport['state'];
  readonly visibleAt: number;
  readonly at: number;
}

export class VenueTruth {
  readonly orders = new Map<ClientOrderId, TrueOrder>();

  /** Carries an order out. @throws Error when its id was here before: nothing may ever be sent twice */
  take(request: OrderRequest, play: Play, now: Market, at: number): TrueOrder | null {
    if (this.orders.has(request.clientOrderId)) throw new Error(`Invariant: one order for an id, was ${request.clientOrderId} twice`);
    if (play.does !== 'takes') return null;
    // A venue fills of a reduce-only order what there is to reduce.
    const trades = executions(request, play.part, now, at, request.reduceOnly ? this.held(request.leg) : null);
    const whole = 'cost' in request.terms || sumOf(trades) === request.terms.quantity;
    const order: TrueOrder = {
      request,
      fills: trades,
      state: whole ? 'filled' : mayRest(request.terms) ? 'open' : 'canceled',
      visibleAt: play.visibleAfterMs < 0 ? never : at + play.visibleAfterMs,
      at,
    };
    this.orders.set(request.clientOrderId, order);
    return order;
  }

  /** Somebody trades with an order that rests. @returns it as it is then */
  trade(id: ClientOrderId, size: string, now: Market, at: number): TrueOrder {
    const { request, ...order } = this.resting(id);
    const terms = { type: 'market', quantity: quantity(size) } as const;
    const trades = executions({ ...request, terms }, '1', now, at, request.reduceOnly ? this.held(request.leg) : null);
    const more = trades.map((fill) => ({ ...fill, tradeId: `${fill.tradeId}-${order.fills.length}` }));
    const all = [...order.fills, ...more];
    const isWhole = 'quantity' in request.terms && sumOf(all) === request.terms.quantity;
    return this.put({ ...order, request, fills: all, state: isWhole ? 'filled' : 'open' });
  }
  /** Takes an order that rests back, or gives it other terms. @returns it as it is then */
  end(id: ClientOrderId): TrueOrder {
    return this.put({ ...this.resting(id), state: 'canceled' });
  }
  change(id: ClientOrderId, terms: OrderTerms): TrueOrder {
    const order = this.resting(id);
    return this.put({ ...order, request: { ...order.request, terms } });
  }
  resting(id: ClientOrderId): TrueOrder {
    const order = this.orders.get(id);
    if (order?.state !== 'open') throw new Error(`Invariant: ${id} rests`);
    return order;
  }
  put(order: TrueOrder): TrueOrder {
    this.orders.set(order.request.clientOrderId, order);
    return order;
  }

  /** Coins bought less coins sold on a leg; a short is negative. */
  position(leg: Leg): { readonly bought: Quantity; readonly sold: Quantity } {
    const of = (side: 'buy' | 'sell') =>
      sum([...this.orders.values()].filter(({ request }) => request.leg === leg && request.side === side).map((order) => sumOf(order.fills)));
    return { bought: of('buy'), sold: of('sell') };
  }

  /** Coins a leg holds over all hedges. @throws Error when more was closed than opened */
  held(leg: Leg): Quantity {
    const { bought, sold } = this.position(leg);
    const [opened, closed] = leg === 'spot' ? [bought, sold] : [sold, bought];
    if (!isZero(excess(closed, opened)))
      throw new Error(`Invariant: no leg is closed beyond what it held, was ${text(closed)} of ${text(opened)} ${leg}`);
    return excess(opened, closed);
  }
}

const sumOf = (trades: readonly Fill[]): Quantity => sum(trades.map((fill) => fill.quantity));

function executions(request: OrderRequest, part: string, now: Market, at: number, most: Quantity | null): readonly Fill[] {
  const rules = request.leg === 'spot' ? spotRules : perpRules;
  const paid: Price =
    request.leg === 'spot' ? (request.side === 'buy' ? now.spotAsk : now.spotBid) : request.side === 'buy' ? now.perpAsk : now.perpBid;
  const wanted = 'cost' in request.terms ? divide<'quantity'>(request.terms.cost, paid, 8, 'down') : request.terms.quantity;
  const possible = most === null ? wanted : min(wanted, most);
  const filled = floorToStep(scale(possible, ratio(part)), rules.step);
  const first = floorToStep(scale(filled, ratio('0.4')), rules.step);
  return [first, excess(filled, first)]
    .filter((size) => !isZero(size))
    .map((size, index) => ({
      tradeId: `${request.clientOrderId}-${index}`,
      price: paid,
      quantity: size,
      fee: relabel<'fee'>(scale(notional(paid, size), rules.takerFee)),
      feeCurrency: request.leg === 'spot' ? 'KRW' : 'USDT',
      at,
    }));
}

/** The whole truth of an order, as a lookup tells it. */
export const reportOf = (order: TrueOrder): OrderReport => ({
  clientOrderId: order.request.clientOrderId,
  venueOrderId: `v-${order.request.clientOrderId}`,
  state: order.state,
  filled: sumOf(order.fills),
  fills: order.fills,
  ...(order.state === 'open' && order.request.terms.type === 'limit'
    ? { limit: { price: order.request.terms.price, quantity: order.request.terms.quantity } }
    : {}),
  at: order.at,
});

/** The life of an order as a stream tells it: open, trade by trade, and its end. */
export function streamOf(order: TrueOrder): readonly OrderReport[] {
  const whole = reportOf(order);
  let filled = ZERO;
  const trades = order.fills.map((fill): OrderReport => {
    filled = add(filled, fill.quantity);
    return { ...whole, state: 'open', filled, fills: [fill] };
  });
  return [{ ...whole, state: 'open', filled: quantity('0'), fills: [] }, ...trades, { ...whole, fills: [] }];
}
