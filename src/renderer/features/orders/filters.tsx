/** The line above the table: venue, state, and whose order it is. */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { OrderState } from '../../../shared/contract/rows.ts';
import { useReplica } from '../../app/hooks.ts';
import { Segmented, type Segment } from '../../ui/segmented.tsx';
import type { Filter } from './filter.ts';
import styles from './orders.module.css';

const states: readonly OrderState[] = ['unknown', 'sending', 'open', 'filled', 'canceled', 'rejected', 'expired'];

interface Props {
  readonly filter: Filter;
  readonly onChange: (filter: Filter) => void;
}

export function Filters({ filter, onChange }: Props) {
  const { t } = useTranslation(['orders', 'codes']);
  const counts = useCounts();
  const options: readonly Segment<Filter['state']>[] = [
    { value: 'all', label: t('orders:all') },
    ...states.flatMap((state, index) => {
      const count = counts[index] ?? 0;
      // The chosen one stays, so that the choice never changes by itself.
      return count === 0 && filter.state !== state ? [] : [{ value: state, label: t(`codes:order.${state}`), count }];
    }),
  ];
  return (
    <div className={styles['filters']}>
      <Segmented
        label={t('orders:byVenue')}
        options={[
          { value: 'all', label: t('orders:all') },
          { value: 'upbit', label: t('codes:venue.upbit') },
          { value: 'binance', label: t('codes:venue.binance') },
        ]}
        value={filter.venue}
        onChange={(venue) => onChange({ ...filter, venue })}
      />
      <Segmented label={t('orders:byState')} options={options} value={filter.state} onChange={(state) => onChange({ ...filter, state })} />
      <Segmented
        label={t('orders:made.label')}
        options={[
          { value: 'all', label: t('orders:all') },
          { value: 'hedges', label: t('orders:made.hedges') },
          { value: 'byHand', label: t('orders:made.byHand'), testId: 'orders-by-hand' },
        ]}
        value={filter.made}
        onChange={(made) => onChange({ ...filter, made })}
      />
    </div>
  );
}

/** Compared as one line: drawn again only when a number changes. */
function useCounts(): readonly number[] {
  const line = useReplica(({ tables }) => {
    const rows = Object.values(tables.orders);
    return states.map((state) => rows.filter((row) => row.state === state).length).join(' ');
  });
  return useMemo(() => line.split(' ').map(Number), [line]);
}
