/** How old a price is, in words that only move when they have to: nothing is said of an age below two seconds. */
import { useTranslation } from 'react-i18next';
import { useReplica } from '../../app/hooks.ts';
import { cx } from '../../ui/cx.ts';
import { useFormats } from '../../ui/use-formats.ts';
import { useNow } from '../../ui/use-now.ts';
import styles from './age.module.css';

const presentMs = 2000;

interface Props {
  /** ms since 1970 by the engine's clock; null where there is no price. */
  readonly at: number | null;
  /** Older than this it is no price to trade on, and that is said. */
  readonly staleMs: number;
  readonly source?: string | undefined;
}

export function Age({ at, staleMs, source }: Props) {
  const { t } = useTranslation('overview');
  const format = useFormats();
  // Whole half seconds: the offset carries the jitter of every update.
  const offset = useReplica((state) => Math.round(state.clockOffsetMs / 500) * 500);
  const age = useNow((now) => (at === null ? -1 : Math.max(0, Math.floor((now + offset - at) / 1000) * 1000)));
  const words = at === null ? t('age.none') : age < presentMs ? t('age.now') : format.ago(age);
  const isStale = at === null || age > staleMs;
  return (
    <span className={cx(styles['age'], isStale && styles['stale'])} data-stale={isStale || undefined}>
      {source !== undefined && <span className={styles['source']}>{source}</span>}
      <span>{isStale && at !== null ? t('age.stale', { ago: words }) : words}</span>
    </span>
  );
}
