/**
 * One life of a console: a seed decides the market, the signals, the person, and everything that goes wrong.
 *
 * First faults strike and processes die at any moment; then the faults end, and within 120 s every order must have its
 * end and every hedge be level, or be in a person's hands with an alarm. The same seed gives the same trace.
 */
import { type Coin, type InstallationId, installationId } from '../shared/domain/ids.ts';
import { type Leg, mayRest, type Venue } from '../shared/domain/venue.ts';
import type { VenuePort } from '../main/exchanges/port.ts';
import { noPlant, type Plant } from './bugs.ts';
import { Checks, type Violation } from './checks.ts';
import { Disk } from './disk.ts';
import { type Counts, Faults } from './faults.ts';
import { flipABit } from './flip.ts';
import { type EventCounts, Events } from './events.ts';
import { Hand } from './hand.ts';
import { Misfortune } from './misfortune.ts';
import { Person } from './person.ts';
import { Process } from './process.ts';
import { Draw } from './random.ts';
import { checkRest, isAtRest } from './rest.ts';
import { Sender } from './sender.ts';
import { type Owner, start, Timeline } from './timeline.ts';
import { Trace } from './trace.ts';
import { Trips } from './trips.ts';
import { coinsOf, Exchange } from './venue/exchange.ts';
import { reportOf } from './venue/true-order.ts';
import { Market } from './venue/market.ts';
import { portOf } from './venue/port.ts';
import { Stream } from './venue/stream.ts';
import { goodMood, type Mood, Wire } from './venue/wire.ts';

/** How long everything may take to come to rest once the faults have ended (I18). */
const livenessMs = 120_000;
/** At rest this long is at rest. */
const restMs = 6000;
const installation = installationId('s1m2u3');
const venueOf: Readonly<Record<Leg, Venue>> = { spot: 'upbit', perp: 'binance' };

export interface LifeReport {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly counts: Counts;
  readonly events: EventCounts;
  readonly hash: string;
  readonly trace: readonly string[];
  /** Orders that left, and how long it all took in simulated ms. */
  readonly orders: number;
  readonly simulatedMs: number;
}

export class Life {
  readonly seed: number;
  readonly timeline = new Timeline();
  readonly faults: Faults;
  readonly draw: Draw;
  readonly trace = new Trace();
  readonly market: Market;
  readonly exchanges: Readonly<Record<Leg, Exchange>>;
  readonly sender: Sender;
  readonly checks: Checks;
  readonly disk: Disk;
  readonly person: Person;
  readonly trips: Trips;
  readonly hand: Hand;
  readonly events = new Events();
  readonly plant: Plant;
  readonly moods: Readonly<Record<Leg, Mood>> = { spot: goodMood(), perp: goodMood() };
  readonly coins: readonly Coin[];
  readonly #segmentBytes: number;
  readonly #armWhenReady: boolean;
  process: Process | null = null;
  streams: Partial<Record<Leg, Stream>> = {};
  #calledForBoot = false;
  #isBroken = false;
  /** Processes besides the one that there should be. */
  others = 0;
  /** A file STOP lies in the data folder. */
  isStopFileThere = false;

  constructor(seed: number, plant: Plant = noPlant) {
    this.seed = seed;
    this.plant = plant;
    const draw = (part: string): Draw => new Draw(seed, part);
    this.draw = draw('life');
    this.coins = coinsOf(this.draw.chance(0.2) ? 2 : 1);
    this.#segmentBytes = this.draw.pick([6_000, 24_000, 1_000_000]);
    this.#armWhenReady = this.draw.chance(0.3);
    this.faults = new Faults(draw('faults'));
    this.market = new Market(draw('market'), this.coins);
    const { timeline, faults, market } = this;
    const exchange = (leg: Leg, cash: string): Exchange =>
      new Exchange(
        {
          venue: venueOf[leg],
          leg,
          market,
          timeline,
          faults,
          draw: draw(`exchange ${leg}`),
          onOrder: (order, newest) => {
            if (!order.isSecret || order.visibleAt <= timeline.now) this.streams[leg]?.order(reportOf(order, newest));
          },
        },
        cash,
      );
    const poor = this.draw.chance(0.1);
    this.exchanges = { spot: exchange('spot', poor ? '20000000' : '1000000000'), perp: exchange('perp', poor ? '15000' : '1000000') };
    this.sender = new Sender(
      faults,
      draw('sender'),
      this.coins.map((coin) => coin as string),
    );
    this.disk = new Disk({
      timeline,
      faults,
      draw: draw('disk'),
      onOperation: (name, owner) => this.#onDisk(name, owner),
      onFailure: (owner) => this.#onDiskFailure(owner),
    });
    this.checks = new Checks({
      timeline,
      disk: () => this.disk,
      exchanges: this.exchanges,
      market,
      sender: this.sender,
      isAlone: () => this.others === 0,
      events: this.events,
      trace: (line) => this.log(line),
      onViolation: () => {
        this.#isBroken = true;
      },
    });
    this.trips = new Trips(this, draw('trips'));
    this.hand = new Hand(this, draw('hand'));
    this.person = new Person(this, draw('person'));
  }

  log(line: string): void {
    this.trace.add(this.timeline.now - start, line);
  }

  async run(): Promise<LifeReport> {
    const { timeline, draw } = this;
    this.boot(0);
    this.#everySecond();
    this.person.begin();
    new Misfortune(this, new Draw(this.seed, 'misfortune')).begin();
    this.trips.begin();
    this.hand.begin();
    const safetyEnd = start + draw.int(12_000, 50_000);
    await timeline.run(safetyEnd, () => this.#isBroken);
    if (!this.#isBroken) await this.#endFaults();
    if (!this.#isBroken) await this.#comeToRest();
    const { violations } = this.checks;
    if (this.process !== null) this.process.owner.dead = true;
    return {
      seed: this.seed,
      violations,
      counts: this.faults.counts,
      events: this.events.counts,
      hash: this.trace.hash,
      trace: this.trace.tail,
      orders: this.checks.wires.size,
      simulatedMs: timeline.now - start,
    };
  }

  /**
   * An order that nobody is told of: trades of others could make the account look as if it had never been, and no evidence
   * would be left.
   */
  get hasSecret(): boolean {
    return [...this.exchanges.spot.all, ...this.exchanges.perp.all].some((order) => order.isSecret && order.visibleAt > this.timeline.now);
  }

  /** Starts a process after a while, unless one is on its way. */
  boot(afterMs: number): void {
    if (this.#calledForBoot) return;
    this.#calledForBoot = true;
    this.timeline.after(afterMs, () => {
      this.#calledForBoot = false;
      this.bootNow();
    });
  }

  /** Ends a process where it stands. */
  kill(how: 'kill' | 'power'): void {
    const { process } = this;
    if (process === null) return;
    this.log(`the process ends (${how})`);
    process.owner.dead = true;
    this.process = null;
    this.streams = {};
    if (how === 'power') this.disk.cutPower();
    if (this.faults.strike('bitFlip', 0.5)) flipABit(this);
    this.boot(this.draw.chance(0.8) ? this.draw.int(50, 3000) : this.draw.int(3000, 40_000));
  }

  bootNow(): void {
    const { timeline, faults } = this;
    this.log('a process starts');
    this.trips.processStarts();
    const owner: Owner = { dead: false, heldUntil: 0 };
    const process = new Process({
      owner,
      timeline,
      files: this.disk.filesOf(owner),
      segmentBytes: this.#segmentBytes,
      installation,
      armWhenReady: this.#armWhenReady,
      plant: this.plant,
      observer: this.checks,
      connect: (of, venue, onRequest) => this.#connect(of, venue === 'upbit' ? 'spot' : 'perp', onRequest),
    });
    this.process = process;
    if (faults.strikes('crashInRecovery', 0.15)) timeline.after(this.draw.int(0, 400), () => this.crash(process, 'crashInRecovery'), owner);
    process.start().then(
      (problem) => this.#started(process, problem),
      (error: unknown) => this.checks.bug(process, error),
    );
  }

  #started(process: Process, problem: string | null): void {
    if (process.owner.dead) return;
    if (problem === null) {
      this.sender.begin(process);
      this.sender.deliver(process);
      return this.person.processStarted(process);
    }
    this.log(`cannot open: ${problem}`);
    if (this.disk.room === null && !this.disk.failsSyncs)
      return this.checks.fail('journal', `a journal that nobody damaged does not open: ${problem}`);
    this.#healDisk();
    this.kill('kill');
  }

  #connect(process: Process, leg: Leg, onRequest: ConstructorParameters<typeof Wire>[0]['onRequest']): VenuePort {
    const { timeline, faults, market } = this;
    const { owner } = process;
    const venue = venueOf[leg];
    const draw = new Draw(this.seed, 'port', leg, timeline.now);
    const stream = new Stream({ venue, timeline, faults, draw: new Draw(this.seed, 'stream', leg, timeline.now), owner });
    this.streams[leg] = stream;
    const resync = (): void => {
      process.clockIsOff = false;
    };
    const wire = new Wire({
      venue,
      timeline,
      faults,
      draw,
      owner,
      mood: this.moods[leg],
      onRequest,
      clock: { isOff: () => process.clockIsOff, resync },
    });
    return portOf({
      leg,
      exchange: this.exchanges[leg],
      market,
      wire,
      stream,
      timeline,
      faults,
      draw,
      now: process.now,
      offsetMs: () => process.now() - timeline.now,
      resynced: resync,
      onWire: (order) => {
        this.checks.wire(process, order);
        this.#ambush(process, 0.08);
      },
      onArrival: (order, taken) => {
        this.checks.arrived(order, taken);
        if (this.process === process) this.#ambush(process, 0.04);
      },
      onBook: (coin, book, askedAt) => this.checks.bookShown(leg, coin, book, askedAt),
      pause: (ms) => timeline.sleep(ms, owner),
      oddly: ({ side, terms }) => this.trips.ofOrder((leg === 'spot') === (side === 'buy') && !mayRest(terms)),
      onCancel: (id) => this.checks.limits.canceled(id),
    });
  }

  /** Crashes and stops come where they hurt: while something is in flight. */
  #ambush(process: Process, chance: number): void {
    const { faults, timeline, draw, person } = this;
    if (process.owner.dead) return;
    if (faults.strikes('stopAnyTime', chance)) timeline.after(draw.pick([0, 0, 1, 5, 40]), () => person.stop(process), process.owner);
    if (faults.strikes('crash', chance)) {
      if (draw.chance(0.5)) this.crash(process, 'crash');
      else timeline.after(draw.pick([0, 1, 5, 30]), () => this.crash(process, 'crash'), process.owner);
    }
  }

  crash(process: Process, kind: 'crash' | 'crashInRecovery'): void {
    if (process !== this.process || this.faults.isOver) return;
    if (kind === 'crashInRecovery' && process.isReady) return;
    this.faults.hit(kind);
    const power = this.faults.isOn('unsyncedTailLost') || this.faults.isOn('tornTail');
    this.kill(power && this.draw.chance(0.7) ? 'power' : 'kill');
  }

  #onDisk(name: string, owner: Owner): void {
    const { process } = this;
    if (process === null || process.owner !== owner) return;
    if (process.running === null) {
      if (this.faults.strikes('crashInRecovery', 0.01)) this.crash(process, 'crashInRecovery');
    } else if (name === 'sync') {
      const power = this.faults.isOn('unsyncedTailLost') || this.faults.isOn('tornTail');
      this.#ambush(process, power ? 0.06 : 0.006);
    }
  }

  #onDiskFailure(owner: Owner): void {
    const { process } = this;
    if (process?.owner !== owner) return;
    this.log('the disk fails');
    // Somebody makes room, or another disk, and starts anew.
    this.timeline.after(
      this.draw.int(500, 12_000),
      () => {
        this.#healDisk();
        if (this.process === process) this.kill('kill');
      },
      owner,
    );
  }

  #healDisk(): void {
    this.disk.room = null;
    this.disk.failsSyncs = false;
  }

  #everySecond(): void {
    const { timeline, market, process } = this;
    market.step();
    for (const exchange of [this.exchanges.spot, this.exchanges.perp]) exchange.step();
    if (process !== null && !process.owner.dead) {
      this.checks.look(process);
      this.person.look(process);
      this.sender.deliver(process);
    }
    const held = (process?.owner.heldUntil ?? 0) - timeline.now;
    timeline.after(held > 10_000 ? held : 1000, () => this.#everySecond());
  }

  /** Nothing new goes wrong, and what was broken is put right. */
  async #endFaults(): Promise<void> {
    const { timeline, market, moods, faults } = this;
    this.log('the faults end');
    faults.end();
    this.person.leave();
    const held = this.process?.owner.heldUntil ?? 0;
    if (held > timeline.now) await timeline.run(held + 1, () => this.#isBroken);
    const broken = this.disk.room !== null || this.disk.failsSyncs;
    this.#healDisk();
    for (const leg of ['spot', 'perp'] as const) {
      Object.assign(moods[leg], goodMood());
      market.halted[leg] = false;
    }
    market.calm();
    const { process } = this;
    if (process !== null && (broken || process.journalFailed)) this.kill('kill');
    else if (process !== null) process.wallOffsetMs = 0;
  }

  async #comeToRest(): Promise<void> {
    const { timeline, checks } = this;
    const hidden = Math.max(0, ...[...this.exchanges.spot.all, ...this.exchanges.perp.all].map((order) => order.visibleAt));
    const latest = Math.max(timeline.now + 45_000, hidden) + livenessMs;
    let restSince: number | null = null;
    await timeline.run(latest, () => {
      if (this.#isBroken) return true;
      if (!isAtRest(this, this.checks)) restSince = null;
      else restSince ??= timeline.now;
      return restSince !== null && timeline.now - restSince >= restMs;
    });
    if (!this.#isBroken) await checkRest(this, checks);
  }

  get installation(): InstallationId {
    return installation;
  }
}
