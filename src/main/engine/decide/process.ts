/** The life of a process: start, reading the venues, reconciled, armed. Start and recovery are the same path. */
import { installationOf, isOurOrderId } from '../../../shared/domain/ids.ts';
import { isZero } from '../../../shared/domain/units.ts';
import { denied } from '../denial.ts';
import type { Draft } from '../draft.ts';
import type { InputOf } from '../inputs.ts';
import { hasInFlight, holding, openHedges } from '../legs.ts';
import { isOtherAccount } from '../risk/permission.ts';
import type { State } from '../state.ts';
import { clearFoundAnew, raise } from './alarms.ts';
import { hasBegun } from './begun.ts';
import { pursueExit, takeBackExits } from './exit.ts';
import { watchShortage } from './holdings.ts';
import { takeOutside, watchOutside } from './outside.ts';
import { doubtOrdersAfterRestart } from './orders.ts';
import { raiseNaked, settle } from './settle.ts';
import { reject } from './verdict.ts';

export function processStarted(draft: Draft, input: InputOf<'started'>): void {
  // What was stopped is armed by a person, also where the stop is reset before the venues were read.
  draft.add({ kind: 'processStarted', armWhenReady: input.armWhenReady && draft.state.stop === null, engine: input.engine });
  clearFoundAnew(draft);
  doubtOrdersAfterRestart(draft);
}

/** A venue was read for the first time in this process: is it the account of this journal, are we alone on it, is what our hedges need there? */
export function venueRead(draft: Draft, { venue, account, holdings, clientIds }: InputOf<'venueRead'>): void {
  const known = draft.state.accounts[venue];
  if (known === undefined) draft.add({ kind: 'accountSeen', venue, account });
  else if (known !== account)
    raise(draft, `account:${venue}`, {
      code: 'ACCOUNT_CHANGED',
      values: { venue, was: known, is: account },
      severity: 'critical',
      detail: `This journal belongs to another ${venue} account (${known}, now ${account})`,
    });
  const foreign = clientIds.find((id) => isOurOrderId(id) && installationOf(id) !== draft.state.installation);
  if (foreign !== undefined)
    raise(draft, `foreign:${venue}`, {
      code: 'FOREIGN_ORDERS',
      values: { venue, order: foreign },
      severity: 'critical',
      detail: `Another installation of this console has order ${foreign} on ${venue}: it is open, or its position is`,
    });
  watchOutside(draft, venue, holdings);
  // What another account holds says nothing of our hedges.
  if (!isOtherAccount(draft.state)) watchShortage(draft, venue, holdings);
}

/** The machine slept. Closes and unwinds go on; nothing that adds risk leaves before both venues were read again. */
export function resumed(draft: Draft, { awayMs }: InputOf<'resumed'>): void {
  if (draft.state.phase === 'ready') draft.add({ kind: 'resumed', awayMs });
}

/** Both venues were read: what a killed process had begun goes on from here, and so does what a sleep interrupted. */
export function reconciled(draft: Draft): void {
  if (draft.state.phase === 'ready') {
    if (draft.state.resumedAt === undefined) return;
    draft.add({ kind: 'reconciled' });
    for (const hedge of openHedges(draft.state)) settle(draft, hedge.id);
    return;
  }
  draft.add({ kind: 'reconciled' });
  if (draft.state.armWhenReady && armingBarred(draft.state) === null) begin(draft, 'start');
  if (!draft.state.armed) takeBackExits(draft, denied('DISARMED', 'The console was started anew and is not armed'));
  for (const hedge of openHedges(draft.state)) {
    // Since when it is so, the dead process may have measured on another clock: it is told at once.
    if (hasInFlight(draft.state, hedge) && !isZero(holding(draft.state, hedge).residual)) raiseNaked(draft, hedge);
    settle(draft, hedge.id);
    pursueExit(draft, hedge.id);
  }
}

interface Bar {
  readonly code: string;
  readonly reason: string;
}

/** What forbids arming; the stop is never reset by it. */
export function armingBarred(state: State): Bar | null {
  if (state.phase === 'reconciling') return { code: 'RECONCILING', reason: 'The venues have not been read yet' };
  if (state.stop !== null)
    return { code: 'STOPPED', reason: `Trading is stopped (${state.stop.source}: ${state.stop.reason}); reset the stop first` };
  const bar = Object.values(state.alarms).find((alarm) => alarm.code === 'ACCOUNT_CHANGED' || alarm.code === 'FOREIGN_ORDERS');
  return bar === undefined ? null : { code: bar.code, reason: bar.detail };
}

export function arm(draft: Draft): void {
  if (draft.state.armed) return;
  const bar = armingBarred(draft.state);
  if (bar === null) begin(draft, 'person');
  else draft.refuse(bar.code, bar.reason);
}

function begin(draft: Draft, by: 'person' | 'start'): void {
  takeOutside(draft, by);
  draft.add({ kind: 'armed', by });
}

/** No new entry from here; what is queued is refused, what is open stays and may be closed. */
export function disarm(draft: Draft, reason: string): void {
  if (draft.state.armed || draft.state.armWhenReady) draft.add({ kind: 'disarmed', reason });
  for (const { signal, state } of Object.values(draft.state.entries))
    if (state === 'queued' && !hasBegun(draft.state, signal.id)) reject(draft, signal.id, denied('DISARMED', reason));
  takeBackExits(draft, denied('DISARMED', reason));
}
