import type { ReactNode } from 'react';
import styles from './empty-state.module.css';

/** What a list shows that has nothing in it: what would be here, and what to do. Never just blank. */
export function EmptyState({ title, hint, action }: { readonly title: string; readonly hint?: ReactNode; readonly action?: ReactNode }) {
  return (
    <div className={styles['empty']}>
      <p className={styles['title']}>{title}</p>
      {hint !== undefined && <p className={styles['hint']}>{hint}</p>}
      {action}
    </div>
  );
}
