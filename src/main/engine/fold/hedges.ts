import type { Coin, HedgeId } from '../../../shared/domain/ids.ts';
import { own, withKey, withoutKey } from '../../../shared/domain/record.ts';
import { add, isZero, subtract, type Usdt, ZERO, zero } from '../../../shared/domain/units.ts';
import { counted } from '../entry-count.ts';
import { holding } from '../legs.ts';
import { hedgeResult } from '../pnl.ts';
import type { Hedge, State } from '../state.ts';
import type { Folds } from './table.ts';

/** Flat hedges that stay in the state for a late word of the venue. */
const keptFlat = 100;

export const foldHedges: Folds<
  | 'hedgeOpened'
  | 'hedgeMoved'
  | 'hedgeMarked'
  | 'marksMissed'
  | 'dayBased'
  | 'hedgeSettled'
  | 'fundingPaid'
  | 'exitQueued'
  | 'exitDropped'
  | 'exitWithdrawn'
> = {
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
      entryFx: fact.fx,
      marks: { spotBid: fact.spotBid, perpAsk: fact.perpAsk, at: fact.at },
      seen: fact.seen,
    };
    return { ...counted(priced(state, fact.coin), fact.at), hedges: withKey(state.hedges, fact.id, hedge) };
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
    const next = {
      ...state,
      hedges: withKey(state.hedges, fact.id, moved),
      settled: fact.phase === 'flat' ? state.settled : state.settled.filter((id) => id !== fact.id),
    };
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
    return priced({ ...state, hedges: withKey(state.hedges, fact.id, marked) }, hedge.coin);
  },
  marksMissed: (state, { coin, at }) => ({ ...state, marksMissedAt: withKey(state.marksMissedAt ?? {}, coin, at) }),
  dayBased: (state, { id, base }) => ({ ...state, day: { ...state.day, bases: withKey(state.day.bases, id, base) } }),
  hedgeSettled: (state, { id, how, read, at }) => {
    const hedge = own(state.hedges, id);
    if (hedge === undefined) return state;
    const settlement = read === null ? { how, at } : { how, at: hedge.settlement?.at ?? at, read, readAt: at };
    return { ...state, hedges: withKey(state.hedges, id, { ...hedge, settlement }) };
  },
  fundingPaid: (state, { coin, payment, shares }) => {
    const next = { ...state, fundedAt: withKey(state.fundedAt, coin, payment.at) };
    return Object.entries(shares).reduce<State>((before, [id, share]) => withFunding(before, id as HedgeId, share), next);
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
  exitWithdrawn: (state, fact) => {
    const hedge = own(state.hedges, fact.id);
    if (hedge === undefined) return state;
    const waitingExits = hedge.waitingExits.filter(({ cause }) => cause.kind !== 'signal' || cause.signal !== fact.signal);
    return { ...state, hedges: withKey(state.hedges, hedge.id, { ...hedge, waitingExits }) };
  },
};

const priced = (state: State, coin: Coin): State => ({ ...state, marksMissedAt: withoutKey(state.marksMissedAt ?? {}, coin) });

function withFunding(state: State, id: HedgeId, share: Usdt): State {
  const hedge = own(state.hedges, id);
  if (hedge === undefined) return state;
  const funding = add(hedge.funding ?? zero<'usdt'>(), share);
  return book({ ...state, hedges: withKey(state.hedges, id, { ...hedge, funding }) }, id);
}

function settle(state: State, hedge: Hedge, at: number): State {
  const settled = [...state.settled.filter((id) => id !== hedge.id), hedge.id];
  const next: State = {
    ...state,
    hedges: withKey(state.hedges, hedge.id, { ...hedge, settledAt: at }),
    closedAt: withKey(state.closedAt, hedge.coin, at),
    settled: [...settled.slice(0, -keptFlat).filter((id) => hasDust(state, id)), ...settled.slice(-keptFlat)],
  };
  return settled
    .slice(0, -keptFlat)
    .filter((id) => !hasDust(state, id))
    .reduce(forget, book(next, hedge.id));
}

/** Coins too few to sell are still there: the hedge that holds them is not forgotten. */
function hasDust(state: State, id: HedgeId): boolean {
  const hedge = own(state.hedges, id);
  return hedge !== undefined && !isZero(holding(state, hedge).residual);
}

/** Books the result of a flat hedge as far as it is not booked yet: late trades change it once more. */
export function book(state: State, id: HedgeId): State {
  const hedge = own(state.hedges, id);
  if (hedge?.phase !== 'flat') return state;
  const { total } = hedgeResult(state, hedge);
  const gained = subtract(total, own(state.day.bases, id) ?? zero<'krw'>());
  return { ...state, day: { ...state.day, realized: add(state.day.realized, gained), bases: withKey(state.day.bases, id, total) } };
}

function forget(state: State, id: HedgeId): State {
  const hedge = own(state.hedges, id);
  if (hedge?.phase !== 'flat') return state;
  return {
    ...state,
    orders: withoutKey(state.orders, ...hedge.orders),
    hedges: withoutKey(state.hedges, id),
    day: { ...state.day, bases: withoutKey(state.day.bases, id) },
  };
}
