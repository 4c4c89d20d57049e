import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../ui/empty-state.tsx';

export function InboxView() {
  const { t } = useTranslation('inbox');
  return <EmptyState title={t('title')} />;
}
