/** Alarms stand until what raised them is over; raising one that stands changes nothing. */
import type { HedgeId } from '../../../shared/domain/ids.ts';
import type { Draft } from '../draft.ts';
import type { AlarmCode, Severity } from '../state.ts';

export interface NewAlarm {
  readonly code: AlarmCode;
  readonly severity: Severity;
  readonly detail: string;
  readonly hedge?: HedgeId;
}

export function raise(draft: Draft, key: string, alarm: NewAlarm): void {
  if (Object.hasOwn(draft.state.alarms, key)) return;
  draft.add({ kind: 'alarmRaised', key, code: alarm.code, severity: alarm.severity, hedge: alarm.hedge ?? null, detail: alarm.detail });
}

export function clear(draft: Draft, key: string): void {
  if (Object.hasOwn(draft.state.alarms, key)) draft.add({ kind: 'alarmCleared', key });
}
