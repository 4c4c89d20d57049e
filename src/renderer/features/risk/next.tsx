/** What would trip next, nearest first, each with what would have to happen for it. */
import { useTranslation } from 'react-i18next';
import type { HedgeRow, OrderRow } from '../../../shared/contract/rows.ts';
import { useReplica } from '../../app/hooks.ts';
import { Chip, type Tone } from '../../ui/chip.tsx';
import { cx } from '../../ui/cx.ts';
import { Panel } from '../../ui/panel.tsx';
import type { AtLimit } from '../../ui/setting-catalog.ts';
import { none } from '../../ui/format.ts';
import { useFormats } from '../../ui/use-formats.ts';
import { useNow } from '../../ui/use-now.ts';
import { useSettingWords } from '../../ui/use-setting-words.ts';
import { type Event, nextTrips, type Trip } from './next-trips.ts';
import { toneOf } from './limits.tsx';
import styles from './next.module.css';

const tones: Readonly<Record<AtLimit, Tone>> = { stops: 'bad', closes: 'warn', denies: 'note' };
const counts = (hedge: HedgeRow): boolean => hedge.phase !== 'flat';
const isSilent = (order: OrderRow): boolean => order.unknownSince !== null;

export function NextPanel() {
  const { t } = useTranslation('risk');
  const offset = useReplica((state) => Math.round(state.clockOffsetMs / 1000) * 1000);
  const now = useNow((at) => Math.floor((at + offset) / 1000) * 1000);
  const parts = useReplica((state) => state.parts);
  const hedges = useReplica((state) => state.tables.hedges);
  const orders = useReplica((state) => state.tables.orders);
  if (parts === null) return null;
  const open = Object.values(hedges).filter(counts);
  const trips = nextTrips({ ...parts, hedges: open, orders: Object.values(orders).filter(isSilent), now });
  return (
    <Panel title={t('next.title')} note={t('next.note')} testId="risk-next">
      {trips.length === 0 ? (
        <p className={styles['none']}>{t('next.none')}</p>
      ) : (
        <ol className={styles['list']}>
          {trips.map((trip) => (
            <Row key={trip.key} trip={trip} />
          ))}
        </ol>
      )}
    </Panel>
  );
}

function Row({ trip }: { readonly trip: Trip }) {
  const { t } = useTranslation('risk');
  const words = useSettingWords();
  const { setting, at, part, event } = trip;
  const name = setting === null ? t('next.silence') : words.name(setting);
  return (
    <li className={styles['row']} data-testid={`next-${trip.key}`}>
      <span className={styles['then']}>
        <Chip tone={tones[at]}>{t(`then.${at}`)}</Chip>
      </span>
      <p className={styles['what']}>
        <What event={event} setting={setting} />
        <span className={styles['name']}>{setting === null ? name : <a href={`#settings/${setting}`}>{name}</a>}</span>
      </p>
      <span className={cx(styles['part'], styles[toneOf(part)])} title={t('next.part', { name })}>
        {Math.min(999, Math.round(part * 100))}%
      </span>
    </li>
  );
}

function What({ event, setting }: { readonly event: Event | null; readonly setting: Trip['setting'] }) {
  const { t } = useTranslation(['risk', 'codes']);
  const format = useFormats();
  const words = useSettingWords();
  const limit = useReplica((state) => state.parts?.risk.limits.find((row) => row.setting === setting));
  if (event === null) {
    const [use, bound] = [limit?.use ?? null, limit?.limit ?? ''];
    return t('next.use', { use: use === null ? none : words.use(setting ?? '', use), limit: words.value(setting ?? '', bound) });
  }
  const krw = 'krw' in event ? format.krw(plain(Math.max(0, event.krw))) : '';
  switch (event.kind) {
    case 'premium': {
      const points = format.quantity((Math.max(0, event.points) * 100).toFixed(2));
      return event.coin === null ? t('next.premiums', { points, krw }) : t('next.premium', { coin: event.coin, points, krw });
    }
    case 'loss':
      return t('next.loss', { krw });
    case 'price':
      return t('next.price', { rise: format.percent(plain(Math.max(0, event.rise))) });
    case 'requests':
      return t('next.requests', { venue: t(`codes:venue.${event.venue}`), more: Math.max(0, event.more) });
    case 'clock':
      return t('next.clock', { venue: t(`codes:venue.${event.venue}`), ms: format.count(Math.max(0, Math.round(event.ms))) });
    case 'silence':
      return t('next.silent', { venue: t(`codes:venue.${event.venue}`), coin: event.coin, time: format.clock(event.until) });
    case 'size':
      return t('next.size', { krw });
    case 'entries':
      return t(`next.entries.${event.within}`, { more: event.more });
  }
}

/** A display number as decimal text: exponents are none. */
const plain = (value: number): string => value.toFixed(6);
