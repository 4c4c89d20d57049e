/** The inbox: what waits for a person on top, and below it everything that ever came in, with its verdict. */
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../ui/empty-state.tsx';
import { TicketList } from './ticket-list.tsx';

export function InboxView() {
  const { t } = useTranslation('inbox');
  return <TicketList empty={<EmptyState title={t('nothingWaits')} />} />;
}
