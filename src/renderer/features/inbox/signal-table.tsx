/** Every signal that is known, newest first, by state if wanted. */
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SignalRow, SignalState } from '../../../shared/contract/rows.ts';
import { type RowOrder, usePart, useReplica, useRows } from '../../app/hooks.ts';
import { useDetail } from '../../app/address.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Panel } from '../../ui/panel.tsx';
import { type Segment, Segmented } from '../../ui/segmented.tsx';
import { type Column, Table } from '../../ui/table.tsx';
import { SignalLine } from './signal-line.tsx';
import styles from './signals.module.css';

type Filter = 'all' | SignalState;
const states: readonly SignalState[] = [
  'awaitingApproval',
  'accepted',
  'executed',
  'rejected',
  'expired',
  'declined',
  'failed',
  'conflict',
  'duplicate',
  'malformed',
];
const pageRows = 100;

const newestFirst = (a: SignalRow, b: SignalRow): number => b.seen - a.seen || (a.key < b.key ? 1 : -1);
const orders: Readonly<Record<Filter, RowOrder<SignalRow>>> = {
  all: { compare: newestFirst },
  ...(Object.fromEntries(states.map((state) => [state, { compare: newestFirst, filter: (row: SignalRow) => row.state === state }])) as Record<
    SignalState,
    RowOrder<SignalRow>
  >),
};

export function SignalTable() {
  const { t } = useTranslation(['inbox', 'codes']);
  const [chosen, setFilter] = useState<Filter>('all');
  const counts = useCounts();
  // A state that no signal has any more cannot be chosen: everything is shown then.
  const filter = chosen !== 'all' && (counts.get(chosen) ?? 0) === 0 ? 'all' : chosen;
  const keys = useRows('signals', orders[filter]);
  const detail = useDetail();
  const [limit, setLimit] = useState(pageRows);
  useEffect(() => {
    if (detail !== '') setFilter('all');
  }, [detail]);
  // Whatever the address names is shown, however old it is.
  const named = keys.indexOf(detail);
  const shown = keys.slice(0, Math.max(limit, named + 1));
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  if (total === 0) return <NoSignals />;
  const options: readonly Segment<Filter>[] = [
    { value: 'all', label: t('all.states'), count: total },
    ...states.flatMap((state) => {
      const count = counts.get(state) ?? 0;
      return count === 0 ? [] : [{ value: state, label: t(`codes:signal.${state}`), count }];
    }),
  ];
  return (
    <Panel title={t('signals')} flush className={styles['panel']}>
      <div className={styles['filter']}>
        <Segmented label={t('byState')} options={options} value={filter} onChange={setFilter} />
      </div>
      <Rows keys={shown} named={detail} />
      {keys.length > shown.length && (
        <div className={styles['more']}>
          <Button size="small" onClick={() => setLimit((before) => before + pageRows)}>
            {t('older', { count: keys.length - shown.length })}
          </Button>
        </div>
      )}
    </Panel>
  );
}

function Rows({ keys, named }: { readonly keys: readonly string[]; readonly named: string }) {
  const { t } = useTranslation('inbox');
  const columns = useMemo(
    (): readonly Column[] => [
      { key: 'open', label: t('column.open'), hiddenLabel: true, width: '28px' },
      { key: 'time', label: t('column.time') },
      { key: 'state', label: t('column.state') },
      { key: 'id', label: t('column.id') },
      { key: 'action', label: t('column.action') },
      { key: 'size', label: t('column.size'), numeric: true },
      { key: 'verdict', label: t('column.verdict'), width: '100%' },
      { key: 'hedge', label: t('column.hedge') },
      { key: 'source', label: t('column.source') },
    ],
    [t],
  );
  return (
    <Table caption={t('signals')} columns={columns} testId="signals">
      {keys.map((key) => (
        <SignalLine key={key} rowKey={key} columns={columns.length} isNamed={key === named} />
      ))}
    </Table>
  );
}

/** What to do to get a first signal: where they are read from, or how one is made. */
function NoSignals() {
  const { t } = useTranslation('inbox');
  const { sources } = usePart('standing');
  return (
    <Panel title={t('signals')}>
      <EmptyState
        title={t('noSignals')}
        hint={
          <>
            {t('noSignalsHint')}
            {sources.map(({ kind, place }) => (
              <code key={`${kind} ${place}`} className={styles['place']}>
                {place}
              </code>
            ))}
          </>
        }
      />
    </Panel>
  );
}

/** How many signals have each state; compared as one line, so that only a change of a number draws anew. */
function useCounts(): ReadonlyMap<SignalState, number> {
  const line = useReplica((state) => {
    const rows = Object.values(state.tables.signals);
    return states.map((name) => rows.filter((row) => row.state === name).length).join(' ');
  });
  return useMemo(() => {
    const numbers = line.split(' ').map(Number);
    return new Map(states.map((state, index) => [state, numbers[index] ?? 0]));
  }, [line]);
}
