import type { ComponentProps } from 'react';
import styles from './button.module.css';
import { cx } from './cx.ts';

interface Props extends Omit<ComponentProps<'button'>, 'type'> {
  /** `primary` at most once a view; `danger` is outlined, because only the stop is solid red. */
  readonly look?: 'plain' | 'primary' | 'danger' | 'quiet';
  readonly size?: 'small' | 'medium';
  /** Its command is on the way: shown, and a second press does nothing. */
  readonly pending?: boolean;
  readonly type?: 'button' | 'submit';
}

/** A button that keeps the focus while its command runs: it is marked as busy, not disabled. */
export function Button({ look = 'plain', size = 'medium', pending = false, type = 'button', className, onClick, ...rest }: Props) {
  return (
    <button
      {...rest}
      type={type}
      className={cx(styles['button'], styles[look], styles[size], className)}
      aria-busy={pending || undefined}
      onClick={pending ? undefined : onClick}
    />
  );
}
