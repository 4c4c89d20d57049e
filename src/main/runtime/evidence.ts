/**
 * What else is looked at when a lookup does not find an order: open orders, own trades and the account, all at the same
 * time. Whatever names our id is a report; the rest is evidence that the engine weighs.
 */
import { sum, ZERO } from '../../shared/domain/units.ts';
import type { Fill, OrderReport } from '../../shared/domain/venue.ts';
import { othersSlackMs } from '../engine/silence.ts';
import type { Looked, Order, State } from '../engine/state.ts';
import type { AccountTrade, VenuePort } from '../exchanges/port.ts';
import type { Untimed } from './loop.ts';

/** @returns the inputs that the engine gets: a report where the account names the order, else the miss with its evidence */
export async function gatherEvidence(venue: VenuePort, order: Order, stream: Looked['stream'], state: () => State): Promise<readonly Untimed[]> {
  const { coin } = order.request;
  const [open, trades, holdings] = await Promise.all([venue.openOrders(coin), venue.trades(coin, tradesSince(order)), venue.holdings()]);
  const resting = open.ok ? open.value.find((entry) => entry.clientId === order.id || entry.venueOrderId === order.venueOrderId) : undefined;
  const fills = trades.ok ? trades.value.filter((trade) => isOf(trade, order)).map((trade) => trade.fill) : [];
  const missed: Untimed = {
    kind: 'missed',
    id: order.id,
    openOrders: open.ok ? resting !== undefined : null,
    trades: trades.ok ? sighting(trades.value, fills, order, state()) : null,
    holdings: holdings.ok ? holdings.value : null,
    stream,
  };
  const news = fills.some((fill) => !order.fills.some((known) => known.tradeId === fill.tradeId));
  if (resting === undefined && !news) return [missed];
  return [{ kind: 'reported', report: reportOf(order, resting?.venueOrderId ?? '', fills) }];
}

/** Not from the order on: the venue's clock may differ, and others' trades count. */
const tradesSince = ({ stamps }: Order): number => stamps.decided - othersSlackMs;

const isOf = (trade: AccountTrade, order: Order): boolean =>
  trade.clientOrderId === order.id || (order.venueOrderId !== undefined && trade.venueOrderId === order.venueOrderId);

/**
 * A trade of no order that we know may be this order's where the venue names no client id; and it moved the account, which
 * then proves nothing.
 */
function sighting(trades: readonly AccountTrade[], fills: readonly Fill[], order: Order, state: State): boolean | null {
  if (fills.length > 0) return true;
  const known = new Set(Object.values(state.orders).map((entry) => entry.venueOrderId));
  return trades.some((trade) => !known.has(trade.venueOrderId) && trade.fill.at >= tradesSince(order)) ? null : false;
}

/** As much as open orders and trades tell: it is open, or it filled whole; more is for the lookup to say. */
function reportOf(order: Order, venueOrderId: string, fills: readonly Fill[]): OrderReport {
  const filled = sum(fills.map((fill) => fill.quantity));
  const { terms } = order.request;
  const isWhole = 'quantity' in terms && filled === terms.quantity && filled !== ZERO;
  return {
    clientOrderId: order.id,
    venueOrderId,
    state: isWhole ? 'filled' : 'open',
    filled,
    fills,
    at: Math.max(0, ...fills.map((fill) => fill.at)),
  };
}
