/**
 * The venue closed our short by itself: a liquidation or an auto-deleveraging (spec S6.10). Its trades are booked as
 * closes of the perpetual leg, oldest hedge first; the spot leg is then brought level like after any other difference.
 *
 * The venue closes a position, not a hedge. While an order of a perpetual leg is under way nobody knows how much short
 * that hedge had, so its share waits until the order has ended; hedges at rest take theirs at once.
 */
import { isOurOrderId } from '../../../shared/domain/ids.ts';
import { there } from '../../../shared/domain/record.ts';
import { divide, excess, isZero, min, type Quantity, scale, sum, text, ZERO } from '../../../shared/domain/units.ts';
import type { Fill } from '../../../shared/domain/venue.ts';
import { heldByHand } from '../by-hand.ts';
import type { Draft } from '../draft.ts';
import type { InputOf } from '../inputs.ts';
import { holding, isInFlight, openHedges, ordersOf } from '../legs.ts';
import type { ForcedTrades, Hedge, State } from '../state.ts';
import { raise } from './alarms.ts';
import { bookFills, bookFillsByHand } from './book-trade.ts';
import { settle } from './settle.ts';

/** The venue's clock may be behind ours by this much. */
const clockSlackMs = 2_000;

/**
 * A hedge opened after a trade has no part in it, unless the venue holds too little by now: another hedge was closed out
 * of its short before anybody heard of the trade.
 */
function mayBeOf({ openedAt, settlement }: Hedge, { venue, coin }: ForcedTrades, { at }: Fill, state: State): boolean {
  // A person had the books made what the venue held by then.
  if (settlement?.readAt !== undefined && at <= settlement.readAt) return false;
  return at >= openedAt - clockSlackMs || Object.hasOwn(state.alarms, `mismatch:${venue}:${coin}`);
}

/** The trades may come again, and more of them: each counts once. */
export function forcedClose(draft: Draft, { venue, coin, clientId, venueOrderId, fills }: Omit<InputOf<'forcedClose'>, 'kind' | 'at'>): void {
  const fresh = fills.flatMap((fill) => {
    const rest = excess(fill.quantity, knownOf(draft.state, fill));
    return isZero(rest) ? [] : [rest === fill.quantity ? fill : partOf(fill, rest)];
  });
  if (fresh.length > 0) draft.add({ kind: 'forcedSeen', venue, coin, clientId, venueOrderId, fills: fresh });
}

/** How much of a trade is booked or waits. One that was split among hedges has its id with the hedge's behind it. */
function knownOf(state: State, { tradeId }: Fill): Quantity {
  const forced = Object.values(state.orders).filter((order) => order.purpose === 'forced');
  const parts = [...forced, ...state.forced]
    .flatMap(({ fills }) => fills)
    .filter((fill) => fill.tradeId === tradeId || fill.tradeId.startsWith(`${tradeId}/`));
  return sum(parts.map((fill) => fill.quantity));
}

/** Gives what the venue closed to the hedges it was of. Called after every input. */
export function shareForced(draft: Draft): void {
  for (const trades of draft.state.forced) {
    const hedges = openHedges(draft.state).filter((hedge) => hedge.coin === trades.coin);
    const moving = hedges.filter((hedge) => ordersOf(draft.state, hedge).some((order) => order.request.leg === 'perp' && isInFlight(order)));
    const still = hedges.filter((hedge) => !moving.includes(hedge)).toSorted((a, b) => a.openedAt - b.openedAt);
    const left = still.reduce((rest, hedge) => bookShare(draft, hedge, trades, rest), trades.fills);
    if (left.length === 0 || moving.length > 0) continue;
    // What is beyond our own shorts is not ours.
    if (bookByHand(draft, trades, left).length > 0) draft.add({ kind: 'forcedLeft', venueOrderId: trades.venueOrderId });
  }
}

/** What no hedge had closed the short that orders by hand made. Of an order by hand it is booked there already. */
function bookByHand(draft: Draft, { venue, coin, clientId, venueOrderId }: ForcedTrades, fills: readonly Fill[]): readonly Fill[] {
  const short = isOurOrderId(clientId) ? ZERO : heldByHand(draft.state, 'perp', coin);
  const { taken, left } = split(fills, short, venue);
  if (taken.length > 0) bookFillsByHand(draft, coin, { leg: 'perp', does: 'closes', purpose: 'forced', venueOrderId }, taken);
  return left;
}

/** @returns the trades that are left for others */
function bookShare(draft: Draft, { id }: Hedge, trades: ForcedTrades, fills: readonly Fill[]): readonly Fill[] {
  const { venue, coin, clientId, venueOrderId } = trades;
  const hedge = there(draft.state.hedges, id);
  const possible = fills.filter((fill) => mayBeOf(hedge, trades, fill, draft.state));
  if (possible.length === 0) return fills;
  const { taken, left } = split(possible, holding(draft.state, hedge).perp, id);
  if (taken.length === 0) return fills;
  bookFills(draft, id, { leg: 'perp', does: 'closes', purpose: 'forced', venueOrderId }, () => taken);
  const closed = text(sum(taken.map((fill) => fill.quantity)));
  const values = { venue, coin, quantity: closed, order: clientId };
  const ours = isOurOrderId(clientId);
  const who = ours ? `The order by hand ${clientId} closed` : `${venue} closed by itself (${clientId})`;
  const detail = `${who} ${closed} ${coin} of the short of hedge ${id}; the spot leg is brought level`;
  const code = ours ? 'PROTECTIVE_CLOSE' : 'FORCED_CLOSE';
  raise(draft, `forced:${id}:${venueOrderId}`, { code, values, severity: 'critical', hedge: id, detail });
  settle(draft, id);
  return [...fills.filter((fill) => !possible.includes(fill)), ...left];
}

/** The first trades up to a quantity; one that reaches beyond it is split, its fee with it. */
function split(fills: readonly Fill[], most: Quantity, name: string): { readonly taken: readonly Fill[]; readonly left: readonly Fill[] } {
  const taken: Fill[] = [];
  const left: Fill[] = [];
  let room = most;
  for (const fill of fills) {
    const part = min(fill.quantity, room);
    room = excess(room, part);
    const rest = excess(fill.quantity, part);
    if (isZero(rest)) taken.push(fill);
    else if (isZero(part)) left.push(fill);
    else {
      taken.push({ ...partOf(fill, part), tradeId: `${fill.tradeId}/${name}` });
      left.push(partOf(fill, rest));
    }
  }
  return { taken, left };
}

export const partOf = (fill: Fill, part: Quantity): Fill => ({
  ...fill,
  quantity: part,
  fee: scale(fill.fee, divide<'ratio'>(part, fill.quantity, 12, 'halfEven')),
});
