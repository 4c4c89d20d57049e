/** Opens the books of a new KST day: what the daily loss is measured from. */
import type { HedgeId } from '../../../shared/domain/ids.ts';
import type { Krw } from '../../../shared/domain/units.ts';
import type { Draft } from '../draft.ts';
import { openHedges } from '../legs.ts';
import { hedgeResult } from '../pnl.ts';
import type { EntryInputs } from '../risk/entry-inputs.ts';
import { capital, kstDay } from '../risk/entry-limits.ts';

/** Does nothing on a day that has begun. */
export function beginDay(draft: Draft, inputs: Pick<EntryInputs, 'krw' | 'margin' | 'fx'>): void {
  const kst = kstDay(draft.at);
  if (draft.state.day.kst === kst && draft.state.day.capital !== null) return;
  const bases: Record<HedgeId, Krw> = {};
  for (const hedge of openHedges(draft.state)) bases[hedge.id] = hedgeResult(draft.state, hedge).total;
  draft.add({ kind: 'dayStarted', kst, capital: capital({ state: draft.state, inputs }), bases });
}
