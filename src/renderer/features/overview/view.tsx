/** The overview: what the premium does, what is open, and everything a press needs, without leaving the chart. */
import { AccountsPanel } from './accounts/accounts-panel.tsx';
import { AlarmsPanel, newestFirst } from '../risk/alarms.tsx';
import { HedgesPanel } from './hedges/hedges-panel.tsx';
import { PremiumPanel } from './premium/premium-panel.tsx';
import { TicketsPanel } from './trade/tickets-panel.tsx';
import { TryPanel } from './trade/try-panel.tsx';
import styles from './view.module.css';

export function OverviewView() {
  return (
    <div className={styles['view']}>
      <div className={styles['left']}>
        <div className={styles['premium']}>
          <PremiumPanel />
        </div>
        <HedgesPanel />
      </div>
      {/* Tickets come and go below what is pressed, and push only what is read. */}
      <div className={styles['right']}>
        <div className={styles['stack']}>
          <TryPanel />
          <TicketsPanel />
        </div>
        <div className={styles['stack']}>
          <AlarmsPanel order={newestFirst} testId="alarm-list" />
          <AccountsPanel />
        </div>
      </div>
    </div>
  );
}
