/**
 * Stops and trailing stops of Binance. They live in a namespace of their own (`algoOrder`) and hold nothing; when their
 * price comes, each becomes a market order, which is found by the id that the conditional one then names.
 *
 * 1. Only reduce-only ones are sent: they may shrink a position and nothing else.
 * 2. While it waits an order is open and has filled nothing, and its venue id is `algo:` and the number there: the
 *    numbers of the two namespaces may be the same.
 * 3. Its fills are those of the order that it became, never those that its own rows and events claim.
 * Source: developers.binance.com, usds-margined-futures, "New Algo Order" and those beside it; docs/venues/binance.md.
 */
import { z } from 'zod';
import type { Answer } from '../../../shared/domain/failure.ts';
import type { ClientOrderId } from '../../../shared/domain/ids.ts';
import { ratio, scale, text, ZERO } from '../../../shared/domain/units.ts';
import type { OrderReport, OrderRequest } from '../../../shared/domain/venue.ts';
import { timeOf } from '../shapes.ts';
import { type Contract, contractPrice, toUnits } from './contracts.ts';
import { unfit } from './orders.ts';

export const algoShape = z.object({
  algoId: z.string().min(1),
  clientAlgoId: z.string().default(''),
  symbol: z.string(),
  algoStatus: z.string(),
  /** Empty or 0 until it became an order. */
  actualOrderId: z.string().optional(),
  updateTime: timeOf.optional(),
});
export type AlgoOrder = z.output<typeof algoShape>;

/** The venue takes percent. */
const hundred = ratio('100');

/** The parameters of POST /fapi/v1/algoOrder. */
export function algoParameters(order: OrderRequest, { symbol, multiplier }: Contract): Answer<Readonly<Record<string, string>>> {
  const { terms } = order;
  if (terms.type !== 'stopMarket' && terms.type !== 'trailingStopMarket') return unfit(`${terms.type} is no conditional order`);
  if (!order.reduceOnly) return unfit('a conditional order that could open a position is not sent');
  const head = {
    algoType: 'CONDITIONAL',
    symbol,
    side: order.side === 'buy' ? 'BUY' : 'SELL',
    clientAlgoId: order.clientOrderId,
    quantity: text(toUnits(terms.quantity, multiplier)),
    reduceOnly: 'true',
  };
  if (terms.type === 'stopMarket')
    return { ok: true, value: { ...head, type: 'STOP_MARKET', triggerPrice: text(contractPrice(terms.triggerPrice, multiplier)) } };
  // `activatePrice`, not `activationPrice`: the latter is passed over in silence, and the trail would begin at once.
  const activate = terms.activationPrice === undefined ? {} : { activatePrice: text(contractPrice(terms.activationPrice, multiplier)) };
  return { ok: true, value: { ...head, type: 'TRAILING_STOP_MARKET', callbackRate: text(scale(terms.callback, hundred)), ...activate } };
}

const states: Readonly<Record<string, OrderReport['state']>> = { CANCELED: 'canceled', EXPIRED: 'expired', REJECTED: 'rejected' };
/** TRIGGERED and FINISHED say nothing of fills: what became of the order it set off does. */
export const algoStateOf = (status: string): OrderReport['state'] => states[status] ?? 'open';

/** The order that a conditional one became; undefined while there is none. */
export const becameOf = (actualOrderId: string | undefined): string | undefined =>
  actualOrderId === undefined || actualOrderId === '' || actualOrderId === '0' ? undefined : actualOrderId;

export const algoVenueId = (algoId: string): string => `algo:${algoId}`;

/** A conditional order that has not become another one. */
export const waitingReport = (order: AlgoOrder, clientOrderId: ClientOrderId, fallbackAt: number): OrderReport => ({
  clientOrderId,
  venueOrderId: algoVenueId(order.algoId),
  state: algoStateOf(order.algoStatus),
  filled: ZERO,
  fills: [],
  at: order.updateTime ?? fallbackAt,
});
