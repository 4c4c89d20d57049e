/** A venue as the console shows it: its stream, its clock, and the account as it was last read. Pure. */
import type { VenueView } from '../../../shared/contract/parts.ts';
import { isZero, subtract, text } from '../../../shared/domain/units.ts';
import type { Holdings, Leg } from '../../../shared/domain/venue.ts';
import { handAt, handCoins } from '../by-hand.ts';
import { outsideRows } from '../outside.ts';
import { legVenue, type State } from '../state.ts';

export interface VenueSeen {
  readonly stream: VenueView['stream'];
  readonly clockOffsetMs: number | null;
  /** The account as last read; null before. */
  readonly holdings: Holdings | null;
  /** The venue's countdown; null where it has none. */
  readonly deadMan: VenueView['deadMan'];
}

export function venuePart(state: State, leg: Leg, { stream, clockOffsetMs, holdings, deadMan }: VenueSeen): VenueView {
  const venue = legVenue[leg];
  const margin = holdings?.margin;
  return {
    venue,
    leg,
    stream,
    clockOffsetMs,
    apiErrors: state.apiErrors[venue] ?? 0,
    readAt: holdings === null ? null : Math.round(holdings.at),
    balances: (holdings?.balances ?? [])
      .filter(({ free, locked }) => !isZero(free) || !isZero(locked))
      .map(({ currency, free, locked }) => ({ currency, free: text(free), locked: text(locked) })),
    margin: margin === undefined ? null : { balance: text(margin.balance), available: text(margin.available), maintenance: text(margin.maintenance) },
    outside: outsideRows(state, venue).map(({ coin, taken, seen }) => ({
      coin,
      taken: taken === null ? null : text(taken),
      seen: text(seen),
      external: taken === null ? '0' : text(subtract(seen, taken)),
    })),
    byHand: handCoins(state, venue)
      .map((coin) => ({ coin, quantity: text(handAt(state, venue, coin)) }))
      .filter(({ quantity }) => quantity !== '0'),
    positions: (holdings?.positions ?? []).map((position) => ({
      coin: position.coin,
      quantity: text(position.quantity),
      entryPrice: text(position.entryPrice),
      markPrice: text(position.markPrice),
      liquidationPrice: position.liquidationPrice === undefined ? null : text(position.liquidationPrice),
    })),
    deadMan,
  };
}
