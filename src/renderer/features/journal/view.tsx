import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../ui/empty-state.tsx';

export function JournalView() {
  const { t } = useTranslation('journal');
  return <EmptyState title={t('title')} />;
}
