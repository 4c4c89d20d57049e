/**
 * What orders that open bind without the accounts showing it yet: they are on their way, or were answered or filled since
 * the accounts were read. Funds and margin of the next order are what is left without it (spec S7.2).
 */
import { there } from '../../../shared/domain/record.ts';
import { divide, isZero, type Notional, notional, plus, relabel, scale, subtract, sum, zero } from '../../../shared/domain/units.ts';
import type { Leg } from '../../../shared/domain/venue.ts';
import { hedgeOfOrder, isDetailed, isInFlight, opens } from '../legs.ts';
import type { Order, State } from '../state.ts';
import type { AccountsRead, EntryInputs } from './entry-inputs.ts';

type Funds = AccountsRead & Pick<EntryInputs, 'spotFee' | 'perpFee'>;

/**
 * What is free on both accounts once such orders are taken off.
 * @param but the orders to be judged: those of a hedge that have this purpose
 */
export function freeOfUnseen<F extends Funds>(state: State, funds: F, but: Pick<Order, 'hedge' | 'purpose'> | null): F {
  const { krw, margin, fx, spotFee, perpFee, readAt } = funds;
  const unseen = Object.values(state.orders).filter(
    (order) => opens(order) && !(order.hedge === but?.hedge && order.purpose === but.purpose) && !isSeen(order, readAt[order.request.leg]),
  );
  const worth = (leg: Leg): Notional => sum(unseen.filter(({ request }) => request.leg === leg).map((order) => worthOf(state, order, fx)));
  const spent = relabel<'krw'>(scale(worth('spot'), plus(spotFee)));
  // The leverage may have been another when it was decided: it binds no more than its whole worth.
  const bound = relabel<'usdt'>(scale(worth('perp'), plus(perpFee)));
  return {
    ...funds,
    krw: { ...krw, free: subtract<'krw'>(krw.free, spent) },
    margin: { ...margin, available: subtract<'usdt'>(margin.available, bound) },
  };
}

const isSeen = ({ state, stamps }: Order, readAt: number): boolean =>
  state !== 'sending' && state !== 'unknown' && Math.max(stamps.acknowledged ?? 0, stamps.filled ?? 0) <= readAt;

/** At its own price or cost, at market at the last mark of its hedge or of its decision by hand; what ended is worth what filled. */
function worthOf(state: State, order: Order, fx: EntryInputs['fx']): Notional {
  const { terms, coin } = order.request;
  if (!isInFlight(order) && isZero(order.filled)) return zero<'notional'>();
  if ('cost' in terms)
    return isInFlight(order) || !isDetailed(order) ? terms.cost : sum(order.fills.map((fill) => notional(fill.price, fill.quantity)));
  const size = isInFlight(order) ? terms.quantity : order.filled;
  if (terms.type === 'limit') return notional(terms.price, size);
  const hedge = hedgeOfOrder(state, order);
  return notional(hedge === undefined ? divide<'price'>(there(state.byHand.marks, coin), fx, 8, 'up') : hedge.marks.perpAsk, size);
}
