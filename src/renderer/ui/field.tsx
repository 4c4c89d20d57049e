import { type ComponentProps, type ReactNode, useId } from 'react';
import { cx } from './cx.ts';
import styles from './field.module.css';
import { GroupedInput } from './grouped-input.tsx';

interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  /** What is wrong with what was typed. */
  readonly error?: string | null;
  readonly children: (props: {
    readonly id: string;
    readonly 'aria-describedby': string | undefined;
    readonly 'aria-invalid': true | undefined;
  }) => ReactNode;
}

/** A labeled control: `<Field label="…">{(props) => <TextInput {...props} … />}</Field>`. */
export function Field({ label, hint, error = null, children }: FieldProps) {
  const id = useId();
  const noteId = `${id}-note`;
  const note = error ?? hint;
  return (
    <div className={styles['field']}>
      <label className={styles['label']} htmlFor={id}>
        {label}
      </label>
      {children({ id, 'aria-describedby': note === undefined ? undefined : noteId, 'aria-invalid': error === null ? undefined : true })}
      {note !== undefined && (
        <p id={noteId} className={cx(styles['note'], error !== null && styles['error'])}>
          {note}
        </p>
      )}
    </div>
  );
}

export function TextInput({ className, ...props }: ComponentProps<'input'>) {
  return <input type="text" autoComplete="off" spellCheck={false} {...props} className={cx(styles['input'], className)} />;
}

interface NumberProps extends Omit<ComponentProps<'input'>, 'onChange' | 'value' | 'type'> {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly unit?: string;
}
/** A decimal as text, its thousands grouped: nothing is rounded or turned into a float. */
export function NumberInput({ unit, className, ...props }: NumberProps) {
  return (
    <span className={cx(styles['number'], className)}>
      <GroupedInput {...props} className={cx(styles['input'], styles['digits'])} />
      {unit !== undefined && <span className={styles['unit']}>{unit}</span>}
    </span>
  );
}
