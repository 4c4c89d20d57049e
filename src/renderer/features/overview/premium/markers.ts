/** Where hedges were entered and left, for the chart. */
import { useRef } from 'react';
import { shallow } from 'zustand/shallow';
import type { HedgeRow } from '../../../../shared/contract/rows.ts';
import { useReplica } from '../../../app/hooks.ts';

export interface Marker {
  readonly key: string;
  readonly kind: 'entry' | 'exit';
  readonly at: number;
  /** Ratio that was got, for drawing and its title. */
  readonly premium: number;
}

const mostMarkers = 100;

const markersOf = ({ id, coin, openedAt, settledAt, entryPremium, exitPremium }: HedgeRow, shown: string | null): readonly Marker[] => {
  if (coin !== shown) return [];
  const entry: Marker | null = entryPremium === null ? null : { key: `${id}:entry`, kind: 'entry', at: openedAt, premium: Number(entryPremium) };
  const exit: Marker | null =
    settledAt === null || exitPremium === null ? null : { key: `${id}:exit`, kind: 'exit', at: settledAt, premium: Number(exitPremium) };
  return [entry, exit].filter((marker) => marker !== null);
};

const isSame = (a: Marker, b: Marker | undefined): boolean => b !== undefined && shallow(a, b);

/** Entries and exits of the coin that is shown, newest first; the same array until one of them changes. */
export function useMarkers(): readonly Marker[] {
  const last = useRef<{ hedges: unknown; coin: string | null; markers: readonly Marker[] }>({ hedges: null, coin: null, markers: [] });
  return useReplica((state) => {
    const coin = state.parts?.market?.coin ?? null;
    const { hedges } = state.tables;
    const before = last.current;
    if (before.hedges === hedges && before.coin === coin) return before.markers;
    const found = Object.values(hedges)
      .flatMap((hedge) => markersOf(hedge, coin))
      .sort((a, b) => b.at - a.at)
      .slice(0, mostMarkers);
    const isUnchanged = found.length === before.markers.length && found.every((marker, index) => isSame(marker, before.markers[index]));
    last.current = { hedges, coin, markers: isUnchanged ? before.markers : found };
    return last.current.markers;
  });
}
