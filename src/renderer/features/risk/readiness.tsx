/** How many more hedges each venue can fund, what would even them, and what the venue does with resting orders if we are gone. */
import { useTranslation } from 'react-i18next';
import type { RunwayView, VenueView } from '../../../shared/contract/parts.ts';
import { usePart, useReplica } from '../../app/hooks.ts';
import { Krw, Usdt } from '../../ui/amount.tsx';
import { Chip, type Tone } from '../../ui/chip.tsx';
import { none } from '../../ui/format.ts';
import { Panel } from '../../ui/panel.tsx';
import { Stat, Stats } from '../../ui/stat.tsx';
import { useFormats } from '../../ui/use-formats.ts';
import styles from './readiness.module.css';

export function ReadinessPanel() {
  const { t } = useTranslation(['risk', 'codes']);
  const format = useFormats();
  const { size, spot, perp, move } = usePart('runway').readiness;
  const isUnknown = spot === null || perp === null;
  return (
    <Panel title={t('readiness.title')} note={t('readiness.size', { size: format.krw(size) })} testId="risk-readiness">
      <Stats className={styles['sides']}>
        <Stat label={t('codes:venue.upbit')} note={spot === null ? undefined : <Krw value={spot.freeKrw} unit="KRW" />} testId="readiness-upbit">
          {spot === null ? none : format.count(spot.hedges)}
        </Stat>
        <Stat
          label={t('codes:venue.binance')}
          note={perp === null ? undefined : <Usdt value={perp.freeUsdt} unit="USDT" />}
          testId="readiness-binance"
        >
          {perp === null ? none : format.count(perp.hedges)}
        </Stat>
      </Stats>
      <p className={styles['words']} data-testid="readiness-move">
        {isUnknown ? t('readiness.unknown') : <Move move={move} />}
      </p>
    </Panel>
  );
}

function Move({ move }: { readonly move: RunwayView['readiness']['move'] }) {
  const { t } = useTranslation(['risk', 'codes']);
  const format = useFormats();
  if (move === null) return t('readiness.even');
  const [from, to] = [t(`codes:venue.${move.from}`), t(`codes:venue.${move.to}`)];
  return t('readiness.move', { from, to, amount: format.krw(move.amountKrw) });
}

const tones: Readonly<Record<NonNullable<VenueView['deadMan']>['state'], Tone>> = { off: 'neutral', running: 'good', blocked: 'warn', failed: 'bad' };

export function DeadManPanel() {
  const { t } = useTranslation('risk');
  const format = useFormats();
  const deadMan = useReplica((state) => state.parts?.venues.binance.deadMan ?? null);
  if (deadMan === null) return null;
  return (
    <Panel
      title={t('deadMan.title')}
      actions={<Chip tone={tones[deadMan.state]}>{t(`deadMan.states.${deadMan.state}`)}</Chip>}
      testId="risk-dead-man"
    >
      <p className={styles['quiet']}>
        {t(`deadMan.means.${deadMan.state}`)}
        {deadMan.until !== null && ` ${t('deadMan.until', { time: format.clock(deadMan.until) })}`}
      </p>
    </Panel>
  );
}
