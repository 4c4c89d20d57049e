import type { ReactNode } from 'react';
import { cx } from './cx.ts';
import styles from './stat.module.css';

interface Props {
  readonly label: string;
  readonly children: ReactNode;
  /** Below the value: source, age, what it is compared with. */
  readonly note?: ReactNode;
  readonly size?: 'medium' | 'large';
  readonly testId?: string;
}

/** One figure with its name. Put several into a `Stats`. */
export function Stat({ label, children, note, size = 'medium', testId }: Props) {
  return (
    <div className={styles['stat']}>
      <dt className={styles['label']}>{label}</dt>
      <dd className={cx(styles['value'], styles[size])} data-testid={testId}>
        {children}
      </dd>
      {note !== undefined && <dd className={styles['note']}>{note}</dd>}
    </div>
  );
}
export function Stats({ children, className }: { readonly children: ReactNode; readonly className?: string | undefined }) {
  return <dl className={cx(styles['stats'], className)}>{children}</dl>;
}
