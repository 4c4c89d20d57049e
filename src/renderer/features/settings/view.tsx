/** Settings: how the console looks, what it may trade, and what it is. */
import { AppearancePanel } from './appearance.tsx';
import { ConsolePanel, SourcesPanel } from './console.tsx';
import { KeyboardPanel } from './keyboard.tsx';
import { TradingPanel } from './trading.tsx';
import styles from './view.module.css';

export function SettingsView() {
  return (
    <div className={styles['grid']}>
      <TradingPanel />
      <div className={styles['column']}>
        <AppearancePanel />
        <ConsolePanel />
        <SourcesPanel />
        <KeyboardPanel />
      </div>
    </div>
  );
}
