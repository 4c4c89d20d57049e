/** Risk: what may leave, how near every limit is, what the day made, what is wrong. */
import { AlarmsPanel } from './alarms.tsx';
import { DayPanel } from './day.tsx';
import { LeavingPanel } from './leaving.tsx';
import { EachEntryPanel, LimitsPanel } from './limits.tsx';
import { StandingPanel } from './standing.tsx';
import styles from './view.module.css';

export function RiskView() {
  return (
    <div className={styles['grid']}>
      <div className={styles['column']}>
        <LeavingPanel />
        <LimitsPanel />
      </div>
      <div className={styles['column']}>
        <StandingPanel />
        <AlarmsPanel />
        <DayPanel />
        <EachEntryPanel />
      </div>
    </div>
  );
}
