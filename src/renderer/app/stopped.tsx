/**
 * The band of the stop: why it fired, who has confirmed what is left, and its reset. A person presses the reset with the
 * reason before their eyes; where something is not settled, a dialog shows that first.
 */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCodeWords } from '../i18n/code-words.ts';
import { Button } from '../ui/button.tsx';
import { cx } from '../ui/cx.ts';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { Icon } from '../ui/icon.tsx';
import { RefusalNote } from '../ui/refusal.tsx';
import { Time } from '../ui/time.tsx';
import { useFormats } from '../ui/use-formats.ts';
import { useCommand, usePart } from './hooks.ts';
import { type StopLeft, useStopLeft } from './stop-left.ts';
import { Confirmed, LeftDetail } from './left-detail.tsx';
import styles from './strips.module.css';

export function Stopped() {
  const { stop } = usePart('standing');
  return stop === null ? null : <Band />;
}

function Band() {
  const { t } = useTranslation(['shell', 'codes']);
  const { stop, stopFile } = usePart('standing');
  const words = useCodeWords();
  const left = useStopLeft();
  const reset = useCommand('stop.reset');
  /** Which stop the dialog is about: one that comes meanwhile is not reset by its button. */
  const [asked, setAsked] = useState<number | null>(null);
  if (stop === null) return null;
  const run = (seen: number) => {
    setAsked(null);
    void reset.run({ seen });
  };
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
          <Left left={left} />
          {stopFile && <span>{t('stopped.stopFile')}</span>}
        </p>
        <RefusalNote refusal={reset.refusal} onClose={reset.forget} />
      </div>
      <Button
        data-testid="reset-stop"
        className={styles['action']}
        pending={reset.pending}
        onClick={() => (left.isUnsettled && !stopFile ? setAsked(stop.at) : run(stop.at))}
      >
        {t('stopped.reset')}
      </Button>
      {asked !== null && <Ask reason={words.stop(stop)} left={left} onClose={() => setAsked(null)} onReset={() => run(asked)} />}
    </section>
  );
}

interface AskProps {
  readonly reason: string;
  readonly left: StopLeft;
  readonly onClose: () => void;
  readonly onReset: () => void;
}
function Ask({ reason, left, onClose, onReset }: AskProps) {
  const { t } = useTranslation('shell');
  return (
    <ConfirmDialog title={t('stopped.ask')} confirm={t('stopped.anyway')} testId="reset-stop-anyway" onConfirm={onReset} onClose={onClose}>
      <p>
        <strong>{reason}</strong>
      </p>
      <p>{t('stopped.askDetail')}</p>
      <LeftDetail left={left} />
    </ConfirmDialog>
  );
}

/** The band must leave room for what it is about; the risk view has them all. */
const residualsShown = 3;

/** What the stop left, in a line. */
function Left({ left }: { readonly left: StopLeft }) {
  const { t } = useTranslation(['shell', 'codes']);
  const format = useFormats();
  const { report, open, unequal, byHand, openOrders, unknownOrders } = left;
  const waiting = open.filter(({ state }) => state === 'needsOperator').length;
  return (
    <>
      <span>{open.length === 0 ? t('stopped.allFlat') : t('stopped.open', { count: open.length })}</span>
      {unequal.slice(0, residualsShown).map(({ hedge, coin, residual }) => (
        <strong key={hedge}>{t('stopped.residual', { quantity: format.quantitySigned(residual), coin })}</strong>
      ))}
      {unequal.length > residualsShown && <strong>{t('alarms.more', { count: unequal.length - residualsShown })}</strong>}
      {byHand.slice(0, residualsShown).map(({ venue, coin, quantity }) => (
        <strong key={`${venue} ${coin}`}>
          {t('stopped.byHand', { venue: t(`codes:venue.${venue}`), quantity: format.quantitySigned(quantity), coin })}
        </strong>
      ))}
      {byHand.length > residualsShown && <strong>{t('alarms.more', { count: byHand.length - residualsShown })}</strong>}
      {waiting > 0 && <strong>{t('stopped.operator', { count: waiting })}</strong>}
      {openOrders.length > 0 && <strong>{t('stopped.openOrders', { count: openOrders.length })}</strong>}
      {unknownOrders.length > 0 && <strong>{t('stopped.unknown', { count: unknownOrders.length })}</strong>}
      {report !== null && <Confirmed report={report} />}
    </>
  );
}
