/** The parts of the snapshot, read off what the console is made of at this moment. */
import type { Parts, PreferencesView, Standing, VenueView } from '../../shared/contract/parts.ts';
import type { Leg } from '../../shared/domain/venue.ts';
import { armingBarred } from '../engine/decide/process.ts';
import { tradingState } from '../engine/risk/permission.ts';
import { legVenue, type State } from '../engine/state.ts';
import { riskPart } from '../engine/view/risk-part.ts';
import { runwayPart } from '../engine/view/runway-part.ts';
import { settingsPart } from '../engine/view/settings-part.ts';
import { type StopSeen, stopReport } from '../engine/view/stop-report.ts';
import { stopView } from '../engine/view/stop-view.ts';
import { venuePart } from '../engine/view/venue-part.ts';
import type { DeadMan } from '../runtime/dead-man.ts';
import type { ClockOffsets } from '../runtime/clock-offsets.ts';
import type { AccountsSeen } from '../runtime/feed/accounts-seen.ts';
import { sameItems } from '../runtime/feed/state-rows.ts';
import type { FeedParts } from '../runtime/feed.ts';
import type { StreamStates } from '../runtime/streams.ts';
import type { Preferences } from '../store/settings-store.ts';
import type { Prices } from './prices.ts';

export interface Viewed {
  /** What does not change while the console runs. */
  readonly fixed: Pick<Standing, 'market' | 'version' | 'dataDir' | 'startedAt'>;
  readonly sources: () => Standing['sources'];
  readonly stopFile: () => boolean;
  readonly diskFailure: () => string | null;
  readonly streams: StreamStates;
  readonly offsets: ClockOffsets;
  readonly accounts: AccountsSeen;
  readonly deadMan: Pick<DeadMan, 'view'>;
  readonly now: () => number;
  readonly prices: Pick<Prices, 'market' | 'limitInputs' | 'newest'>;
  readonly preferences: () => Preferences;
  /** What the venues showed since the stop. */
  readonly stopSeen: () => StopSeen;
}

export function viewsOf(viewed: Viewed): FeedParts['parts'] {
  let last: { readonly from: readonly unknown[]; readonly part: Parts['risk'] } | null = null;
  const risk = (state: State): Parts['risk'] => {
    const { limitInputs } = viewed.prices;
    // Whole seconds: ages alone are no reason for more than one update of them.
    const at = Math.ceil(viewed.now() / 1000) * 1000;
    const from = [state, limitInputs, at];
    if (last === null || !sameItems(last.from, from)) last = { from, part: riskPart(state, limitInputs, at) };
    return last.part;
  };
  let lastRunway: { readonly from: readonly unknown[]; readonly part: Parts['runway'] } | null = null;
  const runway = (state: State): Parts['runway'] => {
    const seen = { holdings: viewed.accounts.of(legVenue.perp), quotes: viewed.prices.newest };
    const from = [state, seen.holdings, ...seen.quotes.values()];
    if (lastRunway === null || !sameItems(lastRunway.from, from)) lastRunway = { from, part: runwayPart(state, seen) };
    return lastRunway.part;
  };
  return {
    standing: (state) => standing(state, viewed),
    venues: (state) => ({ upbit: venue(state, 'spot', viewed), binance: venue(state, 'perp', viewed) }),
    settings: (state) => settingsPart(state.settings),
    risk,
    runway,
    market: () => viewed.prices.market,
    preferences: () => preferencesPart(viewed.preferences()),
    stopReport: (state) => stopReport(state, viewed.stopSeen()),
  } satisfies { [N in keyof Parts]: (state: State) => Parts[N] };
}

function standing(state: State, { fixed, sources, stopFile, diskFailure }: Viewed): Standing {
  const failure = diskFailure();
  const bar = failure === null ? armingBarred(state) : diskBar(failure);
  return {
    ...fixed,
    mode: state.mode,
    trading: tradingState(state, failure !== null),
    stop: stopView(state.stop),
    stopFile: stopFile(),
    diskFailure: failure,
    approval: state.approval,
    armingBar: bar === null ? null : { code: bar.code, reason: bar.reason },
    installation: state.installation,
    sources: sources(),
  };
}

/** Nothing arms on a disk that does not take what is decided. */
export const diskBar = (failure: string) => ({ code: 'JOURNAL_FAILED', reason: `The journal cannot be written: ${failure}` });

function venue(state: State, leg: Leg, { streams, offsets, accounts, deadMan }: Viewed): VenueView {
  const name = legVenue[leg];
  const offset = offsets.last(name);
  return venuePart(state, leg, {
    stream: streams.of(name),
    clockOffsetMs: offset.ok ? offset.value : null,
    holdings: accounts.of(name),
    deadMan: leg === 'perp' ? deadMan.view : null,
  });
}

const preferencesPart = ({ language, theme }: Preferences): PreferencesView => ({ language: language ?? null, theme: theme ?? 'system' });
