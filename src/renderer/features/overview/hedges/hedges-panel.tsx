/** Hedges: what waits for a person first, then open ones, then those that were closed. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRows } from '../../../app/hooks.ts';
import { Button } from '../../../ui/button.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { Table } from '../../../ui/table.tsx';
import { HedgeLine } from './hedge-row.tsx';
import styles from './hedges.module.css';
import { closedHedges, openHedges } from './order.ts';
import { useSteady } from './use-steady.ts';

/** Closed hedges that are shown unasked. */
const closedShown = 20;

export function HedgesPanel() {
  const { t } = useTranslation('overview');
  const open = useRows('hedges', openHedges);
  const closed = useRows('hedges', closedHedges);
  const [showsAll, setShowsAll] = useState(false);
  const shown = showsAll ? closed : closed.slice(0, closedShown);
  const hidden = closed.length - shown.length;
  const { ids, pointer } = useSteady(open, shown);
  return (
    <Panel
      title={t('hedges.title')}
      note={t('hedges.counts', { open: open.length, closed: closed.length })}
      flush
      className={styles['panel']}
      testId="hedges"
    >
      {open.length + closed.length === 0 ? (
        <EmptyState title={t('hedges.empty')} hint={t('hedges.emptyHint')} />
      ) : (
        <div {...pointer}>
          <Table
            caption={t('hedges.title')}
            columns={[
              { key: 'hedge', label: t('hedges.hedge') },
              { key: 'phase', label: t('hedges.phase') },
              { key: 'spot', label: t('hedges.spot'), numeric: true },
              { key: 'perp', label: t('hedges.perp'), numeric: true },
              { key: 'entry', label: t('hedges.entry'), numeric: true },
              { key: 'now', label: t('hedges.now'), numeric: true },
              { key: 'result', label: t('hedges.result'), numeric: true },
              { key: 'ratio', label: '%', numeric: true },
              { key: 'age', label: t('hedges.age') },
              { key: 'source', label: t('hedges.source') },
              { key: 'actions', label: t('hedges.actions'), hiddenLabel: true },
            ]}
          >
            {ids.map((id) => (
              <HedgeLine key={id} id={id} />
            ))}
          </Table>
        </div>
      )}
      {hidden > 0 && (
        <div className={styles['more']}>
          <Button size="small" look="quiet" onClick={() => setShowsAll(true)}>
            {t('hedges.more', { count: hidden })}
          </Button>
        </div>
      )}
    </Panel>
  );
}
