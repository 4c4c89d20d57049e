import type { ComponentProps, KeyboardEvent, MouseEvent } from 'react';
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

/**
 * A button that keeps the focus while its command runs: it is marked as busy, not disabled. One press acts once: the
 * second click of a double click and the repeats of a key that is held do nothing, also where the engine has answered
 * in between or another button has come under the pointer.
 */
export function Button({ look = 'plain', size = 'medium', pending = false, type = 'button', className, onClick, onKeyDown, ...rest }: Props) {
  const press = (event: MouseEvent<HTMLButtonElement>) => {
    // A submit would still go out.
    if (event.detail > 1) event.preventDefault();
    else if (!pending) onClick?.(event);
  };
  const hold = (event: KeyboardEvent<HTMLButtonElement>) => {
    if (event.repeat && event.key === 'Enter') event.preventDefault();
    onKeyDown?.(event);
  };
  return (
    <button
      {...rest}
      type={type}
      className={cx(styles['button'], styles[look], styles[size], className)}
      aria-busy={pending || undefined}
      onClick={press}
      onKeyDown={hold}
    />
  );
}
