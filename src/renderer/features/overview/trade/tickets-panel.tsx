import { useTranslation } from 'react-i18next';
import { Count } from '../../../ui/chip.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { TicketList, useWaiting } from '../../inbox/ticket-list.tsx';
import styles from './trade.module.css';

/** Tickets that wait, so that nobody needs to leave the chart: the same cards as in the inbox. */
export function TicketsPanel() {
  const { t } = useTranslation('overview');
  const waiting = useWaiting();
  return (
    <Panel
      title={t('tickets.title')}
      note={<Count value={waiting.length} tone={waiting.length > 0 ? 'warn' : 'neutral'} />}
      actions={
        <a href="#inbox" className={styles['link']}>
          {t('tickets.inbox')}
        </a>
      }
      testId="tickets"
    >
      <div className={styles['tickets']}>
        <TicketList empty={<p className={styles['none']}>{t('tickets.none')}</p>} />
      </div>
    </Panel>
  );
}
