/** Bands below the banner, for what must not be missed in any view: connection, stop, disk, critical alarms. */
import { useTranslation } from 'react-i18next';
import type { AlarmRow, HedgeRow, OrderRow } from '../../shared/contract/rows.ts';
import { useCodeWords } from '../i18n/code-words.ts';
import { Button } from '../ui/button.tsx';
import { cx } from '../ui/cx.ts';
import { Icon } from '../ui/icon.tsx';
import { RefusalNote } from '../ui/refusal.tsx';
import { Time } from '../ui/time.tsx';
import { useFormats } from '../ui/use-formats.ts';
import { useCommand, useCount, usePart, useReplica, useRow, useRows } from './hooks.ts';
import { openView } from './route.ts';
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

const isOpen = (hedge: HedgeRow) => hedge.phase !== 'flat';
const isUnequal = (hedge: HedgeRow) => isOpen(hedge) && /[1-9]/.test(hedge.residual);
const unequal = { filter: isUnequal, compare: (a: HedgeRow, b: HedgeRow) => a.openedAt - b.openedAt };
const isUnknown = (order: OrderRow) => order.state === 'unknown';

function Stopped() {
  const { t } = useTranslation(['shell', 'codes']);
  const { stop, stopFile } = usePart('standing');
  const words = useCodeWords();
  const reset = useCommand('stop.reset');
  if (stop === null) return null;
  return (
    <section role="alert" data-testid="stopped" className={cx(styles['strip'], styles['stopped'])} aria-label={t('stopped.title')}>
      <Icon name="hand" size={20} />
      <div className={styles['lines']}>
        <p className={styles['line']}>
          <strong className={styles['title']}>{t('stopped.title')}</strong>
          <span>{words.stop(stop)}</span>
        </p>
        <p className={cx(styles['line'], styles['facts'])}>
          <span>
            {t('stopped.by')}: {t(`codes:stopSource.${stop.source}`)}
          </span>
          <span>
            {t('stopped.since')}: <Time at={stop.at} look="dateClock" /> (<Time at={stop.at} look="ago" />)
          </span>
          <StillOpen />
          {stopFile && <span>{t('stopped.stopFile')}</span>}
        </p>
        <RefusalNote refusal={reset.refusal} onClose={reset.forget} />
      </div>
      <Button data-testid="reset-stop" className={styles['action']} pending={reset.pending} onClick={() => void reset.run({})}>
        {t('stopped.reset')}
      </Button>
    </section>
  );
}

/** The band must leave room for what it is about; the overview has them all, each with its hedge. */
const residualsShown = 4;

/** What the stop left: hedges that are open, coins that are not hedged, orders nobody knows about. */
function StillOpen() {
  const { t } = useTranslation('shell');
  const open = useCount('hedges', isOpen);
  const unknown = useCount('orders', isUnknown);
  const ids = useRows('hedges', unequal);
  return (
    <>
      <span>{open === 0 ? t('stopped.allFlat') : t('stopped.open', { count: open })}</span>
      {ids.slice(0, residualsShown).map((id) => (
        <Residual key={id} id={id} />
      ))}
      {ids.length > residualsShown && <strong>{t('alarms.more', { count: ids.length - residualsShown })}</strong>}
      {unknown > 0 && <strong>{t('stopped.unknown', { count: unknown })}</strong>}
    </>
  );
}
function Residual({ id }: { readonly id: string }) {
  const { t } = useTranslation('shell');
  const format = useFormats();
  const hedge = useRow('hedges', id);
  return hedge === undefined ? null : <strong>{t('stopped.residual', { quantity: format.quantitySigned(hedge.residual), coin: hedge.coin })}</strong>;
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
