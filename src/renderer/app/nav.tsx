import { useTranslation } from 'react-i18next';
import type { SignalRow } from '../../shared/contract/rows.ts';
import { Count } from '../ui/chip.tsx';
import { cx } from '../ui/cx.ts';
import { Icon } from '../ui/icon.tsx';
import { useCount } from './hooks.ts';
import styles from './nav.module.css';
import { useView } from './route.ts';
import { Appearance } from './appearance-controls.tsx';
import { views } from './views.ts';

const waits = (signal: SignalRow) => signal.state === 'awaitingApproval';

/** Ways to the views. Links, so that a view can be opened in a second tab. */
export function Nav() {
  const { t } = useTranslation(['shell', 'overview', 'inbox', 'orders', 'risk', 'journal', 'settings']);
  const open = useView();
  const waiting = useCount('signals', waits);
  return (
    <nav className={styles['nav']} aria-label={t('views')}>
      <p className={styles['brand']}>{t('brand')}</p>
      <ul className={styles['list']}>
        {views.map(({ name, icon }) => (
          <li key={name}>
            <a
              href={`#${name}`}
              data-testid={`view-${name}`}
              aria-current={name === open.name ? 'page' : undefined}
              className={cx(styles['link'], name === open.name && styles['current'])}
            >
              <Icon name={icon} />
              <span>{t(`${name}:title`)}</span>
              {name === 'inbox' && waiting > 0 && <Count value={waiting} tone="warn" label={t('waiting', { count: waiting })} />}
            </a>
          </li>
        ))}
      </ul>
      <Appearance />
    </nav>
  );
}
