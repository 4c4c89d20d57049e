/** The executable premium against what the signal allows: as words, and as a mark on a line whose shaded part is allowed. */
import { useTranslation } from 'react-i18next';
import { cx } from '../../ui/cx.ts';
import { useFormats } from '../../ui/use-formats.ts';
import styles from './ticket.module.css';

interface Props {
  readonly now: string | null;
  readonly content: { readonly action: 'ENTER' | 'EXIT'; readonly expectedPremium: string | null; readonly maxSlippage: string | null };
}

/** For drawing and words only: the engine compares the decimals. */
function boundOf({ action, expectedPremium, maxSlippage }: Props['content']): { bound: number; expected: number } | null {
  if (expectedPremium === null || maxSlippage === null) return null;
  const expected = Number(expectedPremium);
  const slippage = Number(maxSlippage);
  return { expected, bound: action === 'ENTER' ? expected + slippage : expected - slippage };
}

/** Least width of the line's allowed part: a slippage of zero would leave nothing to see. */
const leastSpan = 0.002;

export function PremiumBound({ now, content }: Props) {
  const { t } = useTranslation('inbox');
  const format = useFormats();
  const bounds = boundOf(content);
  if (bounds === null) return t('noBound');
  const { bound, expected } = bounds;
  const isEnter = content.action === 'ENTER';
  const words = t(isEnter ? 'atMost' : 'atLeast', {
    bound: format.premiumOf(bound),
    expected: format.premiumOf(expected),
    slippage: format.percent(content.maxSlippage),
  });
  const value = now === null ? null : Number(now);
  const isOutside = value !== null && (isEnter ? value > bound : value < bound);
  const span = Math.max(Math.abs(bound - expected), leastSpan);
  // The bound at two thirds for an ENTER and one third for an EXIT; three spans fill the line.
  const place = (at: number): string =>
    `${Math.min(100, Math.max(0, (isEnter ? 200 / 3 : 100 / 3) + ((at - bound) / span) * (100 / 3))).toFixed(1)}%`;
  return (
    <>
      <span className={styles['scale']} aria-hidden="true">
        <span className={cx(styles['allowed'], !isEnter && styles['above'])} />
        <span className={styles['expected']} style={{ left: place(expected) }} />
        {value !== null && <span className={cx(styles['now'], isOutside && styles['outside'])} style={{ left: place(value) }} />}
      </span>
      {words}
    </>
  );
}
