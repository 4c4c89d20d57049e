/**
 * Tickets that wait for a person, oldest first: a new one never moves the others. One that was answered or ran out keeps
 * its place for a moment with what became of it, and, while others wait, as long as the pointer is in the list, so that
 * no press lands on the ticket behind it.
 */
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SignalRow } from '../../../shared/contract/rows.ts';
import { type RowOrder, useRows } from '../../app/hooks.ts';
import { TicketCard } from './ticket-card.tsx';
import styles from './ticket.module.css';

const waitingOldestFirst: RowOrder<SignalRow> = {
  compare: (a, b) => a.seen - b.seen,
  filter: (row) => row.state === 'awaitingApproval' && row.content !== null,
};
export const useWaiting = (): readonly string[] => useRows('signals', waitingOldestFirst);

/** @param empty what to draw where nothing waits */
export function TicketList({ empty = null }: { readonly empty?: React.ReactNode }) {
  const { t } = useTranslation('inbox');
  const waiting = useWaiting();
  const { ids, setPointer, release } = useKept(waiting);
  return (
    <>
      <p className="visually-hidden" role="status">
        {waiting.length === 0 ? '' : t('ticketsWaiting', { count: waiting.length })}
      </p>
      {ids.length === 0 ? (
        empty
      ) : (
        <ul className={styles['list']} aria-label={t('tickets')} onPointerEnter={() => setPointer(true)} onPointerLeave={() => setPointer(false)}>
          {ids.map((id) => (
            <li key={id}>
              <TicketCard id={id} onDone={release} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function useKept(waiting: readonly string[]) {
  const [kept, setKept] = useState(waiting);
  const [over, setOver] = useState<readonly string[]>([]);
  const [pointer, setPointer] = useState(false);
  const fresh = waiting.filter((id) => !kept.includes(id));
  const ids = fresh.length === 0 ? kept : [...kept, ...fresh];
  if (ids !== kept) setKept(ids);
  // With nothing left that could be pressed by mistake, nothing needs to keep its place.
  const isHeld = pointer && waiting.length > 0;
  useEffect(() => {
    if (isHeld || over.length === 0) return;
    setKept((before) => before.filter((id) => !over.includes(id)));
    setOver([]);
  }, [isHeld, over]);
  // A list that is gone hears no pointer leave it.
  const isEmpty = ids.length === 0;
  useEffect(() => {
    if (isEmpty) setPointer(false);
  }, [isEmpty]);
  const [release] = useState(() => (id: string) => setOver((before) => (before.includes(id) ? before : [...before, id])));
  return { ids, setPointer, release };
}
