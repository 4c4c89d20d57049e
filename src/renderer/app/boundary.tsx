import { Component, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';

interface Props {
  readonly children: ReactNode;
}

/** A view that throws takes only itself along: shell, stop and the other views stay. Give it the view's name as key. */
export class ViewBoundary extends Component<Props, { readonly failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { readonly failed: boolean } {
    return { failed: true };
  }
  override render(): ReactNode {
    return this.state.failed ? <Broken retry={() => this.setState({ failed: false })} /> : this.props.children;
  }
}

function Broken({ retry }: { readonly retry: () => void }) {
  const { t } = useTranslation('shell');
  return (
    <div role="alert">
      <EmptyState title={t('broken.title')} hint={t('broken.detail')} action={<Button onClick={retry}>{t('broken.retry')}</Button>} />
    </div>
  );
}
