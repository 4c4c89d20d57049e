/** Everything about one hedge: its legs, its orders, its times, and a close of a part of it. */
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { HedgeRow } from '../../../../shared/contract/rows.ts';
import { useReplica, useRow } from '../../../app/hooks.ts';
import { Krw, Price, Quantity, Usdt } from '../../../ui/amount.tsx';
import { Button } from '../../../ui/button.tsx';
import { Field, NumberInput } from '../../../ui/field.tsx';
import { RefusalNote } from '../../../ui/refusal.tsx';
import { OrderChip } from '../../../ui/state-chip.tsx';
import { Time } from '../../../ui/time.tsx';
import { useFormats } from '../../../ui/use-formats.ts';
import { Evidence } from '../../orders/evidence.tsx';
import { isAmount } from '../amount.ts';
import styles from './hedge-detail.module.css';
import { isOpen, isZero } from './order.ts';
import { needsDecision, SettlePanel } from './settle-panel.tsx';
import { useClose } from './use-close.ts';

export function HedgeDetail({ hedge }: { readonly hedge: HedgeRow }) {
  return (
    <div className={styles['detail']}>
      <Urgent hedge={hedge} />
      <Legs hedge={hedge} />
      <Orders ids={hedge.orders} />
      <div className={styles['side']}>
        <Facts hedge={hedge} />
        {isOpen(hedge) && <PartialClose hedge={hedge} />}
      </div>
    </div>
  );
}

/** What a person has to know or decide, above everything else. */
function Urgent({ hedge }: { readonly hedge: HedgeRow }) {
  const unknown = useReplica(({ tables }) => hedge.orders.filter((id) => tables.orders[id]?.state === 'unknown').join(' '))
    .split(' ')
    .filter((id) => id !== '');
  if (!needsDecision(hedge) && unknown.length === 0) return null;
  return (
    <div className={styles['urgent']}>
      {needsDecision(hedge) && <SettlePanel hedge={hedge} />}
      {unknown.map((id) => (
        <UnknownOrder key={id} id={id} />
      ))}
    </div>
  );
}
function UnknownOrder({ id }: { readonly id: string }) {
  const order = useRow('orders', id);
  return order === undefined ? null : <Evidence row={order} isWithHedge />;
}

function Legs({ hedge }: { readonly hedge: HedgeRow }) {
  const { t } = useTranslation(['overview', 'codes']);
  const { spot, perp, marks, spotFeesKrw, perpFeesUsdt, residual } = hedge;
  const rows = [
    { leg: 'spot', ...spot, mark: marks.spotBid, fees: <Krw value={spotFeesKrw} unit="KRW" /> },
    { leg: 'perp', ...perp, mark: marks.perpAsk, fees: <Usdt value={perpFeesUsdt} unit="USDT" /> },
  ] as const;
  return (
    <table className={styles['table']}>
      <caption>{t('detail.legs')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('detail.leg')}</th>
          <th scope="col">{t('detail.holds')}</th>
          <th scope="col">{t('detail.average')}</th>
          <th scope="col">{t('detail.mark')}</th>
          <th scope="col">{t('detail.fees')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ leg, venue, quantity, averagePrice, mark, fees }) => (
          <tr key={leg}>
            <th scope="row">
              {t(`codes:venue.${venue}`)} {t(`codes:leg.${leg}`)}
            </th>
            <td>
              <Quantity value={quantity} unit={hedge.coin} />
            </td>
            <td>
              <Price value={averagePrice} />
            </td>
            <td>
              <Price value={mark} />
            </td>
            <td>{fees}</td>
          </tr>
        ))}
        {!isZero(residual) && (
          <tr className={styles['residual']}>
            <th scope="row">{t('detail.residual')}</th>
            <td>
              <Quantity value={residual} unit={hedge.coin} />
            </td>
            <td colSpan={3}>{t('detail.residualWords')}</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

function Orders({ ids }: { readonly ids: readonly string[] }) {
  const { t } = useTranslation('overview');
  // Old orders leave the console's list before their hedge does. As text, so that only another set draws it again.
  const known = useReplica((state) => ids.filter((id) => state.tables.orders[id] !== undefined).join(' '))
    .split(' ')
    .filter((id) => id !== '');
  return (
    <table className={styles['table']}>
      <caption>{t('detail.orders')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('detail.order')}</th>
          <th scope="col">{t('detail.state')}</th>
          <th scope="col">{t('detail.filled')}</th>
          <th scope="col">{t('detail.price')}</th>
          <th scope="col">{t('detail.at')}</th>
        </tr>
      </thead>
      <tbody>
        {known.length === 0 && (
          <tr>
            <td colSpan={5}>{t('detail.noOrders')}</td>
          </tr>
        )}
        {known.map((id) => (
          <Order key={id} id={id} />
        ))}
      </tbody>
    </table>
  );
}

function Order({ id }: { readonly id: string }) {
  const { t } = useTranslation('codes');
  const order = useRow('orders', id);
  if (order === undefined) return null;
  return (
    <tr>
      <th scope="row" title={order.id}>
        {t(`leg.${order.leg}`)} {t(`side.${order.side}`)} · {t(`purpose.${order.purpose}`)}
      </th>
      <td>
        <OrderChip state={order.state} />
      </td>
      <td>
        <Quantity value={order.filled} />
      </td>
      <td>
        <Price value={order.averagePrice} />
      </td>
      <td>
        <Time at={order.stamps.decided} />
      </td>
    </tr>
  );
}

function Facts({ hedge }: { readonly hedge: HedgeRow }) {
  const { t } = useTranslation(['overview', 'codes']);
  const format = useFormats();
  const { planned, coin, spotCostKrw, fundingUsdt, fx, openedAt, settledAt, closing, attempts, otherFees, marks } = hedge;
  return (
    <dl className={styles['facts']}>
      <dt>{t('detail.id')}</dt>
      <dd className={styles['id']}>{hedge.id}</dd>
      <dt>{t('detail.ratio')}</dt>
      <dd>{format.premium(hedge.resultRatio)}</dd>
      <dt>{t('detail.planned')}</dt>
      <dd>
        {format.quantity(planned)} {coin}
      </dd>
      <dt>{t('detail.cost')}</dt>
      <dd>{format.krw(spotCostKrw)} KRW</dd>
      <dt>{t('detail.fx')}</dt>
      <dd>{format.price(fx)}</dd>
      {!isZero(fundingUsdt) && (
        <>
          <dt>{t('detail.funding')}</dt>
          <dd>{format.quantitySigned(fundingUsdt)} USDT</dd>
        </>
      )}
      {otherFees.map(({ currency, amount }) => (
        <OtherFee key={currency} currency={currency} amount={format.quantity(amount)} />
      ))}
      <dt>{t('detail.marked')}</dt>
      <dd>
        <Time at={marks.at} look="ago" />
      </dd>
      <dt>{t('detail.opened')}</dt>
      <dd>
        <Time at={openedAt} look="dateClock" />
      </dd>
      {settledAt !== null && (
        <>
          <dt>{t('detail.settled')}</dt>
          <dd>
            <Time at={settledAt} look="dateClock" />
          </dd>
        </>
      )}
      {closing !== null && (
        <>
          <dt>{t('detail.closing')}</dt>
          <dd>{t(`codes:closing.${closing}`)}</dd>
        </>
      )}
      {attempts > 0 && (
        <>
          <dt>{t('detail.attempts')}</dt>
          <dd>{attempts}</dd>
        </>
      )}
    </dl>
  );
}
function OtherFee({ currency, amount }: { readonly currency: string; readonly amount: string }) {
  const { t } = useTranslation('overview');
  return (
    <>
      <dt>{t('detail.otherFees')}</dt>
      <dd>
        {amount} {currency}
      </dd>
    </>
  );
}

function PartialClose({ hedge }: { readonly hedge: HedgeRow }) {
  const { t } = useTranslation('overview');
  const format = useFormats();
  const [quantity, setQuantity] = useState('');
  const close = useClose(hedge);
  const hintId = useId();
  const isTyped = isAmount(quantity);
  const isTooMuch = isTyped && Number(quantity) > Number(hedge.spot.quantity);
  const send = async () => {
    const reply = await close.run({ hedge: hedge.id, quantity });
    if (reply.ok) setQuantity('');
  };
  return (
    <form
      className={styles['part']}
      onSubmit={(event) => {
        event.preventDefault();
        if (isTyped && !isTooMuch && !close.pending && close.barred === null) void send();
      }}
    >
      <Field
        label={t('close.part')}
        error={quantity !== '' && !isTyped ? t('form.notAmount') : isTooMuch ? t('close.tooMuch') : null}
        hint={t('close.partHint', { held: format.quantity(hedge.spot.quantity), coin: hedge.coin })}
      >
        {(props) => <NumberInput {...props} value={quantity} onChange={setQuantity} unit={hedge.coin} data-testid={`close-quantity-${hedge.id}`} />}
      </Field>
      <Button type="submit" size="small" pending={close.pending} disabled={!isTyped || isTooMuch || close.barred !== null} aria-describedby={hintId}>
        {t('close.partButton')}
      </Button>
      <div id={hintId} className={styles['note']}>
        {close.barred !== null && <p>{close.barred}</p>}
        <RefusalNote refusal={close.refusal} onClose={close.forget} />
      </div>
    </form>
  );
}
