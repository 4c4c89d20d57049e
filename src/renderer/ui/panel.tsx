import { type ReactNode, useId } from 'react';
import { cx } from './cx.ts';
import styles from './panel.module.css';

interface Props {
  readonly title: string;
  /** Beside the title: a count, an age. */
  readonly note?: ReactNode;
  /** At the right end of the head. */
  readonly actions?: ReactNode;
  /** Content reaches the edges: tables, charts. */
  readonly flush?: boolean;
  readonly className?: string | undefined;
  readonly testId?: string;
  readonly children: ReactNode;
}

/** A named region of a view. */
export function Panel({ title, note, actions, flush = false, className, testId, children }: Props) {
  const id = useId();
  return (
    <section className={cx(styles['panel'], className)} aria-labelledby={id} data-testid={testId}>
      <header className={styles['head']}>
        <h2 id={id} className={styles['title']}>
          {title}
        </h2>
        {note !== undefined && <span className={styles['note']}>{note}</span>}
        {actions !== undefined && <div className={styles['actions']}>{actions}</div>}
      </header>
      <div className={cx(styles['body'], flush && styles['flush'])}>{children}</div>
    </section>
  );
}
