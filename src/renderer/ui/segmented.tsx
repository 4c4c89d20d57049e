import { type KeyboardEvent, useRef } from 'react';
import { cx } from './cx.ts';
import styles from './segmented.module.css';

export interface Segment<V extends string> {
  readonly value: V;
  readonly label: string;
  /** How many there are of it, shown small behind the label. */
  readonly count?: number;
  readonly testId?: string;
  readonly title?: string;
}
interface Props<V extends string> {
  readonly label: string;
  readonly options: readonly Segment<V>[];
  readonly value: V | null;
  readonly onChange: (value: V) => void;
  readonly pending?: boolean;
}

/** One of a few: a radio group. The arrow keys move and choose, Tab enters and leaves it once. */
export function Segmented<V extends string>({ label, options, value, onChange, pending = false }: Props<V>) {
  const group = useRef<HTMLDivElement>(null);
  const choose = (next: V) => {
    // While a choice is under way `value` is still the one before: going back to it is a choice too.
    if (next !== value || pending) onChange(next);
  };
  const move = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowRight' || event.key === 'ArrowDown' ? 1 : event.key === 'ArrowLeft' || event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const from = options.findIndex((option) => option.value === value);
    const to = (from + step + options.length) % options.length;
    const next = options[to];
    if (next === undefined) return;
    choose(next.value);
    group.current?.querySelectorAll('button')[to]?.focus();
  };
  const entry = options.some((option) => option.value === value) ? value : options[0]?.value;
  return (
    <div ref={group} className={styles['group']} role="radiogroup" aria-label={label} aria-busy={pending || undefined} onKeyDown={move}>
      {options.map((option) => (
        // biome-ignore lint/a11y/useSemanticElements: a native radio cannot hold its label inside, and the group has its keys
        <button
          key={option.value}
          type="button"
          role="radio"
          aria-checked={option.value === value}
          tabIndex={option.value === entry ? 0 : -1}
          className={cx(styles['segment'], option.value === value && styles['chosen'])}
          data-testid={option.testId}
          title={option.title}
          onClick={() => choose(option.value)}
        >
          {option.label}
          {option.count !== undefined && <span className={styles['count']}> {option.count}</span>}
        </button>
      ))}
    </div>
  );
}
