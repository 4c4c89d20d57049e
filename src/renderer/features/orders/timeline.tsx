/** The steps of an order from the decision to its last fill, with the time between them. */
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import type { OrderRow } from '../../../shared/contract/rows.ts';
import { cx } from '../../ui/cx.ts';
import { useFormats } from '../../ui/use-formats.ts';
import styles from './timeline.module.css';

const steps = ['decided', 'durable', 'wire', 'acknowledged', 'filled'] as const;

/** `0.31 ms`, `33.4 ms`, `1.20 s`. Steps are told by different clocks' readers: a stream may be heard before the answer. */
export function span(ms: number): string {
  const size = Math.abs(ms);
  const sign = ms < 0 ? '−' : '';
  if (size >= 1000) return `${sign}${(size / 1000).toFixed(2)} s`;
  return `${sign}${size.toFixed(size < 10 ? 2 : 1)} ms`;
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
          <Fragment key={step}>
            <li className={cx(styles['step'], at !== null && styles['reached'])} title={at === null ? undefined : format.exact(at)}>
              <span className={styles['since']}>{since === null ? ' ' : `+${span(since)}`.replace('+−', '−')}</span>
              <span className={styles['dot']} aria-hidden="true" />
              <span className={styles['name']}>{t(`step.${step}`)}</span>
              <span className={styles['at']}>{at === null ? '–' : step === 'decided' ? format.clock(at) : `+${span(at - stamps.decided)}`}</span>
            </li>
          </Fragment>
        );
      })}
    </ol>
  );
}
