/** Every fill of the orders that fit, newest first. */
import { memo, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OrderRow } from '../../../shared/contract/rows.ts';
import { useReplica } from '../../app/hooks.ts';
import { hrefOf } from '../../app/address.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Cell, type Column, Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { useFormats } from '../../ui/use-formats.ts';
import { feeText, type Fill, valueText } from './fill-text.ts';
import { type Filter, fits } from './filter.ts';
import styles from './orders.module.css';

const pageRows = 200;

export function FillTable({ filter }: { readonly filter: Filter }) {
  const { t } = useTranslation('orders');
  const orders = useReplica((state) => state.tables.orders);
  const [limit, setLimit] = useState(pageRows);
  const fills = useMemo(
    () =>
      Object.values(orders)
        .filter((row) => fits(filter, row))
        .flatMap((row) => row.fills.map((fill) => ({ row, fill })))
        .sort((a, b) => b.fill.at - a.fill.at),
    [orders, filter],
  );
  const columns = useMemo(
    (): readonly Column[] => [
      { key: 'time', label: t('fill.time') },
      { key: 'venue', label: t('column.venue') },
      { key: 'side', label: t('column.side') },
      { key: 'price', label: t('column.price'), numeric: true },
      { key: 'quantity', label: t('column.quantity'), numeric: true },
      { key: 'value', label: t('fill.value'), numeric: true },
      { key: 'fee', label: t('fill.fee'), numeric: true },
      { key: 'hedge', label: t('column.hedge') },
      { key: 'trade', label: t('fill.tradeId') },
    ],
    [t],
  );
  return (
    <>
      <Table caption={t('tab.fills')} columns={columns} testId="fills">
        {fills.slice(0, limit).map(({ row, fill }) => (
          <FillLine key={`${row.id} ${fill.tradeId}`} row={row} fill={fill} />
        ))}
      </Table>
      {fills.length === 0 && <EmptyState title={t('noFills')} />}
      {fills.length > limit && (
        <div className={styles['more']}>
          <Button size="small" onClick={() => setLimit((before) => before + pageRows)}>
            {t('older', { count: fills.length - limit })}
          </Button>
        </div>
      )}
    </>
  );
}

const FillLine = memo(function FillLine({ row, fill }: { readonly row: OrderRow; readonly fill: Fill }) {
  const { t } = useTranslation('codes');
  const format = useFormats();
  return (
    <tr>
      <Cell>
        <Time at={fill.at} look="recent" />
      </Cell>
      <Cell>
        {t(`venue.${row.venue}`)} <span className={styles['faint']}>{t(`leg.${row.leg}`)}</span>
      </Cell>
      <Cell>
        {t(`side.${row.side}`)} {row.coin}
      </Cell>
      <Cell numeric>{format.price(fill.price)}</Cell>
      <Cell numeric>{format.quantity(fill.quantity)}</Cell>
      <Cell numeric>{valueText(format, row.leg, fill)}</Cell>
      <Cell numeric>{feeText(format, fill)}</Cell>
      {row.hedge === null ? (
        <Cell className={styles['faint']}>–</Cell>
      ) : (
        <Cell className={styles['id']} title={row.hedge}>
          <a href={hrefOf('orders', row.hedge)}>{row.hedge}</a>
        </Cell>
      )}
      <Cell className={styles['id']} title={fill.tradeId}>
        {fill.tradeId}
      </Cell>
    </tr>
  );
});
