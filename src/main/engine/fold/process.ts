import { mapValues, own, withKey, withoutKey } from '../../../shared/domain/record.ts';
import { hedgeOf } from '../../../shared/domain/ids.ts';
import { defaultSettings } from '../../../shared/domain/settings.ts';
import { krw } from '../../../shared/domain/units.ts';
import { legVenue, type Order, type State } from '../state.ts';
import type { Folds } from './table.ts';

export const foldProcess: Folds<
  | 'processStarted'
  | 'accountSeen'
  | 'reconciled'
  | 'resumed'
  | 'armed'
  | 'disarmed'
  | 'approvalSet'
  | 'settingsSet'
  | 'stopped'
  | 'closeAllWanted'
  | 'stopReset'
  | 'dayStarted'
  | 'capitalTaken'
  | 'apiErrorCounted'
  | 'failedEntriesCounted'
  | 'alarmRaised'
  | 'alarmCleared'
> = {
  // Every process starts reconciling and disarmed; the stop and the approval toggle outlive it.
  processStarted: (state, fact) => ({
    ...awake(state),
    phase: 'reconciling',
    armed: false,
    armWhenReady: fact.armWhenReady,
    slots: slotsAfterStart(state),
    entries: mapValues(state.entries, ({ timerZero: _, ...entry }) =>
      own(state.hedges, hedgeOf(entry.signal.id)) === undefined && entry.state === 'queued' ? { ...entry, state: 'waiting' as const } : entry,
    ),
    // Readings of a timer that died with its process.
    exits: mapValues(state.exits, ({ timerZero: _, ...exit }) => exit),
    orders: mapValues(state.orders, withoutTimer),
    // Whoever wanted it heard that it was not decided.
    byHand: { ...state.byHand, wanted: {} },
  }),
  accountSeen: (state, fact) => ({ ...state, accounts: { ...state.accounts, [fact.venue]: fact.account } }),
  // While nobody could ask, an order was not silent: its silence is measured from here.
  reconciled: (state, fact) => ({
    ...awake(state),
    phase: 'ready',
    readyAt: fact.at,
    orders: mapValues(state.orders, (order) => (order.unknownSince === undefined ? order : { ...order, unknownSince: fact.at })),
  }),
  resumed: (state, fact) => ({ ...state, resumedAt: fact.at }),
  armed: (state) => ({ ...state, armed: true }),
  // Whoever disarms or stops before the venues were read means it: nothing arms by itself afterwards.
  disarmed: (state) => ({ ...state, armed: false, armWhenReady: false }),
  approvalSet: (state, fact) => ({ ...state, approval: fact.approval }),
  // A setting that an older journal does not know has its default.
  settingsSet: (state, fact) => ({ ...state, settings: { ...defaultSettings, ...fact.settings } }),
  stopped: (state, fact) => ({
    ...state,
    armed: false,
    armWhenReady: false,
    stop: state.stop ?? {
      at: fact.at,
      source: fact.source,
      reason: fact.reason,
      code: fact.code ?? 'UNSAID',
      values: fact.values ?? {},
    },
  }),
  closeAllWanted: (state) => ({ ...state, closeAll: true }),
  stopReset: (state, fact) => ({ ...state, stop: null, closeAll: false, resetAt: fact.at, failedEntries: 0 }),
  dayStarted: (state, fact) => ({
    ...state,
    day: {
      kst: fact.kst,
      entries: fact.kst === state.day.kst ? state.day.entries : 0,
      realized: krw('0'),
      capital: fact.capital,
      bases: fact.bases,
      ...(fact.carried === true ? { isCarried: true } : {}),
    },
  }),
  capitalTaken: (state, { capital }) => {
    const { isCarried: _over, ...day } = state.day;
    return { ...state, day: { ...day, capital } };
  },
  apiErrorCounted: (state, fact) => ({ ...state, apiErrors: { ...state.apiErrors, [fact.venue]: fact.count } }),
  failedEntriesCounted: (state, { count }) => ({ ...state, failedEntries: count }),
  alarmRaised: (state, fact) =>
    own(state.alarms, fact.key) === undefined
      ? {
          ...state,
          alarms: withKey(state.alarms, fact.key, {
            code: fact.code,
            severity: fact.severity,
            hedge: fact.hedge,
            detail: fact.detail,
            values: fact.values ?? {},
            at: fact.at,
          }),
        }
      : state,
  alarmCleared: (state, fact) => ({ ...state, alarms: withoutKey(state.alarms, fact.key) }),
};

/** The venues are read anew, or will be before anything else. */
function awake({ resumedAt: _over, ...state }: State): State {
  return state;
}

/** The process whose timer it was is gone. */
function withoutTimer(order: Order): Order {
  const { elapsed, ...misses } = order.misses;
  return elapsed === undefined ? order : { ...order, misses };
}

/** A slot survives a restart only with the hedge that is being opened on it; a quote that was under way is gone. */
function slotsAfterStart(state: State): State['slots'] {
  const holder = state.slots[legVenue.spot];
  const opening = holder !== undefined && own(state.hedges, hedgeOf(holder))?.phase === 'opening';
  return opening ? state.slots : {};
}
