/** The premium chart itself, in a chunk of its own: the console does not wait for the drawing library. */
import { memo, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { CartesianGrid, Line, LineChart, ReferenceDot, ReferenceLine, Tooltip, XAxis, YAxis } from 'recharts';
import type { Formats } from '../../../ui/format.ts';
import { cx } from '../../../ui/cx.ts';
import { useFormats } from '../../../ui/use-formats.ts';
import styles from './chart.module.css';
import type { Marker } from './markers.ts';
import { extent, type Scale, steadyScale, timeTicks } from './scale.ts';
import type { Size } from './use-size.ts';
import type { Point } from './trail.ts';

interface Props {
  readonly size: Size;
  readonly points: readonly Point[];
  readonly from: number;
  readonly to: number;
  readonly markers: readonly Marker[];
}

const margin = { top: 8, right: 0, bottom: 0, left: 4 };
const axisWidth = 64;
const axisHeight = 22;
const tick = { fill: 'var(--text-3)', fontSize: 11 };

/** Only markers within the window, and none that would squeeze the line into a strip. */
function shownMarkers(markers: readonly Marker[], from: number, to: number, { domain: [low, high] }: Scale): readonly Marker[] {
  return markers.filter(({ at, premium }) => at >= from && at <= to && premium >= low && premium <= high);
}

const labelHeight = 15;
/** Whether a tick's label would lie under the newest value on the axis. */
function isUnder(value: number, last: number | null, { domain: [low, high] }: Scale, { height }: Size): boolean {
  return last !== null && Math.abs(value - last) < ((high - low) * labelHeight) / (height - axisHeight);
}

export const PremiumChart = memo(function PremiumChart({ size, points, from, to, markers }: Props) {
  const { t } = useTranslation('overview');
  const format = useFormats();
  const before = useRef<Scale | null>(null);
  const scale = useMemo(() => {
    const values = extent(points);
    // A line of nothing but gaps keeps the axis it had.
    before.current = values === null ? before.current : steadyScale(before.current, values);
    return before.current;
  }, [points]);
  const data = useMemo(() => [...points], [points]);
  const ticks = useMemo(() => timeTicks(from, to), [from, to]);
  if (scale === null) return null;
  const last = points.at(-1)?.trading ?? null;
  return (
    <LineChart width={size.width} height={size.height} data={data} margin={margin} accessibilityLayer={false} className={cx(styles['chart'])}>
      <CartesianGrid vertical={false} stroke="var(--line)" />
      <XAxis
        dataKey="at"
        type="number"
        domain={[from, to]}
        allowDataOverflow
        ticks={[...ticks]}
        tickFormatter={(at: number) => format.clock(at).slice(0, 5)}
        tick={tick}
        tickLine={false}
        axisLine={{ stroke: 'var(--line-strong)' }}
        height={axisHeight}
        minTickGap={24}
      />
      <YAxis
        orientation="right"
        width={axisWidth}
        domain={[...scale.domain]}
        allowDataOverflow
        ticks={[...scale.ticks]}
        interval={0}
        tickFormatter={(value: number) => (isUnder(value, last, scale, size) ? '' : format.premiumOf(value))}
        tick={tick}
        tickLine={false}
        axisLine={false}
      />
      <ReferenceLine y={0} stroke="var(--line-strong)" />
      {last !== null && (
        <ReferenceLine
          y={last}
          stroke="var(--series-1)"
          strokeDasharray="2 3"
          strokeOpacity={0.7}
          label={<LastValue value={last} format={format} />}
        />
      )}
      <Line dataKey="kimchi" stroke="var(--series-2)" strokeWidth={1.25} {...plainLine} />
      <Line dataKey="trading" stroke="var(--series-1)" strokeWidth={1.75} {...plainLine} />
      {shownMarkers(markers, from, to, scale).map(({ key, kind, at, premium }) => (
        <ReferenceDot
          key={key}
          x={at}
          y={premium}
          shape={<Mark kind={kind} title={t(`chart.${kind}`, { premium: format.premiumOf(premium), time: format.clock(at) })} />}
        />
      ))}
      <Tooltip
        isAnimationActive={false}
        cursor={{ stroke: 'var(--text-3)', strokeDasharray: '3 3' }}
        content={({ active, payload }) => {
          const point: unknown = payload[0]?.payload;
          return active && isPoint(point) ? <Hover point={point} format={format} /> : null;
        }}
      />
    </LineChart>
  );
});

const plainLine = { type: 'linear', dot: false, activeDot: { r: 3, strokeWidth: 0 }, isAnimationActive: false, connectNulls: false } as const;

const isPoint = (value: unknown): value is Point => typeof value === 'object' && value !== null && 'at' in value && 'trading' in value;

function Hover({ point, format }: { readonly point: Point; readonly format: Formats }) {
  const { t } = useTranslation('overview');
  const { at, trading, kimchi } = point;
  const shown = (value: number | null) => format.premiumOf(value ?? Number.NaN);
  return (
    <dl className={styles['hover']}>
      <dt className={styles['time']}>{t('chart.time')}</dt>
      <dd className={styles['time']}>{format.dateClock(at)}</dd>
      <dt className={styles['trading']}>{t('premium.trading')}</dt>
      <dd>{shown(trading)}</dd>
      <dt className={styles['kimchi']}>{t('premium.kimchi')}</dt>
      <dd>{shown(kimchi)}</dd>
      <dt>{t('premium.difference')}</dt>
      <dd>{trading === null || kimchi === null ? shown(null) : shown(kimchi - trading)}</dd>
    </dl>
  );
}

interface LastValueProps {
  readonly value: number;
  readonly format: Formats;
  /** Given by the chart. */
  readonly viewBox?: { readonly x?: number; readonly y?: number; readonly width?: number };
}
/** The newest value, on the axis. */
function LastValue({ value, format, viewBox }: LastValueProps) {
  const { x = 0, y = 0, width = 0 } = viewBox ?? {};
  return (
    <g transform={`translate(${x + width},${y})`}>
      <rect x={1} y={-9} width={axisWidth - 4} height={18} rx={3} className={styles['tag']} />
      <text x={axisWidth / 2 - 1} y={4} textAnchor="middle" className={styles['tagText']}>
        {format.premiumOf(value)}
      </text>
    </g>
  );
}

interface MarkProps {
  readonly kind: Marker['kind'];
  readonly title: string;
  /** Given by the chart. */
  readonly cx?: number;
  readonly cy?: number;
}
/** Entries are full and point up from below the line, exits are hollow and point down from above it. */
function Mark({ kind, title, cx: x = 0, cy: y = 0 }: MarkProps) {
  return (
    <path d={kind === 'entry' ? `M${x} ${y + 2}l5.5 9h-11z` : `M${x} ${y - 2}l5.5 -9h-11z`} className={styles[kind]}>
      <title>{title}</title>
    </path>
  );
}
