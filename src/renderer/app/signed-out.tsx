import { useTranslation } from 'react-i18next';
import styles from './signed-out.module.css';

/** Shown where the host does not know this page (any more): how to come back, and how to stop without it. */
export function SignedOut() {
  const { t } = useTranslation('shell');
  return (
    <main className={styles['page']} data-testid="signed-out">
      <div className={styles['card']}>
        <h1 className={styles['title']}>{t('signedOut.title')}</h1>
        <p>{t('signedOut.detail')}</p>
        <code className={styles['command']}>npm run open -- {t('signedOut.dir')}</code>
        <p>{t('signedOut.emergency')}</p>
        <code className={styles['command']}>npm run stop -- {t('signedOut.dir')}</code>
      </div>
    </main>
  );
}
