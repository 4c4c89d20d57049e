/** Alarms that stand, newest first: what it means in words, and the engine's own sentence below. */
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { AlarmRow } from '../../../../shared/contract/rows.ts';
import { type RowOrder, useRow, useRows } from '../../../app/hooks.ts';
import { useCodeWords } from '../../../i18n/code-words.ts';
import { Chip, Count, type Tone } from '../../../ui/chip.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { Time } from '../../../ui/time.tsx';
import styles from './alarms.module.css';

const newestFirst: RowOrder<AlarmRow> = { compare: (a, b) => b.at - a.at };
const tones = { info: 'note', warning: 'warn', critical: 'bad' } as const satisfies Record<AlarmRow['severity'], Tone>;

export function AlarmsPanel() {
  const { t } = useTranslation('overview');
  const ids = useRows('alarms', newestFirst);
  return (
    <Panel title={t('alarms.title')} note={ids.length > 0 && <Count value={ids.length} tone="bad" />} flush testId="alarm-list">
      {ids.length === 0 ? (
        <p className={styles['none']}>{t('alarms.none')}</p>
      ) : (
        <ul>
          {ids.map((id) => (
            <Alarm key={id} id={id} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

const Alarm = memo(function Alarm({ id }: { readonly id: string }) {
  const { t } = useTranslation('codes');
  const words = useCodeWords();
  const alarm = useRow('alarms', id);
  if (alarm === undefined) return null;
  return (
    <li className={styles['alarm']}>
      <p className={styles['head']}>
        <Chip tone={tones[alarm.severity]}>{t(`severity.${alarm.severity}`)}</Chip>
        <span className={styles['when']}>
          <Time at={alarm.at} look="ago" />
        </span>
      </p>
      <p>{words.alarm(alarm.code)}</p>
      <p className={styles['detail']}>
        {alarm.hedge !== null && <span>{alarm.hedge} · </span>}
        {alarm.detail}
      </p>
    </li>
  );
});
