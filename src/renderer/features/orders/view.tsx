import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../ui/empty-state.tsx';

export function OrdersView() {
  const { t } = useTranslation('orders');
  return <EmptyState title={t('title')} />;
}
