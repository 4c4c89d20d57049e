/** The journal: everything that happened, newest first, in words; the record itself one press away. */
import { Fragment, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDetail } from '../../app/address.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Panel } from '../../ui/panel.tsx';
import { RefusalNote } from '../../ui/refusal.tsx';
import { SearchInput } from '../../ui/search-input.tsx';
import { useFormats } from '../../ui/use-formats.ts';
import { EntryLine } from './entry-line.tsx';
import styles from './journal.module.css';
import { keyOf } from './pages.ts';
import { pageSize, useJournal } from './use-journal.ts';
import { useSentinel } from './use-sentinel.ts';

export function JournalView() {
  const { t } = useTranslation(['journal', 'ui']);
  const detail = useDetail();
  const [search, setSearch] = useState(detail);
  const journal = useJournal(search);
  const { entries, more, status, fresh } = journal;
  const end = useSentinel(journal.older);
  return (
    <Panel
      title={t('journal:entries')}
      flush
      className={styles['panel']}
      actions={<SearchInput label={t('journal:search')} value={search} onChange={setSearch} />}
    >
      <div className={styles['live']} role="status">
        {fresh > 0 && (
          <Button size="small" look="primary" onClick={journal.showNew}>
            {t(fresh >= pageSize ? 'journal:newMany' : 'journal:new', { count: fresh })}
          </Button>
        )}
      </div>
      {journal.refusal !== null && (
        <div className={styles['refusal']}>
          <RefusalNote refusal={journal.refusal} />
          <Button size="small" onClick={journal.again}>
            {t('journal:again')}
          </Button>
        </div>
      )}
      <ol aria-label={t('journal:entries')} aria-busy={status === 'loading'}>
        {entries.map((entry, index) => (
          <Fragment key={keyOf(entry)}>
            <NewDay at={entry.at} before={entries[index - 1]?.at} />
            <EntryLine entry={entry} />
          </Fragment>
        ))}
      </ol>
      {entries.length === 0 && status === 'loading' && <EmptyState title={t('ui:loading')} />}
      {entries.length === 0 && status === 'idle' && journal.refusal === null && (
        <EmptyState title={t(search === '' ? 'journal:none' : 'journal:noneFits')} />
      )}
      {more && (
        <div ref={end} className={styles['more']}>
          <Button size="small" onClick={journal.older} pending={status === 'loading'}>
            {t('journal:older')}
          </Button>
        </div>
      )}
    </Panel>
  );
}

/** A line where the list comes to another day of Korean time. */
function NewDay({ at, before }: { readonly at: number; readonly before: number | undefined }) {
  const format = useFormats();
  const day = format.day(at);
  if (before !== undefined && format.day(before) === day) return null;
  return <li className={styles['day']}>{day}</li>;
}
