/** An alarm as the console shows it. Pure. */
import type { AlarmRow } from '../../../shared/contract/rows.ts';
import type { Alarm } from '../state.ts';

export const alarmRow = (key: string, { code, severity, hedge, detail, values = {}, at }: Alarm): AlarmRow => ({
  key,
  code,
  severity,
  hedge,
  detail,
  values,
  at,
});
