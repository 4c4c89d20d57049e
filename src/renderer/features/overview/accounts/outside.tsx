/** What lies on an account beside our hedges, and what came or went there since: that is taken in by a press. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { VenueView } from '../../../../shared/contract/parts.ts';
import { useCommand, useReplica } from '../../../app/hooks.ts';
import { Button } from '../../../ui/button.tsx';
import { RefusalNote } from '../../../ui/refusal.tsx';
import { useFormats } from '../../../ui/use-formats.ts';
import styles from './outside.module.css';

type Row = VenueView['outside'][number];
const hasChanged = ({ external }: Row): boolean => /[1-9]/.test(external);
/** Rows that are shown unasked; those that changed always are. */
const shownRows = 4;

export function Outside({ venue }: { readonly venue: VenueView }) {
  const { t } = useTranslation('overview');
  const format = useFormats();
  const [showsAll, setShowsAll] = useState(false);
  if (venue.outside.length === 0) return null;
  const changed = venue.outside.filter(hasChanged);
  const rows = [...changed, ...venue.outside.filter((row) => !hasChanged(row))];
  const shown = showsAll ? rows : rows.slice(0, Math.max(shownRows, changed.length));
  return (
    <div className={styles['outside']}>
      <table className={styles['rows']}>
        <caption title={t('accounts.outside.titleHint')}>{t('accounts.outside.title')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('accounts.outside.coin')}</th>
            <th scope="col">{t('accounts.outside.taken')}</th>
            <th scope="col">{t('accounts.outside.seen')}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={row.coin} className={hasChanged(row) ? styles['changed'] : undefined}>
              <th scope="row">{row.coin}</th>
              <td>{format.quantity(row.taken)}</td>
              <td>{format.quantity(row.seen)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > shown.length && (
        <Button size="small" look="quiet" onClick={() => setShowsAll(true)}>
          {t('accounts.outside.more', { count: rows.length })}
        </Button>
      )}
      {venue.outside.some(({ taken }) => taken === null) && <p className={styles['hint']}>{t('accounts.outside.notTaken')}</p>}
      {changed.map((row) => (
        <Change key={row.coin} venue={venue.venue} row={row} />
      ))}
    </div>
  );
}

function Change({ venue, row }: { readonly venue: VenueView['venue']; readonly row: Row }) {
  const { t } = useTranslation('overview');
  const format = useFormats();
  const { run, pending, refusal, forget } = useCommand('outside.accept');
  const isConnected = useReplica((state) => state.connection === 'connected');
  const { coin, external, seen } = row;
  return (
    <div className={styles['change']} data-testid={`outside-${venue}-${coin}`}>
      <p>
        <strong>{t('accounts.outside.change', { coin, change: format.quantitySigned(external) })}</strong>
        <span>{t('accounts.outside.words', { coin })}</span>
      </p>
      <Button
        size="small"
        data-testid={`outside-accept-${venue}-${coin}`}
        title={t('accounts.outside.acceptTitle', { coin, seen: format.quantity(seen) })}
        pending={pending}
        disabled={!isConnected}
        onClick={() => void run({ venue, coin })}
      >
        {t('accounts.outside.accept')}
      </Button>
      <div className={styles['refusal']}>
        <RefusalNote refusal={refusal} onClose={forget} />
      </div>
    </div>
  );
}
