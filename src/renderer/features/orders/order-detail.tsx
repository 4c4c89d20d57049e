/** What is known of one order: its steps with their times, its fills, and what the venue said. */
import { useTranslation } from 'react-i18next';
import type { OrderRow } from '../../../shared/contract/rows.ts';
import { isDenial, useCodeWords } from '../../i18n/code-words.ts';
import { RawJson } from '../../ui/raw-json.tsx';
import { useFormats } from '../../ui/use-formats.ts';
import { Evidence } from './evidence.tsx';
import { FillRows } from './fill-rows.tsx';
import styles from './orders.module.css';
import { Timeline } from './timeline.tsx';

export function OrderDetail({ row }: { readonly row: OrderRow }) {
  const { t } = useTranslation('orders');
  const format = useFormats();
  return (
    <div className={styles['detail']}>
      {row.evidence === null && row.state === 'unknown' && (
        <p className={styles['bad']}>
          {t('unknown.words')} {row.unknownSince !== null && t('unknown.detail', { at: format.exact(row.unknownSince), count: row.misses })}
        </p>
      )}
      <Evidence row={row} />
      {row.failure !== null && <FailureWords failure={row.failure} />}
      <Timeline stamps={row.stamps} />
      {row.fills.length > 0 && <FillRows row={row} />}
      <dl className={styles['fields']}>
        <div>
          <dt>{t('clientOrderId')}</dt>
          <dd>
            <code>{row.id}</code>
          </dd>
        </div>
        <div>
          <dt>{t('venueOrderId')}</dt>
          <dd>
            <code>{row.venueOrderId ?? '–'}</code>
          </dd>
        </div>
        {row.reduceOnly && (
          <div>
            <dt>{t('flags')}</dt>
            <dd>{t('reduceOnly')}</dd>
          </div>
        )}
      </dl>
      <RawJson value={row} />
    </div>
  );
}

const known = [
  'TIMEOUT',
  'NETWORK',
  'VENUE_ERROR',
  'BAD_ANSWER',
  'MAINTENANCE',
  'RATE_LIMITED',
  'INSUFFICIENT_FUNDS',
  'INVALID_ORDER',
  'ORDER_NOT_FOUND',
  'DUPLICATE_ID',
  'AUTHENTICATION',
  'CLOCK',
  'BLOCKED',
] as const;
const isKnown = (code: string): code is (typeof known)[number] => known.some((name) => name === code);

function FailureWords({ failure }: { readonly failure: NonNullable<OrderRow['failure']> }) {
  const { t } = useTranslation('orders');
  const words = useCodeWords();
  const { code, said, compared, values } = failure;
  if (isDenial(code)) return <p className={styles['failure']}>{words.verdict({ code, reason: said, compared, values })}</p>;
  return (
    <p className={styles['failure']}>
      <strong>{isKnown(failure.code) ? t(`failure.${failure.code}`) : failure.code}</strong>
      {failure.venueCode !== '' && <code>{failure.venueCode}</code>}
      {failure.said !== '' && <span>{failure.said}</span>}
    </p>
  );
}
