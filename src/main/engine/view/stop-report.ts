/**
 * What came of the stop that stands, as a person sees it. Pure.
 *
 * "Done" is the venues' word: each was read after the last thing that happened there, its own list names no order of
 * ours, and it holds what the books say, orders by hand included. With *close all* every hedge is then flat; what was
 * traded by hand is not closed by a stop, and is told.
 */
import type { StopReport } from '../../../shared/contract/parts.ts';
import { type ClientOrderId, type Coin, installationOf, isOurOrderId } from '../../../shared/domain/ids.ts';
import { own } from '../../../shared/domain/record.ts';
import { isZero, text } from '../../../shared/domain/units.ts';
import type { Holdings, Venue } from '../../../shared/domain/venue.ts';
import { handAt, handCoins } from '../by-hand.ts';
import { asStamped, holding, hasInFlight, isInFlight, lastWord, opens } from '../legs.ts';
import { expectedAt, heldAt } from '../outside.ts';
import { type Hedge, legVenue, type Order, type State } from '../state.ts';

/** What a venue showed of its account. */
export interface VenueShown {
  /** When the reads began, by our clock: what happened later is not in them. */
  readonly begunAt: number;
  /** Client ids of the account's open orders, ours or not. */
  readonly clientIds: readonly string[];
  readonly holdings: Holdings;
}
export interface StopSeen {
  /** What time it is, by our clock. */
  readonly at: number;
  readonly shown: Readonly<Partial<Record<Venue, VenueShown>>>;
  /** When it was first known to be done; null while it is not. */
  readonly settledAt: number | null;
}

/** @returns null while not stopped */
export function stopReport(state: State, { at, shown, settledAt }: StopSeen): StopReport | null {
  const { stop } = state;
  if (stop === null) return null;
  const closeAll = state.closeAll === true;
  const hedges = Object.values(state.hedges).filter((hedge) => hedge.phase !== 'flat' || (hedge.settledAt ?? 0) >= stop.at);
  const inFlight = Object.values(state.orders).filter((order) => isInFlight(order) && !stays(order));
  const known = inFlight.filter((order) => order.state === 'open').map((order) => order.id);
  const stoppedAt = asStamped(state, at, stop.at);
  const unconfirmed = Object.values(legVenue).filter((venue) => {
    const seen = shown[venue];
    return seen === undefined || seen.begunAt < stoppedAt || !isConfirmed(state, at, venue, seen);
  });
  const rows = hedges.map((hedge) => hedgeLine(state, hedge));
  const isAtRest = rows.every((row) => row.state === 'closed' || (!closeAll && (row.state === 'kept' || row.state === 'needsOperator')));
  const done = inFlight.length === 0 && unconfirmed.length === 0 && isAtRest;
  return {
    at: stop.at,
    closeAll,
    done,
    openOrders: [...new Set([...known, ...Object.values(legVenue).flatMap((venue) => oursAmong(state, shown[venue], stoppedAt))])],
    unknownOrders: inFlight.filter((order) => order.state !== 'open').map((order) => order.id),
    hedges: rows,
    byHand: Object.values(legVenue).flatMap((venue) => byHandAt(state, venue)),
    settledAt: done ? settledAt : null,
    unconfirmed,
  };
}

/** A stop leaves what a person has rest to reduce or protect: it is no part of what is to be taken back. */
export const stays = (order: Order): boolean => order.hedge === null && order.state === 'open' && !opens(order);
const isOurs = (state: State, id: string): id is ClientOrderId => isOurOrderId(id) && installationOf(id) === state.installation;
function staysById(state: State, id: ClientOrderId): boolean {
  const order = own(state.orders, id);
  return order !== undefined && stays(order);
}

/** Own orders that a venue's list named since the stop, and whose end is not known by now. */
function oursAmong(state: State, shown: VenueShown | undefined, stoppedAt: number): readonly string[] {
  if (shown === undefined || shown.begunAt < stoppedAt) return [];
  return shown.clientIds.filter((id) => {
    if (!isOurs(state, id)) return false;
    const order = own(state.orders, id);
    return order === undefined || (isInFlight(order) && !stays(order));
  });
}

/** Whether a read that began after everything we know of shows no own order, and what the books say. */
function isConfirmed(state: State, at: number, venue: Venue, { begunAt, clientIds, holdings }: VenueShown): boolean {
  const isLater = (order: Order): boolean => movesOf(order).some((moment) => asStamped(state, at, moment) > begunAt);
  if (Object.values(state.orders).some((order) => order.request.venue === venue && isLater(order))) return false;
  if (clientIds.some((id) => isOurs(state, id) && !staysById(state, id))) return false;
  const coins = new Set<Coin>([...Object.values(state.hedges).map((hedge) => hedge.coin), ...handCoins(state, venue)]);
  return [...coins].every((coin) => heldAt(holdings, venue, coin) === expectedAt(state, venue, coin));
}

/** When an order was last decided, answered or filled, and asked to be canceled. */
const movesOf = (order: Order): readonly number[] => [lastWord(order), order.cancelWantedAt ?? 0];

/** What was traded by hand there, by the books. */
const byHandAt = (state: State, venue: Venue): StopReport['byHand'] =>
  handCoins(state, venue)
    .map((coin) => ({ coin, quantity: handAt(state, venue, coin) }))
    .filter(({ quantity }) => !isZero(quantity))
    .map(({ coin, quantity }) => ({ venue, coin, quantity: text(quantity) }));

function hedgeLine(state: State, hedge: Hedge): StopReport['hedges'][number] {
  const { spot, perp, residual } = holding(state, hedge);
  return { hedge: hedge.id, coin: hedge.coin, spot: text(spot), perp: text(perp), residual: text(residual), state: stateOf(state, hedge) };
}

function stateOf(state: State, hedge: Hedge): StopReport['hedges'][number]['state'] {
  if (hedge.phase === 'flat') return 'closed';
  if (hedge.phase === 'needsOperator') return 'needsOperator';
  if (hedge.phase === 'closing') return 'closing';
  return hedge.phase === 'hedged' && hedge.waitingExits.length === 0 && !hasInFlight(state, hedge) ? 'kept' : 'waiting';
}
