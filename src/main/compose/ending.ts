/** How a console ends: what is in flight is waited for, and what stays open is said. */
import { isZero, text } from '../../shared/domain/units.ts';
import type { CommandReply } from '../engine/draft.ts';
import { handOrders } from '../engine/by-hand.ts';
import { hasInFlight, holding, isInFlight, openHedges } from '../engine/legs.ts';
import type { State } from '../engine/state.ts';
import type { Clock } from '../runtime/clock.ts';
import { isCountedDown } from '../runtime/dead-man.ts';

/** How long an ending console waits for what is in flight to become hedged or flat. */
const settleAtEndMs = 15_000;
const lookMs = 50;

/** What a command is answered that would begin something. */
export const ending: CommandReply = { ok: false, code: 'ENDING', reason: 'The console is ending' };

/** Resolves once nothing is in flight, and after 15 s in any case. */
export async function untilSettled(state: () => State, clock: Clock): Promise<void> {
  const until = clock.now() + settleAtEndMs;
  while (isUnsettled(state()) && clock.now() < until) await new Promise<void>((resolve) => void clock.after(lookMs, resolve));
}

/** Something is on its way to hedged or flat, or an order by hand is on its way to its venue or being taken back. */
const isUnsettled = (state: State): boolean =>
  state.phase === 'ready' &&
  (openHedges(state).some((hedge) => (hedge.phase !== 'hedged' && hedge.phase !== 'needsOperator') || hasInFlight(state, hedge)) ||
    handOrders(state).some((order) => order.state === 'sending' || (order.state === 'open' && order.cancelWantedAt !== undefined)));

/** A sentence for each hedge, and for each order by hand, that stays open. */
export const openInWords = (state: State): readonly string[] => [...hedgesInWords(state), ...ordersInWords(state)];

const ordersInWords = (state: State): readonly string[] =>
  handOrders(state)
    .filter(isInFlight)
    .map((order) => {
      const { venue, coin, side } = order.request;
      const until = isCountedDown(state, order) ? `, until ${venue} cancels it in two minutes at most` : '';
      return `Order ${order.id} by hand (${side} ${coin} on ${venue}) stays ${order.state}${until}`;
    });

const hedgesInWords = (state: State): readonly string[] =>
  openHedges(state).map((hedge) => {
    const { spot, perp, residual } = holding(state, hedge);
    const legs = isZero(residual) ? '' : `: ${text(spot)} spot against ${text(perp)} perpetual, ${text(residual)} are not hedged`;
    return `Hedge ${hedge.id} (${hedge.coin}) stays ${hedge.phase}${hedge.waitingExits.length > 0 ? ', its close waits' : ''}${legs}`;
  });
