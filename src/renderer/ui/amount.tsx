/** Values of the contract, formatted. All take decimal text, and show a dash for null. */
import { cx } from './cx.ts';
import styles from './amount.module.css';
import { signOf } from './format.ts';
import { useFormats } from './use-formats.ts';

interface Props {
  readonly value: string | null;
  /** Shown small behind the number. */
  readonly unit?: string;
}
const Unit = ({ unit }: { readonly unit: string | undefined }) => (unit === undefined ? null : <span className={styles['unit']}> {unit}</span>);
/** Class of a gain or loss, by the sign; colors follow the language (ui/tokens.css). */
export const gainClass = (value: string | null): string | undefined => styles[['loss', 'even', 'gain'][signOf(value) + 1] ?? 'even'];

export function Krw({ value, unit }: Props) {
  return (
    <span className={styles['number']}>
      {useFormats().krw(value)}
      <Unit unit={unit} />
    </span>
  );
}
export function Usdt({ value, unit }: Props) {
  return (
    <span className={styles['number']}>
      {useFormats().usdt(value)}
      <Unit unit={unit} />
    </span>
  );
}
export function Quantity({ value, unit }: Props) {
  return (
    <span className={styles['number']}>
      {useFormats().quantity(value)}
      <Unit unit={unit} />
    </span>
  );
}
export function Price({ value, unit }: Props) {
  return (
    <span className={styles['number']}>
      {useFormats().price(value)}
      <Unit unit={unit} />
    </span>
  );
}
/** A ratio as signed percent. `toned` where above and below zero are good and bad for the reader. */
export function Ratio({ value, toned = false }: { readonly value: string | null; readonly toned?: boolean }) {
  return <span className={cx(styles['number'], toned && gainClass(value))}>{useFormats().premium(value)}</span>;
}
/** Result in KRW: always with its sign, colored as gain or loss. */
export function Gain({ value, unit }: Props) {
  return (
    <span className={cx(styles['number'], gainClass(value))}>
      {useFormats().krwSigned(value)}
      <Unit unit={unit} />
    </span>
  );
}
