/**
 * Which hedges an EXIT would close now, and how much of each: named by the signal, else the coin's oldest first until
 * the quantity is used up. For a look only; the engine decides when the EXIT runs.
 */
import type { HedgeRow, SignalRow } from '../../../shared/contract/rows.ts';

type Content = Pick<NonNullable<SignalRow['content']>, 'coin' | 'hedge' | 'quantity'>;
export interface ExitPart {
  readonly hedge: string;
  /** Coins on each leg as text; null: all that it holds. */
  readonly quantity: string | null;
}

export function exitPlan(content: Content, hedges: readonly HedgeRow[]): readonly ExitPart[] {
  const meant = hedges
    .filter(({ id, coin, phase }) => coin === content.coin && (content.hedge === null || id === content.hedge) && isOpen(phase))
    .sort((a, b) => a.openedAt - b.openedAt);
  if (content.quantity === null) return meant.map(({ id }) => ({ hedge: id, quantity: null }));
  const parts: ExitPart[] = [];
  let rest = Number(content.quantity);
  for (const hedge of meant) {
    if (rest <= 0) break;
    const held = heldBy(hedge);
    parts.push({ hedge: hedge.id, quantity: rest >= held ? null : shown(rest) });
    rest -= held;
  }
  return parts;
}

/** Subtraction of floats leaves noise far behind the last place that is shown. */
const shown = (quantity: number): string => String(Number(quantity.toFixed(8)));

const isOpen = (phase: HedgeRow['phase']): boolean => phase === 'opening' || phase === 'hedged' || phase === 'unwinding';
const heldBy = ({ phase, planned, spot, perp }: HedgeRow): number =>
  phase === 'opening' ? Number(planned) : Math.min(Number(spot.quantity), Number(perp.quantity));
