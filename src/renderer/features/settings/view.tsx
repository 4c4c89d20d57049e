/** Settings: how the console looks, what it may trade, and what it is. */
import { AppearancePanel } from './appearance.tsx';
import { ConsolePanel, SourcesPanel } from './console.tsx';
import { KeyboardPanel } from './keyboard.tsx';
import { TradingPanel } from './trading.tsx';
import { WithSide } from '../../ui/with-side.tsx';

export function SettingsView() {
  return (
    <WithSide
      side={
        <>
          <AppearancePanel />
          <ConsolePanel />
          <SourcesPanel />
          <KeyboardPanel />
        </>
      }
    >
      <TradingPanel />
    </WithSide>
  );
}
