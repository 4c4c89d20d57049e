import { useTranslation } from 'react-i18next';
import { Panel } from '../../ui/panel.tsx';
import styles from './view.module.css';

const isMac = /Mac/.test(navigator.platform);
/** Keys as this machine's keyboard has them. */
const shortcuts = [
  { does: 'stop', keys: [isMac ? '⌘' : 'Ctrl', isMac ? '⇧' : 'Shift', 'S'] },
  ...(window.kimp === undefined ? [] : [{ does: 'anywhere', keys: [isMac ? '⌘' : 'Ctrl', isMac ? '⇧' : 'Shift', 'F12'] } as const]),
  { does: 'tab', keys: ['Tab'] },
  { does: 'arrows', keys: ['←', '→'] },
  { does: 'press', keys: ['Enter'] },
  { does: 'dismiss', keys: ['Esc'] },
] as const;

export function KeyboardPanel() {
  const { t } = useTranslation('settings');
  return (
    <Panel title={t('keyboard.title')}>
      <dl className={styles['rows']}>
        {shortcuts.map(({ does, keys }) => (
          <div key={does} className={styles['row']}>
            <dt className={styles['label']}>{t(`keyboard.${does}`)}</dt>
            <dd className={styles['keys']}>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
