/** The limits that a trade would use, after it: small bars that fill up to the limit, and say so beyond it. */
import { useTranslation } from 'react-i18next';
import type { TicketView } from '../../../shared/contract/rows.ts';
import { cx } from '../../ui/cx.ts';
import type { Formats } from '../../ui/format.ts';
import { useFormats } from '../../ui/use-formats.ts';
import styles from './limit-bars.module.css';

/** In the order in which they are shown; what is not named here is not worth a bar on a ticket. */
const shownLimits = [
  'maxPositionRatio',
  'maxCoinPositionRatio',
  'maxHedgeKrw',
  'maxDailyLossRatio',
  'minFreeMarginRatio',
  'maxMarginRatio',
  'minLiquidationDistanceRatio',
  'maxPremiumRatio',
  'maxSignalRisk',
  'maxEntriesPerMinute',
  'maxEntriesPerDay',
] as const;
type Shown = (typeof shownLimits)[number];

function written(format: Formats, setting: Shown, value: string): string {
  if (setting === 'maxHedgeKrw') return format.krwShort(value);
  if (setting === 'maxSignalRisk' || setting.startsWith('maxEntries')) return format.quantity(value);
  return format.percent(value);
}

/** Nearly used up is said by color and by the numbers. */
const nearly = 0.8;

export function LimitBars({ limits }: { readonly limits: TicketView['limits'] }) {
  const { t } = useTranslation('inbox');
  const format = useFormats();
  return (
    <ul className={styles['bars']} aria-label={t('limits')}>
      {shownLimits.map((setting) => {
        const limit = limits.find((use) => use.setting === setting);
        // A signal without a risk has none to compare.
        if (limit === undefined && setting === 'maxSignalRisk') return null;
        const part = limit?.part ?? 0;
        return (
          <li key={setting} className={cx(styles['bar'], part > 1 ? styles['over'] : part >= nearly && styles['near'])}>
            <span className={styles['name']}>{t(`limit.${setting}`)}</span>
            <span className={styles['numbers']}>
              {limit === undefined ? '–' : written(format, setting, limit.use)}
              <span>
                {' '}
                {setting.startsWith('min') ? '≥' : '/'} {limit === undefined ? '–' : written(format, setting, limit.limit)}
              </span>
            </span>
            <span className={styles['track']} aria-hidden="true">
              <span style={{ transform: `scaleX(${Math.min(1, part).toFixed(3)})` }} />
            </span>
          </li>
        );
      })}
    </ul>
  );
}
