/** An order by hand as one line of words: what is reviewed, and what stands. */
import { useTranslation } from 'react-i18next';
import type { Formats } from '../../../ui/format.ts';
import { shiftPoint } from '../../../ui/setting-catalog.ts';
import { useFormats } from '../../../ui/use-formats.ts';
import { type HandOrder, isReduceOnly } from './draft.ts';

export interface OrderWords {
  /** `Buy 0.05 BTC`, `Buy BTC for 1,000,000 KRW`. */
  readonly what: string;
  /** `Upbit Spot · Limit 145,000,000 KRW · GTC`. */
  readonly how: string;
}

export function useOrderWords(): (order: HandOrder) => OrderWords {
  const { t } = useTranslation(['orders', 'codes']);
  const format = useFormats();
  return ({ venue, coin, side, terms }) => {
    const price = priceOf(format, terms);
    const unit = venue === 'upbit' ? 'KRW' : 'USDT';
    const parts = [
      `${t(`codes:venue.${venue}`)} ${t(venue === 'upbit' ? 'codes:leg.spot' : 'codes:leg.perp')}`,
      `${t(`orders:type.${terms.type}`)}${price === null ? '' : ` ${price} ${unit}`}`,
      'timeInForce' in terms ? t(`orders:tif.${terms.timeInForce}`) : null,
      terms.type === 'trailingStopMarket' ? t('orders:hand.callbackOf', { percent: shiftPoint(terms.callback, 2) }) : null,
      isReduceOnly({ venue, side }) ? t('orders:reduceOnly') : null,
    ];
    return {
      what:
        'cost' in terms
          ? t('orders:hand.byCost', { side: t(`codes:side.${side}`), coin, krw: format.krw(terms.cost) })
          : `${t(`codes:side.${side}`)} ${format.quantity(terms.quantity)} ${coin}`,
      how: parts.filter((part) => part !== null).join(' · '),
    };
  };
}

function priceOf(format: Formats, terms: HandOrder['terms']): string | null {
  if (terms.type === 'limit') return format.quantity(terms.price);
  if (terms.type === 'stopMarket') return format.quantity(terms.triggerPrice);
  return terms.type === 'trailingStopMarket' && terms.activationPrice !== undefined ? format.quantity(terms.activationPrice) : null;
}
