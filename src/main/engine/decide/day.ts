/**
 * The books of a KST day: what its losses are measured from. They begin with the first prices after midnight, or after a
 * start where nothing ran at midnight; a coin whose first prices come later has its hedges based on those.
 */
import { there } from '../../../shared/domain/record.ts';
import { dayStart } from '../day.ts';
import type { Draft } from '../draft.ts';
import { hedgeResult } from '../pnl.ts';
import { type Accounts, kstDay } from '../risk/measures.ts';
import type { Hedge, State } from '../state.ts';

/** Opens the books of a new KST day, and takes its capital once both accounts could be read. Does nothing on a day that has both. */
export function beginDay(draft: Draft, inputs: Accounts | null): void {
  const fact = dayStart(draft.state, inputs, draft.at);
  if (fact !== null) draft.add(fact);
}

/** Whether these are the first prices of a hedge on this day. */
export const isFirstOfDay = ({ marks }: Hedge, at: number): boolean => kstDay(marks.at) < kstDay(at);

/** @param marked the state with the hedge at its newest prices */
export function baseOnFirstPrices(draft: Draft, hedge: Hedge, marked: State): void {
  if (!isFirstOfDay(hedge, draft.at) || draft.state.day.kst !== kstDay(draft.at)) return;
  draft.add({ kind: 'dayBased', id: hedge.id, base: hedgeResult(marked, there(marked.hedges, hedge.id)).total });
}
