import { dayStart } from '../day.ts';
import type { Draft } from '../draft.ts';
import type { Accounts } from '../risk/measures.ts';

/** Opens the books of a new KST day. Does nothing on a day that has begun. */
export function beginDay(draft: Draft, inputs: Accounts): void {
  const fact = dayStart(draft.state, inputs, draft.at);
  if (fact !== null) draft.add(fact);
}
