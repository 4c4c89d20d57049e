/**
 * One process of the console: the parts that compose/console.ts wires, wired the same way round a simulated clock, disk
 * and venues. All of them are the real ones.
 */
import type { StopCause } from '../shared/domain/codes.ts';
import type { StopReport } from '../shared/contract/parts.ts';
import type { Answer } from '../shared/domain/failure.ts';
import type { HedgeId, InstallationId, SignalId } from '../shared/domain/ids.ts';
import type { Venue } from '../shared/domain/venue.ts';
import type { CommandReply } from '../main/engine/draft.ts';
import type { Fact } from '../main/engine/facts.ts';
import { fold } from '../main/engine/fold.ts';
import type { Command, Input } from '../main/engine/inputs.ts';
import { openHedges } from '../main/engine/legs.ts';
import { initialState, type State } from '../main/engine/state.ts';
import type { Step } from '../main/engine/step.ts';
import type { EndedRequest, VenuePort } from '../main/exchanges/port.ts';
import { Availability } from '../main/runtime/availability.ts';
import { type Clock, steady } from '../main/runtime/clock.ts';
import { ClockOffsets } from '../main/runtime/clock-offsets.ts';
import { Door } from '../main/runtime/door.ts';
import { Executor } from '../main/runtime/executor.ts';
import { ForcedCloses } from '../main/runtime/forced-closes.ts';
import { Loop, type LoopParts, type Submitted, type Untimed } from '../main/runtime/loop.ts';
import type { JournalPort } from '../main/runtime/ports.ts';
import { Pursuit } from '../main/runtime/pursuit.ts';
import { Quotes } from '../main/runtime/quotes.ts';
import { Reconciler } from '../main/runtime/reconcile.ts';
import { startRounds } from '../main/runtime/rounds.ts';
import { StopWatch } from '../main/runtime/stop-watch.ts';
import { StreamWatch } from '../main/runtime/stream-watch.ts';
import { listen, StreamStates } from '../main/runtime/streams.ts';
import type { Venues } from '../main/runtime/venues.ts';
import { Wake } from '../main/runtime/wake.ts';
import type { FileOperations } from '../main/store/file-operations.ts';
import { type Journal, openJournal } from '../main/store/journal/journal.ts';
import type { Plant } from './bugs.ts';
import type { Owner, Timeline } from './timeline.ts';

export const journalFolder = '/data/journal';

/** What a process tells of itself to whoever checks it. */
export interface Observer {
  recovered(process: Process, state: State): void;
  stepped(process: Process, before: State, after: State, input: Untimed): void;
  facts(process: Process, facts: readonly Fact[], durable: boolean): void;
  bug(process: Process, error: unknown): void;
  journalFailed(process: Process): void;
  approved(signal: SignalId): void;
  /** A stop that closes all is on disk: these were open then. */
  closesAll(hedges: readonly HedgeId[]): void;
  /** What came of a stop was told. */
  stopTold(process: Process, report: StopReport): void;
}

export interface ProcessParts {
  readonly owner: Owner;
  readonly timeline: Timeline;
  readonly files: FileOperations;
  readonly segmentBytes: number;
  readonly installation: InstallationId;
  readonly armWhenReady: boolean;
  readonly plant: Plant;
  readonly observer: Observer;
  /** Makes the port of a venue for this process. */
  readonly connect: (process: Process, venue: Venue, onRequest: (ended: EndedRequest) => void) => VenuePort;
}

export class Process {
  readonly owner: Owner;
  readonly parts: ProcessParts;
  /** Our clock minus the true time. */
  wallOffsetMs = 0;
  /** The last correction is older than the last jump of the clock. */
  clockIsOff = false;
  journalFailed = false;
  /** What a person was told last: the latch is closed. */
  stoppedByPerson = false;
  /** When a person last stopped this process, by its own clock. */
  stoppedAt = 0;
  armedByPerson: boolean;
  running: Running | null = null;
  readonly read = new Set<Venue>();

  constructor(parts: ProcessParts) {
    this.parts = parts;
    this.owner = parts.owner;
    this.armedByPerson = parts.armWhenReady;
    const { timeline } = parts;
    this.now = steady(
      () => timeline.now + this.wallOffsetMs,
      () => timeline.now,
    );
  }

  get state(): State | null {
    return this.running?.loop.state ?? null;
  }
  get isReady(): boolean {
    return this.state?.phase === 'ready';
  }
  /** Our time of day. */
  readonly now: () => number;

  /** Opens the journal and starts. @returns why not; null once it runs */
  async start(): Promise<string | null> {
    const { files, plant, segmentBytes, observer, installation } = this.parts;
    const opened = await openJournal(journalFolder, { files: plant.files?.(files) ?? files, segmentBytes });
    if (!opened.ok) return `${opened.kind}: ${opened.reason}`;
    const rebuilt = rebuild(installation, opened.snapshot?.state ?? null, opened.records);
    observer.recovered(this, rebuilt);
    if (this.owner.dead) return null;
    this.running = new Running(this, plant.recovered?.(rebuilt) ?? rebuilt, opened.journal);
    await this.running.start();
    plant.started?.(this);
    return null;
  }

  /** A person's wish, and what was told of it. */
  command(command: Command): CommandReply {
    const { plant } = this.parts;
    if (command.kind === 'stop') {
      this.stoppedByPerson = true;
      this.stoppedAt = this.now();
    }
    if (command.kind === 'stop' || command.kind === 'disarm') this.armedByPerson = false;
    if (command.kind === 'approve') this.parts.observer.approved(command.signal);
    const reply = plant.command === undefined ? this.#obey(command) : plant.command(command, (given) => this.#obey(given), this);
    if (command.kind === 'resetStop' && reply.ok) this.stoppedByPerson = false;
    if (command.kind === 'arm' && reply.ok) this.armedByPerson = true;
    return reply;
  }

  /** As compose/console.ts: a stop closes the door before anything else happens. */
  #obey(command: Command): CommandReply {
    const { running } = this;
    if (running === null) return { ok: false, code: 'NOT_RUNNING', reason: 'The process is still opening' };
    if (command.kind === 'stop') running.door.latch();
    const { reply, durable } = running.loop.submit({ kind: 'command', command });
    if (command.kind === 'stop' && command.closeAll) {
      const open = openHedges(running.loop.state).map(({ id }) => id);
      durable.then(
        () => this.parts.observer.closesAll(open),
        // The disk failed: nobody was told that it would be closed.
        () => undefined,
      );
    }
    if (command.kind === 'resetStop' && reply.ok) running.reset();
    return reply;
  }
}

/** State = fold(records) over the snapshot, as compose/open-store.ts. */
export function rebuild(installation: InstallationId, snapshot: unknown, records: readonly { readonly payload: unknown }[]): State {
  let state: State = { ...initialState(installation, 'paper'), ...(snapshot as State | null) };
  for (const { payload } of records) for (const fact of (payload as { readonly facts: readonly Fact[] }).facts) state = fold(state, fact);
  return state;
}

/** The clock of one process: it may be wrong, and what it was to call dies with the process. */
function clockOf(process: Process): Clock {
  const { timeline, owner } = process.parts;
  return {
    now: process.now,
    elapsed: () => timeline.now,
    after: (ms, call) => timeline.after(ms, call, owner),
    every(ms, call) {
      let callOff = timeline.after(ms, tick, owner);
      function tick(): void {
        callOff = timeline.after(ms, tick, owner);
        call();
      }
      return () => callOff();
    },
  };
}

/** The loop, seen from outside at every step. */
class SeenLoop extends Loop {
  readonly #process: Process;

  constructor(state: State, parts: LoopParts, process: Process) {
    super(state, parts);
    this.#process = process;
  }

  protected override decide(state: State, input: Input): Step {
    const { plant } = this.#process.parts;
    return plant.decide?.(state, input, (seen, given) => super.decide(seen, given)) ?? super.decide(state, input);
  }

  override submit(input: Untimed): Submitted {
    const { plant, observer } = this.#process.parts;
    const changed = plant.input === undefined ? input : plant.input(input, this.#process);
    if (changed === null) return { reply: { ok: true }, durable: Promise.resolve() };
    const before = this.state;
    const submitted = super.submit(changed);
    observer.stepped(this.#process, before, this.state, changed);
    plant.after?.(changed, this.#process);
    return submitted;
  }
}

class Running {
  readonly loop: Loop;
  readonly door: Door;
  readonly journal: Journal;
  readonly venues: Venues;
  readonly #process: Process;
  readonly #clock: Clock;
  readonly #offsets = new ClockOffsets();
  readonly #streams = new StreamStates();
  readonly #executor: Executor;
  readonly #pursuit: Pursuit;
  readonly #reconciler: Reconciler;
  readonly #forcedCloses: ForcedCloses;
  readonly #availability: Availability;
  readonly #stopWatch: StopWatch;

  constructor(process: Process, state: State, journal: Journal) {
    const { plant, observer } = process.parts;
    this.#process = process;
    this.journal = journal;
    this.#clock = clockOf(process);
    const loop = (): Loop => this.loop;
    const clock = this.#clock;
    this.venues = { spot: this.#connect('upbit'), perp: this.#connect('binance') };
    const quotes = new Quotes(this.venues, this.#offsets, clock);
    this.door = new Door(
      this.venues,
      clock,
      () => plant.doorSees?.(this.loop.state, process) ?? this.loop.state,
      (coin) => quotes.latest(coin),
    );
    this.#executor = new Executor(this.door, quotes, clock, loop);
    this.#forcedCloses = new ForcedCloses(this.venues.perp, clock, loop);
    this.#pursuit = new Pursuit(this.venues, clock, this.#streams, loop);
    this.#reconciler = new Reconciler(this.venues, this.#offsets, clock, loop);
    this.#stopWatch = new StopWatch({
      clock,
      venues: this.venues,
      loop,
      onChange: () => undefined,
      onReport: (report) => observer.stopTold(process, report),
    });
    const seen = watched(journal, process);
    this.loop = new SeenLoop(
      state,
      {
        clock,
        journal: plant.journal?.(seen) ?? seen,
        engineVersion: 'simulation',
        carryOut: this.#executor.carryOut,
        onState: (next, _input, facts) => {
          if (facts.some(({ kind }) => kind === 'orderFilled')) quotes.traded();
          if (next.stop !== null) this.door.latch();
          this.#pursuit.follow(next);
          this.#forcedCloses.follow(next);
          this.#stopWatch.follow(next);
        },
        onFacts: (facts) => observer.facts(process, facts, true),
        onUnrecorded: (facts) => observer.facts(process, facts, false),
        onJournalFailed: (reason) => {
          this.door.failDisk();
          this.#stop(`The journal cannot be written: ${reason}`, { code: 'JOURNAL_FAILED', values: { said: reason } });
        },
        onBug: (error) => {
          this.door.latch();
          observer.bug(process, error);
        },
      },
      process,
    );
    this.#availability = new Availability({
      clock,
      isWatched: () => this.loop.state.phase === 'ready' && this.loop.state.resumedAt === undefined,
      onGone: (venue, why) => this.#venueGone(venue, why),
      onBack: (venue) => void this.loop.submit({ kind: 'alarmOver', key: `gone:${venue}` }),
    });
    if (state.stop !== null) this.door.latch();
  }

  async start(): Promise<void> {
    const { armWhenReady } = this.#process.parts;
    const { durable } = this.loop.submit({ kind: 'started', armWhenReady, engine: 'simulation' });
    await durable.catch(() => undefined);
    for (const venue of [this.venues.spot, this.venues.perp])
      listen(
        venue,
        this.#streams,
        () => this.loop,
        () => this.loop.watch(this.#reconciler.catchUp(venue)),
        this.#forcedCloses.saw,
      );
    startRounds({
      clock: this.#clock,
      venues: this.venues,
      offsets: this.#offsets,
      reconciler: this.#reconciler,
      executor: this.#executor,
      loop: () => this.loop,
      wake: new Wake({ clock: this.#clock, venues: this.venues, reconciler: this.#reconciler, loop: () => this.loop }),
    });
    this.#availability.start();
    new StreamWatch(this.venues, this.#clock, this.#streams, () => this.loop).start();
    this.loop.watch(this.#reconciler.run());
  }

  /** As compose/trading.ts. */
  reset(): void {
    this.door.unlatch();
    this.#availability.startAnew();
  }

  #connect(venue: Venue): VenuePort {
    const { plant, connect } = this.#process.parts;
    const port = connect(this.#process, venue, (ended) => {
      this.#availability.ended(ended);
      if (ended.signed) this.#requestEnded(venue, ended.ok ? null : (ended.failure ?? null));
    });
    return plant.port?.(port, this.#process) ?? port;
  }

  #stop(reason: string, cause: StopCause): void {
    this.door.latch();
    this.loop.submit({ kind: 'command', command: { kind: 'stop', source: 'limit', reason, closeAll: false, cause } });
  }

  #venueGone(venue: Venue, why: string): void {
    const detail = `${venue} is not available: ${why}`;
    const values = { venue, when: 'later', said: why };
    this.loop.submit({ kind: 'alarm', key: `gone:${venue}`, code: 'VENUE_UNREACHABLE', values, severity: 'critical', detail });
    this.#stop(detail, { code: 'VENUE_GONE', values: { venue, said: why } });
  }

  /** What the API-error limit counts. */
  #requestEnded(venue: Venue, failure: Extract<Answer<never>, { ok: false }>['failure'] | null): void {
    const counted = failure === null || ['TIMEOUT', 'NETWORK', 'VENUE_ERROR', 'BAD_ANSWER', 'MAINTENANCE', 'AUTHENTICATION'].includes(failure.code);
    if (counted) this.loop.submit({ kind: 'requestEnded', venue, failure });
  }
}

/** The journal as the checks see it: they hear of its failure before anybody can hide it. */
function watched(journal: Journal, process: Process): JournalPort {
  return {
    get failed() {
      return journal.failed;
    },
    get snapshotDue() {
      return journal.snapshotDue;
    },
    async append(entries) {
      try {
        return await journal.append(entries);
      } catch (error) {
        process.journalFailed = true;
        process.parts.observer.journalFailed(process);
        throw error;
      }
    },
    writeSnapshot: (state) => journal.writeSnapshot(state),
  };
}
