/** Alarms that stand: what each means, and below it what happened; on the risk view and on the overview. */
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { AlarmRow } from '../../../shared/contract/rows.ts';
import { type RowOrder, useRow, useRows } from '../../app/hooks.ts';
import { useCodeWords } from '../../i18n/code-words.ts';
import { Chip, Count, type Tone } from '../../ui/chip.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Time } from '../../ui/time.tsx';
import styles from './alarms.module.css';

const weight: Readonly<Record<AlarmRow['severity'], number>> = { critical: 0, warning: 1, info: 2 };
const tones: Readonly<Record<AlarmRow['severity'], Tone>> = { critical: 'bad', warning: 'warn', info: 'note' };
export const worstFirst: RowOrder<AlarmRow> = { compare: (a, b) => weight[a.severity] - weight[b.severity] || b.at - a.at };
export const newestFirst: RowOrder<AlarmRow> = { compare: (a, b) => b.at - a.at };

export function AlarmsPanel({ order, testId }: { readonly order: RowOrder<AlarmRow>; readonly testId: string }) {
  const { t } = useTranslation('risk');
  const ids = useRows('alarms', order);
  return (
    <Panel title={t('alarms.title')} note={ids.length > 0 && <Count value={ids.length} tone="bad" />} testId={testId}>
      {ids.length === 0 ? (
        <p className={styles['none']}>{t('alarms.none')}</p>
      ) : (
        <ul className={styles['list']}>
          {ids.map((id) => (
            <Alarm key={id} id={id} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

const Alarm = memo(function Alarm({ id }: { readonly id: string }) {
  const { t } = useTranslation(['risk', 'codes']);
  const words = useCodeWords();
  const alarm = useRow('alarms', id);
  if (alarm === undefined) return null;
  return (
    <li className={styles['alarm']} data-testid={`alarm-${alarm.code}`}>
      <div className={styles['head']}>
        <Chip tone={tones[alarm.severity]}>{t(`codes:severity.${alarm.severity}`)}</Chip>
        {alarm.hedge !== null && (
          <span className={styles['hedge']}>
            {t('alarms.hedge')} {alarm.hedge}
          </span>
        )}
        <span className={styles['age']}>
          <Time at={alarm.at} look="ago" />
        </span>
      </div>
      <p className={styles['what']}>{words.alarm(alarm.code)}</p>
      <p className={styles['detail']}>{words.alarmDetail(alarm)}</p>
    </li>
  );
});
