/** Binance's user data stream in our words. Pure. A message is JSON text; numbers keep their digits. */
import { z } from 'zod';
import { type ClientOrderId, isOurOrderId } from '../../../shared/domain/ids.ts';
import { isZero, ZERO, zero } from '../../../shared/domain/units.ts';
import type { Fill, OrderReport } from '../../../shared/domain/venue.ts';
import { parseExact } from '../exact-json.ts';
import type { VenueEvent } from '../port.ts';
import { decimalOf, quantityOf, timeOf } from '../shapes.ts';
import { algoStateOf, algoVenueId, becameOf } from './conditional.ts';
import { type Contract, type Contracts, coinOfSymbol, coinPrice, toCoins } from './contracts.ts';
import { stateOf } from './orders.ts';

const orderEvent = z.object({
  T: timeOf,
  o: z.object({
    s: z.string(),
    c: z.string(),
    x: z.string(),
    X: z.string(),
    i: z.string(),
    l: quantityOf.optional(),
    z: quantityOf,
    L: decimalOf<'price'>().optional(),
    n: decimalOf<'fee'>().nullish(),
    N: z.string().nullish(),
    t: z.string().optional(),
    T: timeOf.optional(),
  }),
});
type OrderEvent = z.output<typeof orderEvent>;
const algoEvent = z.object({
  T: timeOf,
  o: z.object({ caid: z.string(), aid: z.string(), s: z.string(), X: z.string().default(''), ai: z.string().optional() }),
});
type AlgoEvent = z.output<typeof algoEvent>;
const envelope = z.object({ e: z.string() });

export type StreamMessage =
  | { readonly kind: 'event'; readonly event: VenueEvent }
  | { readonly kind: 'other' }
  /** The listen key is no longer good: nothing more will come on this connection. ccxt passes over it. */
  | { readonly kind: 'keyExpired' }
  | { readonly kind: 'unreadable' };

/** What conditional orders of ours became: the venue's id of the order, and our id. */
const mostRemembered = 1000;
export type Became = Map<string, ClientOrderId>;

export function readMessage(source: string, contracts: Contracts, became: Became = new Map()): StreamMessage {
  const message = unwrap(parseExact(source));
  const named = envelope.safeParse(message);
  if (message === undefined) return { kind: 'unreadable' };
  switch (named.data?.e) {
    case 'listenKeyExpired':
    case 'eventStreamTerminated':
      return { kind: 'keyExpired' };
    case 'ORDER_TRADE_UPDATE': {
      const read = orderEvent.safeParse(message);
      return read.success ? orderMessage(read.data, contracts, became) : { kind: 'unreadable' };
    }
    case 'ALGO_UPDATE': {
      const read = algoEvent.safeParse(message);
      return read.success ? algoMessage(read.data, contracts, became) : { kind: 'unreadable' };
    }
    default:
      return { kind: 'other' };
  }
}

/** A combined stream puts the event under `data`. */
const unwrap = (message: unknown): unknown => (typeof message === 'object' && message !== null && 'data' in message ? message.data : message);

/** Its own fills are not to be believed; the order it sets off has events of its own. */
function algoMessage({ T: at, o: algo }: AlgoEvent, contracts: Contracts, became: Became): StreamMessage {
  if (!isOurOrderId(algo.caid)) return outside(contracts, algo.s, algo.caid, algo.aid);
  const orderId = becameOf(algo.ai);
  if (became.size > mostRemembered) became.clear();
  if (orderId !== undefined) became.set(orderId, algo.caid);
  const state = algoStateOf(algo.X);
  const report = { clientOrderId: algo.caid, venueOrderId: orderId ?? algoVenueId(algo.aid), state, filled: ZERO, fills: [], at };
  return { kind: 'event', event: { kind: 'order', report } };
}

function orderMessage({ T: at, o: order }: OrderEvent, contracts: Contracts, became: Became): StreamMessage {
  const contract = contracts.bySymbol.get(order.s);
  const ours = isOurOrderId(order.c) ? order.c : became.get(order.i);
  // `autoclose-…` and `adl_autoclose` (liquidation, deleveraging) are not ours either.
  if (ours === undefined || contract === undefined) return outside(contracts, order.s, order.c, order.i);
  const fill = fillOf(order, contract, at);
  const report: OrderReport = {
    clientOrderId: ours,
    venueOrderId: order.i,
    state: stateOf(order.X),
    filled: toCoins(order.z, contract.multiplier),
    fills: fill === undefined ? [] : [fill],
    at,
  };
  return { kind: 'event', event: { kind: 'order', report } };
}

function fillOf(order: OrderEvent['o'], { multiplier }: Contract, at: number): Fill | undefined {
  if (order.x !== 'TRADE' || !order.t || !order.l || !order.L || isZero(order.l)) return undefined;
  return {
    tradeId: order.t,
    price: coinPrice(order.L, multiplier),
    quantity: toCoins(order.l, multiplier),
    fee: order.n ?? zero(),
    feeCurrency: order.N ?? 'USDT',
    at: order.T ?? at,
  };
}

function outside(contracts: Contracts, symbol: string, clientId: string, venueOrderId: string): StreamMessage {
  const coin = coinOfSymbol(contracts, symbol);
  return coin === undefined ? { kind: 'unreadable' } : { kind: 'event', event: { kind: 'outsideOrder', coin, clientId, venueOrderId } };
}
