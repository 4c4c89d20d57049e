/** The premium now, what it is made of, and how it went. */
import { lazy, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePart, useReplica } from '../../../app/hooks.ts';
import { Panel } from '../../../ui/panel.tsx';
import { Segmented } from '../../../ui/segmented.tsx';
import { useFormats } from '../../../ui/use-formats.ts';
import { useMarkers } from './markers.ts';
import { Prices } from './prices.tsx';
import styles from './premium-panel.module.css';
import { extent } from './scale.ts';
import { kimchiSince } from './trail.ts';
import { type PremiumLine, usePremiumLine } from './use-premium-line.ts';
import { type Size, useSize } from './use-size.ts';

const PremiumChart = lazy(async () => ({ default: (await import('./chart.tsx')).PremiumChart }));

const minute = 60_000;
const ranges = { '15m': 15 * minute, '1h': 60 * minute, '6h': 360 * minute, '24h': 1440 * minute } as const;
type Range = keyof typeof ranges;
const rangeNames = Object.keys(ranges) as Range[];
const rangeKey = 'kimp.chartRange';

/** The range of the last visit; a browser that keeps nothing begins with an hour. */
function rememberedRange(): Range {
  try {
    const stored = localStorage.getItem(rangeKey);
    return rangeNames.find((name) => name === stored) ?? '1h';
  } catch (error) {
    if (error instanceof DOMException) return '1h';
    throw error;
  }
}
function rememberRange(range: Range): void {
  try {
    localStorage.setItem(rangeKey, range);
  } catch (error) {
    // Storage that is full or denied forgets the range, nothing else.
    if (!(error instanceof DOMException)) throw error;
  }
}

export function PremiumPanel() {
  const { t } = useTranslation('overview');
  const coin = useReplica((state) => state.parts?.market?.coin ?? null);
  const [range, setRange] = useState(rememberedRange);
  const [since, setSince] = useState<number | null>(null);
  const choose = (next: Range) => {
    setRange(next);
    rememberRange(next);
  };
  return (
    <Panel
      title={coin === null ? t('premium.title') : t('premium.titleOf', { coin })}
      note={<Legend since={since} />}
      actions={
        <Segmented
          label={t('chart.range')}
          value={range}
          onChange={choose}
          options={rangeNames.map((value) => ({ value, label: t(`chart.ranges.${value}`) }))}
        />
      }
      className={styles['panel']}
      testId="premium"
    >
      <div className={styles['content']}>
        <Prices />
        <Chart range={range} onKimchiSince={setSince} />
      </div>
    </Panel>
  );
}

function Legend({ since }: { readonly since: number | null }) {
  const { t } = useTranslation('overview');
  const format = useFormats();
  return (
    <span className={styles['legend']} aria-hidden="true">
      <span className={styles['trading']}>{t('premium.trading')}</span>
      <span className={styles['kimchi']} title={since === null ? undefined : t('chart.kimchiSinceTitle')}>
        {t('premium.kimchi')} {since !== null && t('chart.kimchiSince', { time: format.clock(since).slice(0, 5) })}
      </span>
      <Mark kind="entry" text={t('chart.entries')} />
      <Mark kind="exit" text={t('chart.exits')} />
    </span>
  );
}

/** Drawn as the chart draws it. */
function Mark({ kind, text }: { readonly kind: 'entry' | 'exit'; readonly text: string }) {
  return (
    <span className={styles['mark']}>
      <svg viewBox="0 0 12 11" width={10} height={9} aria-hidden="true">
        <path d={kind === 'entry' ? 'M6 1l5 9H1z' : 'M6 10L1 1h10z'} className={styles[kind]} />
      </svg>
      {text}
    </span>
  );
}

/** Fetched points follow the width in steps, so that a window that is being resized does not ask at every pixel. */
const pointsFor = (size: Size): number => Math.min(1000, Math.max(100, Math.floor(size.width / 100) * 100));

interface ChartProps {
  readonly range: Range;
  readonly onKimchiSince: (at: number | null) => void;
}
function Chart({ range, onKimchiSince }: ChartProps) {
  const { t } = useTranslation('overview');
  const [frame, size] = useSize();
  const line = usePremiumLine(ranges[range], size === null ? null : pointsFor(size));
  const markers = useMarkers();
  const since = kimchiSince(line.points);
  useEffect(() => onKimchiSince(since), [onKimchiSince, since]);
  const isEmpty = line.state !== 'loading' && line.points.length === 0;
  return (
    <figure className={styles['figure']}>
      <div
        ref={frame}
        className={styles['frame']}
        role="img"
        aria-label={t('chart.name', { range: t(`chart.ranges.${range}`) })}
        aria-describedby="premium-words"
      >
        {size !== null && line.points.length > 0 && (
          <Suspense fallback={null}>
            <PremiumChart key={range} size={size} points={line.points} from={line.to - ranges[range]} to={line.to} markers={markers} />
          </Suspense>
        )}
        {line.state === 'loading' && line.points.length === 0 && <p className={styles['message']}>{t('chart.loading')}</p>}
        {isEmpty && <p className={styles['message']}>{t(line.state === 'failed' ? 'chart.failed' : 'chart.empty')}</p>}
      </div>
      <figcaption id="premium-words" className="visually-hidden">
        <ChartWords line={line} />
      </figcaption>
    </figure>
  );
}

/** What the chart shows, for those who cannot see it. */
function ChartWords({ line }: { readonly line: PremiumLine }) {
  const { t } = useTranslation('overview');
  const format = useFormats();
  const market = usePart('market');
  const trading = extent(line.points.map((point) => ({ ...point, kimchi: null })));
  if (trading === null) return t('chart.empty');
  const [low, high] = trading;
  return t('chart.words', {
    now: format.premium(market?.tradingPremium ?? null),
    kimchi: format.premium(market?.kimchiPremium ?? null),
    low: format.premiumOf(low),
    high: format.premiumOf(high),
    from: format.clock(line.points[0]?.at ?? 0),
    to: format.clock(line.points.at(-1)?.at ?? 0),
  });
}
