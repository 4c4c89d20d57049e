/** One press to see the console work: a small hedge through the ordinary path, and one press to close it. */
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { usePart, useReplica, useRow, useRows } from '../../../app/hooks.ts';
import { Button } from '../../../ui/button.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { RefusalNote } from '../../../ui/refusal.tsx';
import { useFormats } from '../../../ui/use-formats.ts';
import { ownOpenHedges } from '../hedges/order.ts';
import { useClose } from '../hedges/use-close.ts';
import { ManualHedge } from './manual-hedge.tsx';
import { Outcome } from './outcome.tsx';
import styles from './trade.module.css';
import { useOpening } from './use-opening.ts';

/** What the README tells a first-time user to try. */
const demo = { coin: 'BTC', quantity: '0.01' } as const;

export function TryPanel() {
  const { t } = useTranslation('overview');
  const reasonId = useId();
  const opening = useOpening();
  return (
    <Panel title={t('trade.title')} testId="try">
      {/* The words come after the buttons, so that no other sentence ever moves what is about to be pressed. */}
      <div className={styles['content']}>
        <div className={styles['buttons']}>
          <Button
            look="primary"
            data-testid="demo-open"
            pending={opening.pending}
            disabled={opening.barred !== null}
            aria-describedby={reasonId}
            onClick={() => void opening.open(demo)}
          >
            {t('trade.open', demo)}
          </Button>
          <CloseNewest />
        </div>
        <p id={reasonId} className={opening.barred === null ? styles['words'] : styles['barred']}>
          {opening.barred ?? <WhatHappens />}
        </p>
        <Outcome opening={opening} />
        <ManualHedge />
      </div>
    </Panel>
  );
}

/** What a press will do, under the approval and mode of now. */
function WhatHappens() {
  const { t } = useTranslation('overview');
  const format = useFormats();
  const { approval, mode } = usePart('standing');
  // To the nearest thousand: exact to the won, it would change with every tick and say no more.
  const cost = useReplica(({ parts }) => {
    const market = parts?.market ?? null;
    if (market === null || market.spot === null || market.coin !== demo.coin) return null;
    return String(Math.round((Number(market.spot.ask) * Number(demo.quantity)) / 1000) * 1000);
  });
  return (
    <>
      {t(`trade.${approval}`, demo)} {cost !== null && t('trade.cost', { krw: format.krw(cost) })} {t(`trade.mode.${mode}`)}
    </>
  );
}

function CloseNewest() {
  const [newest] = useRows('hedges', ownOpenHedges);
  return newest === undefined ? <NothingToClose /> : <CloseHedge id={newest} />;
}

function NothingToClose() {
  const { t } = useTranslation('overview');
  return (
    <Button data-testid="demo-close" disabled title={t('trade.nothingToClose')}>
      {t('trade.close')}
    </Button>
  );
}

function CloseHedge({ id }: { readonly id: string }) {
  const { t } = useTranslation('overview');
  const format = useFormats();
  const hedge = useRow('hedges', id);
  const close = useClose(hedge ?? { phase: 'flat', closing: null });
  if (hedge === undefined) return <NothingToClose />;
  return (
    <>
      <Button
        data-testid="demo-close"
        pending={close.pending}
        disabled={close.barred !== null}
        title={close.barred ?? t('trade.closeTitle', { quantity: format.quantity(hedge.spot.quantity), coin: hedge.coin, id })}
        onClick={() => void close.run({ hedge: id, quantity: null })}
      >
        {t('trade.close')}
      </Button>
      <div className={styles['below']}>
        <RefusalNote refusal={close.refusal} onClose={close.forget} />
      </div>
    </>
  );
}
