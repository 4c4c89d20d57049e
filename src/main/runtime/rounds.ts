/** What is looked at again and again: time itself, marks of open hedges and of the watched coin, accounts, clocks. */
import type { Coin } from '../../shared/domain/ids.ts';
import { own } from '../../shared/domain/record.ts';
import { openHedges } from '../engine/legs.ts';
import type { State } from '../engine/state.ts';
import type { VenuePort } from '../exchanges/port.ts';
import type { Clock } from './clock.ts';
import type { ClockOffsets } from './clock-offsets.ts';
import type { Executor } from './executor.ts';
import type { Loop } from './loop.ts';
import type { Reconciler } from './reconcile.ts';
import type { Venues } from './venues.ts';
import type { Wake } from './wake.ts';
import { watchedCoin } from './watched-coin.ts';

const tickMs = 250;
const marksMs = 1000;
/** Twice within the 30 s of the rule, so that the confirming read of a mismatch falls inside it. */
const holdingsMs = 10_000;
/** With both measurements of an offset that is too large, it is known within 5 s. */
const clockMs = 3000;
const fundingMs = 60_000;
/** A hedge that closed may have been short at a funding that is not shown yet. */
const afterCloseMs = 1_200_000;

export interface RoundParts {
  readonly clock: Clock;
  readonly venues: Venues;
  readonly offsets: ClockOffsets;
  readonly reconciler: Reconciler;
  readonly executor: Executor;
  readonly loop: () => Loop;
  /** Told of each tick, so that it notices a sleep of the machine. */
  readonly wake?: Wake;
}

/** Starts all rounds. @returns a function that ends them */
export function startRounds({ clock, venues, offsets, reconciler, executor, loop, wake }: RoundParts): () => void {
  const isReady = (): boolean => loop().state.phase === 'ready';
  /** A venue that is slow to answer is not asked again on top of it. */
  const each = (act: (venue: VenuePort) => Promise<void>) => {
    const busy = new Set<VenuePort>();
    const once = async (venue: VenuePort): Promise<void> => {
      busy.add(venue);
      await act(venue);
      busy.delete(venue);
    };
    return () => {
      if (isReady()) for (const venue of [venues.spot, venues.perp]) if (!busy.has(venue)) loop().watch(once(venue));
    };
  };
  const ends = [
    clock.every(tickMs, () => {
      wake?.tick();
      loop().submit({ kind: 'tick' });
    }),
    clock.every(marksMs, () => {
      if (!isReady()) return;
      const coins = new Set([watchedCoin, ...openHedges(loop().state).map((hedge) => hedge.coin)]);
      executor.carryOut([...coins].map((coin) => ({ kind: 'quote', purpose: { kind: 'marks', coin }, coin, afterMs: 0 })));
    }),
    clock.every(
      holdingsMs,
      each((venue) => reconciler.compare(venue)),
    ),
    clock.every(
      clockMs,
      each(async (venue) => {
        const offset = await offsets.measure(venue, loop().state.settings.maxClockOffsetStopMs);
        if (offset.ok) loop().submit({ kind: 'clockRead', venue: venue.venue, offsetMs: offset.value });
      }),
    ),
  ];
  ends.push(
    clock.every(fundingMs, () => {
      if (isReady()) for (const coin of fundedCoins(loop().state, clock.now())) loop().watch(readFunding(venues.perp, coin, loop));
    }),
  );
  return () => {
    for (const end of ends) end();
  };
}

function fundedCoins(state: State, now: number): ReadonlySet<Coin> {
  const hedges = Object.values(state.hedges).filter(({ phase, settledAt }) => phase !== 'flat' || (settledAt ?? 0) > now - afterCloseMs);
  return new Set(hedges.map((hedge) => hedge.coin));
}

/** Since the last that was booked; before any, since the oldest hedge of the coin was opened. */
async function readFunding(venue: VenuePort, coin: Coin, loop: () => Loop): Promise<void> {
  const { fundedAt, hedges } = loop().state;
  const opened = Object.values(hedges).flatMap((hedge) => (hedge.coin === coin ? [hedge.openedAt] : []));
  const answer = await venue.funding?.(coin, own(fundedAt, coin) ?? Math.min(...opened));
  if (answer?.ok === true && answer.value.length > 0) loop().submit({ kind: 'fundingRead', coin, payments: answer.value });
}
