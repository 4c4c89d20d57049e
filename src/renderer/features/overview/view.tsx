import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../ui/empty-state.tsx';

export function OverviewView() {
  const { t } = useTranslation('overview');
  return <EmptyState title={t('title')} />;
}
