/**
 * The running console: trading, its sources of signals and what people see of it, wired together; and what hosts may do
 * with it.
 */
import { randomBytes } from 'node:crypto';
import type { Handlers } from '../../shared/contract/commands.ts';
import { settingNames, settingText } from '../../shared/domain/settings.ts';
import type { CommandReply } from '../engine/draft.ts';
import type { Fact } from '../engine/facts.ts';
import type { Command, Input } from '../engine/inputs.ts';
import type { State, StopSource } from '../engine/state.ts';
import { systemClock } from '../runtime/clock.ts';
import { diskHangsAfterMs, watchDisk } from '../runtime/disk-watch.ts';
import { AccountsSeen } from '../runtime/feed/accounts-seen.ts';
import { HandDesk } from '../runtime/hand-desk.ts';
import { Feed, type FeedView } from '../runtime/feed.ts';
import { hasRoomToArm, MIN_FREE_BYTES } from '../store/free-space.ts';
import { CommandGate } from './command-gate.ts';
import { openInWords, untilSettled } from './ending.ts';
import { handlersOn } from './handlers.ts';
import { JournalPages } from './journal-reading.ts';
import type { ConsoleOptions } from './options.ts';
import type { VenueAddresses } from './paper-venues.ts';
import { Prices } from './prices.ts';
import { buildSources, type Sources, sourcesShown } from './sources.ts';
import type { Store } from './open-store.ts';
import { tellSender } from './tell-sender.ts';
import { Telling } from './telling.ts';
import { Trading } from './trading.ts';
import { viewsOf } from './snapshot-parts.ts';

const engineVersion = '0.1.0';

export class Console {
  /** What the signal socket asks of its clients. */
  readonly signalToken = randomBytes(32).toString('base64url');
  readonly #store: Store;
  readonly #options: ConsoleOptions;
  readonly #addresses: VenueAddresses;
  readonly #trading: Trading;
  readonly #gate: CommandGate;
  readonly #telling: Telling;
  readonly #sources: Sources;
  readonly #accounts = new AccountsSeen();
  readonly #desk = new HandDesk(systemClock);
  readonly #prices: Prices;
  readonly #feed: Feed;
  readonly #journalPages: JournalPages;
  /** Every command of the contract: what `dispatch` calls. */
  readonly handlers: Handlers;
  #endLooks: () => void = () => undefined;
  #endDiskWatch: () => void = () => undefined;

  /** @param recent the newest facts of the journal, oldest first: what the views begin with */
  constructor(store: Store, recent: readonly Fact[], addresses: VenueAddresses, options: ConsoleOptions) {
    this.#store = store;
    this.#options = options;
    this.#addresses = addresses;
    const onBug = (error: unknown): void => {
      this.bug(error);
      options.onBug(error);
    };
    this.#telling = new Telling(onBug);
    this.#trading = new Trading({
      state: store.state,
      journal: store.journal,
      engineVersion,
      addresses,
      onStep: (state, input) => this.#follow(state, input),
      onQuote: (purpose, quote) => this.#prices.onQuote(purpose, quote),
      onStopSeen: () => this.#feed.touch(),
      onStopReport: (report) => options.onStopReport?.(report),
      onFacts: (facts, state) => this.#announce(facts, state),
      onUnrecorded: (facts, state) => {
        this.#desk.lost(facts);
        this.#telling.add(() => options.onUnrecorded(facts, state));
      },
      onJournalFailed: (reason) => this.#journalFailed(reason),
      onBug,
    });
    this.#gate = new CommandGate(options.dataDir, this.#trading);
    const { loop, quotes, venues } = this.#trading;
    this.#prices = new Prices({
      clock: systemClock,
      quotes,
      loop: () => loop,
      venues,
      loopbackOnly: options.mode === 'paper',
      bankRateUrl: addresses.bankRateUrl ?? null,
      onChange: () => this.#feed.touch(),
      onTrouble: (error) => options.onTrouble?.(error),
    });
    const onStop = (reason: string): void => void this.stop('socket', reason, false);
    this.#journalPages = new JournalPages(store.journalFolder);
    this.#feed = this.#makeFeed(recent);
    this.handlers = this.#makeHandlers();
    this.#sources = buildSources(options.signals, { loop, now: systemClock.now, onStop, token: this.signalToken });
  }

  /** What consoles see: a snapshot, then numbered updates. */
  get feed(): FeedView {
    return this.#feed;
  }
  get state(): State {
    return this.#trading.loop.state;
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
    return this.#trading.door.latched;
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
    const { loop } = this.#trading;
    this.#endDiskWatch = watchDisk({ clock: systemClock, loop, onHang: (isNew) => this.#diskHangs(isNew) });
    const { durable } = loop.submit({ kind: 'started', armWhenReady: armWhenReady && room, engine: engineVersion });
    // A disk that fails was told of already; the venues are read all the same, so that a person sees what is open.
    await durable.catch(() => undefined);
    if (this.#gate.isEnding) return;
    if (!room) {
      const limit = String(MIN_FREE_BYTES / 1_000_000);
      const detail = `Less than ${limit} MB are free where the journal lies: not arming`;
      loop.submit({ kind: 'alarm', key: 'room', code: 'JOURNAL_FAILED', values: { limit }, severity: 'critical', detail });
    }
    this.#takeSettings();
    const toggle = approval ?? (isFirstStart ? firstApproval : undefined);
    if (toggle !== undefined) this.command({ kind: 'setApproval', approval: toggle });
    this.#gate.watchStopFile();
    this.#trading.listen();
    for (const source of this.#sources.all) if (source !== this.#sources.socket && !this.#gate.isEnding) await source.start();
    if (this.#gate.isEnding) return;
    this.#prices.start();
    // What nothing tells of: prices that grow old, a STOP file that was taken away.
    this.#endLooks = systemClock.every(1000, () => this.#feed.touch());
    this.#trading.run();
  }

  /** A person's wish. A stop closes the door before anything else happens. */
  command(command: Command): CommandReply {
    return this.#gate.command(command);
  }

  stop(source: StopSource, reason: string, closeAll: boolean): CommandReply {
    return this.command({ kind: 'stop', source, reason, closeAll });
  }

  /**
   * Resolves when a stop is acknowledged: what had left before it has arrived, for which 0.8 s are waited, and it outlives
   * this process, for which a disk that hangs is waited for 1.2 s.
   */
  async stopLanded(): Promise<void> {
    await Promise.all([this.#trading.door.landed(800), this.#gate.stopKept]);
  }

  /** Something threw that cannot throw. For the host too, first of all: nothing more leaves, and the next start is stopped. */
  bug(error: unknown): void {
    this.#gate.bug(error);
  }

  /** The machine woke up: nothing that adds risk leaves until both venues were read again. */
  resumed(): void {
    this.#trading.resumed();
  }

  /** No new entry from this moment; `close` does the rest. */
  end(): void {
    if (!this.#gate.beginEnd()) return;
    this.#trading.endReconciling();
    this.command({ kind: 'disarm', reason: 'The console is ending' });
    this.command({ kind: 'cancelEntries' });
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
    await untilSettled(() => this.state, systemClock);
    this.#trading.cut();
    this.#desk.close();
    this.#endLooks();
    this.#endDiskWatch();
    this.#gate.endWatch();
    this.#prices.close();
    this.#feed.close();
    await this.#journalPages.close();
    await this.#trading.close();
    await this.#addresses.close?.();
    this.#gate.close();
    await this.#gate.stopKept;
    await this.#store.close();
    this.#telling.flush();
    return openInWords(this.state);
  }

  #makeFeed(recent: readonly Fact[]): Feed {
    const fixed = { market: this.#options.market, version: engineVersion, dataDir: this.#options.dataDir, startedAt: systemClock.now() };
    return new Feed(this.#store.state, recent, {
      clock: systemClock,
      parts: viewsOf({
        fixed,
        sources: () => sourcesShown(this.#options.signals, this.signalUrl),
        stopFile: () => this.#gate.isStopFileThere,
        diskFailure: () => this.#gate.diskFailure,
        streams: this.#trading.streams,
        offsets: this.#trading.offsets,
        accounts: this.#accounts,
        deadMan: this.#trading.deadMan,
        now: systemClock.now,
        prices: this.#prices,
        preferences: () => this.#store.settings.preferences,
        stopSeen: () => this.#trading.stopWatch.seen,
      }),
      quotes: () => this.#prices.newest,
      tickets: () => this.#prices.tickets,
      onBroken: (error) => this.#options.onTrouble?.(error),
    });
  }

  #makeHandlers(): Handlers {
    return handlersOn({
      now: systemClock.now,
      isClosed: () => this.#gate.isClosed,
      stopLanded: () => this.stopLanded(),
      state: () => this.state,
      feed: this.#feed,
      command: (command) => this.command(command),
      signal: (parsed) => this.#trading.loop.submit({ kind: 'signal', parsed, source: { kind: 'person' }, place: null }),
      desk: this.#desk,
      quote: (coin) => this.#trading.quotes.gather('preview', coin, this.state.settings.leverage),
      settings: this.#store.settings,
      onPreferences: () => this.#feed.touch(),
      history: this.#prices.history,
      journal: this.#journalPages.read,
    });
  }

  /** After every step of the engine: for people, so whatever throws here ends nothing. */
  #follow(state: State, input: Input): void {
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
    for (const name of settingNames) {
      const value = settingText(settings, name);
      // Written into the file or behind `--set` it is a person's word; nothing is armed yet.
      if (value !== settingText(this.state.settings, name)) this.command({ kind: 'set', name, value, again: value });
    }
  }

  #journalFailed(reason: string): void {
    const open = openInWords(this.state);
    this.#gate.diskFailed(reason);
    this.#feed.touch('urgent');
    // What is on disk was told before.
    this.#telling.flush();
    this.#options.onJournalFailed(reason, open);
  }

  /** Nothing that is told of facts is told while they wait for the disk: people hear of it here. */
  #diskHangs(isNew: boolean): void {
    const reason = `The disk has not taken a record for ${diskHangsAfterMs / 1000} s`;
    this.#gate.diskHangs(reason);
    if (!isNew) return;
    this.#feed.touch('urgent');
    this.#telling.flush();
    this.#options.onDiskHangs?.(reason, openInWords(this.state));
  }

  #announce(facts: readonly Fact[], state: State): void {
    for (const fact of facts) tellSender(this.#sources.socket, fact);
    this.#desk.take(facts);
    this.#feed.record(facts, state);
    this.#telling.add(() => this.#options.onFacts(facts, state));
  }
}
