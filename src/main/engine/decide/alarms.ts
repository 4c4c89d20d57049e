/** Alarms stand until what raised them is over; raising one that stands changes nothing. */
import type { AlarmCause, AlarmCode } from '../../../shared/domain/codes.ts';
import type { HedgeId } from '../../../shared/domain/ids.ts';
import type { Draft } from '../draft.ts';
import type { Alarm, Severity } from '../state.ts';

export type NewAlarm = AlarmCause & {
  readonly severity: Severity;
  readonly detail: string;
  readonly hedge?: HedgeId | null;
};

export function raise(draft: Draft, key: string, alarm: NewAlarm): void {
  if (Object.hasOwn(draft.state.alarms, key)) return;
  const { code, severity, hedge = null, detail, values } = alarm;
  draft.add({ kind: 'alarmRaised', key, code, severity, hedge, detail, values });
  keepNewest(draft, code, severity);
}

export function clear(draft: Draft, key: string): void {
  if (Object.hasOwn(draft.state.alarms, key)) draft.add({ kind: 'alarmCleared', key });
}

/** So many stand at most where others decide how many come, by signals or orders of their own: the journal has the rest. */
const most: Readonly<Partial<Record<AlarmCode, number>>> = { EXPIRED_EXIT: 20, OUTSIDE_ORDER: 20 };

function keepNewest(draft: Draft, code: AlarmCode, severity: Severity): void {
  const kept = most[code];
  if (kept === undefined) return;
  const isSuch = (alarm: Alarm): boolean => alarm.code === code && alarm.severity === severity;
  const keys = Object.entries(draft.state.alarms).flatMap(([key, alarm]) => (isSuch(alarm) ? [key] : []));
  for (const key of keys.slice(0, -kept)) clear(draft, key);
}

/** What a process finds out anew each time: an alarm of these says nothing about the next one. */
const foundAnew: ReadonlySet<AlarmCode> = new Set<AlarmCode>([
  'VENUE_UNREACHABLE',
  'STREAM_SILENT',
  'STALE_MARKS',
  'CLOCK',
  'SIGNAL_SOURCE',
  'RUNWAY_LOW',
  'RUNWAY_CRITICAL',
  'DEAD_MAN_OFF',
  'DEAD_MAN_FAILED',
  'FOREIGN_ORDERS',
  'ACCOUNT_CHANGED',
  'JOURNAL_FAILED',
  'KEY_REFUSED',
]);

/** Called at a start, before anything is read: another key, a free disk or a reachable venue needs no person to say so. */
export function clearFoundAnew(draft: Draft): void {
  for (const [key, alarm] of Object.entries(draft.state.alarms)) if (foundAnew.has(alarm.code)) clear(draft, key);
}
