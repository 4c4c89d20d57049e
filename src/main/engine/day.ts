/** The fact that opens the books of a KST day: what the daily loss is measured from. */
import { mapValues } from '../../shared/domain/record.ts';
import type { Unstamped } from './facts.ts';
import { hedgeResult } from './pnl.ts';
import { type Accounts, capital, kstDay } from './risk/measures.ts';
import type { State } from './state.ts';

/** @returns null on a day that has begun, and where the clock went back to the day before: its losses still count */
export function dayStart(state: State, inputs: Accounts, at: number): Unstamped | null {
  const kst = kstDay(at);
  const known = state.day.capital !== null && (kst === state.day.kst || kst === state.day.kst - 1);
  if (known) return null;
  // Flat hedges too: a late trade of theirs is today's, what they came to before is not.
  const bases = mapValues(state.hedges, (hedge) => hedgeResult(state, hedge).total);
  return { kind: 'dayStarted', kst, capital: capital({ state, inputs }), bases };
}
