/**
 * One story in a world where nothing happens by chance: the real runtime between a simulated disk and simulated venues,
 * with what the venues do written down. A process can be ended at any of its continuations, as often as is asked.
 *
 * A process leaves nothing behind but what it did to its disk and what it sent. So the points where an end makes a
 * difference are: right before each such act, and at the first continuation (what follows an await) after each change
 * outside it. All continuations between two changes leave the same world behind; the first stands for them.
 */
import { createHash } from 'node:crypto';
import { promiseHooks } from 'node:v8';
import { type InstallationId, installationId } from '../../shared/domain/ids.ts';
import type { Leg, OrderRequest } from '../../shared/domain/venue.ts';
import type { EndedRequest, PlaceResult, VenuePort } from '../../main/exchanges/port.ts';
import { parseSignal } from '../../main/signals/parse.ts';
import type { State } from '../../main/engine/state.ts';
import { noPlant, type Plant } from '../bugs.ts';
import { Checks, type Violation } from '../checks.ts';
import { Disk } from '../disk.ts';
import { Events } from '../events.ts';
import { Process } from '../process.ts';
import { checkRest, isAtRest } from '../rest.ts';
import { type Owner, start, Timeline } from '../timeline.ts';
import { Trace } from '../trace.ts';
import { coinsOf, Exchange } from '../venue/exchange.ts';
import { reportOf } from '../venue/true-order.ts';
import { Market } from '../venue/market.ts';
import { portOf } from '../venue/port.ts';
import { Stream } from '../venue/stream.ts';
import { failure, goodMood, Wire } from '../venue/wire.ts';
import { noFaults, StillDraw } from './still.ts';
import { type Cut, type Play, type Point, type Side, type Story, usual } from './story.ts';

const installation = installationId('c1r2a3');
const path = '/signals.jsonl';
const restMs = 1500;
const livenessMs = 165_000;
const travelMs = 20;
const deadlineMs = 10_000;
const bootMs = 100;

export class StoryWorld {
  readonly timeline = new Timeline();
  readonly trace = new Trace();
  readonly disk: Disk;
  readonly exchanges: Readonly<Record<Leg, Exchange>>;
  readonly checks: Checks;
  readonly installation: InstallationId = installation;
  /** Points of the newest process, and how many continuations it had. */
  points: Point[] = [];
  continuations = 0;
  #acts = 0;
  process: Process | null = null;
  readonly left: Side[] = [];
  readonly #story: Story;
  readonly #market = new Market(new StillDraw('market'), coinsOf(1));
  readonly #faults = noFaults();
  readonly #lines: string[] = [];
  readonly #arrived: Partial<Record<Side, number>> = {};
  readonly #cuts: Cut[];
  readonly #plant: Plant;
  readonly #isKnown: (world: string) => boolean;
  /** The world that the last end left was seen before. */
  isSeen = false;
  /** Orders on their way to a venue. */
  #onWay = 0;
  streams: Partial<Record<Leg, Stream>> = {};
  /** Changes outside the processes: all of them, at the venues and on the way there, and of what a power cut leaves. */
  #outside = 0;
  #venueChanges = 0;
  #writes = { done: 0, synced: 0 };
  #isMute = false;
  #looking = false;

  /**
   * @param cuts where the first process is ended, then the second, …
   * @param isKnown asked after the last end with all that is left of the world but its clock; true: nobody need live on
   */
  constructor(story: Story, cuts: readonly Cut[], isKnown: (world: string) => boolean = () => false, plant: Plant = noPlant) {
    this.#plant = plant;
    this.#story = story;
    this.#cuts = [...cuts];
    this.#isKnown = isKnown;
    const { timeline } = this;
    const faults = this.#faults;
    const exchange = (leg: Leg, cash: string): Exchange =>
      new Exchange(
        {
          venue: leg === 'spot' ? 'upbit' : 'binance',
          leg,
          market: this.#market,
          timeline,
          faults,
          draw: new StillDraw('exchange'),
          onOrder: (order, newest) => {
            this.#venueChanged();
            if (!this.#isMute) this.streams[leg]?.order(reportOf(order, newest));
          },
        },
        cash,
      );
    this.exchanges = { spot: exchange('spot', '1000000000'), perp: exchange('perp', '1000000') };
    this.disk = new Disk({
      timeline,
      faults,
      draw: new StillDraw('disk'),
      onOperation: (name, owner) => {
        if (name !== 'read') this.#acting(owner);
        if (name !== 'read' && !owner.dead) this.#writing(name === 'sync');
      },
      onFailure: () => undefined,
      isInstant: true,
    });
    this.checks = new Checks({
      timeline,
      disk: () => this.disk,
      exchanges: this.exchanges,
      market: this.#market,
      sender: { taken: (hedge) => this.#sent(hedge) },
      isAlone: () => true,
      events: new Events(),
      trace: (line) => this.trace.add(timeline.now - start, line),
      onViolation: () => undefined,
    });
  }

  /** Lives the story, with its cuts, until it has been at rest for a while. @returns what broke */
  async live(): Promise<readonly Violation[]> {
    const { timeline, checks } = this;
    const hook = promiseHooks.onBefore(() => this.#continues());
    try {
      this.#boot();
      let restSince: number | null = null;
      await timeline.run(start + livenessMs, () => {
        if (checks.violations.length > 0 || this.isSeen) return true;
        if (this.process === null || this.#cuts.length > 0 || !this.#isTold() || !isAtRest(this, this.checks)) restSince = null;
        else restSince ??= timeline.now;
        return restSince !== null && timeline.now - restSince >= restMs;
      });
    } finally {
      hook();
    }
    if (checks.violations.length === 0 && this.#cuts.length > 0) checks.fail('story', `the end at ${JSON.stringify(this.#cuts)} never came`);
    if (checks.violations.length === 0 && !this.isSeen) await checkRest(this, checks, 10);
    if (this.process !== null) this.process.owner.dead = true;
    return checks.violations;
  }

  #sent(hedge: string) {
    const line = this.#lines
      .map((text) => parseSignal(text, this.timeline.now))
      .find((parsed) => parsed.ok && (parsed.signal.id as string) === hedge);
    if (line?.ok !== true) return undefined;
    const { action, createdAt, expiresAt } = line.signal;
    return { id: hedge, action, createdAt, expiresAt };
  }

  /** Whether the story was told to its end. */
  #isTold(): boolean {
    const state = this.process?.state;
    if (state === null || state === undefined) return false;
    const { person, lines } = this.#story;
    return this.#lines.length === lines.length && state.places[path] === lines.length && (person === undefined || person.isDone(state));
  }

  #continues(): void {
    const { process } = this;
    if (process === null || process.owner.dead) return;
    this.continuations += 1;
    const isPoint = this.#outsideSeen !== this.#outside;
    this.#outsideSeen = this.#outside;
    this.#pass(process, 'continuation', this.continuations, isPoint);
  }
  #outsideSeen = 0;

  /** A process is about to change something outside. It may not come to it. */
  #acting(owner: Owner): void {
    const { process } = this;
    if (process === null || process.owner !== owner) return;
    this.#acts += 1;
    this.#pass(process, 'act', this.#acts);
    if (!owner.dead) this.#outside += 1;
  }

  #writing(syncs: boolean): void {
    const { done } = this.#writes;
    this.#writes = syncs ? { done, synced: done } : { ...this.#writes, done: done + 1 };
  }

  #venueChanged(): void {
    this.#outside += 1;
    this.#venueChanges += 1;
  }

  #pass(process: Process, where: Point['where'], nth: number, isPoint = true): void {
    if (isPoint) this.#mark(where, nth);
    const [cut] = this.#cuts;
    if (cut?.where === where && cut.nth === nth) this.#end(process, cut);
  }

  #mark(where: Point['where'], nth: number): void {
    const lost = `${this.#venueChanges} ${this.#writes.synced}`;
    const content = `${this.#venueChanges} ${this.#writes.done}`;
    const kept = this.#writes.done === this.#writes.synced ? lost : `${content} unsynced`;
    this.points.push({ where, nth, leaves: { kept, lost, content } });
  }

  #end(process: Process, { unsynced }: Cut): void {
    this.#cuts.shift();
    this.trace.add(this.timeline.now - start, `the process ends, unsynced ${unsynced}`);
    process.owner.dead = true;
    this.process = null;
    this.streams = {};
    if (unsynced === 'lost') this.disk.cutPower();
    if (this.#cuts.length === 0 && this.#isKnown(this.#left())) this.isSeen = true;
    else this.timeline.after(bootMs, () => this.#boot());
  }

  /** Everything that outlives a process, but the time. */
  #left(): string {
    const hash = createHash('sha256');
    for (const [name, bytes] of this.disk.copy()) hash.update(`${name} ${bytes.length} `).update(bytes);
    for (const leg of ['spot', 'perp'] as const)
      for (const { request, state, fills, due, visibleAt } of this.exchanges[leg].all)
        hash.update(JSON.stringify([request.clientOrderId, state, fills, due, visibleAt]));
    return hash.update(JSON.stringify([this.disk.unsyncedBytes, this.#onWay, this.#lines, this.#arrived])).digest('hex');
  }

  #boot(): void {
    this.trace.add(this.timeline.now - start, 'a process starts');
    this.continuations = 0;
    this.#acts = 0;
    this.points = [];
    const owner: Owner = { dead: false, heldUntil: 0 };
    const process = new Process({
      owner,
      timeline: this.timeline,
      files: this.disk.filesOf(owner),
      segmentBytes: 1_000_000,
      installation,
      armWhenReady: true,
      plant: this.#plant,
      observer: this.checks,
      connect: (of, venue, onRequest) => this.#connect(of, venue === 'upbit' ? 'spot' : 'perp', onRequest),
    });
    this.process = process;
    process.start().then(
      (problem) => {
        if (problem !== null && !owner.dead) this.checks.fail('journal', `a journal that nobody damaged does not open: ${problem}`);
        this.#look();
      },
      (error: unknown) => this.checks.bug(process, error),
    );
  }

  /** Whoever sends signals and whoever sits at the console look again and again. */
  #look(): void {
    if (this.#looking) return;
    this.#looking = true;
    const again = (): void => {
      this.#act();
      if (this.#isTold()) this.#looking = false;
      else this.timeline.after(25, again);
    };
    again();
  }

  #act(): void {
    const { process } = this;
    const state = process?.state;
    if (process === null || state === null || state === undefined || process.owner.dead || this.#cannotOpen(process)) return;
    const next = this.#story.lines[this.#lines.length];
    if (next?.when(this, state) === true) this.#write(JSON.stringify({ v: 1, createdAt: this.timeline.now, ...next.signal }));
    const place = state.places[path];
    for (let line = typeof place === 'number' ? place : 0; line < this.#lines.length; line += 1) {
      const parsed = parseSignal(this.#lines[line] ?? '', process.now());
      process.running?.loop.submit({ kind: 'signal', parsed, source: { kind: 'file', path, line: line + 1 }, place: { key: path, value: line + 1 } });
    }
    const { person } = this.#story;
    const now = process.state;
    if (now !== null && now.phase === 'ready') this.#approveOnce(process, now);
    if (person !== undefined && now !== null && !person.isDone(now) && person.when(this)) process.command(person.command);
  }

  #write(line: string): void {
    this.#venueChanged();
    this.#lines.push(line);
  }

  /** The very first start is manual: the person of these stories lets signals run. */
  #approveOnce(process: Process, state: State): void {
    if (state.approval === 'manual') process.command({ kind: 'setApproval', approval: 'auto' });
  }

  readonly #cannotOpen = (process: Process): boolean => process.running === null;

  #connect(process: Process, leg: Leg, onRequest: (ended: EndedRequest) => void): VenuePort {
    const { timeline } = this;
    const { owner } = process;
    const faults = this.#faults;
    const draw = new StillDraw('port');
    const stream = new Stream({ venue: leg === 'spot' ? 'upbit' : 'binance', timeline, faults, draw, owner });
    this.streams[leg] = stream;
    const wire = new Wire({
      venue: leg === 'spot' ? 'upbit' : 'binance',
      timeline,
      faults,
      draw,
      owner,
      mood: goodMood(),
      onRequest,
      clock: { isOff: () => false, resync: () => undefined },
    });
    const port = portOf({
      leg,
      exchange: this.exchanges[leg],
      market: this.#market,
      wire,
      stream,
      timeline,
      faults,
      draw,
      now: process.now,
      offsetMs: () => 0,
      resynced: () => undefined,
      onWire: () => undefined,
      onArrival: () => undefined,
      onBook: (coin, book, askedAt) => this.checks.bookShown(leg, coin, book, askedAt),
      pause: (ms) => timeline.sleep(ms, owner),
      oddly: () => null,
      onCancel: () => undefined,
    });
    const placing: VenuePort = { ...port, place: (order, mayStart) => this.#place(process, leg, order, mayStart) };
    return this.#plant.port?.(placing, process) ?? placing;
  }

  /** One placement on its way; what the venue does with it does not depend on who still waits for the answer. */
  async #place(process: Process, leg: Leg, order: OrderRequest, mayStart: () => boolean): Promise<PlaceResult> {
    const { timeline, checks } = this;
    const { owner } = process;
    if (owner.dead) return new Promise<never>(() => undefined);
    if (!mayStart()) return failure('notSent', 'BLOCKED', '', 'held back by the door');
    this.#acting(owner);
    if (owner.dead) return new Promise<never>(() => undefined);
    checks.wire(process, order);
    const side: Side = `${leg} ${order.side}`;
    this.left.push(side);
    this.#onWay += 1;
    this.#venueChanged();
    return new Promise((resolve) => {
      timeline.after(travelMs, () => {
        this.#venueChanged();
        this.#onWay -= 1;
        const script = this.#playOf(side);
        const refusal = script.does === 'refuses' ? ('INSUFFICIENT_FUNDS' as const) : null;
        this.#isMute = !script.answers;
        const taken = refusal ?? this.exchanges[leg].place(order, timeline.now + script.hiddenMs, script.part);
        this.#isMute = false;
        checks.arrived(order, typeof taken !== 'string');
        const answer: PlaceResult =
          typeof taken === 'string' ? failure('refused', taken, '-2019') : { outcome: 'accepted', report: { ...reportOf(taken, []) } };
        if (script.answers) timeline.after(travelMs, () => resolve(answer), owner);
        else timeline.after(deadlineMs, () => resolve(failure('unknown', 'TIMEOUT')), owner);
      });
    });
  }

  #playOf(side: Side): Play {
    const nth = this.#arrived[side] ?? 0;
    this.#arrived[side] = nth + 1;
    return this.#story.plays?.[side]?.[nth] ?? usual;
  }
}
