/**
 * A change of an order by hand: cancel, wait until the venue shows how the old order ended, place what is left.
 *
 * 1. The new order is sent only after the old one is proven over, so both are never live.
 * 2. While the old order is not proven over the request for the new one never begins: the change ends as `notSent`, and the
 *    old order is asked for like any other that rests. `unknown` is only the new order, once its request has left.
 * 3. What the old order filled, up to its very end, is taken off the new one.
 */
import type { Answer, Failure } from '../../shared/domain/failure.ts';
import { excess, isZero, type Quantity } from '../../shared/domain/units.ts';
import type { OrderReport, OrderRequest } from '../../shared/domain/venue.ts';
import type { Approved } from '../engine/approved.ts';
import { sleep } from './caller.ts';
import type { AmendResult, OrderName, PlaceResult } from './port.ts';

/** Pauses before each look at an order that should be over. */
const looksAfterMs = [0, 100, 200, 400, 800, 1500] as const;

export interface Replacing {
  readonly lookUp: (name: OrderName) => Promise<Answer<OrderReport | null>>;
  readonly cancel: (name: OrderName) => Promise<Answer<void>>;
  /** Sends the order with this quantity, which is at most what was approved. */
  readonly place: (order: Approved<OrderRequest>, quantity: Quantity, mayStart: () => boolean) => Promise<PlaceResult>;
  readonly ended: AbortSignal;
}

const failure = (outcome: Failure['outcome'], code: Failure['code'], said: string): Failure => ({ outcome, code, venueCode: '', said });
const heldBack = failure('notSent', 'BLOCKED', 'held back right before the wire');
const unsettled = failure('notSent', 'BAD_ANSWER', 'the venue does not show that the order is over');

export const isSameSize = (a: Quantity, b: Quantity): boolean => isZero(excess(a, b)) && isZero(excess(b, a));
export const quantityOf = ({ terms }: Pick<OrderRequest, 'terms'>): Quantity | undefined => ('cost' in terms ? undefined : terms.quantity);

/** The same order for another quantity. */
export const withQuantity = (order: OrderRequest, quantity: Quantity | undefined): OrderRequest =>
  quantity === undefined || 'cost' in order.terms ? order : { ...order, terms: { ...order.terms, quantity } };

export async function cancelThenPlace(parts: Replacing, old: OrderName, next: Approved<OrderRequest>, mayStart: () => boolean): Promise<AmendResult> {
  const wanted = quantityOf(next);
  if (wanted === undefined) return failure('notSent', 'INVALID_ORDER', 'an order by cost does not rest');
  if (!mayStart()) return heldBack;
  const canceled = await parts.cancel(old);
  // Refused: it may have ended by itself a moment ago, and the venue then says how.
  if (!canceled.ok && canceled.failure.code !== 'ORDER_NOT_FOUND') return neverBegan(canceled.failure);
  const ended = await seenOver(parts, old);
  if (ended === null) return canceled.ok ? unsettled : neverBegan(canceled.failure);
  const rest = excess(wanted, ended.filled);
  if (isZero(rest)) return { outcome: 'ended', ended };
  const placed = await parts.place(next, rest, mayStart);
  if (placed.outcome === 'accepted') return { outcome: 'replaced', ended, report: placed.report };
  return placed.outcome === 'unknown' ? placed : { outcome: 'ended', ended, failure: placed };
}

/** What is unknown is the cancel alone. */
const neverBegan = (failed: Failure): Failure => ({ ...failed, outcome: failed.outcome === 'refused' ? 'refused' : 'notSent' });

/** The order's last report; null while the venue does not show that it is over. */
export async function seenOver({ lookUp, ended }: Pick<Replacing, 'lookUp' | 'ended'>, name: OrderName): Promise<OrderReport | null> {
  for (const pauseMs of looksAfterMs) {
    if (pauseMs > 0) await sleep(pauseMs, ended);
    if (ended.aborted) return null;
    const answer = await lookUp(name);
    if (answer.ok && answer.value !== null && answer.value.state !== 'open') return answer.value;
  }
  return null;
}
