import type { ReactNode } from 'react';
import styles from './with-side.module.css';

/** A view's panels in two columns: what is read at length, and beside it what is glanced at. */
export function WithSide({ children, side }: { readonly children: ReactNode; readonly side: ReactNode }) {
  return (
    <div className={styles['grid']}>
      <div className={styles['column']}>{children}</div>
      <div className={styles['column']}>{side}</div>
    </div>
  );
}
