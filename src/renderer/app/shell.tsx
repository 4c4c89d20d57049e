/** The frame round every view: navigation, banner, bands, and the view itself. It is drawn once a snapshot is there. */
import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '../ui/cx.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Toasts } from '../ui/toasts.tsx';
import { Banner } from './banner.tsx';
import { ViewBoundary } from './boundary.tsx';
import { usePart, useReplica } from './hooks.ts';
import { Nav } from './nav.tsx';
import { useView } from './route.ts';
import styles from './shell.module.css';
import { SignedOut } from './signed-out.tsx';
import { Strips } from './strips.tsx';

export function Shell() {
  const { t } = useTranslation('shell');
  const connection = useReplica((state) => state.connection);
  const known = useReplica((state) => state.parts !== null);
  if (connection === 'unauthorized') return <SignedOut />;
  if (!known)
    return (
      <div className={styles['waiting']} role="status">
        {t('connecting')}
      </div>
    );
  return <Known />;
}

function Known() {
  const { t } = useTranslation(['shell', 'ui', 'overview', 'inbox', 'orders', 'risk', 'journal', 'settings']);
  const { mode } = usePart('standing');
  const { name, component: View } = useView();
  return (
    <div className={cx(styles['shell'], mode === 'live' && styles['real'])} data-mode={mode}>
      <Nav />
      <Banner />
      <div className={styles['strips']}>
        <Strips />
      </div>
      <main className={styles['main']} id="view" data-view={name} tabIndex={-1}>
        <h1 className="visually-hidden">{t(`${name}:title`)}</h1>
        <ViewBoundary key={name}>
          <Suspense fallback={<EmptyState title={t('ui:loading')} />}>
            <View />
          </Suspense>
        </ViewBoundary>
      </main>
      <Toasts />
    </div>
  );
}
