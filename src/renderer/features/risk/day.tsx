/** The Korean day in figures: what it made, how often it opened, and what of the capital is in the market. */
import { useTranslation } from 'react-i18next';
import { usePart, useReplica } from '../../app/hooks.ts';
import { Gain, Krw } from '../../ui/amount.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Stat, Stats } from '../../ui/stat.tsx';
import { useFormats } from '../../ui/use-formats.ts';
import { useNow } from '../../ui/use-now.ts';
import styles from './view.module.css';

const dayMs = 86_400_000;
const kstAheadMs = 9 * 3_600_000;
const startOf = (kstDay: number): number => kstDay * dayMs - kstAheadMs;

export function DayPanel() {
  const { t } = useTranslation('risk');
  const format = useFormats();
  const risk = usePart('risk');
  const settings = usePart('settings');
  const begins = startOf(risk.kstDay);
  const position = risk.limits.find(({ setting }) => setting === 'maxPositionRatio')?.use ?? null;
  return (
    <Panel title={t('day.title')} note={`${format.day(begins)} · KRW`} actions={<Left until={begins + dayMs} />} testId="risk-day">
      <Stats className={styles['day']}>
        <Stat label={t('day.result')} size="large" note={risk.dayResultKrw === null ? t('day.noPrices') : undefined}>
          <Gain value={risk.dayResultKrw} />
        </Stat>
        <Stat label={t('day.realized')}>
          <Gain value={risk.realizedKrw} />
        </Stat>
        <Stat label={t('day.entries')}>
          {format.count(risk.entriesToday)}
          <span className={styles['of']}> / {format.quantity(settings['maxEntriesPerDay'] ?? null)}</span>
        </Stat>
        <Stat label={t('day.capital')} note={risk.capitalKrw === null ? t('day.noAccounts') : undefined}>
          <Krw value={risk.capitalKrw} />
        </Stat>
        <Stat label={t('day.position')} note={position === null ? undefined : t('day.ofCapital', { part: format.percent(position) })}>
          <Krw value={risk.positionKrw} />
        </Stat>
      </Stats>
    </Panel>
  );
}

/** What is left of the day, by the engine's clock. */
function Left({ until }: { readonly until: number }) {
  const { t } = useTranslation('risk');
  const offset = useReplica((state) => Math.round(state.clockOffsetMs / 1000) * 1000);
  // Whole minutes: seconds would only flicker here.
  const minutes = useNow((now) => Math.max(0, Math.ceil((until - now - offset) / 60_000)));
  return <span className={styles['quiet']}>{t('day.until', { hours: Math.floor(minutes / 60), minutes: minutes % 60 })}</span>;
}
