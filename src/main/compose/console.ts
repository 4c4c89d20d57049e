/** The running console: its parts wired together, and what hosts may do with it. */
import { randomBytes } from 'node:crypto';
import type { Handlers } from '../../shared/contract/commands.ts';
import type { Failure } from '../../shared/domain/failure.ts';
import type { Venue } from '../../shared/domain/venue.ts';
import type { CommandReply } from '../engine/draft.ts';
import type { Fact } from '../engine/facts.ts';
import type { Command, Input } from '../engine/inputs.ts';
import type { State, StopSource } from '../engine/state.ts';
import { createBinance } from '../exchanges/binance/binance.ts';
import type { EndedRequest, VenuePort } from '../exchanges/port.ts';
import { createUpbit } from '../exchanges/upbit/upbit.ts';
import { Availability } from '../runtime/availability.ts';
import { systemClock } from '../runtime/clock.ts';
import { ClockOffsets } from '../runtime/clock-offsets.ts';
import { Door } from '../runtime/door.ts';
import { Executor } from '../runtime/executor.ts';
import { ForcedCloses } from '../runtime/forced-closes.ts';
import { AccountsSeen } from '../runtime/feed/accounts-seen.ts';
import { Feed, type FeedView } from '../runtime/feed.ts';
import { Loop } from '../runtime/loop.ts';
import { Pursuit } from '../runtime/pursuit.ts';
import { Quotes } from '../runtime/quotes.ts';
import { Reconciler } from '../runtime/reconcile.ts';
import { startRounds } from '../runtime/rounds.ts';
import { StreamWatch } from '../runtime/stream-watch.ts';
import { listen, StreamStates } from '../runtime/streams.ts';
import type { Venues } from '../runtime/venues.ts';
import { hasRoomToArm, MIN_FREE_BYTES } from '../store/free-space.ts';
import { settingText } from '../store/settings-store.ts';
import { isStopFileIn, leaveStopFile, type StopFile, watchStopFile } from '../store/stop-file.ts';
import { handlersOn } from './handlers.ts';
import { JournalPages } from './journal-reading.ts';
import { isUnsettled, openInWords } from './open-hedges.ts';
import type { ConsoleOptions } from './options.ts';
import type { VenueAddresses } from './paper-venues.ts';
import { buildSources, type Sources, sourcesShown } from './sources.ts';
import { Prices } from './prices.ts';
import type { Store } from './store.ts';
import { tellSender } from './tell-sender.ts';
import { diskBar, viewsOf } from './views.ts';

export const engineVersion = '0.1.0';

/** How long an ending console waits for what is in flight to become hedged or flat. */
const settleAtEndMs = 15_000;

export class Console {
  /** What the signal socket asks of its clients. */
  readonly signalToken = randomBytes(32).toString('base64url');
  readonly #store: Store;
  readonly #options: ConsoleOptions;
  readonly #addresses: VenueAddresses;
  readonly #loop: Loop;
  readonly #door: Door;
  readonly #executor: Executor;
  readonly #pursuit: Pursuit;
  readonly #reconciler: Reconciler;
  readonly #forcedCloses: ForcedCloses;
  readonly #venues: Venues;
  readonly #offsets = new ClockOffsets();
  readonly #streams = new StreamStates();
  readonly #availability: Availability;
  readonly #sources: Sources;
  readonly #accounts = new AccountsSeen();
  readonly #prices: Prices;
  readonly #feed: Feed;
  readonly #journalPages: JournalPages;
  /** Every command of the contract: what `dispatch` calls. */
  readonly handlers: Handlers;
  #diskFailure: string | null = null;
  #stopFile: StopFile | null = null;
  #endRounds: () => void = () => undefined;
  /** `settling`: no new entry, what is in flight goes on. `cut`: requests end because we end them. */
  #ending: 'no' | 'settling' | 'cut' = 'no';
  #closed = false;

  /** @param recent the newest facts of the journal, oldest first: what the views begin with */
  constructor(store: Store, recent: readonly Fact[], addresses: VenueAddresses, options: ConsoleOptions) {
    this.#store = store;
    this.#options = options;
    this.#addresses = addresses;
    this.#venues = this.#connect(addresses);
    const loop = (): Loop => this.#loop;
    const clock = systemClock;
    this.#door = new Door(this.#venues, clock, () => this.#loop.state);
    const quotes = new Quotes(this.#venues, this.#offsets, clock);
    this.#prices = new Prices({
      clock,
      quotes,
      loop,
      venues: this.#venues,
      loopbackOnly: options.mode === 'paper',
      bankRateUrl: addresses.bankRateUrl ?? null,
      onChange: () => this.#feed.touch(),
      onTrouble: (error) => options.onTrouble?.(error),
    });
    this.#executor = new Executor(this.#door, quotes, clock, loop, this.#prices.onQuote);
    this.#pursuit = new Pursuit(this.#venues, clock, this.#streams, loop);
    this.#forcedCloses = new ForcedCloses(this.#venues.perp, clock, loop);
    this.#reconciler = new Reconciler(this.#venues, this.#offsets, clock, loop);
    this.#loop = new Loop(store.state, {
      clock,
      journal: store.journal,
      engineVersion,
      carryOut: this.#executor.carryOut,
      onState: (state, input, facts) => {
        if (facts.some(({ kind }) => kind === 'orderFilled')) quotes.traded();
        this.#follow(state, input);
      },
      onFacts: (facts, state) => this.#announce(facts, state),
      onUnrecorded: options.onUnrecorded,
      onJournalFailed: (reason) => this.#journalFailed(reason),
      onBug: (error) => {
        this.#door.latch();
        options.onBug(error);
      },
    });
    this.#availability = new Availability({
      clock,
      isWatched: () => this.#loop.state.phase === 'ready' && this.#ending !== 'cut',
      onGone: (venue, why) => this.#venueGone(venue, why),
      onBack: (venue) => void this.#loop.submit({ kind: 'alarmOver', key: `gone:${venue}` }),
    });
    if (store.state.stop !== null) this.#door.latch();
    const onStop = (reason: string): void => void this.stop('socket', reason, false);
    this.#journalPages = new JournalPages(store.journalFolder);
    this.#feed = this.#makeFeed(recent);
    this.handlers = this.#makeHandlers();
    this.#sources = buildSources(options.signals, { loop: this.#loop, now: clock.now, onStop, token: this.signalToken });
  }

  /** What consoles see: a snapshot, then numbered updates. */
  get feed(): FeedView {
    return this.#feed;
  }
  get state(): State {
    return this.#loop.state;
  }
  get notices(): readonly string[] {
    return this.#store.notices;
  }
  /** Where research processes connect; null without a signal socket. */
  get signalUrl(): string | null {
    return this.#sources.socket?.url ?? null;
  }
  /** True from the moment the latch closed, durable or not. */
  get isStopped(): boolean {
    return this.#door.latched;
  }

  /** Binds the signal socket. @throws Error when its port is taken */
  async listen(): Promise<void> {
    await this.#sources.socket?.start();
    this.#feed.touch();
  }

  /** Reads the venues, then lets signals in and the rounds begin. Resolves when the first records are durable. */
  async start(): Promise<void> {
    const { armWhenReady, approval, firstApproval } = this.#options;
    const isFirstStart = this.state.facts === 0;
    const room = await hasRoomToArm(this.#options.dataDir);
    const { durable } = this.#loop.submit({ kind: 'started', armWhenReady: armWhenReady && room, engine: engineVersion });
    // A disk that fails was told of already; the venues are read all the same, so that a person sees what is open.
    await settled(durable);
    if (this.#ending !== 'no') return;
    if (!room) {
      const detail = `Less than ${MIN_FREE_BYTES / 1_000_000} MB are free where the journal lies: not arming`;
      this.#loop.submit({ kind: 'alarm', key: 'room', code: 'JOURNAL_FAILED', severity: 'critical', detail });
    }
    this.#takeSettings();
    const toggle = approval ?? (isFirstStart ? firstApproval : undefined);
    if (toggle !== undefined) this.command({ kind: 'setApproval', approval: toggle });
    this.#stopFile = watchStopFile(this.#options.dataDir, () => void this.stop('file', 'A STOP file lies in the data folder', false));
    for (const venue of [this.#venues.spot, this.#venues.perp])
      listen(
        venue,
        this.#streams,
        () => this.#loop,
        () => this.#loop.watch(this.#reconciler.catchUp(venue)),
        this.#forcedCloses.saw,
      );
    for (const source of this.#sources.all) if (source !== this.#sources.socket && this.#ending === 'no') await source.start();
    if (this.#ending !== 'no') return;
    const endRounds = startRounds({
      clock: systemClock,
      venues: this.#venues,
      offsets: this.#offsets,
      reconciler: this.#reconciler,
      executor: this.#executor,
      loop: () => this.#loop,
    });
    const endAvailability = this.#availability.start();
    const endWatch = new StreamWatch(this.#venues, systemClock, this.#streams, () => this.#loop).start();
    this.#prices.start();
    // What nothing tells of: prices that grow old, a STOP file that was taken away.
    const endLooks = systemClock.every(1000, () => this.#feed.touch());
    this.#endRounds = () => {
      endRounds();
      endLooks();
      endAvailability();
      endWatch();
    };
    this.#loop.watch(this.#reconciler.run());
  }

  /** A person's wish. A stop closes the door before anything else happens; a reset is refused while the STOP file is there. */
  command(command: Command): CommandReply {
    if (command.kind === 'stop') this.#door.latch();
    if (this.#closed) return this.#afterClose(command);
    if (command.kind === 'arm' && this.#ending !== 'no') return ending;
    if (command.kind === 'resetStop' && this.#isStopFileThere())
      return { ok: false, code: 'STOP_FILE', reason: 'A STOP file lies in the data folder; take it away first' };
    if (command.kind === 'arm' && this.#diskFailure !== null) return { ok: false, ...diskBar(this.#diskFailure) };
    const { reply } = this.#loop.submit({ kind: 'command', command });
    if (command.kind === 'resetStop' && reply.ok) this.#door.unlatch();
    return reply;
  }

  /** The journal is closed: a stop goes where the next start finds it, everything else is too late. */
  #afterClose(command: Command): CommandReply {
    if (command.kind !== 'stop') return ending;
    leaveStopFile(this.#options.dataDir);
    return { ok: true };
  }

  /** Also before the watch of it begins: a reset must not slip in first. */
  #isStopFileThere(): boolean {
    return this.#stopFile?.present() ?? isStopFileIn(this.#options.dataDir);
  }

  stop(source: StopSource, reason: string, closeAll: boolean): CommandReply {
    return this.command({ kind: 'stop', source, reason, closeAll });
  }

  /** No new entry from this moment; `close` does the rest. */
  end(): void {
    if (this.#ending !== 'no') return;
    this.#ending = 'settling';
    if (this.state.phase === 'reconciling') this.#reconciler.close();
    this.command({ kind: 'disarm', reason: 'The console is ending' });
  }

  /**
   * Ends: no new entry, what is in flight becomes hedged or flat for at most 15 s, then everything is let go.
   * @returns what stays open, in words; empty when nothing does
   */
  async close(): Promise<readonly string[]> {
    // Signals that are not taken yet stay at their sources for the next start.
    const sources = Promise.all(this.#sources.all.map((source) => source.close()));
    this.end();
    await sources;
    await this.#settled();
    this.#ending = 'cut';
    this.#endRounds();
    this.#stopFile?.close();
    this.#reconciler.close();
    this.#executor.close();
    this.#pursuit.close();
    this.#forcedCloses.close();
    this.#prices.close();
    this.#feed.close();
    await this.#journalPages.close();
    await Promise.all([this.#venues.spot.close(), this.#venues.perp.close()]);
    await this.#addresses.close?.();
    this.#closed = true;
    await this.#store.close();
    return openInWords(this.state);
  }

  async #settled(): Promise<void> {
    const until = systemClock.now() + settleAtEndMs;
    while (isUnsettled(this.state) && systemClock.now() < until) await new Promise<void>((resolve) => void systemClock.after(50, resolve));
  }

  #makeFeed(recent: readonly Fact[]): Feed {
    const fixed = { market: this.#options.market, version: engineVersion, dataDir: this.#options.dataDir, startedAt: systemClock.now() };
    return new Feed(this.#store.state, recent, {
      clock: systemClock,
      parts: viewsOf({
        fixed,
        sources: () => sourcesShown(this.#options.signals, this.signalUrl),
        stopFile: () => this.#isStopFileThere(),
        diskFailure: () => this.#diskFailure,
        streams: this.#streams,
        offsets: this.#offsets,
        accounts: this.#accounts,
        now: systemClock.now,
        prices: this.#prices,
        preferences: () => this.#store.settings.preferences,
      }),
      quotes: () => this.#prices.newest,
      tickets: () => this.#prices.tickets,
      onBroken: (error) => this.#options.onTrouble?.(error),
    });
  }

  #makeHandlers(): Handlers {
    return handlersOn({
      now: systemClock.now,
      isClosed: () => this.#closed,
      state: () => this.state,
      feed: this.#feed,
      command: (command) => this.command(command),
      signal: (parsed) => this.#loop.submit({ kind: 'signal', parsed, source: { kind: 'person' }, place: null }),
      settings: this.#store.settings,
      onPreferences: () => this.#feed.touch(),
      history: this.#prices.history,
      journal: this.#journalPages.read,
    });
  }

  /** After every step of the engine. The pursuit is trading's; the rest is for people, sets timers at most, and ends nothing. */
  #follow(state: State, input: Input): void {
    // At once and never later: a step that is durable only after a reset must not close the door again.
    if (state.stop !== null) this.#door.latch();
    this.#pursuit.follow(state);
    this.#forcedCloses.follow(state);
    try {
      this.#accounts.take(input);
      this.#prices.follow(state);
      this.#feed.follow(state);
      if (input.kind !== 'tick') this.#feed.touch();
    } catch (error) {
      this.#options.onTrouble?.(error);
    }
  }

  /** Settings on disk are the truth; the journal says since when. */
  #takeSettings(): void {
    const { settings } = this.#store.settings;
    for (const name of Object.keys(settings) as (keyof typeof settings)[])
      if (settings[name] !== this.state.settings[name]) this.command({ kind: 'set', name, value: settingText(settings, name) });
  }

  #connect({ upbit, binance, keys }: VenueAddresses): Venues {
    const common = (venue: Venue) => ({
      loopbackOnly: this.#options.mode === 'paper',
      now: systemClock.now,
      onRequest: (ended: EndedRequest) => {
        if (this.#ending === 'cut') return;
        this.#availability.ended(ended);
        if (ended.signed) this.#requestEnded(venue, ended.ok ? null : (ended.failure ?? null));
      },
    });
    const spot: VenuePort = createUpbit({ ...upbit, keys: keys.upbit, ...common('upbit') });
    const perp: VenuePort = createBinance({ ...binance, keys: keys.binance, ...common('binance') });
    return { spot, perp };
  }

  #venueGone(venue: Venue, why: string): void {
    const detail = `${venue} is not available: ${why}`;
    this.#loop.submit({ kind: 'alarm', key: `gone:${venue}`, code: 'VENUE_UNREACHABLE', severity: 'critical', detail });
    this.stop('limit', detail, false);
  }

  /** The latch first; the state then stops in memory, so that own open orders are canceled. */
  #journalFailed(reason: string): void {
    this.#door.failDisk();
    this.#diskFailure = reason;
    leaveStopFile(this.#options.dataDir);
    this.#options.onJournalFailed(reason, openInWords(this.state));
    this.stop('limit', `The journal cannot be written: ${reason}`, false);
    this.#feed.touch('urgent');
  }

  /** What the API-error limit counts: network, timeout, 5xx, unreadable, authentication; not refusals, not 429. */
  #requestEnded(venue: Venue, failure: Failure | null): void {
    const counted = failure === null || ['TIMEOUT', 'NETWORK', 'VENUE_ERROR', 'BAD_ANSWER', 'MAINTENANCE', 'AUTHENTICATION'].includes(failure.code);
    if (counted) this.#loop.submit({ kind: 'requestEnded', venue, failure });
  }

  #announce(facts: readonly Fact[], state: State): void {
    for (const fact of facts) tellSender(this.#sources.socket, fact);
    this.#feed.record(facts, state);
    this.#options.onFacts(facts, state);
  }
}

const ending: CommandReply = { ok: false, code: 'ENDING', reason: 'The console is ending' };

const settled = (promise: Promise<void>): Promise<void> => promise.catch(() => undefined);
