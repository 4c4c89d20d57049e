/** Amounts of a fill as text. */
import type { OrderRow } from '../../../shared/contract/rows.ts';
import type { Formats } from '../../ui/format.ts';

export type Fill = OrderRow['fills'][number];

/** Price times quantity, for a look: the books are kept by the engine. */
export function valueText(format: Formats, leg: OrderRow['leg'], { price, quantity }: Fill): string {
  const value = (Number(price) * Number(quantity)).toFixed(8);
  return leg === 'spot' ? `${format.krw(value)} KRW` : `${format.usdt(value)} USDT`;
}

export function feeText(format: Formats, { fee, feeCurrency }: Fill): string {
  if (feeCurrency === 'KRW') return `${format.usdt(fee)} KRW`;
  return `${format.quantity(fee)} ${feeCurrency}`;
}
