import { useReplica } from '../app/hooks.ts';
import { cx } from './cx.ts';
import styles from './countdown.module.css';
import { useFormats } from './use-formats.ts';
import { useNow } from './use-now.ts';

interface Props {
  /** ms since 1970 by the engine's clock. */
  readonly from: number;
  readonly until: number;
  readonly label: string;
}

/** What is left of a span, as time and as a bar that empties. It follows the engine's clock, not this machine's. */
export function Countdown({ from, until, label }: Props) {
  const format = useFormats();
  const offset = useReplica((state) => state.clockOffsetMs);
  const left = useNow((now) => Math.max(0, until - now - offset));
  const part = until > from ? Math.min(1, left / (until - from)) : 0;
  return (
    <span className={cx(styles['countdown'], left < 5000 && styles['soon'])} role="timer" aria-label={label}>
      <span className={styles['left']}>{format.duration(left)}</span>
      <span className={styles['track']} aria-hidden="true">
        <span className={styles['bar']} style={{ transform: `scaleX(${part.toFixed(3)})` }} />
      </span>
    </span>
  );
}
