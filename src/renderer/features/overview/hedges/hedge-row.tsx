/** One hedge: a line of figures, and on a press everything about it. */
import { memo, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { HedgeRow as Hedge } from '../../../../shared/contract/rows.ts';
import { useRow } from '../../../app/hooks.ts';
import { gainClass } from '../../../ui/amount.tsx';
import { Button } from '../../../ui/button.tsx';
import { cx } from '../../../ui/cx.ts';
import { Icon } from '../../../ui/icon.tsx';
import { RefusalNote } from '../../../ui/refusal.tsx';
import { HedgeChip } from '../../../ui/state-chip.tsx';
import { Cell } from '../../../ui/table.tsx';
import { Time } from '../../../ui/time.tsx';
import { useFormats } from '../../../ui/use-formats.ts';
import { useSourceWords } from '../../inbox/source-words.ts';
import { HedgeDetail } from './hedge-detail.tsx';
import styles from './hedges.module.css';
import { isOpen, isZero, premiumNow } from './order.ts';
import { type CloseUse, useClose } from './use-close.ts';

export const columnCount = 11;

export const HedgeLine = memo(function HedgeLine({ id }: { readonly id: string }) {
  const hedge = useRow('hedges', id);
  return hedge === undefined ? null : <Line hedge={hedge} />;
});

function Line({ hedge }: { readonly hedge: Hedge }) {
  const { t } = useTranslation('overview');
  const [isExpanded, setExpanded] = useState(false);
  const close = useClose(hedge);
  const detailId = `detail-of-${hedge.id}`;
  const isUrgent = hedge.phase === 'needsOperator';
  return (
    <>
      <tr data-testid={`hedge-${hedge.id}`} data-state={hedge.phase} className={cx(isUrgent && styles['urgent'], !isOpen(hedge) && styles['closed'])}>
        <Cell>
          <button
            type="button"
            className={styles['opener']}
            aria-expanded={isExpanded}
            aria-controls={isExpanded ? detailId : undefined}
            onClick={() => setExpanded(!isExpanded)}
            title={hedge.id}
          >
            <span className={cx(styles['chevron'], isExpanded && styles['down'])}>
              <Icon name="chevron" size={12} />
            </span>
            <span className="visually-hidden">{t('hedges.details')} </span>
            <strong>{hedge.coin}</strong>
            <span className={styles['id']}>{hedge.id}</span>
          </button>
        </Cell>
        <Cell>
          <Phase phase={hedge.phase} />
        </Cell>
        <Figures hedge={hedge} />
        <Cell>
          <Time at={hedge.settledAt ?? hedge.openedAt} look="ago" />
        </Cell>
        <Cell>
          <Source source={hedge.source} />
        </Cell>
        <Cell className={styles['actions']}>{isOpen(hedge) && <CloseButton hedge={hedge} close={close} />}</Cell>
      </tr>
      {close.refusal !== null && (
        <Below>
          <RefusalNote refusal={close.refusal} onClose={close.forget} />
        </Below>
      )}
      {isExpanded && (
        <Below id={detailId}>
          <HedgeDetail hedge={hedge} />
        </Below>
      )}
    </>
  );
}

function Below({ id, children }: { readonly id?: string; readonly children: ReactNode }) {
  return (
    <tr className={styles['below']} id={id}>
      <td colSpan={columnCount}>{children}</td>
    </tr>
  );
}

const Phase = memo(HedgeChip);

const Source = memo(function Source({ source }: Pick<Hedge, 'source'>) {
  const words = useSourceWords();
  return (
    <span className={styles['source']} title={words.whole(source)}>
      {words.short(source)}
    </span>
  );
});

/** One formatter for all of them: two hundred of these lines may change ten times a second. */
function Figures({ hedge }: { readonly hedge: Hedge }) {
  const { t } = useTranslation('overview');
  const format = useFormats();
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
}

function CloseButton({ hedge, close }: { readonly hedge: Hedge; readonly close: CloseUse }) {
  const { t } = useTranslation('overview');
  return (
    <Button
      size="small"
      data-testid={`close-${hedge.id}`}
      pending={close.pending}
      disabled={close.barred !== null}
      title={close.barred ?? t('close.title', { coin: hedge.coin })}
      onClick={() => void close.run({ hedge: hedge.id, quantity: null })}
    >
      {close.pending ? t('close.pending') : t('close.all')}
    </Button>
  );
}
