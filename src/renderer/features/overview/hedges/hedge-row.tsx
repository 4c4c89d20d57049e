/**
 * One hedge: a line of figures, and on a press everything about it.
 *
 * Two hundred of these may change ten times a second. So each part reads only what it shows, and figures that nobody can
 * see wait until they are in sight; what a hedge is (its phase, whether it closes) is always as of now.
 */
import { memo, type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { HedgePhase, HedgeRow as Hedge } from '../../../../shared/contract/rows.ts';
import { useReplica, useRow } from '../../../app/hooks.ts';
import { gainClass } from '../../../ui/amount.tsx';
import { Button } from '../../../ui/button.tsx';
import { cx } from '../../../ui/cx.ts';
import { RefusalNote } from '../../../ui/refusal.tsx';
import { HedgeChip } from '../../../ui/state-chip.tsx';
import { Cell } from '../../../ui/table.tsx';
import { Time } from '../../../ui/time.tsx';
import { useFormats } from '../../../ui/use-formats.ts';
import { useSeen } from '../../../ui/use-seen.ts';
import { useSourceWords } from '../../inbox/source-words.ts';
import { HedgeDetail } from './hedge-detail.tsx';
import styles from './hedges.module.css';
import { isOpen, isZero, premiumNow } from './order.ts';
import { needsDecision } from './settle-panel.tsx';
import { type CloseUse, useClose } from './use-close.ts';

const columnCount = 11;

/** By letters: what is cut by style gets a layer of its own in the browser, in each of two hundred rows. */
const cut = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most - 1)}…`);

/** A value of the hedge that is no object; drawn again only when it changes. */
const useOf = <T extends string | number | boolean | null>(id: string, select: (hedge: Hedge) => T): T | undefined =>
  useReplica(({ tables }) => {
    const hedge = tables.hedges[id];
    return hedge === undefined ? undefined : select(hedge);
  });
const phaseOf = (hedge: Hedge): HedgePhase => hedge.phase;
const closingOf = (hedge: Hedge): Hedge['closing'] => hedge.closing;
const coinOf = (hedge: Hedge): string => hedge.coin;
const movedOf = (hedge: Hedge): number => hedge.settledAt ?? hedge.openedAt;

export const HedgeLine = memo(function HedgeLine({ id }: { readonly id: string }) {
  const phase = useOf(id, phaseOf);
  const closing = useOf(id, closingOf);
  return phase === undefined || closing === undefined ? null : <Line id={id} phase={phase} closing={closing} />;
});

interface LineProps {
  readonly id: string;
  readonly phase: HedgePhase;
  readonly closing: Hedge['closing'];
}
function Line({ id, phase, closing }: LineProps) {
  const [row, isSeen] = useSeen<HTMLTableRowElement>();
  const [isExpanded, setExpanded] = useState(false);
  const close = useClose({ phase, closing });
  const detailId = `detail-of-${id}`;
  const open = phase !== 'flat';
  const needsPerson = useOf(id, needsDecision) ?? false;
  return (
    <>
      <tr
        ref={row}
        data-testid={`hedge-${id}`}
        data-state={phase}
        className={cx(phase === 'needsOperator' && styles['urgent'], !open && styles['closed'])}
      >
        <Cell>
          <Opener id={id} detailId={detailId} isExpanded={isExpanded} onPress={() => setExpanded(!isExpanded)} />
        </Cell>
        <Cell>
          {needsPerson ? (
            <Decide id={id} phase={phase} isExpanded={isExpanded} onPress={() => setExpanded(!isExpanded)} />
          ) : (
            <HedgeChip phase={phase} />
          )}
        </Cell>
        <Figures id={id} isSeen={isSeen} />
        <Moved id={id} />
        <Source id={id} />
        <Cell className={styles['actions']}>{open && <CloseButton id={id} close={close} />}</Cell>
      </tr>
      {close.refusal !== null && (
        <Below>
          <RefusalNote refusal={close.refusal} onClose={close.forget} />
        </Below>
      )}
      {isExpanded && (
        <Below id={detailId}>
          <Detail id={id} />
        </Below>
      )}
    </>
  );
}

/** The state of a hedge that a person is asked about opens what there is to decide. */
function Decide({ id, phase, isExpanded, onPress }: Omit<OpenerProps, 'detailId'> & { readonly phase: HedgePhase }) {
  const { t } = useTranslation('overview');
  return (
    <button
      type="button"
      className={styles['decide']}
      data-testid={`settle-open-${id}`}
      aria-expanded={isExpanded}
      title={t('settle.openTitle')}
      onClick={onPress}
    >
      <HedgeChip phase={phase} />
      <span className="visually-hidden">: {t('settle.open')}</span>
    </button>
  );
}

function Below({ id, children }: { readonly id?: string; readonly children: ReactNode }) {
  return (
    <tr className={styles['below']} id={id}>
      <td colSpan={columnCount}>{children}</td>
    </tr>
  );
}
function Detail({ id }: { readonly id: string }) {
  const hedge = useRow('hedges', id);
  return hedge === undefined ? null : <HedgeDetail hedge={hedge} />;
}

interface OpenerProps {
  readonly id: string;
  readonly detailId: string;
  readonly isExpanded: boolean;
  readonly onPress: () => void;
}
function Opener({ id, detailId, isExpanded, onPress }: OpenerProps) {
  const { t } = useTranslation('overview');
  const coin = useOf(id, coinOf);
  return (
    <button
      type="button"
      className={styles['opener']}
      aria-expanded={isExpanded}
      aria-controls={isExpanded ? detailId : undefined}
      onClick={onPress}
      aria-label={`${t('hedges.details')} ${coin} ${id}`}
      title={id}
    >
      <span className={cx(styles['chevron'], isExpanded && styles['down'])} aria-hidden="true" />
      <strong>{coin}</strong>
      <span className={styles['id']}>{cut(id, 20)}</span>
    </button>
  );
}

const Moved = memo(function Moved({ id }: { readonly id: string }) {
  const at = useOf(id, movedOf);
  return <Cell>{at !== undefined && <Time at={at} look="ago" />}</Cell>;
});

const Source = memo(function Source({ id }: { readonly id: string }) {
  const words = useSourceWords();
  const short = useOf(id, ({ source }) => words.short(source));
  const whole = useOf(id, ({ source }) => words.whole(source));
  return (
    <Cell>
      <span className={styles['source']} title={whole}>
        {cut(short ?? '', 18)}
      </span>
    </Cell>
  );
});

/** The hedge as it was when it was last in sight, or when its phase last changed. */
function useWhileSeen(id: string, isSeen: boolean): Hedge | undefined {
  const last = useRef<Hedge | undefined>(undefined);
  return useReplica(({ tables }) => {
    const hedge = tables.hedges[id];
    if (isSeen || hedge?.phase !== last.current?.phase) last.current = hedge;
    return last.current;
  });
}

const Figures = memo(function Figures({ id, isSeen }: { readonly id: string; readonly isSeen: boolean }) {
  const { t } = useTranslation('overview');
  const format = useFormats();
  const hedge = useWhileSeen(id, isSeen);
  if (hedge === undefined) return null;
  const { spot, perp, residual, entryPremium, exitPremium, resultKrw, resultRatio } = hedge;
  const isFlat = !isOpen(hedge);
  return (
    <>
      <Cell numeric>{format.quantity(spot.quantity)}</Cell>
      <Cell numeric>
        {!isZero(residual) && (
          <span className={styles['residual']} title={t('hedges.residualTitle')}>
            {t('hedges.residual', { quantity: format.quantitySigned(residual) })}
          </span>
        )}
        {format.quantity(perp.quantity)}
      </Cell>
      <Cell numeric>{format.premium(entryPremium)}</Cell>
      <Cell numeric title={isFlat ? t('hedges.exitTitle') : t('hedges.nowTitle')}>
        {format.premium(isFlat ? exitPremium : premiumNow(hedge))}
      </Cell>
      <Cell numeric className={cx(styles['result'], gainClass(resultKrw))}>
        {format.krwSigned(resultKrw)}
      </Cell>
      <Cell numeric className={gainClass(resultRatio)}>
        {format.premium(resultRatio)}
      </Cell>
    </>
  );
});

function CloseButton({ id, close }: { readonly id: string; readonly close: CloseUse }) {
  const { t } = useTranslation('overview');
  const coin = useOf(id, coinOf) ?? '';
  return (
    <Button
      size="small"
      data-testid={`close-${id}`}
      pending={close.pending}
      disabled={close.barred !== null}
      title={close.barred ?? t('close.title', { coin })}
      onClick={() => void close.run({ hedge: id, quantity: null })}
    >
      {close.pending ? t('close.pending') : t('close.all')}
    </Button>
  );
}
