/** Opens the books of a new KST day: what the daily loss is measured from. */
import { mapValues } from '../../../shared/domain/record.ts';
import type { Draft } from '../draft.ts';
import { hedgeResult } from '../pnl.ts';
import type { EntryInputs } from '../risk/entry-inputs.ts';
import { capital, kstDay } from '../risk/entry-limits.ts';

/** Does nothing on a day that has begun. */
export function beginDay(draft: Draft, inputs: Pick<EntryInputs, 'krw' | 'margin' | 'fx'>): void {
  const kst = kstDay(draft.at);
  if (draft.state.day.kst === kst && draft.state.day.capital !== null) return;
  // Flat hedges too: a late trade of theirs is today's, what they came to before is not.
  const bases = mapValues(draft.state.hedges, (hedge) => hedgeResult(draft.state, hedge).total);
  draft.add({ kind: 'dayStarted', kst, capital: capital({ state: draft.state, inputs }), bases });
}
