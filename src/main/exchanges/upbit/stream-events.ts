/** Upbit's private stream in our words. Pure. A message is JSON text; numbers keep their digits. */
import { z } from 'zod';
import { isOurOrderId } from '../../../shared/domain/ids.ts';
import { zero } from '../../../shared/domain/units.ts';
import type { Fill } from '../../../shared/domain/venue.ts';
import { parseExact } from '../exact-json.ts';
import type { VenueEvent } from '../port.ts';
import { coinFrom, decimalOf, quantityOf, timeOf } from '../shapes.ts';
import { stateOf } from './orders.ts';

const orderEvent = z.object({
  type: z.literal('myOrder'),
  code: z.string(),
  uuid: z.string().min(1),
  order_type: z.string().optional(),
  state: z.string(),
  trade_uuid: z.string().nullish(),
  price: decimalOf<'price'>().nullish(),
  volume: quantityOf.nullish(),
  remaining_volume: quantityOf.nullish(),
  executed_volume: quantityOf,
  trade_fee: decimalOf<'fee'>().nullish(),
  identifier: z.string().nullish(),
  trade_timestamp: timeOf.nullish(),
  timestamp: timeOf,
});
type OrderEvent = z.output<typeof orderEvent>;
const errorFrame = z.object({ error: z.object({ name: z.string() }) });

export type StreamMessage =
  | { readonly kind: 'event'; readonly event: VenueEvent }
  /** A sign of life or of something that does not concern us. */
  | { readonly kind: 'other' }
  /** The venue refused the subscription; ccxt passes over these. */
  | { readonly kind: 'error'; readonly name: string }
  | { readonly kind: 'unreadable' };

export function readMessage(source: string): StreamMessage {
  const message = parseExact(source);
  if (message === undefined) return { kind: 'unreadable' };
  const failed = errorFrame.safeParse(message);
  if (failed.success) return { kind: 'error', name: failed.data.error.name };
  if (typeof message !== 'object' || message === null || !('type' in message) || message.type !== 'myOrder') return { kind: 'other' };
  const read = orderEvent.safeParse(message);
  return read.success ? eventOf(read.data) : { kind: 'unreadable' };
}

function eventOf(order: OrderEvent): StreamMessage {
  const clientId = order.identifier ?? '';
  if (!isOurOrderId(clientId)) {
    const coin = coinFrom(order.code.split('-')[1] ?? order.code);
    return coin === undefined ? { kind: 'unreadable' } : { kind: 'event', event: { kind: 'outsideOrder', coin, clientId, venueOrderId: order.uuid } };
  }
  const fill = fillOf(order);
  return {
    kind: 'event',
    event: {
      kind: 'order',
      report: {
        clientOrderId: clientId,
        venueOrderId: order.uuid,
        state: stateOf({ state: order.state, orderType: order.order_type, remaining: order.remaining_volume, filled: order.executed_volume }),
        filled: order.executed_volume,
        fills: fill === undefined ? [] : [fill],
        at: order.timestamp,
      },
    },
  };
}

/** In a `trade` event price and volume are the trade's; in all others they are the order's. */
function fillOf(order: OrderEvent): Fill | undefined {
  const { trade_uuid: tradeId, price, volume } = order;
  if (order.state !== 'trade' || !tradeId || !price || !volume) return undefined;
  return { tradeId, price, quantity: volume, fee: order.trade_fee ?? zero(), feeCurrency: 'KRW', at: order.trade_timestamp ?? order.timestamp };
}
