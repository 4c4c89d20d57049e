/** The size as a signal asks for it: coins, KRW at most, or all. */
import { useTranslation } from 'react-i18next';
import type { SignalRow } from '../../../shared/contract/rows.ts';
import { Krw, Quantity } from '../../ui/amount.tsx';

type Sized = Pick<NonNullable<SignalRow['content']>, 'coin' | 'quantity' | 'amountKrw'>;

interface Props {
  readonly content: Sized;
  /** The coin stands beside it already. */
  readonly isCoinSaid?: boolean;
}

export function Size({ content, isCoinSaid = false }: Props) {
  const { t } = useTranslation('inbox');
  const { coin, quantity, amountKrw } = content;
  if (quantity !== null) return isCoinSaid ? <Quantity value={quantity} /> : <Quantity value={quantity} unit={coin} />;
  return (
    <>
      {!isCoinSaid && `${coin} `}
      {amountKrw === null ? t('all.quantity') : <Krw value={amountKrw} unit="KRW" />}
    </>
  );
}
