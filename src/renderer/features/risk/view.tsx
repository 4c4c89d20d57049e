import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../ui/empty-state.tsx';

export function RiskView() {
  const { t } = useTranslation('risk');
  return <EmptyState title={t('title')} />;
}
