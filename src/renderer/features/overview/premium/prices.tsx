/** Both premiums and what they are made of: rates, books, and what a trade of a size would get. */
import { useTranslation } from 'react-i18next';
import { usePart, useReplica } from '../../../app/hooks.ts';
import { Price, Quantity, Ratio } from '../../../ui/amount.tsx';
import { Stat } from '../../../ui/stat.tsx';
import { useNow } from '../../../ui/use-now.ts';
import { cx } from '../../../ui/cx.ts';
import { Age } from '../age.tsx';
import styles from './prices.module.css';

/** Over this a rate or book is too old to trade on; trading's own limits are settings (docs/settings.md). */
const stale = { usdtKrw: 10_000, usdKrw: 600_000, book: 3000 } as const;

export function Prices() {
  return (
    <div className={styles['prices']}>
      <Premiums />
      <Feeds />
    </div>
  );
}

/** The difference of two ratios as text, at the places that are shown and two more. */
const minus = (a: string | null, b: string | null): string | null => (a === null || b === null ? null : (Number(a) - Number(b)).toFixed(6));

/** Whether what trading premiums are made of is too old to trade on, by the engine's clock. */
function useIsStale(): boolean {
  const offset = useReplica((state) => Math.round(state.clockOffsetMs / 500) * 500);
  const until = useReplica(({ parts }) => {
    const { spot = null, perp = null, usdtKrw = null } = parts?.market ?? {};
    if (spot === null || perp === null || usdtKrw === null) return null;
    return Math.min(spot.at + stale.book, perp.at + stale.book, usdtKrw.at + stale.usdtKrw);
  });
  return useNow((now) => until !== null && now + offset > until);
}

function Premiums() {
  const { t } = useTranslation('overview');
  const trading = useReplica((state) => state.parts?.market?.tradingPremium ?? null);
  const kimchi = useReplica((state) => state.parts?.market?.kimchiPremium ?? null);
  const executable = useReplica((state) => state.parts?.market?.executable ?? null);
  const coin = useReplica((state) => state.parts?.market?.coin ?? '');
  const isStale = useIsStale();
  return (
    <dl className={cx(styles['premiums'], isStale && styles['old'])} data-stale={isStale || undefined}>
      <Stat label={t('premium.trading')} note={t('premium.tradingNote')} size="large" testId="premium-now">
        <Ratio value={trading} />
      </Stat>
      <Stat label={t('premium.kimchi')} note={t('premium.kimchiNote')}>
        <Ratio value={kimchi} />
      </Stat>
      <Stat label={t('premium.difference')} note={t('premium.differenceNote')}>
        <Ratio value={minus(kimchi, trading)} />
      </Stat>
      <Stat label={t('premium.enter')} note={<SizeNote size={executable?.size ?? null} coin={coin} />}>
        <Ratio value={executable?.enter ?? null} />
      </Stat>
      <Stat label={t('premium.exit')} note={<SizeNote size={executable?.size ?? null} coin={coin} />}>
        <Ratio value={executable?.exit ?? null} />
      </Stat>
    </dl>
  );
}

function SizeNote({ size, coin }: { readonly size: string | null; readonly coin: string }) {
  const { t } = useTranslation('overview');
  return size === null ? null : (
    <>
      {t('premium.afterFees')} <Quantity value={size} unit={coin} />
    </>
  );
}

/** Who says the rate, in words; the pair stands above it already. A bank says its own name. */
function useSourceName(): (pair: string, rate: { readonly source: string } | null) => string | undefined {
  const { t } = useTranslation(['overview', 'codes']);
  return (pair, rate) => {
    const name = rate?.source.replace(pair, '').trim();
    if (name === 'Upbit') return t('codes:venue.upbit');
    return name === 'synthetic bank' ? t('feeds.generated') : name;
  };
}

function Feeds() {
  const { t } = useTranslation('overview');
  const market = usePart('market');
  const sourceOf = useSourceName();
  const { usdtKrw = null, usdKrw = null, spot = null, perp = null, coin = '–' } = market ?? {};
  return (
    <dl className={styles['feeds']}>
      <Stat label="USDT/KRW" note={<Age at={usdtKrw?.at ?? null} staleMs={stale.usdtKrw} source={sourceOf('USDT/KRW', usdtKrw)} />}>
        <Price value={usdtKrw?.rate ?? null} />
      </Stat>
      <Stat label="USD/KRW" note={<Age at={usdKrw?.at ?? null} staleMs={stale.usdKrw} source={sourceOf('USD/KRW', usdKrw)} />}>
        <Price value={usdKrw?.rate ?? null} />
      </Stat>
      <Stat label={t('feeds.spot', { coin })} note={<Age at={spot?.at ?? null} staleMs={stale.book} />}>
        <Touch bid={spot?.bid ?? null} ask={spot?.ask ?? null} />
      </Stat>
      <Stat label={t('feeds.perp', { coin })} note={<Age at={perp?.at ?? null} staleMs={stale.book} />}>
        <Touch bid={perp?.bid ?? null} ask={perp?.ask ?? null} />
      </Stat>
    </dl>
  );
}

function Touch({ bid, ask }: { readonly bid: string | null; readonly ask: string | null }) {
  const { t } = useTranslation('overview');
  return (
    <span className={styles['touch']}>
      <span className="visually-hidden">{t('feeds.bid')} </span>
      <Price value={bid} />
      <span className={styles['slash']} aria-hidden="true">
        /
      </span>
      <span className="visually-hidden"> {t('feeds.ask')} </span>
      <Price value={ask} />
    </span>
  );
}
