/** Alarms of shorts that come close to liquidation (spec S7.8), from each read of the account. Nothing is traded on them. */
import type { Coin } from '../../../shared/domain/ids.ts';
import { isZero, sign, text } from '../../../shared/domain/units.ts';
import type { Holdings } from '../../../shared/domain/venue.ts';
import { handAt } from '../by-hand.ts';
import type { Draft } from '../draft.ts';
import { holding, openHedges } from '../legs.ts';
import { alarmBelow, levelOf, type RunwayLevel, type Short, shortsOf } from '../risk/runway.ts';
import { legVenue, type State } from '../state.ts';
import { clear, raise } from './alarms.ts';

const prefix = 'runway:';
const codes = { low: 'RUNWAY_LOW', critical: 'RUNWAY_CRITICAL' } as const;
const severities = { low: 'warning', critical: 'critical' } as const;

/** The alarm that stands for a short of this coin. */
export function runwayAlarm({ alarms }: State, coin: string): RunwayLevel {
  const code = alarms[`${prefix}${coin}`]?.code;
  return code === undefined ? 'ok' : code === codes.critical ? 'critical' : 'low';
}

/** Shorts of others on the account are shown, and told by nobody. */
export function watchRunway(draft: Draft, holdings: Holdings): void {
  const shorts = shortsOf(holdings).filter(({ coin }) => isOurs(draft.state, coin));
  for (const short of shorts) watchShort(draft, short);
  for (const key of Object.keys(draft.state.alarms))
    if (key.startsWith(prefix) && !shorts.some(({ coin }) => key === `${prefix}${coin}`)) clear(draft, key);
}

/** A hedge or an order by hand is short of it. */
const isOurs = (state: State, coin: Coin): boolean =>
  openHedges(state).some((hedge) => hedge.coin === coin && !isZero(holding(state, hedge).perp)) || sign(handAt(state, legVenue.perp, coin)) < 0;

/** A venue that names no price for once says nothing of whether it is over. */
function watchShort(draft: Draft, { coin, distance, position }: Short): void {
  if (distance === undefined || position.liquidationPrice === undefined) return;
  const least = draft.state.settings.minLiquidationDistanceRatio;
  const before = runwayAlarm(draft.state, coin);
  const level = levelOf(distance, least, before);
  if (level === before) return;
  const key = `${prefix}${coin}`;
  clear(draft, key);
  if (level === 'ok') return;
  const values = { coin, was: text(distance), limit: text(alarmBelow(least, level)), price: text(position.liquidationPrice) };
  const detail = `The ${coin} short is ${values.was} of its price from liquidation at ${values.price}`;
  raise(draft, key, { code: codes[level], severity: severities[level], detail, values });
}
