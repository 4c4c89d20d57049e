import type { HedgeId } from '../../../shared/domain/ids.ts';
import { own, withKey, withoutKey } from '../../../shared/domain/record.ts';
import { add, subtract, ZERO, zero } from '../../../shared/domain/units.ts';
import { holding } from '../legs.ts';
import { hedgeResult } from '../pnl.ts';
import type { Hedge, State } from '../state.ts';
import type { Folds } from './table.ts';

/** Flat hedges that stay in the state for a late word of the venue. */
const keptFlat = 100;

export const foldHedges: Folds<'hedgeOpened' | 'hedgeMoved' | 'hedgeMarked' | 'exitQueued' | 'exitDropped'> = {
  hedgeOpened: (state, fact) => {
    const hedge: Hedge = {
      id: fact.id,
      coin: fact.coin,
      source: fact.source,
      phase: 'opening',
      planned: fact.planned,
      target: fact.planned,
      orders: [],
      attempts: 0,
      heldAtMove: { spot: ZERO, perp: ZERO },
      sequence: 0,
      waitingExits: [],
      openedAt: fact.at,
      fx: fact.fx,
      marks: { spotBid: fact.spotBid, perpAsk: fact.perpAsk, at: fact.at },
      seen: fact.seen,
    };
    const minute = state.entryTimes.filter((time) => time > fact.at - 60_000);
    return {
      ...state,
      hedges: withKey(state.hedges, fact.id, hedge),
      entryTimes: [...minute, fact.at],
      day: { ...state.day, entries: state.day.entries + 1 },
    };
  },
  hedgeMoved: (state, fact) => {
    const hedge = own(state.hedges, fact.id);
    if (hedge === undefined) return state;
    const { exit: _old, ...rest } = hedge;
    // A hedge that begins to close takes up the exit that waited longest.
    const begins = fact.exit !== null && hedge.exit === undefined;
    const { spot, perp } = holding(state, hedge);
    const moved: Hedge = {
      ...rest,
      heldAtMove: { spot, perp },
      phase: fact.phase,
      target: fact.target,
      attempts: fact.attempts,
      waitingExits: begins ? hedge.waitingExits.slice(1) : hedge.waitingExits,
      ...(fact.exit === null ? {} : { exit: fact.exit }),
    };
    const next = { ...state, hedges: withKey(state.hedges, fact.id, moved) };
    return fact.phase === 'flat' && hedge.phase !== 'flat' ? settle(next, moved, fact.at) : next;
  },
  hedgeMarked: (state, fact) => {
    const hedge = own(state.hedges, fact.id);
    if (hedge === undefined) return state;
    const { lossSince: _old, ...rest } = hedge;
    const marked: Hedge = {
      ...rest,
      fx: fact.fx,
      marks: { spotBid: fact.spotBid, perpAsk: fact.perpAsk, at: fact.at },
      ...(fact.lossSince === null ? {} : { lossSince: fact.lossSince }),
    };
    return { ...state, hedges: withKey(state.hedges, fact.id, marked) };
  },
  exitQueued: (state, fact) => {
    const hedge = own(state.hedges, fact.id);
    if (hedge === undefined) return state;
    const request = { cause: fact.cause, ...(fact.quantity === null ? {} : { quantity: fact.quantity }) };
    return { ...state, hedges: withKey(state.hedges, fact.id, { ...hedge, waitingExits: [...hedge.waitingExits, request] }) };
  },
  exitDropped: (state, fact) => {
    const hedge = own(state.hedges, fact.id);
    if (hedge === undefined) return state;
    return { ...state, hedges: withKey(state.hedges, fact.id, { ...hedge, waitingExits: hedge.waitingExits.slice(1) }) };
  },
};

function settle(state: State, hedge: Hedge, at: number): State {
  const base = own(state.day.bases, hedge.id) ?? zero<'krw'>();
  const gained = subtract(hedgeResult(state, hedge).total, base);
  const settled = [...state.settled.filter((id) => id !== hedge.id), hedge.id];
  const next: State = {
    ...state,
    hedges: withKey(state.hedges, hedge.id, { ...hedge, settledAt: at }),
    day: { ...state.day, realized: add(state.day.realized, gained), bases: withoutKey(state.day.bases, hedge.id) },
    closedAt: withKey(state.closedAt, hedge.coin, at),
    settled: settled.slice(-keptFlat),
  };
  return settled.slice(0, -keptFlat).reduce(forget, next);
}

function forget(state: State, id: HedgeId): State {
  const orders = { ...state.orders };
  for (const order of own(state.hedges, id)?.orders ?? []) delete orders[order];
  return { ...state, orders, hedges: withoutKey(state.hedges, id) };
}
