/**
 * After a stop both venues are asked themselves what is left, until they show that it is done.
 *
 * 1. Each venue is asked by itself: one that hangs holds up no other, and is named for as long as it has not shown it.
 * 2. A first read begins with the stop, for orders that the books do not know; the next ones when nothing of ours is
 *    under way there, less and less often.
 * 3. It is told when it is done, and `tellAfterMs` after the stop in any case, with what is open and unknown then.
 */
import type { StopReport } from '../../shared/contract/parts.ts';
import type { Answer } from '../../shared/domain/failure.ts';
import type { Venue } from '../../shared/domain/venue.ts';
import { isInFlight } from '../engine/legs.ts';
import type { State } from '../engine/state.ts';
import { stays, type StopSeen, stopReport, type VenueShown } from '../engine/view/stop-report.ts';
import type { VenuePort } from '../exchanges/port.ts';
import type { Clock } from './clock.ts';
import { sameItems } from './feed/state-rows.ts';
import type { Loop } from './loop.ts';
import type { Venues } from './venues.ts';

/** Well within the five seconds in which a person is to know. */
const tellAfterMs = 3000;
/** Between the reads of one venue; the last goes on. */
const pausesMs = [100, 300, 1000, 2000, 4000, 8000] as const;
const steadyMs = 10_000;

export interface StopWatchParts {
  readonly clock: Clock;
  readonly venues: Venues;
  readonly loop: () => Loop;
  /** What the report says may have changed without a step. */
  readonly onChange: () => void;
  readonly onReport: (report: StopReport) => void;
}

interface Reads {
  readonly venue: VenuePort;
  isReading: boolean;
  tries: number;
  callOff: (() => void) | null;
}

export class StopWatch {
  readonly #parts: StopWatchParts;
  readonly #reads: readonly Reads[];
  #shown: Partial<Record<Venue, VenueShown>> = {};
  #settledAt: number | null = null;
  /** The stop that is watched: when it fired; null while there is none. */
  #stoppedAt: number | null = null;
  #hasBegun = false;
  #judged: readonly unknown[] = [];
  #endTelling: () => void = () => undefined;
  #closed = false;

  constructor(parts: StopWatchParts) {
    this.#parts = parts;
    const { spot, perp } = parts.venues;
    this.#reads = [spot, perp].map((venue) => ({ venue, isReading: false, tries: 0, callOff: null }));
  }

  get seen(): StopSeen {
    return { at: this.#parts.clock.now(), shown: this.#shown, settledAt: this.#settledAt };
  }

  /** Called after each step. */
  follow(state: State): void {
    if (this.#closed) return;
    if ((state.stop?.at ?? null) !== this.#stoppedAt) this.#begin(state);
    if (state.stop === null || state.phase === 'reconciling') return;
    if (!this.#hasBegun) {
      this.#hasBegun = true;
      for (const reads of this.#reads) this.#read(reads);
    }
    if (state.orders !== this.#judged[0]) for (const reads of this.#reads) reads.tries = 0;
    if (!sameItems(whatItTells(state), this.#judged)) this.#judge(state);
  }

  close(): void {
    this.#closed = true;
    this.#forget();
  }

  #begin(state: State): void {
    this.#forget();
    this.#stoppedAt = state.stop?.at ?? null;
    if (state.stop !== null) this.#endTelling = this.#parts.clock.after(tellAfterMs, () => this.#tell());
  }

  #forget(): void {
    this.#endTelling();
    this.#shown = {};
    this.#settledAt = null;
    this.#hasBegun = false;
    this.#judged = [];
    for (const reads of this.#reads) {
      reads.callOff?.();
      reads.callOff = null;
      reads.tries = 0;
    }
  }

  /** Whether it is done by now, and whom to ask again where it is not. */
  #judge(state: State): void {
    this.#judged = whatItTells(state);
    const report = stopReport(state, this.seen);
    if (report === null) return;
    if (!report.done) {
      this.#settledAt = null;
      for (const reads of this.#reads) if (report.unconfirmed.includes(reads.venue.venue) && isQuiet(state, reads.venue)) this.#readSoon(reads);
    } else if (this.#settledAt === null) {
      this.#settledAt = this.#parts.clock.now();
      this.#parts.onChange();
      this.#tell();
    }
  }

  #readSoon(reads: Reads): void {
    if (reads.isReading || reads.callOff !== null || this.#closed) return;
    const pause = pausesMs[reads.tries] ?? steadyMs;
    reads.tries += 1;
    reads.callOff = this.#parts.clock.after(pause, () => {
      reads.callOff = null;
      this.#read(reads);
    });
  }

  #read(reads: Reads): void {
    if (!reads.isReading) this.#parts.loop().watch(this.#show(reads));
  }

  async #show(reads: Reads): Promise<void> {
    const { clock, loop } = this.#parts;
    const { venue } = reads;
    const stoppedAt = this.#stoppedAt;
    const begunAt = clock.now();
    reads.isReading = true;
    const [open, holdings] = await Promise.all([openOrdersOf(venue, loop().state), venue.holdings()]);
    reads.isReading = false;
    const { state } = loop();
    if (this.#closed || state.stop === null) return;
    if (open.ok && holdings.ok && stoppedAt === this.#stoppedAt) {
      this.#shown = { ...this.#shown, [venue.venue]: { begunAt, clientIds: open.value, holdings: holdings.value } };
      this.#parts.onChange();
    }
    this.#judge(state);
  }

  #tell(): void {
    this.#endTelling();
    const report = stopReport(this.#parts.loop().state, this.seen);
    if (report !== null) this.#parts.onReport(report);
  }
}

/** What of the state a report is made of: the same objects make the same report. */
const whatItTells = ({ orders, hedges, outside, forced, closeAll }: State): readonly unknown[] => [orders, hedges, outside, forced, closeAll];

/** Client ids of the open orders of every coin that the books know: asked coin by coin, as all at once weighs forty times as much. */
async function openOrdersOf(venue: VenuePort, { hedges, orders }: State): Promise<Answer<readonly string[]>> {
  const coins = new Set([...Object.values(hedges).map(({ coin }) => coin), ...Object.values(orders).map(({ request }) => request.coin)]);
  const answers = await Promise.all([...coins].map((coin) => venue.openOrders(coin)));
  const open: string[] = [];
  for (const answer of answers) {
    if (!answer.ok) return answer;
    open.push(...answer.value.map((order) => order.clientId));
  }
  return { ok: true, value: open };
}

/** A read while an order is under way shows nothing that stays; what a stop leaves to rest may do so for days. */
const isQuiet = (state: State, { venue }: VenuePort): boolean =>
  !Object.values(state.orders).some((order) => order.request.venue === venue && isInFlight(order) && !stays(order));
