/** Whether trading is stopped, why, since when and by what, and what that left; and what keeps it from being armed. */
import { useTranslation } from 'react-i18next';
import { usePart } from '../../app/hooks.ts';
import { LeftDetail } from '../../app/left-detail.tsx';
import { useStopLeft } from '../../app/stop-left.ts';
import { useCodeWords } from '../../i18n/code-words.ts';
import { Chip } from '../../ui/chip.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Time } from '../../ui/time.tsx';
import styles from './view.module.css';

export function StandingPanel() {
  const { t } = useTranslation(['risk', 'codes']);
  const words = useCodeWords();
  const { stop, stopFile, trading, armingBar } = usePart('standing');
  // While stopped the stop is what bars arming: it is told already.
  const bar = stop === null && trading !== 'armed' ? armingBar : null;
  return (
    <Panel
      title={t('stop.title')}
      actions={stop === null ? <Chip tone="good">{t('stop.none')}</Chip> : <Chip tone="bad">{t('codes:trading.stopped')}</Chip>}
      testId="risk-stop"
    >
      <p className={styles['words']}>{t(`meaning.${trading}`)}</p>
      {stop !== null && (
        <dl className={styles['facts']}>
          <dt>{t('stop.reason')}</dt>
          <dd>{words.stop(stop)}</dd>
          <dt>{t('stop.source')}</dt>
          <dd>{t(`codes:stopSource.${stop.source}`)}</dd>
          <dt>{t('stop.since')}</dt>
          <dd>
            <Time at={stop.at} look="dateClock" /> (<Time at={stop.at} look="ago" />)
          </dd>
        </dl>
      )}
      {stop !== null && <WhatIsLeft />}
      {stopFile && <p className={styles['warn']}>{t('stop.file')}</p>}
      {bar !== null && (
        <dl className={styles['facts']}>
          <dt>{t('stop.bar')}</dt>
          <dd>{words.refusal({ ok: false, ...bar })}</dd>
        </dl>
      )}
    </Panel>
  );
}

function WhatIsLeft() {
  const left = useStopLeft();
  return (
    <div className={styles['left']}>
      <LeftDetail left={left} />
    </div>
  );
}
