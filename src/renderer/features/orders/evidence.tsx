/**
 * What is known of an order whose outcome is not: each thing that was looked at, what the console does about it, and when
 * it stops everything and calls a person. Shown with the order and with its hedge.
 */
import { useTranslation } from 'react-i18next';
import type { OrderRow } from '../../../shared/contract/rows.ts';
import { useReplica } from '../../app/hooks.ts';
import { Countdown } from '../../ui/countdown.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useFormats } from '../../ui/use-formats.ts';
import { useNow } from '../../ui/use-now.ts';
import styles from './evidence.module.css';
import { SetAside } from './hand/order-actions.tsx';

type Known = NonNullable<OrderRow['evidence']>;

interface Props {
  readonly row: OrderRow;
  /** What a person may decide is shown beside it: no link leads there. */
  readonly isWithHedge?: boolean;
}

export function Evidence({ row, isWithHedge = false }: Props) {
  const { t } = useTranslation(['orders', 'codes']);
  const format = useFormats();
  const { evidence } = row;
  if (evidence === null) return null;
  const isUnknown = row.state === 'unknown';
  const title = t(isUnknown ? 'orders:evidence.title' : 'orders:evidence.past');
  const size = row.quantity === null ? `${format.krw(row.cost)} KRW` : format.quantity(row.quantity);
  return (
    <section className={styles['card']} data-testid={`evidence-${row.id}`} data-state={row.state} aria-label={`${title} ${row.id}`}>
      <p className={styles['head']}>
        <strong className={styles['title']}>
          {isUnknown && <Icon name="warning" size={14} />}
          {title}
        </strong>
        <span className={styles['what']}>
          {t(`codes:venue.${row.venue}`)} {t(`codes:leg.${row.leg}`)} {t(`codes:side.${row.side}`)} {size} {row.coin}
        </span>
        {isUnknown && <Since row={row} />}
      </p>
      <dl className={styles['facts']}>
        <Lookups evidence={evidence} />
        <Seen name={t('orders:evidence.openOrders')} seen={evidence.openOrders} />
        <Seen name={t('orders:evidence.trades')} seen={evidence.trades} />
        <Holdings evidence={evidence} coin={row.coin} />
        <Stream evidence={evidence} />
      </dl>
      {isUnknown && <Next row={row} evidence={evidence} isWithHedge={isWithHedge} />}
    </section>
  );
}

function Since({ row }: { readonly row: OrderRow }) {
  const format = useFormats();
  const offset = useReplica((state) => Math.round(state.clockOffsetMs / 1000) * 1000);
  const since = row.unknownSince ?? row.stamps.decided;
  const passed = useNow((now) => Math.max(0, Math.floor((now + offset - since) / 1000)));
  return (
    <span className={styles['since']} title={format.exact(since)}>
      {format.duration(passed * 1000)}
    </span>
  );
}

/** For absence, against it, or neither: in words, and by a mark beside them. */
type Says = 'absent' | 'present' | 'nothing';
const marks: Readonly<Record<Says, string>> = { absent: '○', present: '●', nothing: '–' };

function Fact({ name, says, children }: { readonly name: string; readonly says: Says; readonly children: string }) {
  return (
    <div className={styles['fact']} data-says={says}>
      <dt>
        <span className={styles['mark']} aria-hidden="true">
          {marks[says]}
        </span>
        {name}
      </dt>
      <dd>{children}</dd>
    </div>
  );
}

function Lookups({ evidence: { lookups, firstAt, lastAt } }: { readonly evidence: Known }) {
  const { t } = useTranslation('orders');
  const format = useFormats();
  const isMissed = lookups > 0 && firstAt !== null && lastAt !== null;
  return (
    <Fact name={t('evidence.lookups')} says={isMissed ? 'absent' : 'nothing'}>
      {isMissed ? t('evidence.missed', { count: lookups, first: format.clock(firstAt), last: format.clock(lastAt) }) : t('evidence.notLooked')}
    </Fact>
  );
}

function Seen({ name, seen }: { readonly name: string; readonly seen: boolean | null }) {
  const { t } = useTranslation('orders');
  return (
    <Fact name={name} says={seen === null ? 'nothing' : seen ? 'present' : 'absent'}>
      {t(seen === null ? 'evidence.unclear' : seen ? 'evidence.named' : 'evidence.notNamed')}
    </Fact>
  );
}

function Holdings({ evidence: { holdings }, coin }: { readonly evidence: Known; readonly coin: string }) {
  const { t } = useTranslation('orders');
  const format = useFormats();
  if (holdings === null)
    return (
      <Fact name={t('evidence.holdings')} says="nothing">
        {t('evidence.unclear')}
      </Fact>
    );
  const isSame = holdings.expected === holdings.held;
  return (
    <Fact name={t('evidence.holdings')} says={isSame ? 'absent' : 'present'}>
      {t(isSame ? 'evidence.same' : 'evidence.other', { expected: format.quantity(holdings.expected), held: format.quantity(holdings.held), coin })}
    </Fact>
  );
}

function Stream({ evidence: { stream } }: { readonly evidence: Known }) {
  const { t } = useTranslation('orders');
  return (
    <Fact name={t('evidence.stream')} says={stream === 'live' ? 'absent' : 'nothing'}>
      {t(stream === null ? 'evidence.unclear' : `evidence.${stream}`)}
    </Fact>
  );
}

/** What the console does, and when. */
function Next({ row, evidence, isWithHedge }: Required<Props> & { readonly evidence: Known }) {
  const { t } = useTranslation(['orders', 'codes']);
  const format = useFormats();
  const settlement = useReplica((state) => (row.hedge === null ? null : (state.tables.hedges[row.hedge]?.settlement ?? null)));
  // Only what came after the order was decided on it.
  const decided = settlement !== null && settlement.at > row.stamps.decided ? settlement : null;
  return (
    <div className={styles['next']}>
      <p>
        {t(decided === null && row.hedge !== null ? 'orders:evidence.does' : 'orders:evidence.asks')}{' '}
        {t(evidence.provable ? `orders:evidence.${row.hedge === null ? 'provableByHand' : 'provable'}` : 'orders:evidence.notProvable')}
      </p>
      {decided === null ? (
        evidence.operatorAt !== null && (
          <Call from={row.unknownSince ?? row.stamps.decided} at={evidence.operatorAt} isWithHedge={isWithHedge || row.hedge === null} />
        )
      ) : (
        <p className={styles['call']}>{t('orders:evidence.decided', { at: format.clock(decided.at), how: t(`codes:settle.${decided.how}`) })}</p>
      )}
      {row.settleable && (
        <p>
          <SetAside row={row} />
        </p>
      )}
    </div>
  );
}

function Call({ from, at, isWithHedge }: { readonly from: number; readonly at: number; readonly isWithHedge: boolean }) {
  const { t } = useTranslation('orders');
  const format = useFormats();
  const offset = useReplica((state) => state.clockOffsetMs);
  const isOver = useNow((now) => now + offset >= at);
  if (isOver)
    return (
      <p className={styles['call']}>
        <strong>{t('evidence.called', { at: format.clock(at) })}</strong> {!isWithHedge && <a href="#overview">{t('evidence.decide')}</a>}
      </p>
    );
  return (
    <p className={styles['call']}>
      <span>{t('evidence.until')}</span> <Countdown from={from} until={at} label={t('evidence.until')} />
    </p>
  );
}
