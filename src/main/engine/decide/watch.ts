/** What the passing of time may bring, and what requests tell of venues: expiry, silence, clocks, API errors. */
import { isZero } from '../../../shared/domain/units.ts';
import type { Draft } from '../draft.ts';
import type { InputOf } from '../inputs.ts';
import { hedgeOfOrder, holding, isInFlight, openHedges, ordersOf } from '../legs.ts';
import { passedSince, patienceMs, unknownAlarmMs } from '../silence.ts';
import type { Hedge, State } from '../state.ts';
import { clear, raise } from './alarms.ts';
import { expireWanted } from './by-hand.ts';
import { cancelOverdue } from './cancel.ts';
import { expireWaiting } from './intake.ts';
import { markRecordMs, missedAt } from './marks.ts';
import { callOperator } from './resting.ts';
import { raiseNaked } from './settle.ts';
import { halt } from './stop.ts';

/** How long legs may differ because one of them is still under way, before somebody is told. */
const nakedAlarmMs = 5_000;
/** With the round before, prices are 3 s old by then. */
const marksMissedMs = 2_000;
const marksSilentMs = 10_000;

export function timePasses(draft: Draft): void {
  expireWaiting(draft);
  cancelOverdue(draft);
  expireWanted(draft);
  watchSilence(draft);
  watchNaked(draft);
  watchMarksAge(draft);
}

function watchSilence(draft: Draft): void {
  if (draft.state.phase === 'reconciling') return;
  for (const order of Object.values(draft.state.orders)) {
    if (order.unknownSince === undefined) continue;
    const silentMs = draft.at - order.unknownSince;
    const { venue, coin, side } = order.request;
    const detail = `${venue} has not said what became of ${side} order ${order.id}`;
    const values = { venue, coin, side, order: order.id };
    if (silentMs >= unknownAlarmMs)
      raise(draft, `unknown:${order.id}`, { code: 'UNKNOWN_OUTCOME', values, severity: 'critical', hedge: order.hedge, detail });
    const hedge = hedgeOfOrder(draft.state, order);
    // Somebody has decided what is to come of it.
    if (hedge?.settlement !== undefined && order.stamps.decided < hedge.settlement.at) continue;
    // A person who reset the stop has seen this silence: it fires again after as long.
    const passed = (since: number): number => passedSince(draft.state, draft.at, since);
    if (Math.min(passed(order.unknownSince), passed(draft.state.resetAt)) < patienceMs(order)) continue;
    const seconds = String(Math.round(silentMs / 1000));
    halt(draft, { code: 'UNKNOWN_OUTCOME', values: { ...values, seconds } }, `${detail} for ${seconds} s`);
    // The stop has taken back what signals wanted of it.
    const stopped = hedgeOfOrder(draft.state, order);
    if (stopped !== undefined && stopped.phase !== 'needsOperator') callOperator(draft, stopped);
    if (order.hedge === null && order.leftToPerson !== true) draft.add({ kind: 'orderLeftToPerson', id: order.id });
  }
}

/** While an order is under way nothing is settled, and a leg without its partner would go untold. */
function watchNaked(draft: Draft): void {
  if (draft.state.phase === 'reconciling') return;
  for (const hedge of openHedges(draft.state)) {
    const isLate = ordersOf(draft.state, hedge).some(
      (order) => isInFlight(order) && passedSince(draft.state, draft.at, order.stamps.decided) >= nakedAlarmMs,
    );
    if (!isLate || isZero(holding(draft.state, hedge).residual)) continue;
    // Somebody who was told of its silent order or its operator knows already.
    if (!Object.values(draft.state.alarms).some((alarm) => alarm.hedge === hedge.id)) raiseNaked(draft, hedge);
  }
}

function watchMarksAge(draft: Draft): void {
  const { state } = draft;
  if (state.phase === 'reconciling') return;
  const stale = new Set(openHedges(state).flatMap((hedge) => (hedge.phase === 'hedged' && isUnpriced(state, hedge, draft.at) ? [hedge.coin] : [])));
  for (const [key, alarm] of Object.entries(state.alarms))
    if (alarm.code === 'STALE_MARKS' && ![...stale].some((coin) => key === `staleMarks:${coin}`)) clear(draft, key);
  for (const coin of stale)
    raise(draft, `staleMarks:${coin}`, {
      code: 'STALE_MARKS',
      values: { coin },
      severity: 'warning',
      detail: `No fresh prices of ${coin}: the stop-loss of its hedges cannot act`,
    });
}

/** Rounds came without prices for a while, or no round came at all. */
function isUnpriced(state: State, { coin, marks }: Hedge, at: number): boolean {
  const since = (moment: number): number => passedSince(state, at, Math.max(moment, state.readyAt));
  const missed = missedAt(state, coin);
  if (missed !== undefined && since(missed) >= marksMissedMs) return true;
  return since(marks.at) > markRecordMs + marksSilentMs;
}

/** Failed signed requests in a row, per venue; a signed success starts anew (spec §8). */
export function requestEnded(draft: Draft, { venue, failure }: InputOf<'requestEnded'>): void {
  const before = draft.state.apiErrors[venue] ?? 0;
  if (failure === null) {
    if (before > 0) draft.add({ kind: 'apiErrorCounted', venue, count: 0, failure: null });
    return;
  }
  draft.add({ kind: 'apiErrorCounted', venue, count: before + 1, failure });
  const limit = draft.state.settings.maxConsecutiveApiErrors;
  const { said } = failure;
  if (before + 1 > limit)
    halt(
      draft,
      { code: 'API_ERRORS', values: { venue, was: String(before + 1), limit: String(limit), failure: failure.code } },
      `${venue}: ${before + 1} API errors in a row, the last ${failure.code}`,
    );
  if (failure.code === 'MAINTENANCE') halt(draft, { code: 'MAINTENANCE', values: { venue, said } }, `${venue} is not available: ${said}`);
  if (failure.code === 'AUTHENTICATION') {
    const cause = { code: 'KEY_REFUSED', values: { venue, said } } as const;
    raise(draft, `key:${venue}`, { ...cause, severity: 'critical', detail: `${venue} refuses the API key: ${said}` });
    halt(draft, cause, `${venue} refuses the API key`);
  }
}

/** The offset was measured twice when it was too large; what comes here is the second measurement. */
export function clockRead(draft: Draft, { venue, offsetMs }: InputOf<'clockRead'>): void {
  const key = `clock:${venue}`;
  const { maxClockOffsetEntryMs, maxClockOffsetStopMs } = draft.state.settings;
  const detail = `The clock differs from ${venue}'s by ${offsetMs} ms`;
  const off = Math.abs(offsetMs);
  const cause = (limit: number) => ({ code: 'CLOCK', values: { venue, was: String(off), limit: String(limit) } }) as const;
  // An offset that is no number is beyond both.
  if (off <= maxClockOffsetEntryMs) clear(draft, key);
  else raise(draft, key, { ...cause(maxClockOffsetEntryMs), severity: 'warning', detail });
  if (!(off <= maxClockOffsetStopMs)) halt(draft, cause(maxClockOffsetStopMs), detail);
}
