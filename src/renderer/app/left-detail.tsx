/** What a stop left, line by line: whether the venues confirm it, orders, what was traded by hand, and hedges with what each leg holds. */
import { useTranslation } from 'react-i18next';
import { Chip, type Tone } from '../ui/chip.tsx';
import { cx } from '../ui/cx.ts';
import { useFormats } from '../ui/use-formats.ts';
import type { StopReport } from '../../shared/contract/parts.ts';
import { hrefOf } from './address.ts';
import { useRow } from './hooks.ts';
import styles from './left-detail.module.css';
import type { StopLeft } from './stop-left.ts';

type Line = StopReport['hedges'][number];
const tones: Readonly<Record<Line['state'], Tone>> = { kept: 'good', waiting: 'warn', closing: 'note', closed: 'neutral', needsOperator: 'bad' };
/** More than a dialog can show; the orders view has them all. */
const mostShown = 20;

export function LeftDetail({ left }: { readonly left: StopLeft }) {
  const { t } = useTranslation('shell');
  const { report, byHand, openOrders, unknownOrders } = left;
  const hedges = report?.hedges ?? left.open;
  return (
    <dl className={styles['left']} data-testid="stop-left">
      {report !== null && (
        <dd className={styles['confirmed']}>
          <Confirmed report={report} />
        </dd>
      )}
      <dt>{t('left.unknownOrders')}</dt>
      <dd>
        <Orders ids={unknownOrders} />
      </dd>
      <dt>{t('left.openOrders')}</dt>
      <dd>
        <Orders ids={openOrders} />
      </dd>
      <dt>{t('left.byHand')}</dt>
      <dd>
        <ByHand rows={byHand} />
      </dd>
      <dt>{t('left.hedges')}</dt>
      <dd>{hedges.length === 0 ? <None /> : <Hedges lines={hedges} />}</dd>
    </dl>
  );
}

/** Whether the venues themselves have shown it: "closed" is not said before. */
export function Confirmed({ report }: { readonly report: StopReport }) {
  const { t } = useTranslation(['shell', 'codes']);
  const format = useFormats();
  const { done, closeAll, byHand, settledAt, unconfirmed } = report;
  const at = settledAt === null ? '' : format.clock(settledAt);
  const venues = unconfirmed.map((venue) => t(`codes:venue.${venue}`)).join(', ');
  return (
    <span data-testid="stop-confirmed" data-done={done}>
      {done
        ? t(!closeAll ? 'stopped.confirmed' : byHand.length === 0 ? 'stopped.closed' : 'stopped.hedgesClosed', { at })
        : venues === ''
          ? t('stopped.underWay')
          : t('stopped.checking', { venues })}
    </span>
  );
}

function None() {
  const { t } = useTranslation('shell');
  return <span className={styles['quiet']}>{t('left.none')}</span>;
}

function ByHand({ rows }: { readonly rows: StopLeft['byHand'] }) {
  const { t } = useTranslation(['shell', 'codes']);
  const format = useFormats();
  if (rows.length === 0) return <None />;
  return (
    <ul className={styles['orders']}>
      {rows.slice(0, mostShown).map(({ venue, coin, quantity }) => (
        <li key={`${venue} ${coin}`} className={styles['unequal']}>
          {t(`codes:venue.${venue}`)} · {format.quantitySigned(quantity)} {coin}
        </li>
      ))}
      {rows.length > mostShown && <li>{t('alarms.more', { count: rows.length - mostShown })}</li>}
    </ul>
  );
}

function Orders({ ids }: { readonly ids: readonly string[] }) {
  const { t } = useTranslation('shell');
  if (ids.length === 0) return <None />;
  return (
    <ul className={styles['orders']}>
      {ids.slice(0, mostShown).map((id) => (
        <OrderOf key={id} id={id} />
      ))}
      {ids.length > mostShown && <li>{t('alarms.more', { count: ids.length - mostShown })}</li>}
    </ul>
  );
}
function OrderOf({ id }: { readonly id: string }) {
  const { t } = useTranslation(['codes', 'shell']);
  const format = useFormats();
  const row = useRow('orders', id);
  const size = row === undefined ? '' : row.quantity === null ? `${format.krw(row.cost)} KRW` : `${format.quantity(row.quantity)} ${row.coin}`;
  return (
    <li className={styles['order']}>
      {row !== undefined && (
        <span>
          {t(`codes:venue.${row.venue}`)} · {t(`codes:side.${row.side}`)} {size}
        </span>
      )}
      <a href={hrefOf('orders', id)} className={styles['id']} title={id}>
        {id}
      </a>
    </li>
  );
}

function Hedges({ lines }: { readonly lines: readonly Line[] }) {
  const { t } = useTranslation(['shell', 'codes']);
  const format = useFormats();
  return (
    <>
      <table className={styles['table']}>
        <caption className="visually-hidden">{t('left.hedges')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('left.hedge')}</th>
            <th scope="col">{t('left.state')}</th>
            <th scope="col" className={styles['number']}>
              {t('codes:leg.spot')}
            </th>
            <th scope="col" className={styles['number']}>
              {t('codes:leg.perp')}
            </th>
            <th scope="col" className={styles['number']}>
              {t('left.residual')}
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.slice(0, mostShown).map(({ hedge, coin, spot, perp, residual, state }) => (
            <tr key={hedge}>
              <th scope="row">
                <a href={hrefOf('orders', hedge)} title={hedge} className={styles['id']}>
                  {coin} {hedge}
                </a>
              </th>
              <td>
                <Chip tone={tones[state]}>{t(`left.is.${state}`)}</Chip>
              </td>
              <td className={styles['number']} data-label={t('codes:leg.spot')}>
                {format.quantity(spot)}
              </td>
              <td className={styles['number']} data-label={t('codes:leg.perp')}>
                {format.quantity(perp)}
              </td>
              <td className={cx(styles['number'], /[1-9]/.test(residual) && styles['unequal'])} data-label={t('left.residual')}>
                {format.quantitySigned(residual)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {lines.length > mostShown && <p className={styles['quiet']}>{t('alarms.more', { count: lines.length - mostShown })}</p>}
    </>
  );
}
