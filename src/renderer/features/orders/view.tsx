/** Orders and fills: what was asked of the venues, what they did, and how long each step took. */
import { useEffect, useId, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OrderRow } from '../../../shared/contract/rows.ts';
import { useReplica } from '../../app/hooks.ts';
import { useDetail } from '../../app/address.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Panel } from '../../ui/panel.tsx';
import { SearchInput } from '../../ui/search-input.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { FillTable } from './fill-table.tsx';
import { type Filter, everything, fits } from './filter.ts';
import { Filters } from './filters.tsx';
import { HandPanel } from './hand/hand-panel.tsx';
import { OrderTable } from './order-table.tsx';
import styles from './orders.module.css';
import { UnknownBand } from './unknown-band.tsx';

type Tab = 'orders' | 'fills';

export function OrdersView() {
  const { t } = useTranslation('orders');
  const [tab, setTab] = useState<Tab>('orders');
  const [filter, setFilter] = useState<Filter>(everything);
  const [isPlacing, setPlacing] = useState(false);
  const placing = useRef<HTMLButtonElement>(null);
  const handId = useId();
  const detail = useDetail();
  // A link names a hedge or an order: the view shows that, and the person widens it again.
  useEffect(() => {
    if (detail !== '') setFilter({ ...everything, search: detail });
  }, [detail]);
  const order = useMemo(() => ({ compare: newestFirst, filter: (row: OrderRow) => fits(filter, row) }), [filter]);
  const isEmpty = useReplica((state) => Object.keys(state.tables.orders).length === 0);
  return (
    <div className={styles['view']}>
      <UnknownBand onShow={() => setFilter({ ...everything, state: 'unknown' })} />
      {isPlacing && (
        <HandPanel
          id={handId}
          onClose={() => {
            setPlacing(false);
            placing.current?.focus();
          }}
        />
      )}
      <Panel
        title={t('title')}
        flush
        className={styles['panel']}
        actions={
          <>
            {!isEmpty && <SearchInput label={t('search')} value={filter.search} onChange={(search) => setFilter({ ...filter, search })} />}
            <Button
              ref={placing}
              size="small"
              look={isPlacing ? 'plain' : 'primary'}
              aria-expanded={isPlacing}
              aria-controls={isPlacing ? handId : undefined}
              onClick={() => setPlacing(!isPlacing)}
              data-testid="hand-open"
            >
              {t('hand.open')}
            </Button>
            <Segmented
              label={t('tab.label')}
              options={[
                { value: 'orders', label: t('tab.orders') },
                { value: 'fills', label: t('tab.fills') },
              ]}
              value={tab}
              onChange={setTab}
            />
          </>
        }
      >
        {isEmpty ? (
          <EmptyState title={t('none')} hint={t('noneHint')} />
        ) : (
          <>
            <Filters filter={filter} onChange={setFilter} />
            {tab === 'orders' ? <OrderTable order={order} named={detail} /> : <FillTable filter={filter} />}
          </>
        )}
      </Panel>
    </div>
  );
}

const newestFirst = (a: OrderRow, b: OrderRow): number => b.stamps.decided - a.stamps.decided;
