import { own, withKey, withoutKey } from '../../../shared/domain/record.ts';
import type { Place } from '../inputs.ts';
import { isFinal, knownSignal, withSignal } from '../signal-book.ts';
import { legVenue, type State } from '../state.ts';
import type { Folds } from './table.ts';

export const foldSignals: Folds<
  | 'signalTaken'
  | 'signalMalformed'
  | 'signalRepeated'
  | 'signalJudged'
  | 'signalQueued'
  | 'slotsTaken'
  | 'slotsFreed'
  | 'exitStarted'
  | 'exitPartDone'
> = {
  signalTaken: (state, { signal, source, place, at, elapsed }) => {
    const next = remember(state, place);
    const signals = withSignal(next.signals, signal.id, { digest: signal.digest, state: 'accepted', code: 'ACCEPTED', hedge: null });
    const taken = { source, seen: at, nth: state.facts, state: 'waiting', ...(elapsed === undefined ? {} : { timerZero: at - elapsed }) } as const;
    return signal.action === 'ENTER'
      ? { ...next, signals, entries: withKey(next.entries, signal.id, { signal, ...taken }) }
      : { ...next, signals, exits: withKey(next.exits, signal.id, { signal, ...taken, remaining: [], ended: [] }) };
  },
  signalMalformed: (state, fact) => remember(state, fact.place),
  signalRepeated: (state, fact) => remember(state, fact.place),
  signalJudged: (state, fact) => {
    const known = knownSignal(state.signals, fact.id);
    if (known === undefined) return state;
    const signals = withSignal(state.signals, fact.id, {
      digest: known.digest,
      state: fact.state,
      code: fact.code,
      hedge: fact.hedge ?? known.hedge,
    });
    if (isFinal(fact.state)) return { ...state, signals, entries: withoutKey(state.entries, fact.id), exits: withoutKey(state.exits, fact.id) };
    const entry = own(state.entries, fact.id);
    const exit = own(state.exits, fact.id);
    return {
      ...state,
      signals,
      entries: entry === undefined ? state.entries : withKey(state.entries, fact.id, { ...entry, state: 'awaitingApproval' }),
      exits: exit === undefined ? state.exits : withKey(state.exits, fact.id, { ...exit, state: 'awaitingApproval', remaining: [] }),
    };
  },
  signalQueued: (state, fact) => {
    const entry = own(state.entries, fact.id);
    const exit = own(state.exits, fact.id);
    return {
      ...state,
      entries: entry === undefined ? state.entries : withKey(state.entries, fact.id, { ...entry, state: 'queued', by: fact.by }),
      exits: exit === undefined ? state.exits : withKey(state.exits, fact.id, { ...exit, state: 'queued', by: fact.by }),
    };
  },
  slotsTaken: (state, fact) => ({ ...state, slots: { [legVenue.spot]: fact.signal, [legVenue.perp]: fact.signal } }),
  slotsFreed: (state, fact) => (state.slots[legVenue.spot] === fact.signal ? { ...state, slots: {} } : state),
  exitStarted: (state, fact) => {
    const exit = own(state.exits, fact.signal);
    if (exit === undefined) return state;
    return { ...state, exits: withKey(state.exits, fact.signal, { ...exit, state: 'running', remaining: fact.hedges }) };
  },
  exitPartDone: (state, fact) => {
    const exit = own(state.exits, fact.signal);
    if (exit === undefined) return state;
    const remaining = exit.remaining.filter((hedge) => hedge !== fact.hedge);
    return {
      ...state,
      exits: withKey(state.exits, fact.signal, { ...exit, remaining, ended: [...exit.ended, { hedge: fact.hedge, how: fact.how }] }),
    };
  },
};

const remember = (state: State, place: Place | null): State =>
  place === null ? state : { ...state, places: withKey(state.places, place.key, place.value) };
