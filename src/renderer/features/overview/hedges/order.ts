/** Which hedges are shown, and in which order: a person's work first, then what is open, then what was closed. */
import type { HedgeRow } from '../../../../shared/contract/rows.ts';
import type { RowOrder } from '../../../app/hooks.ts';

export const isOpen = (hedge: HedgeRow): boolean => hedge.phase !== 'flat';
const isUrgent = (hedge: HedgeRow): boolean => hedge.phase === 'needsOperator';

export const openHedges: RowOrder<HedgeRow> = {
  filter: isOpen,
  compare: (a, b) => Number(isUrgent(b)) - Number(isUrgent(a)) || b.openedAt - a.openedAt,
};
export const closedHedges: RowOrder<HedgeRow> = {
  filter: (hedge) => !isOpen(hedge),
  compare: (a, b) => (b.settledAt ?? b.openedAt) - (a.settledAt ?? a.openedAt),
};
/** Newest first, of those that a person opened; one that is being closed until it is flat, so that a press waits for it. */
export const ownOpenHedges: RowOrder<HedgeRow> = {
  filter: (hedge) => hedge.source.kind === 'person' && isOpen(hedge),
  compare: (a, b) => b.openedAt - a.openedAt,
};

/** Premium at which the hedge would be left at its last marks, before fees; for display only. */
export function premiumNow({ marks, fx }: HedgeRow): string | null {
  const value = Number(marks.spotBid) / (Number(marks.perpAsk) * Number(fx)) - 1;
  return Number.isFinite(value) ? value.toFixed(6) : null;
}

export const isZero = (text: string): boolean => !/[1-9]/.test(text);
