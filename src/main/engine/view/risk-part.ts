/** The day and the limits as the console shows them. Pure. */
import type { LimitUse, RiskView } from '../../../shared/contract/parts.ts';
import { own } from '../../../shared/domain/record.ts';
import { add, type Decimal, type Krw, notional, relabel, round, subtract, sum, text, zero } from '../../../shared/domain/units.ts';
import { exposure, openHedges } from '../legs.ts';
import { hedgeResult } from '../pnl.ts';
import type { State } from '../state.ts';

const money = (value: Decimal<string>): string => text(round(value, 8, 'halfEven'));

/** @param capital null until both accounts were read */
export function riskPart(state: State, capital: Krw | null, limits: readonly LimitUse[]): RiskView {
  const { day } = state;
  const hedges = openHedges(state);
  const gained = hedges.map((hedge) => subtract(hedgeResult(state, hedge).total, own(day.bases, hedge.id) ?? zero<'krw'>()));
  return {
    kstDay: day.kst,
    entriesToday: day.entries,
    dayResultKrw: day.capital === null ? null : money(add(day.realized, sum(gained))),
    realizedKrw: money(day.realized),
    capitalKrw: capital === null ? null : money(capital),
    positionKrw: money(sum(hedges.map((hedge) => relabel<'krw'>(notional(hedge.marks.spotBid, exposure(state, hedge)))))),
    limits: [...limits],
  };
}
