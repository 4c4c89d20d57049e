/** What is open when a console ends: whether to wait for it, and how to say it. */
import { isZero, text } from '../../shared/domain/units.ts';
import { hasInFlight, holding, openHedges } from '../engine/legs.ts';
import type { State } from '../engine/state.ts';

/** Something is on its way to hedged or flat. */
export const isUnsettled = (state: State): boolean =>
  state.phase === 'ready' &&
  openHedges(state).some((hedge) => (hedge.phase !== 'hedged' && hedge.phase !== 'needsOperator') || hasInFlight(state, hedge));

/** A sentence for each hedge that stays open. */
export const openInWords = (state: State): readonly string[] =>
  openHedges(state).map((hedge) => {
    const { spot, perp, residual } = holding(state, hedge);
    const legs = isZero(residual) ? '' : `: ${text(spot)} spot against ${text(perp)} perpetual, ${text(residual)} are not hedged`;
    return `Hedge ${hedge.id} (${hedge.coin}) stays ${hedge.phase}${hedge.waitingExits.length > 0 ? ', its close waits' : ''}${legs}`;
  });
