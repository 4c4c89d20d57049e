/** Risk: what may leave, how near every limit is, what the day made, what is wrong. */
import { AlarmsPanel, worstFirst } from './alarms.tsx';
import { DayPanel } from './day.tsx';
import { LeavingPanel } from './leaving.tsx';
import { EachEntryPanel, LimitsPanel } from './limits.tsx';
import { NextPanel } from './next.tsx';
import { DeadManPanel, ReadinessPanel } from './readiness.tsx';
import { RunwayPanel } from './runway.tsx';
import { StandingPanel } from './standing.tsx';
import { WithSide } from '../../ui/with-side.tsx';

export function RiskView() {
  return (
    <WithSide
      side={
        <>
          <StandingPanel />
          <AlarmsPanel order={worstFirst} testId="risk-alarms" />
          <ReadinessPanel />
          <DeadManPanel />
          <DayPanel />
          <EachEntryPanel />
        </>
      }
    >
      <NextPanel />
      <RunwayPanel />
      <LimitsPanel />
      <LeavingPanel />
    </WithSide>
  );
}
