/** Orders, newest first. Each row draws itself; the table only when rows come or go. */
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OrderRow } from '../../../shared/contract/rows.ts';
import { type RowOrder, useRows } from '../../app/hooks.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { type Column, Table } from '../../ui/table.tsx';
import { OrderLine } from './order-line.tsx';
import styles from './orders.module.css';

const pageRows = 200;

interface Props {
  /** Must be stable while it is the same. */
  readonly order: RowOrder<OrderRow>;
  /** An order's id in the address: it is opened. */
  readonly named: string;
}

export function OrderTable({ order, named }: Props) {
  const { t } = useTranslation('orders');
  const fitting = useRows('orders', order);
  const { ids, hold, release } = useHeld(fitting);
  const [limit, setLimit] = useState(pageRows);
  const columns = useMemo(
    (): readonly Column[] => [
      { key: 'open', label: t('column.open'), hiddenLabel: true, width: '28px' },
      { key: 'time', label: t('column.time'), width: '104px' },
      { key: 'state', label: t('column.state'), width: '172px' },
      { key: 'venue', label: t('column.venue'), width: '66px' },
      { key: 'side', label: t('column.side'), width: '122px' },
      { key: 'type', label: t('column.type'), width: '86px' },
      { key: 'quantity', label: t('column.quantity'), numeric: true, width: '86px' },
      { key: 'price', label: t('column.price'), numeric: true, width: '98px' },
      { key: 'filled', label: t('column.filled'), numeric: true, width: '80px' },
      { key: 'average', label: t('column.average'), numeric: true, width: '98px' },
      { key: 'hedge', label: t('column.hedge'), width: '130px' },
    ],
    [t],
  );
  return (
    <>
      <div onPointerLeave={release}>
        <Table caption={t('title')} columns={columns} testId="orders" fixed>
          {ids.slice(0, limit).map((id) => (
            <OrderLine key={id} id={id} columns={columns.length} isNamed={id === named} onAim={hold} onLeave={release} />
          ))}
        </Table>
      </div>
      {ids.length === 0 && <EmptyState title={t('noneFits')} />}
      {ids.length > limit && (
        <div className={styles['more']}>
          <Button size="small" onClick={() => setLimit((before) => before + pageRows)}>
            {t('older', { count: ids.length - limit })}
          </Button>
        </div>
      )}
    </>
  );
}

/** While the pointer is on the buttons of a row no row comes above it: another one's would come under a press on its way. */
function useHeld(fitting: readonly string[]): { readonly ids: readonly string[]; readonly hold: () => void; readonly release: () => void } {
  const [isHeld, setHeld] = useState(false);
  const [shown, setShown] = useState(fitting);
  if (!isHeld && shown !== fitting) setShown(fitting);
  const hold = useCallback(() => setHeld(true), []);
  const release = useCallback(() => setHeld(false), []);
  return { ids: isHeld ? shown : fitting, hold, release };
}
