/**
 * What trades: the loop round the engine, the door, both venues and all that watches them. Knows of no screen, no source
 * of signals and no file but the journal.
 */
import type { StopReport } from '../../shared/contract/parts.ts';
import type { Failure } from '../../shared/domain/failure.ts';
import type { Venue } from '../../shared/domain/venue.ts';
import type { CommandReply } from '../engine/draft.ts';
import type { Fact } from '../engine/facts.ts';
import type { Command, Input } from '../engine/inputs.ts';
import { isOtherAccount } from '../engine/risk/permission.ts';
import type { State } from '../engine/state.ts';
import { createBinance } from '../exchanges/binance/binance.ts';
import type { EndedRequest, VenuePort } from '../exchanges/port.ts';
import { createUpbit } from '../exchanges/upbit/upbit.ts';
import { Availability } from '../runtime/availability.ts';
import { systemClock } from '../runtime/clock.ts';
import { ClockOffsets } from '../runtime/clock-offsets.ts';
import { DeadMan } from '../runtime/dead-man.ts';
import { Door } from '../runtime/door.ts';
import { Executor, type QuoteListener } from '../runtime/executor.ts';
import { ForcedCloses } from '../runtime/forced-closes.ts';
import { Loop, type LoopParts } from '../runtime/loop.ts';
import { Pursuit } from '../runtime/pursuit.ts';
import { Quotes } from '../runtime/quotes.ts';
import { Reconciler } from '../runtime/reconcile.ts';
import { startRounds } from '../runtime/rounds.ts';
import { StopWatch } from '../runtime/stop-watch.ts';
import { StreamWatch } from '../runtime/stream-watch.ts';
import { listen, StreamStates } from '../runtime/streams.ts';
import type { Venues } from '../runtime/venues.ts';
import { Wake } from '../runtime/wake.ts';
import type { VenueAddresses } from './paper-venues.ts';

export interface TradingParts extends Pick<LoopParts, 'journal' | 'engineVersion' | 'onFacts' | 'onUnrecorded' | 'onJournalFailed' | 'onBug'> {
  /** As the journal left it. */
  readonly state: State;
  readonly addresses: VenueAddresses;
  /** Called after every step, for people: it sets timers at most, and must not throw. */
  readonly onStep: (state: State, input: Input) => void;
  readonly onQuote: QuoteListener;
  /** What the venues showed since the stop changed. */
  readonly onStopSeen: () => void;
  readonly onStopReport: (report: StopReport) => void;
}

/** What the API-error limit counts; not refusals, not 429. */
const countedFailures: readonly Failure['code'][] = ['TIMEOUT', 'NETWORK', 'VENUE_ERROR', 'BAD_ANSWER', 'MAINTENANCE', 'AUTHENTICATION'];

export class Trading {
  readonly loop: Loop;
  readonly door: Door;
  readonly venues: Venues;
  readonly quotes: Quotes;
  readonly offsets = new ClockOffsets();
  readonly streams = new StreamStates();
  readonly deadMan: DeadMan;
  readonly stopWatch: StopWatch;
  readonly #parts: TradingParts;
  readonly #executor: Executor;
  readonly #pursuit: Pursuit;
  readonly #reconciler: Reconciler;
  readonly #wake: Wake;
  readonly #readingClocks = new Set<Venue>();
  readonly #forcedCloses: ForcedCloses;
  readonly #availability: Availability;
  #endRounds: () => void = () => undefined;
  /** Requests end because we end them: that says nothing of a venue. */
  #isCut = false;

  constructor(parts: TradingParts) {
    this.#parts = parts;
    const clock = systemClock;
    const loop = (): Loop => this.loop;
    this.venues = this.#connect(parts.addresses);
    this.door = new Door(
      this.venues,
      clock,
      () => this.loop.state,
      (coin) => this.quotes.latest(coin),
    );
    this.quotes = new Quotes(this.venues, this.offsets, clock);
    this.#executor = new Executor(this.door, this.quotes, clock, loop, parts.onQuote);
    this.#pursuit = new Pursuit(this.venues, clock, this.streams, loop);
    this.#forcedCloses = new ForcedCloses(this.venues.perp, clock, loop);
    this.deadMan = new DeadMan({
      venue: this.venues.perp,
      clock,
      loop,
      isHeld: () => this.door.standing() === 'diskFailed' || isOtherAccount(this.loop.state),
    });
    this.#reconciler = new Reconciler(this.venues, this.offsets, clock, loop);
    this.stopWatch = new StopWatch({ clock, venues: this.venues, loop, onChange: parts.onStopSeen, onReport: parts.onStopReport });
    this.#wake = new Wake({ clock, venues: this.venues, reconciler: this.#reconciler, loop });
    this.loop = new Loop(parts.state, {
      clock,
      journal: parts.journal,
      engineVersion: parts.engineVersion,
      carryOut: this.#executor.carryOut,
      onState: (state, input, facts) => this.#follow(state, input, facts),
      onFacts: parts.onFacts,
      onUnrecorded: parts.onUnrecorded,
      onJournalFailed: (reason) => {
        // First of all: nothing but cancels leaves from here on.
        this.door.failDisk();
        parts.onJournalFailed(reason);
      },
      onBug: parts.onBug,
    });
    this.#availability = new Availability({
      clock,
      // After a sleep the network comes back a little later than we do; nothing adds risk until both venues were read.
      isWatched: () => this.loop.state.phase === 'ready' && this.loop.state.resumedAt === undefined && !this.#isCut,
      onGone: (venue, why, said) => this.#venueGone(venue, why, said),
      onBack: (venue) => void this.loop.submit({ kind: 'alarmOver', key: `gone:${venue}` }),
    });
    if (parts.state.stop !== null) this.door.latch();
  }

  /** Hands a command to the engine. A stop closes the door before anything else happens. */
  command(command: Command): CommandReply {
    if (command.kind === 'stop') this.door.latch();
    const { reply } = this.loop.submit({ kind: 'command', command });
    if (command.kind === 'resetStop' && reply.ok) {
      this.door.unlatch();
      this.#availability.startAnew();
    }
    return reply;
  }

  /** Opens the order streams of both venues. */
  listen(): void {
    for (const venue of [this.venues.spot, this.venues.perp])
      listen(
        venue,
        this.streams,
        () => this.loop,
        () => this.loop.watch(this.#reconciler.catchUp(venue)),
        (event) => {
          this.#forcedCloses.saw(event);
          if (venue === this.venues.perp) this.deadMan.saw(event);
        },
      );
  }

  /** Reads both venues, and looks again and again at what has to be looked at. */
  run(): void {
    const endRounds = startRounds({
      clock: systemClock,
      venues: this.venues,
      offsets: this.offsets,
      reconciler: this.#reconciler,
      executor: this.#executor,
      loop: () => this.loop,
      wake: this.#wake,
    });
    const endAvailability = this.#availability.start();
    const endStreamWatch = new StreamWatch(this.venues, systemClock, this.streams, () => this.loop).start();
    this.#endRounds = () => {
      endRounds();
      endAvailability();
      endStreamWatch();
    };
    this.loop.watch(this.#reconciler.run());
  }

  /** The machine woke up, as the system says; a gap between two ticks says it as well. */
  resumed(): void {
    if (!this.#isCut) this.#wake.resumed(0);
  }

  /** The first reading of the venues goes no further. */
  endReconciling(): void {
    if (this.loop.state.phase === 'reconciling') this.#reconciler.close();
  }

  /** Nothing is looked at, asked for or sent any more. */
  cut(): void {
    this.#isCut = true;
    this.#endRounds();
    this.#reconciler.close();
    this.#executor.close();
    this.#pursuit.close();
    this.#forcedCloses.close();
    this.deadMan.close();
    this.stopWatch.close();
  }

  /** Lets the venues go. */
  async close(): Promise<void> {
    await Promise.all([this.venues.spot.close(), this.venues.perp.close()]);
  }

  #follow(state: State, input: Input, facts: readonly Fact[]): void {
    // At once and never later: a step that is durable only after a reset must not close the door again.
    if (state.stop !== null) this.door.latch();
    // Before the step's own effects: a quote that it wants must not take the account of before.
    if (facts.some(({ kind }) => kind === 'orderFilled')) this.quotes.traded();
    this.#pursuit.follow(state);
    this.#forcedCloses.follow(state);
    this.deadMan.follow(state);
    this.stopWatch.follow(state);
    this.#parts.onStep(state, input);
  }

  #connect({ upbit, binance, keys }: VenueAddresses): Venues {
    const common = (venue: Venue) => ({
      loopbackOnly: this.#parts.state.mode === 'paper',
      now: systemClock.now,
      onRequest: (ended: EndedRequest) => {
        if (this.#isCut) return;
        this.#availability.ended(ended);
        if (ended.signed) this.#signedEnded(venue, ended.ok ? null : (ended.failure ?? null));
        if (ended.outOfStep === true) this.loop.watch(this.#readClock(venue));
      },
    });
    const spot: VenuePort = createUpbit({ ...upbit, keys: keys.upbit, ...common('upbit') });
    const perp: VenuePort = createBinance({ ...binance, keys: keys.binance, ...common('binance') });
    return { spot, perp };
  }

  /** A venue finds our clock out of step: by how much is measured, shown and judged at once. */
  async #readClock(venue: Venue): Promise<void> {
    if (this.#readingClocks.has(venue)) return;
    this.#readingClocks.add(venue);
    const port = this.venues.spot.venue === venue ? this.venues.spot : this.venues.perp;
    const offset = await this.offsets.measure(port, this.loop.state.settings.maxClockOffsetStopMs);
    this.#readingClocks.delete(venue);
    if (offset.ok && !this.#isCut) this.loop.submit({ kind: 'clockRead', venue, offsetMs: offset.value });
  }

  #signedEnded(venue: Venue, failure: Failure | null): void {
    if (failure === null || countedFailures.includes(failure.code)) this.loop.submit({ kind: 'requestEnded', venue, failure });
  }

  #venueGone(venue: Venue, why: string, said: string): void {
    const detail = `${venue} is not available: ${why}`;
    const values = { venue, when: 'later', said };
    this.loop.submit({ kind: 'alarm', key: `gone:${venue}`, code: 'VENUE_UNREACHABLE', values, severity: 'critical', detail });
    const cause = { code: 'VENUE_GONE', values: { venue, said } } as const;
    this.command({ kind: 'stop', source: 'limit', reason: detail, closeAll: false, cause });
  }
}
