/** Bands below the banner, for what must not be missed in any view: connection, stop, disk, critical alarms. */
import { useTranslation } from 'react-i18next';
import type { AlarmRow } from '../../shared/contract/rows.ts';
import { useCodeWords } from '../i18n/code-words.ts';
import { Button } from '../ui/button.tsx';
import { cx } from '../ui/cx.ts';
import { Icon } from '../ui/icon.tsx';
import { Time } from '../ui/time.tsx';
import { useFormats } from '../ui/use-formats.ts';
import { usePart, useReplica, useRow, useRows } from './hooks.ts';
import { openView } from './route.ts';
import { Stopped } from './stopped.tsx';
import styles from './strips.module.css';

export function Strips() {
  return (
    <>
      <Lost />
      <Stopped />
      <DiskFailed />
      <Alarms />
    </>
  );
}

function Lost() {
  const { t } = useTranslation('shell');
  const format = useFormats();
  const lost = useReplica((state) => state.connection === 'lost');
  const heardAt = useReplica((state) => (state.connection === 'lost' ? state.heardAt : null));
  if (!lost) return null;
  return (
    <div role="alert" data-connection="lost" className={cx(styles['strip'], styles['lost'])}>
      <Icon name="warning" />
      <strong>{t('lost.title')}</strong>
      {heardAt !== null && <span>{t('lost.detail', { time: format.clock(heardAt) })}</span>}
    </div>
  );
}

function DiskFailed() {
  const { t } = useTranslation('shell');
  const { diskFailure } = usePart('standing');
  if (diskFailure === null) return null;
  return (
    <div role="alert" data-testid="disk-failed" className={cx(styles['strip'], styles['stopped'])}>
      <Icon name="warning" size={20} />
      <div className={styles['lines']}>
        <strong className={styles['title']}>{t('diskFailed.title')}</strong>
        <p>
          {t('diskFailed.detail')} ({diskFailure})
        </p>
      </div>
    </div>
  );
}

const critical = {
  // The stop and a failed disk have bands of their own.
  filter: (alarm: AlarmRow) => alarm.severity === 'critical' && alarm.code !== 'STOP' && alarm.code !== 'JOURNAL_FAILED',
  compare: (a: AlarmRow, b: AlarmRow) => b.at - a.at,
};

function Alarms() {
  const { t } = useTranslation('shell');
  const ids = useRows('alarms', critical);
  const [newest] = ids;
  if (newest === undefined) return null;
  return (
    <section role="alert" data-testid="alarms" className={cx(styles['strip'], styles['alarm'])} aria-label={t('alarms.title')}>
      <Icon name="warning" />
      <Alarm id={newest} />
      <span className={styles['space']} />
      {ids.length > 1 && <span className={styles['age']}>{t('alarms.more', { count: ids.length - 1 })}</span>}
      <Button size="small" look="quiet" onClick={() => openView('risk')}>
        {t('alarms.show')}
      </Button>
    </section>
  );
}
function Alarm({ id }: { readonly id: string }) {
  const words = useCodeWords();
  const alarm = useRow('alarms', id);
  if (alarm === undefined) return null;
  const detail = words.alarmDetail(alarm);
  return (
    <p className={styles['line']}>
      <strong>{words.alarm(alarm.code)}</strong>
      <span className={styles['detail']} title={detail}>
        {detail}
      </span>
      <span className={styles['age']}>
        <Time at={alarm.at} look="ago" />
      </span>
    </p>
  );
}
