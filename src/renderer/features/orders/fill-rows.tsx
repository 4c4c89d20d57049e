/** The fills of one order. */
import { useTranslation } from 'react-i18next';
import type { OrderRow } from '../../../shared/contract/rows.ts';
import { useFormats } from '../../ui/use-formats.ts';
import { feeText, valueText } from './fill-text.ts';
import styles from './orders.module.css';

export function FillRows({ row }: { readonly row: OrderRow }) {
  const { t } = useTranslation('orders');
  const format = useFormats();
  return (
    <table className={styles['fills']}>
      <caption>{t('tab.fills')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('fill.time')}</th>
          <th scope="col">{t('column.price')}</th>
          <th scope="col">{t('column.quantity')}</th>
          <th scope="col">{t('fill.value')}</th>
          <th scope="col">{t('fill.fee')}</th>
          <th scope="col">{t('fill.tradeId')}</th>
        </tr>
      </thead>
      <tbody>
        {row.fills.map((fill) => (
          <tr key={fill.tradeId}>
            <td title={format.exact(fill.at)}>{format.clock(fill.at)}</td>
            <td>{format.price(fill.price)}</td>
            <td>{format.quantity(fill.quantity)}</td>
            <td>{valueText(format, row.leg, fill)}</td>
            <td>{feeText(format, fill)}</td>
            <td>
              <code>{fill.tradeId}</code>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
