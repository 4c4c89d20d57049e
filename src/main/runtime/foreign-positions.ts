/**
 * Who made the positions of an account that are not ours: another installation of this console is told by the ids of its
 * orders (spec S6.8). Asked once a start, and only where something lies beside our books.
 */
import type { Answer } from '../../shared/domain/failure.ts';
import { isZero } from '../../shared/domain/units.ts';
import type { Holdings } from '../../shared/domain/venue.ts';
import { beyondOurs } from '../engine/outside.ts';
import type { State } from '../engine/state.ts';
import type { VenuePort } from '../exchanges/port.ts';

/** How far back trades are looked through. */
const sinceMs = 7 * 86_400_000;
/** Newest orders whose origin is asked for, for each coin. */
const mostAsked = 5;

/**
 * The client ids of the newest orders that traded in the coins of outside positions. None for a venue that has no
 * positions: coins say nothing of who bought them, and the other leg of a hedge tells all the same.
 * @param now by the venue's clock, ms since 1970
 */
export async function originsOfPositions(venue: VenuePort, holdings: Holdings, state: State, now: number): Promise<Answer<readonly string[]>> {
  const origins: string[] = [];
  const known = new Set(Object.values(state.orders).map((order) => order.venueOrderId));
  for (const { coin } of holdings.positions) {
    if (venue.clientIdOf === undefined || isZero(beyondOurs(state, venue.venue, coin, holdings))) continue;
    const trades = await venue.trades(coin, now - sinceMs);
    if (!trades.ok) return trades;
    const newest = trades.value.toSorted((a, b) => b.fill.at - a.fill.at).map((trade) => trade.venueOrderId);
    for (const id of [...new Set(newest)].filter((entry) => !known.has(entry)).slice(0, mostAsked)) {
      const origin = await venue.clientIdOf(coin, id);
      if (!origin.ok) return origin;
      if (origin.value !== null) origins.push(origin.value);
    }
  }
  return { ok: true, value: origins };
}
