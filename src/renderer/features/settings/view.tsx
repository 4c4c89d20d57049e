import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../ui/empty-state.tsx';

export function SettingsView() {
  const { t } = useTranslation('settings');
  return <EmptyState title={t('title')} />;
}
