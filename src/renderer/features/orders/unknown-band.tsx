/** Orders whose outcome the venue has not told: said above everything else, with what the console does about it. */
import { useTranslation } from 'react-i18next';
import type { OrderRow } from '../../../shared/contract/rows.ts';
import { type RowOrder, useRow, useRows } from '../../app/hooks.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Time } from '../../ui/time.tsx';
import styles from './orders.module.css';

const unknownOldestFirst: RowOrder<OrderRow> = {
  compare: (a, b) => (a.unknownSince ?? 0) - (b.unknownSince ?? 0),
  filter: (row) => row.state === 'unknown',
};

export function UnknownBand({ onShow }: { readonly onShow: () => void }) {
  const { t } = useTranslation('orders');
  const ids = useRows('orders', unknownOldestFirst);
  const oldest = useRow('orders', ids[0] ?? '');
  if (oldest === undefined) return null;
  return (
    <div className={styles['band']} role="alert">
      <Icon name="warning" />
      <p>
        <strong>{t('unknown.title', { count: ids.length })}</strong> {t('unknown.words')}{' '}
        {oldest.unknownSince !== null && (
          <span>
            {t('unknown.since')} <Time at={oldest.unknownSince} look="ago" />
          </span>
        )}
      </p>
      <Button size="small" onClick={onShow}>
        {t('unknown.show')}
      </Button>
    </div>
  );
}
