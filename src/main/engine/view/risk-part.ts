/** The day and the limits as the console shows them. Pure. */
import type { RiskView } from '../../../shared/contract/parts.ts';
import { type Decimal, krw, round, sum, text } from '../../../shared/domain/units.ts';
import { type LimitInputs, limitUses, riskNow } from '../risk/limit-uses.ts';
import { entriesToday, kstDay } from '../risk/measures.ts';
import type { State } from '../state.ts';

const money = (value: Decimal<string>): string => text(round(value, 8, 'halfEven'));

/**
 * @param state with its hedges at the newest marks
 * @param inputs read off the newest quote; null before the first
 * @param at ms since 1970: which day it is, and how old prices are
 */
export function riskPart(state: State, inputs: LimitInputs | null, at: number): RiskView {
  const today = kstDay(at);
  const isToday = state.day.kst === today;
  const now = riskNow(state, inputs);
  return {
    kstDay: today,
    entriesToday: entriesToday(state, at),
    dayResultKrw: isToday && state.day.capital !== null ? money(now.dayResult) : null,
    realizedKrw: money(isToday ? state.day.realized : krw('0')),
    capitalKrw: now.whole === null ? null : money(now.whole),
    positionKrw: money(sum([...now.positions.values()])),
    limits: limitUses(state, inputs, at, now).map(({ setting, limit, use, part }) => ({ setting, limit, use, part })),
  };
}
