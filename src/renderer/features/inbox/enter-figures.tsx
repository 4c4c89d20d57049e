/** What approving an ENTER would do at the prices of a second ago. The places of the figures stand before the figures come. */
import { useTranslation } from 'react-i18next';
import type { SignalRow, TicketView } from '../../../shared/contract/rows.ts';
import { useReplica } from '../../app/hooks.ts';
import { Krw, Price, Quantity, Ratio, Usdt } from '../../ui/amount.tsx';
import { cx } from '../../ui/cx.ts';
import { Stat, Stats } from '../../ui/stat.tsx';
import { Time } from '../../ui/time.tsx';
import { useNow } from '../../ui/use-now.ts';
import { LimitBars } from './limit-bars.tsx';
import { PremiumBound } from './premium-bound.tsx';
import styles from './ticket.module.css';

interface Props {
  readonly row: SignalRow;
  readonly content: NonNullable<SignalRow['content']>;
}

export function EnterFigures({ row, content }: Props) {
  const { t } = useTranslation('inbox');
  const { ticket } = row;
  return (
    <>
      <div className={styles['premium']}>
        <Stats>
          <Stat label={t('premiumNow')} size="large" note={<PremiumBound now={ticket?.premium ?? null} content={content} />}>
            <Ratio value={ticket?.premium ?? null} />
          </Stat>
        </Stats>
      </div>
      <div className={styles['legs']}>
        <Legs ticket={ticket} coin={content.coin} />
      </div>
      <Stats className={styles['costs']}>
        <Stat label={t('cost')}>
          <Krw value={ticket?.spotCostKrw ?? null} unit="KRW" />
        </Stat>
        <Stat label={t('margin')}>
          <Usdt value={ticket?.marginUsdt ?? null} unit="USDT" />
        </Stat>
        <Stat label={t('fees')}>
          <Krw value={ticket?.feesKrw ?? null} unit="KRW" />
        </Stat>
        <Stat label={t('pricesOf')}>{ticket === null ? <span className={styles['asking']}>{t('asking')}</span> : <Prices at={ticket.at} />}</Stat>
      </Stats>
      <LimitBars limits={ticket?.limits ?? []} />
    </>
  );
}

/** Looked at every second: what is older than a few is no base for a decision. */
const oldMs = 5000;

function Prices({ at }: { readonly at: number }) {
  const offset = useReplica((state) => Math.round(state.clockOffsetMs / 1000) * 1000);
  const isOld = useNow((now) => now + offset - at > oldMs);
  return (
    <span className={cx(isOld && styles['old'])}>
      <Time at={at} look="ago" />
    </span>
  );
}

function Legs({ ticket, coin }: { readonly ticket: TicketView | null; readonly coin: string }) {
  const { t } = useTranslation(['inbox', 'codes']);
  const leg = (name: 'spot' | 'perp') => (
    <tr>
      <th scope="row">
        {t(`codes:venue.${name === 'spot' ? 'upbit' : 'binance'}`)} <span>{t(`codes:leg.${name}`)}</span>
      </th>
      <td>{t(name === 'spot' ? 'codes:side.buy' : 'codes:side.sell')}</td>
      <td>
        <Quantity value={ticket?.quantity ?? null} unit={coin} />
      </td>
      <td>
        <Price value={(name === 'spot' ? ticket?.spotWorst : ticket?.perpWorst) ?? null} unit={name === 'spot' ? 'KRW' : 'USDT'} />
      </td>
    </tr>
  );
  return (
    <table>
      <caption className="visually-hidden">{t('inbox:legs')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('inbox:leg')}</th>
          <th scope="col">{t('inbox:side')}</th>
          <th scope="col">{t('inbox:quantity')}</th>
          <th scope="col">{t('inbox:worst')}</th>
        </tr>
      </thead>
      <tbody>
        {leg('spot')}
        {leg('perp')}
      </tbody>
    </table>
  );
}
