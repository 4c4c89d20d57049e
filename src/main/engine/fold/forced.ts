import { excess, isZero, subtract, sum } from '../../../shared/domain/units.ts';
import type { Fill } from '../../../shared/domain/venue.ts';
import type { ForcedTrades, State } from '../state.ts';
import { covered } from './by-hand.ts';
import type { Folds } from './table.ts';

export const foldForced: Folds<'forcedSeen' | 'forcedLeft'> = {
  forcedSeen: (state, { venue, coin, clientId, venueOrderId, fills }) => {
    const before = state.forced.find((trades) => trades.venueOrderId === venueOrderId);
    const trades: ForcedTrades = { venue, coin, clientId, venueOrderId, fills: [...(before?.fills ?? []), ...fills] };
    return covered({ ...state, forced: [...state.forced.filter((other) => other !== before), trades] }, clientId, fills, 'taken');
  },
  forcedLeft: (state, { venueOrderId }) => {
    const left = state.forced.find((trades) => trades.venueOrderId === venueOrderId);
    const next = { ...state, forced: state.forced.filter((trades) => trades !== left) };
    return left === undefined ? next : covered(next, left.clientId, left.fills, 'left');
  },
};

/** What is booked waits no longer. */
export function withoutBooked(state: State, venueOrderId: string | undefined, booked: readonly Fill[]): State {
  const without = (fill: Fill): Fill => {
    const parts = booked.filter(({ tradeId }) => tradeId === fill.tradeId || tradeId.startsWith(`${fill.tradeId}/`));
    const quantity = excess(fill.quantity, sum(parts.map((part) => part.quantity)));
    return { ...fill, quantity, fee: subtract(fill.fee, sum(parts.map((part) => part.fee))) };
  };
  const forced = state.forced.map((trades) =>
    trades.venueOrderId === venueOrderId ? { ...trades, fills: trades.fills.map(without).filter((fill) => !isZero(fill.quantity)) } : trades,
  );
  return { ...state, forced: forced.filter((trades) => trades.fills.length > 0) };
}
