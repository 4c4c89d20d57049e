/** One order. A press on the row opens its steps, fills, and what the venue said. */
import { memo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OrderRow } from '../../../shared/contract/rows.ts';
import { useReplica, useRow } from '../../app/hooks.ts';
import { hrefOf } from '../../app/address.ts';
import { Chip } from '../../ui/chip.tsx';
import { cx } from '../../ui/cx.ts';
import { isDenial } from '../../i18n/code-words.ts';
import { RowToggle } from '../../ui/row-toggle.tsx';
import { OrderChip } from '../../ui/state-chip.tsx';
import { Cell } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { useFormats } from '../../ui/use-formats.ts';
import { useNow } from '../../ui/use-now.ts';
import { useOpening } from '../../ui/use-opening.ts';
import { type Asked, OrderActions, OrderDialog } from './hand/order-actions.tsx';
import { OrderDetail } from './order-detail.tsx';
import styles from './orders.module.css';

interface Props {
  readonly id: string;
  readonly columns: number;
  readonly isNamed: boolean;
  /** The pointer came to the buttons of the row, and left them. Both are constant. */
  readonly onAim: () => void;
  readonly onLeave: () => void;
}

export const OrderLine = memo(function OrderLine({ id, columns, isNamed, onAim, onLeave }: Props) {
  const { t } = useTranslation('orders');
  const row = useRow('orders', id);
  const { line, detailId, isOpen, toggle } = useOpening(isNamed);
  const [asked, setAsked] = useState<Asked | null>(null);
  if (row === undefined) return null;
  return (
    <>
      <tr ref={line} className={cx(styles['line'], isOpen && styles['isOpen'])} data-testid={`order-${id}`} data-state={row.state}>
        <Cell>
          <RowToggle label={t('details', { id })} isOpen={isOpen} controls={detailId} onToggle={toggle} />
        </Cell>
        <Columns row={row} />
        {row.hedge === null ? (
          <td className={styles['owner']} onPointerEnter={onAim} onPointerLeave={onLeave}>
            <OrderActions row={row} onAsk={setAsked} />
          </td>
        ) : (
          <Cell className={cx(styles['owner'], styles['id'])} title={row.hedge}>
            <a href={hrefOf('orders', row.hedge)}>{row.hedge}</a>
          </Cell>
        )}
      </tr>
      {asked !== null && <OrderDialog row={row} asked={asked} onClose={() => setAsked(null)} />}
      {isOpen && (
        <tr id={detailId} className={styles['detailLine']}>
          <td colSpan={columns} className={styles['detailCell']}>
            <OrderDetail row={row} />
          </td>
        </tr>
      )}
    </>
  );
});

/** Numbers are formatted here and not by a component each: hundreds of rows are drawn at once. */
function Columns({ row }: { readonly row: OrderRow }) {
  const { t } = useTranslation(['orders', 'codes']);
  const format = useFormats();
  const { coin, quantity, cost, price, failure } = row;
  // What never left is not called the venue's no.
  const isHeld = failure !== null && row.state !== 'unknown' && (failure.code === 'BLOCKED' || isDenial(failure.code));
  const venue = t(`codes:venue.${row.venue}`);
  const side = t(`codes:side.${row.side}`);
  const purpose = t(`codes:purpose.${row.purpose}`);
  const type = t(`orders:type.${row.type}`);
  return (
    <>
      <Cell>
        <Time at={row.stamps.decided} look="recent" />
      </Cell>
      <Cell>
        {isHeld ? <Chip tone="warn">{t('orders:heldBack')}</Chip> : <OrderChip state={row.state} />}
        {row.state === 'unknown' && <Unknown row={row} />}
        {failure !== null && !isHeld && row.state !== 'unknown' && (
          <code className={styles['code']} title={failure.said}>
            {failure.venueCode === '' ? failure.code : failure.venueCode}
          </code>
        )}
      </Cell>
      <Cell title={`${venue} ${t(`codes:leg.${row.leg}`)}`}>{venue}</Cell>
      <Cell title={`${side} ${coin} · ${purpose}`}>
        {side} {coin} <span className={styles['faint']}>{purpose}</span>
      </Cell>
      <Cell title={[type, row.timeInForce, row.reduceOnly ? t('orders:reduceOnly') : null].filter((part) => part !== null).join(' ')}>
        {type}
        {row.timeInForce !== null && <span className={styles['faint']}> {t(`orders:tif.${row.timeInForce}`)}</span>}
      </Cell>
      <Cell numeric>{quantity === null ? `₩${format.krw(cost)}` : format.quantity(quantity)}</Cell>
      <Cell numeric>{format.price(price)}</Cell>
      <Cell numeric className={cx(row.filled === '0' && styles['faint'])}>
        {format.quantity(row.filled)}
      </Cell>
      <Cell numeric>{format.price(row.averagePrice)}</Cell>
    </>
  );
}

/** How long it is asked for already, and how often. */
function Unknown({ row }: { readonly row: OrderRow }) {
  const { t } = useTranslation('orders');
  const format = useFormats();
  const offset = useReplica((state) => Math.round(state.clockOffsetMs / 1000) * 1000);
  const since = row.unknownSince ?? row.stamps.decided;
  const passed = useNow((now) => Math.max(0, Math.floor((now + offset - since) / 1000)));
  const count = row.evidence?.lookups ?? row.misses;
  return (
    <span className={styles['since']} title={t('unknown.detail', { at: format.exact(since), count })}>
      {format.duration(passed * 1000)} · {t('unknown.misses', { count })}
    </span>
  );
}
