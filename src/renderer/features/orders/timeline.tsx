/** The steps of an order from the decision to its last fill, with the time between them. */
import { useTranslation } from 'react-i18next';
import type { OrderRow } from '../../../shared/contract/rows.ts';
import { cx } from '../../ui/cx.ts';
import { useFormats } from '../../ui/use-formats.ts';
import styles from './timeline.module.css';

const steps = ['decided', 'durable', 'wire', 'acknowledged', 'filled'] as const;

/** `0.31 ms`, `12 ms`, `1.2 s`. May be below zero: a stream can be heard before the answer. */
export function span(ms: number): string {
  const size = Math.abs(ms);
  const [value, unit] = size >= 1000 ? [size / 1000, 's'] : [size, 'ms'];
  return `${ms < 0 ? '−' : '+'}${Number(value.toFixed(value < 10 ? 2 : 1))} ${unit}`;
}

export function Timeline({ stamps }: { readonly stamps: OrderRow['stamps'] }) {
  const { t } = useTranslation('orders');
  const format = useFormats();
  let last: number | null = null;
  return (
    <ol className={styles['timeline']} aria-label={t('steps')}>
      {steps.map((step) => {
        const at = stamps[step];
        const since = at === null || last === null ? null : at - last;
        last = at ?? last;
        return (
          <li key={step} className={cx(styles['step'], at !== null && styles['reached'])} title={at === null ? undefined : format.exact(at)}>
            <span className={styles['since']}>{since === null ? ' ' : span(since)}</span>
            <span className={styles['dot']} aria-hidden="true" />
            <span className={styles['name']}>{t(`step.${step}`)}</span>
            <span>{at === null ? '–' : step === 'decided' ? format.clockMs(at) : span(at - stamps.decided)}</span>
          </li>
        );
      })}
    </ol>
  );
}
