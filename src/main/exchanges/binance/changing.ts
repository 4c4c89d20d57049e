/** What is sent to Binance to make, change and take back orders. Each request leaves at most once. */
import type { Answer, Failure } from '../../../shared/domain/failure.ts';
import { isZero, type Quantity } from '../../../shared/domain/units.ts';
import { isConditional, type OrderRequest } from '../../../shared/domain/venue.ts';
import type { Approved } from '../../engine/approved.ts';
import type { AmendResult, OrderName, PlaceResult, Resting } from '../port.ts';
import type { Lane } from '../quota.ts';
import { cancelThenPlace, type Replacing, withQuantity } from '../replacing.ts';
import { anything } from '../shapes.ts';
import { algoParameters, algoShape, waitingReport } from './conditional.ts';
import { type BinanceConnection, orderCharges, weight } from './connection.ts';
import type { Contract } from './contracts.ts';
import { changeParameters, orderParameters, orderShape, reportOf } from './orders.ts';
import { lookUp } from './reading.ts';

const done: Answer<void> = { ok: true, value: undefined };
const laneOf = (order: OrderRequest): Lane => (order.reduceOnly ? 'reducing' : 'urgent');

/** @param atMost less than was approved, where part of it was filled by another order */
export async function place(
  connection: BinanceConnection,
  contract: Contract,
  order: Approved<OrderRequest>,
  mayStart: () => boolean,
  atMost?: Quantity,
): Promise<Answer<PlaceResult>> {
  const { caller, orders, options } = connection;
  const sent = withQuantity(order, atMost);
  const now = options.now;
  const common = { kind: 'once', signed: true, charges: orderCharges, lane: laneOf(order), mayStart } as const;
  if (isConditional(order.terms)) {
    const parameters = algoParameters(sent, contract);
    if (!parameters.ok) return parameters;
    const answer = await caller.call({ ...common, send: () => orders.fapiPrivatePostAlgoOrder(parameters.value), shape: algoShape });
    return answer.ok ? { ok: true, value: { outcome: 'accepted', report: waitingReport(answer.value, order.clientOrderId, now()) } } : answer;
  }
  const parameters = orderParameters(sent, contract);
  if (!parameters.ok) return parameters;
  const answer = await caller.call({ ...common, send: () => orders.fapiPrivatePostOrder(parameters.value), shape: orderShape });
  if (!answer.ok) return answer;
  return { ok: true, value: { outcome: 'accepted', report: reportOf(answer.value, [], contract, order.clientOrderId, now()) } };
}

export async function cancel({ caller, orders }: BinanceConnection, { symbol }: Contract, name: OrderName): Promise<Answer<void>> {
  const { clientOrderId } = name;
  const send = () =>
    name.conditional === true
      ? orders.fapiPrivateDeleteAlgoOrder({ clientAlgoId: clientOrderId })
      : orders.fapiPrivateDeleteOrder({ symbol, origClientOrderId: clientOrderId });
  const shape = name.conditional === true ? anything : orderShape;
  const answer = await caller.call({ kind: 'once', signed: true, charges: weight(1), lane: 'cancel', send, shape });
  return answer.ok ? done : answer;
}

/** Sent as what keeps risk small: it has to come through while queries wait. */
export async function countdownCancelAll({ caller, orders }: BinanceConnection, { symbol }: Contract, ms: number): Promise<Answer<void>> {
  const send = () => orders.fapiPrivatePostCountdownCancelAll({ symbol, countdownTime: ms });
  const answer = await caller.call({ kind: 'once', signed: true, charges: weight(10), lane: 'reducing', send, shape: anything });
  return answer.ok ? done : answer;
}

/**
 * A resting limit order is changed where it lies and keeps its id; its place in the queue is lost. A conditional order
 * cannot be changed: it is canceled and placed anew.
 */
export async function amend(
  connection: BinanceConnection,
  contract: Contract,
  resting: Resting,
  next: Approved<OrderRequest>,
  mayStart: () => boolean,
  ended: AbortSignal,
): Promise<Answer<AmendResult>> {
  const { caller, orders, options } = connection;
  const look = (name: OrderName) => lookUp(connection, contract, name, ended);
  if (resting.terms.type !== 'limit' || next.terms.type !== 'limit') {
    const replacing: Replacing = {
      lookUp: look,
      cancel: (name) => cancel(connection, contract, name),
      place: async (order, quantity, may) => flat(await place(connection, contract, order, may, quantity)),
      ended,
    };
    return { ok: true, value: await cancelThenPlace(replacing, resting, next, mayStart) };
  }
  const parameters = changeParameters(resting.clientOrderId, next, contract);
  if (!parameters.ok) return parameters;
  const answer = await caller.call({
    kind: 'once',
    signed: true,
    charges: orderCharges,
    lane: laneOf(next),
    send: () => orders.fapiPrivatePutOrder(parameters.value),
    shape: orderShape,
    mayStart,
  });
  if (!answer.ok) return { ok: true, value: await afterRefusal(answer.failure, look, resting) };
  const report = reportOf(answer.value, [], contract, resting.clientOrderId, options.now());
  // Where the quantity was filled already, or a post-only order would trade at once, the venue ends the order instead.
  const isOver = report.state !== 'open' && !(report.state === 'filled' && !isZero(report.filled));
  return { ok: true, value: isOver ? { outcome: 'ended', ended: report } : { outcome: 'changed', report } };
}

/** The order that was to be changed may have ended a moment ago: then that is what came of it. */
async function afterRefusal(failure: Failure, look: Replacing['lookUp'], resting: Resting): Promise<AmendResult> {
  if (failure.outcome !== 'refused') return failure;
  const old = await look(resting);
  if (!old.ok || old.value === null) return failure.code === 'ORDER_NOT_FOUND' ? { ...failure, outcome: 'unknown' } : failure;
  return old.value.state === 'open' ? failure : { outcome: 'ended', ended: old.value, failure };
}

const flat = (answer: Answer<PlaceResult>): PlaceResult => (answer.ok ? answer.value : answer.failure);
