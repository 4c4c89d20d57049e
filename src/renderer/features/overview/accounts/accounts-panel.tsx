/** Both accounts as last read: money, margin, positions, and whether the venue is well. */
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { VenueView } from '../../../../shared/contract/parts.ts';
import { useReplica } from '../../../app/hooks.ts';
import { Krw, Price, Quantity, Usdt } from '../../../ui/amount.tsx';
import { Chip, type Tone } from '../../../ui/chip.tsx';
import { cx } from '../../../ui/cx.ts';
import { Panel } from '../../../ui/panel.tsx';
import { Time } from '../../../ui/time.tsx';
import { useFormats } from '../../../ui/use-formats.ts';
import styles from './accounts.module.css';
import { Outside } from './outside.tsx';

export function AccountsPanel() {
  const { t } = useTranslation('overview');
  return (
    <Panel title={t('accounts.title')} flush testId="accounts">
      <Venue name="upbit" />
      <Venue name="binance" />
    </Panel>
  );
}

const Venue = memo(function Venue({ name }: { readonly name: 'upbit' | 'binance' }) {
  const { t } = useTranslation(['overview', 'codes']);
  const venue = useReplica((state) => state.parts?.venues[name]);
  if (venue === undefined) return null;
  return (
    <section className={styles['venue']} aria-label={t(`codes:venue.${name}`)} data-testid={`venue-${name}`}>
      <Health venue={venue} />
      {venue.readAt === null ? <p className={styles['unread']}>{t('accounts.unread')}</p> : <Money venue={venue} />}
      {venue.positions.map((position) => (
        <Position key={position.coin} position={position} />
      ))}
      <ByHand venue={venue} />
      <Outside venue={venue} />
    </section>
  );
});

const streamTones = { waiting: 'note', live: 'good', silent: 'bad' } as const satisfies Record<VenueView['stream'], Tone>;

function Health({ venue }: { readonly venue: VenueView }) {
  const { t } = useTranslation(['overview', 'codes']);
  return (
    <header className={styles['health']}>
      <h3>{t(`codes:venue.${venue.venue}`)}</h3>
      <Chip tone={streamTones[venue.stream]} busy={venue.stream === 'waiting'} title={t('accounts.streamTitle')}>
        {t(`codes:stream.${venue.stream}`)}
      </Chip>
      <ClockOffset ms={venue.clockOffsetMs} />
      {venue.apiErrors > 0 && <span className={styles['errors']}>{t('accounts.apiErrors', { count: venue.apiErrors })}</span>}
      {venue.readAt !== null && (
        <span className={styles['read']}>
          <Time at={venue.readAt} look="ago" />
        </span>
      )}
    </header>
  );
}

const amberMs = 250;
const redMs = 750;

/** How far our clock is from the venue's, by what it does to trading: entries are denied from 750 ms. */
function ClockOffset({ ms }: { readonly ms: number | null }) {
  const { t } = useTranslation('overview');
  const format = useFormats();
  if (ms === null) return <span className={styles['clock']}>{t('accounts.clockUnknown')}</span>;
  const level = Math.abs(ms) < amberMs ? 'good' : Math.abs(ms) < redMs ? 'amber' : 'red';
  return (
    <span className={cx(styles['clock'], styles[level])} data-level={level} title={t('accounts.clockTitle')}>
      {t('accounts.clock', { ms: format.quantitySigned(String(Math.round(ms))) })}
    </span>
  );
}

function Money({ venue }: { readonly venue: VenueView }) {
  const { t } = useTranslation('overview');
  return (
    <dl className={styles['money']}>
      {venue.margin === null ? (
        venue.balances.map(({ currency, free, locked }) => (
          <Row key={currency} name={currency}>
            {currency === 'KRW' ? <Krw value={free} /> : <Quantity value={free} />}
            {/[1-9]/.test(locked) && (
              <span className={styles['locked']}>
                {' '}
                {t('accounts.locked')} {currency === 'KRW' ? <Krw value={locked} /> : <Quantity value={locked} />}
              </span>
            )}
          </Row>
        ))
      ) : (
        <>
          <Row name={t('accounts.balance')}>
            <Usdt value={venue.margin.balance} unit="USDT" />
          </Row>
          <Row name={t('accounts.available')}>
            <Usdt value={venue.margin.available} />
          </Row>
          <Row name={t('accounts.maintenance')}>
            <Usdt value={venue.margin.maintenance} />
          </Row>
        </>
      )}
    </dl>
  );
}
function Row({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

/** What orders by hand have left of each coin: neither a hedge's nor outside. */
function ByHand({ venue: { byHand } }: { readonly venue: VenueView }) {
  const { t } = useTranslation('overview');
  const format = useFormats();
  if (byHand.length === 0) return null;
  return (
    <dl className={styles['position']}>
      {byHand.map(({ coin, quantity }) => (
        <Row key={coin} name={t('accounts.byHand', { coin })}>
          {format.quantitySigned(quantity)}
        </Row>
      ))}
    </dl>
  );
}

type PositionView = VenueView['positions'][number];

/** How far the price may move until the venue closes the position; for display only. */
function distance({ markPrice, liquidationPrice }: PositionView): string | null {
  if (liquidationPrice === null) return null;
  const part = Math.abs(Number(liquidationPrice) / Number(markPrice) - 1);
  return Number.isFinite(part) ? part.toFixed(6) : null;
}

function Position({ position }: { readonly position: PositionView }) {
  const { t } = useTranslation('overview');
  const format = useFormats();
  const { coin, quantity, entryPrice, markPrice, liquidationPrice } = position;
  return (
    <dl className={styles['position']}>
      <Row name={t('accounts.position', { coin })}>
        <strong>{format.quantitySigned(quantity)}</strong>
      </Row>
      <Row name={t('accounts.entryMark')}>
        <Price value={entryPrice} /> <span aria-hidden="true">→</span> <Price value={markPrice} />
      </Row>
      <Row name={t('accounts.liquidation')}>
        <Price value={liquidationPrice} />{' '}
        {liquidationPrice !== null && <span className={styles['distance']}>{format.percent(distance(position))}</span>}
      </Row>
    </dl>
  );
}
