/** The inbox: what waits for a person on top, and below it everything that came in, with its verdict. */
import { useTranslation } from 'react-i18next';
import { usePart } from '../../app/hooks.ts';
import { SignalTable } from './signal-table.tsx';
import { TicketList } from './ticket-list.tsx';
import styles from './view.module.css';

export function InboxView() {
  return (
    <div className={styles['view']}>
      <TicketList empty={<NothingWaits />} />
      <SignalTable />
    </div>
  );
}

/** One line: whether something could wait here at all depends on the toggle. */
function NothingWaits() {
  const { t } = useTranslation('inbox');
  const { approval } = usePart('standing');
  return (
    <p className={styles['nothing']}>
      <strong>{t('nothingWaits')}</strong> {t(`nothingHint.${approval}`)}
    </p>
  );
}
