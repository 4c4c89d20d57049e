/**
 * A signal comes in: told apart from its repeats, written down with the place it was read from, and sent on its way.
 * The id is known for ever from the same record that takes the signal, so no crash can make it new again.
 */
import { hedgeOf, type SignalId } from '../../../shared/domain/ids.ts';
import { own } from '../../../shared/domain/record.ts';
import { denied } from '../denial.ts';
import type { Draft } from '../draft.ts';
import type { InputOf } from '../inputs.ts';
import { mayLeave, tradingState } from '../risk/permission.ts';
import { knownSignal } from '../signal-book.ts';
import { hasBegun } from './begun.ts';
import { takeBackExits } from './exit.ts';
import { askPerson, expire, judge, reject } from './verdict.ts';

export function takeSignal(draft: Draft, input: InputOf<'signal'>): void {
  const { parsed, source, place } = input;
  if (!parsed.ok) {
    draft.add({ kind: 'signalMalformed', id: parsed.id ?? null, code: parsed.code, reason: parsed.reason, excerpt: parsed.excerpt, source, place });
    return;
  }
  const { signal } = parsed;
  const known = knownSignal(draft.state.signals, signal.id);
  if (known !== undefined) {
    draft.add({ kind: 'signalRepeated', id: signal.id, state: known.digest === signal.digest ? 'duplicate' : 'conflict', source, place });
    return;
  }
  draft.add({ kind: 'signalTaken', signal, source, place, ...(draft.elapsed === undefined ? {} : { elapsed: draft.elapsed }) });
  expire(draft, { signal });
}

/** Decides for every signal that waits whether it may run, needs a person, or is refused. Called after every input. */
export function route(draft: Draft): void {
  if (draft.state.phase === 'reconciling') return;
  for (const { signal, state } of Object.values(draft.state.entries)) if (state === 'waiting') routeEntry(draft, signal.id);
  for (const { signal, state } of Object.values(draft.state.exits)) if (state === 'waiting') routeExit(draft, signal.id);
}

function routeEntry(draft: Draft, id: SignalId): void {
  const standing = tradingState(draft.state);
  if (standing === 'stopped') reject(draft, id, denied('STOPPED', 'Trading is stopped'));
  else if (draft.state.approval === 'manual') askPerson(draft, id);
  else if (mayLeave(standing, 'entry') === 'yes') draft.add({ kind: 'signalQueued', id, by: 'auto' });
  else reject(draft, id, denied('DISARMED', 'The console is not armed'));
}

function routeExit(draft: Draft, id: SignalId): void {
  const permitted = mayLeave(tradingState(draft.state), 'exitBySignal') === 'yes';
  if (permitted && draft.state.approval === 'auto') draft.add({ kind: 'signalQueued', id, by: 'auto' });
  else askPerson(draft, id);
}

/** A person's yes: the signal runs under the same checks as any other, on a fresh quote. */
export function approveSignal(draft: Draft, id: SignalId): void {
  const entry = own(draft.state.entries, id);
  const exit = own(draft.state.exits, id);
  const waiting = entry ?? exit;
  if (waiting?.state !== 'awaitingApproval') return draft.refuse('NOT_WAITING', `No signal ${id} waits for approval`);
  if (expire(draft, waiting)) return draft.refuse('EXPIRED', 'The signal has expired');
  const standing = tradingState(draft.state);
  if (mayLeave(standing, entry === undefined ? 'exitByHand' : 'entry') !== 'yes') return draft.refuse('NOT_ALLOWED', `Not while ${standing}`);
  draft.add({ kind: 'signalQueued', id, by: 'person' });
}

export function declineSignal(draft: Draft, id: SignalId): void {
  const waiting = own(draft.state.entries, id) ?? own(draft.state.exits, id);
  if (waiting?.state !== 'awaitingApproval') return draft.refuse('NOT_WAITING', `No signal ${id} waits for approval`);
  judge(draft, id, { state: 'declined', code: 'DECLINED', reason: 'A person declined it' });
}

/** Switching to manual takes back what was queued and not begun. */
export function setApproval(draft: Draft, approval: 'manual' | 'auto'): void {
  if (draft.state.approval === approval) return;
  draft.add({ kind: 'approvalSet', approval });
  if (approval === 'auto') return;
  for (const { signal, state, by } of Object.values(draft.state.entries))
    if (state === 'queued' && by === 'auto' && !hasBegun(draft.state, signal.id)) askPerson(draft, signal.id);
  takeBackExits(draft, denied('DECLINED', 'Approval was switched to manual'));
}

/** Signals whose time ran out while they waited for a person, a slot or the reconciliation. */
export function expireWaiting(draft: Draft): void {
  for (const entry of Object.values(draft.state.entries)) {
    const { signal } = entry;
    if (own(draft.state.hedges, hedgeOf(signal.id)) !== undefined || !expire(draft, entry)) continue;
    // Its quote never came: the slots must not stay taken for it.
    if (hasBegun(draft.state, signal.id)) draft.add({ kind: 'slotsFreed', signal: signal.id });
  }
  for (const exit of Object.values(draft.state.exits)) if (exit.state !== 'running') expire(draft, exit);
}
