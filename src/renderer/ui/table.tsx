import type { ReactNode } from 'react';
import { cx } from './cx.ts';
import styles from './table.module.css';

export interface Column {
  readonly key: string;
  readonly label: string;
  /** Numbers stand at the right, under each other. */
  readonly numeric?: boolean;
  readonly width?: string;
  /** Its head is for screen readers only: actions, icons. */
  readonly hiddenLabel?: boolean;
}

interface Props {
  readonly caption: string;
  readonly columns: readonly Column[];
  /** Rows: `<tr>` of `Cell`s, each one drawn by a memoized component that uses `useRow`. */
  readonly children: ReactNode;
  readonly testId?: string;
  /**
   * Every column has its width and keeps it, what does not fit is cut with an ellipsis: nothing moves when numbers
   * change, and a change of one row costs no layout of all. For tables whose rows change all the time.
   */
  readonly fixed?: boolean;
}

/** A plain table with a head that stays. */
export function Table({ caption, columns, children, testId, fixed = false }: Props) {
  return (
    <table className={cx(styles['table'], fixed && styles['fixed'])} data-testid={testId}>
      <caption className="visually-hidden">{caption}</caption>
      <thead>
        <tr>
          {columns.map(({ key, label, numeric, width, hiddenLabel }) => (
            <th key={key} scope="col" className={cx(numeric === true && styles['numeric'])} style={width === undefined ? undefined : { width }}>
              {hiddenLabel === true ? <span className="visually-hidden">{label}</span> : label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}

interface CellProps {
  readonly numeric?: boolean;
  /** Never wraps, is cut with an ellipsis. */
  readonly clip?: boolean;
  readonly title?: string | undefined;
  readonly className?: string | undefined;
  readonly children?: ReactNode;
}
export function Cell({ numeric = false, clip = false, title, className, children }: CellProps) {
  return (
    <td className={cx(numeric && styles['numeric'], clip && styles['clip'], className)} title={title}>
      {children}
    </td>
  );
}
