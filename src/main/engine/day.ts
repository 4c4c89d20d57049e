/** The fact that opens the books of a KST day: what the daily loss is measured from. They open also while an account cannot be read. */
import { mapValues } from '../../shared/domain/record.ts';
import type { Unstamped } from './facts.ts';
import { hedgeResult } from './pnl.ts';
import { type Accounts, capital, kstDay } from './risk/measures.ts';
import type { State } from './state.ts';

/**
 * @param inputs null where an account could not be read: the last capital then serves until one can
 * @returns null on a day that has begun, and where the clock went back to the day before: its losses still count. Null too
 * where no capital was ever known: there was no hedge yet
 */
export function dayStart(state: State, inputs: Accounts | null, at: number): Unstamped | null {
  const { day } = state;
  const kst = kstDay(at);
  const hasBegun = day.capital !== null && (kst === day.kst || kst === day.kst - 1);
  if (hasBegun && (day.isCarried !== true || inputs === null)) return null;
  const known = inputs === null ? day.capital : capital({ state, inputs });
  if (known === null) return null;
  if (hasBegun) return { kind: 'capitalTaken', capital: known };
  // Flat hedges too: a late trade of theirs is today's, what they came to before is not.
  const bases = mapValues(state.hedges, (hedge) => hedgeResult(state, hedge).total);
  return { kind: 'dayStarted', kst, capital: known, bases, ...(inputs === null ? { carried: true } : {}) };
}
