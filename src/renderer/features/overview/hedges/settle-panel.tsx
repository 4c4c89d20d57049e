/**
 * A person's decision on a hedge that could not settle itself: one button for each that is possible now, with what it does
 * and what follows should a silent order turn up later. What cannot be taken back is asked twice.
 */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Parts } from '../../../../shared/contract/parts.ts';
import type { HedgeRow } from '../../../../shared/contract/rows.ts';
import { useCommand, useReplica } from '../../../app/hooks.ts';
import { Button } from '../../../ui/button.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { RefusalNote } from '../../../ui/refusal.tsx';
import { Time } from '../../../ui/time.tsx';
import { useFormats } from '../../../ui/use-formats.ts';
import { isZero } from './order.ts';
import styles from './settle-panel.module.css';

type How = HedgeRow['waysToSettle'][number];

/** Whether a person is asked for, or may decide otherwise. */
export const needsDecision = ({ phase, waysToSettle }: HedgeRow): boolean => phase === 'needsOperator' || waysToSettle.length > 0;

export function SettlePanel({ hedge }: { readonly hedge: HedgeRow }) {
  const { t } = useTranslation('overview');
  const { run, pending, refusal, forget } = useCommand('hedge.settle');
  const [asked, setAsked] = useState<How | null>(null);
  const barred = useBarred();
  const send = (how: How) => {
    setAsked(how);
    void run({ hedge: hedge.id, how });
  };
  // The word is given and both accounts are still to be read.
  const isReading = hedge.settlement?.how === 'settledAtVenue' && hedge.settlement.read === null;
  return (
    <section className={styles['panel']} aria-label={t('settle.title')} data-testid={`settle-${hedge.id}`}>
      <p className={styles['why']} role={hedge.phase === 'needsOperator' ? 'alert' : undefined}>
        <Icon name="warning" size={14} />
        <span>{t(`settle.${reasonOf(hedge)}`)}</span>
      </p>
      {hedge.waysToSettle.length > 0 && (
        <ul aria-label={t('settle.ways')}>
          {hedge.waysToSettle.map((how) => (
            <Way
              key={how}
              hedge={hedge}
              how={how}
              isPending={(pending && asked === how) || (isReading && how === 'settledAtVenue')}
              barred={barred}
              onSend={() => send(how)}
            />
          ))}
        </ul>
      )}
      <div className={styles['note']}>
        {barred !== null && <p>{barred}</p>}
        <RefusalNote refusal={refusal} onClose={forget} />
        <Decided hedge={hedge} />
      </div>
    </section>
  );
}

function reasonOf({ phase, waysToSettle }: HedgeRow): 'moving' | 'silent' | 'uneven' | 'kept' | 'mismatch' {
  if (phase === 'needsOperator') {
    if (waysToSettle.length === 0) return 'moving';
    return waysToSettle.includes('retry') ? 'uneven' : 'silent';
  }
  return phase === 'hedged' ? 'mismatch' : 'kept';
}

/** Why no decision can leave now, in words. */
function useBarred(): string | null {
  const { t } = useTranslation('overview');
  const trading = useReplica((state) => state.parts?.standing.trading);
  const isConnected = useReplica((state) => state.connection === 'connected');
  if (!isConnected) return t('settle.barred.notConnected');
  return trading === 'reconciling' || trading === 'diskFailed' ? t(`settle.barred.${trading}`) : null;
}

/** What came or went beside our hedges and was not taken in would be read as the hedge's. */
const hasUntaken = ({ upbit, binance }: Parts['venues'], coin: string): boolean =>
  [upbit, binance].some(({ outside }) => outside.some((row) => row.coin === coin && !isZero(row.external)));

interface WayProps {
  readonly hedge: HedgeRow;
  readonly how: How;
  readonly isPending: boolean;
  readonly barred: string | null;
  readonly onSend: () => void;
}
function Way({ hedge, how, isPending, barred, onSend }: WayProps) {
  const { t } = useTranslation(['overview', 'codes']);
  const [isAsking, setAsking] = useState(false);
  const known = useKnown(hedge);
  const isUntaken = useReplica(({ parts }) => parts !== null && hasUntaken(parts.venues, hedge.coin));
  const testId = `settle-${hedge.id}-${how}`;
  const wordsId = `words-of-${testId}`;
  const isFinal = how === 'settledAtVenue';
  return (
    <li className={styles['way']}>
      <Button
        data-testid={testId}
        aria-describedby={wordsId}
        aria-expanded={isFinal ? isAsking : undefined}
        pending={isPending}
        disabled={barred !== null}
        onClick={() => (isFinal ? setAsking(!isAsking) : onSend())}
      >
        {t(`codes:settle.${how}`)}
      </Button>
      <div id={wordsId} className={styles['words']}>
        <p>{t(`settle.${how}.does`, { known })}</p>
        <p className={styles['later']}>
          <strong>{t('settle.later')}</strong> {t(`settle.${how}.later`)}
        </p>
      </div>
      {isAsking && !isPending && (
        <div className={styles['sure']}>
          <p>
            {t('settle.sure')} {isUntaken && <strong className={styles['untaken']}>{t('settle.untaken', { coin: hedge.coin })}</strong>}
          </p>
          <Button size="small" look="quiet" onClick={() => setAsking(false)}>
            {t('settle.cancel')}
          </Button>
          <Button
            size="small"
            look="danger"
            data-testid={`${testId}-confirm`}
            disabled={barred !== null}
            onClick={() => {
              setAsking(false);
              onSend();
            }}
          >
            {t('settle.confirm')}
          </Button>
        </div>
      )}
    </li>
  );
}

/** What the legs hold whose every order has ended. */
function useKnown(hedge: HedgeRow): string {
  const { t } = useTranslation(['overview', 'codes']);
  const format = useFormats();
  const moving = useReplica(({ tables }) =>
    hedge.orders
      .flatMap((id) => {
        const order = tables.orders[id];
        return order !== undefined && ['sending', 'open', 'unknown'].includes(order.state) ? [order.leg] : [];
      })
      .join(' '),
  );
  const legs = (['spot', 'perp'] as const).filter((leg) => !moving.includes(leg) && !isZero(hedge[leg].quantity));
  if (legs.length === 0) return t('settle.nothingKnown');
  return legs
    .map((leg) => `${t(`codes:venue.${hedge[leg].venue}`)} ${t(`codes:leg.${leg}`)} ${format.quantity(hedge[leg].quantity)} ${hedge.coin}`)
    .join(', ');
}

function Decided({ hedge: { settlement, coin } }: { readonly hedge: HedgeRow }) {
  const { t } = useTranslation(['overview', 'codes']);
  const format = useFormats();
  if (settlement === null) return null;
  const { how, at, read } = settlement;
  return (
    <p role="status">
      {t('settle.decided', { how: t(`codes:settle.${how}`) })} · <Time at={at} look="recent" />
      {how === 'settledAtVenue' &&
        ` · ${read === null ? t('settle.reading') : t('settle.read', { spot: format.quantity(read.spot), perp: format.quantity(read.perp), coin })}`}
    </p>
  );
}
