import type { ReactNode } from 'react';
import styles from './chip.module.css';
import { cx } from './cx.ts';

export type Tone = 'neutral' | 'good' | 'warn' | 'bad' | 'note' | 'outline';

interface Props {
  readonly tone?: Tone;
  /** A ring for a dot, that beats when it appears: something is under way. */
  readonly busy?: boolean;
  readonly title?: string | undefined;
  readonly children: ReactNode;
}

/** A state in a word. Its color is never the only sign: the word says it. */
export function Chip({ tone = 'neutral', busy = false, title, children }: Props) {
  return (
    <span className={cx(styles['chip'], styles[tone])} title={title}>
      <span className={cx(styles['dot'], busy && styles['busy'])} aria-hidden="true" />
      {children}
    </span>
  );
}
/** A number beside a name. */
export function Count({ value, tone = 'neutral', label }: { readonly value: number; readonly tone?: Tone; readonly label?: string }) {
  return (
    <span className={cx(styles['count'], styles[tone])}>
      {value}
      {label !== undefined && <span className="visually-hidden"> {label}</span>}
    </span>
  );
}
