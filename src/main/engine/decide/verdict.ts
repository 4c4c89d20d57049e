/** The one final word on a signal. */
import type { Values } from '../../../shared/domain/codes.ts';
import type { HedgeId, SignalId } from '../../../shared/domain/ids.ts';
import type { EnterSignal, ExitSignal } from '../../../shared/domain/signal.ts';
import type { Denial } from '../denial.ts';
import type { Draft } from '../draft.ts';
import type { Compared } from '../facts.ts';
import { raise } from './alarms.ts';
import { isFinal, knownSignal, type SignalState } from '../signal-book.ts';
import type { PendingEntry } from '../state.ts';

export interface Verdict {
  readonly state: SignalState;
  readonly code: string;
  readonly reason: string;
  readonly hedge?: HedgeId | null;
  readonly compared?: Compared | null;
  readonly values?: Values;
}

/** Says a signal's verdict once: a second final one is not said. @returns whether it was */
export function judge(draft: Draft, id: SignalId, verdict: Verdict): boolean {
  const known = knownSignal(draft.state.signals, id);
  if (known === undefined || isFinal(known.state)) return false;
  draft.add({
    kind: 'signalJudged',
    id,
    state: verdict.state,
    code: verdict.code,
    reason: verdict.reason,
    hedge: verdict.hedge ?? null,
    compared: verdict.compared ?? null,
    values: verdict.values ?? {},
  });
  return true;
}

export const reject = (draft: Draft, id: SignalId, denial: Denial): void =>
  void judge(draft, id, { state: 'rejected', code: denial.denied, reason: denial.reason, compared: denial.compared, values: denial.values });

/** Not a verdict yet: the signal lies in the inbox. */
export const askPerson = (draft: Draft, id: SignalId): void =>
  void judge(draft, id, { state: 'awaitingApproval', code: 'AWAITING_APPROVAL', reason: 'Waits for a person to approve it' });

type Mortal = Pick<PendingEntry, 'timerZero'> & { readonly signal: EnterSignal | ExitSignal };

/**
 * Ends a signal whose time ran out: by the time of day, or by what passed since it came, where the clock was set back.
 * An expired ENTER is let go; an expired EXIT leaves a position that somebody wanted closed, so it alarms.
 * @returns whether it did
 */
export function expire(draft: Draft, { signal: { id, action, expiresAt }, timerZero }: Mortal): boolean {
  const { at, elapsed } = draft;
  const now = timerZero === undefined || elapsed === undefined ? at : Math.max(at, timerZero + elapsed);
  const late = now - expiresAt;
  if (late <= 0) return false;
  judge(draft, id, {
    state: 'expired',
    code: 'EXPIRED',
    reason: `Expired ${late} ms ago`,
    compared: { limit: String(expiresAt), was: String(now) },
  });
  if (action !== 'EXIT') return true;
  raise(draft, `expiredExit:${id}`, {
    code: 'EXPIRED_EXIT',
    values: { signal: id },
    severity: 'critical',
    detail: `The EXIT signal ${id} expired and was not carried out`,
  });
  return true;
}
