/**
 * The person at the console, and whoever else may stop it: arms, approves, stops at the worst moment by every way there
 * is, changes limits, closes hedges. Gone when the faults end.
 */
import { hedgeOf, signalId } from '../shared/domain/ids.ts';
import { quantity } from '../shared/domain/units.ts';
import { openHedges } from '../main/engine/legs.ts';
import { people, type Who } from './events.ts';
import type { Life } from './life.ts';
import { changes, failedEntries } from './limits.ts';
import type { Process } from './process.ts';
import { Draw } from './random.ts';

export class Person {
  readonly #life: Life;
  readonly #draw: Draw;
  readonly #ofEntries: Draw;
  readonly #approval: 'auto' | 'manual';
  #isGone = false;
  #seenStopAt = 0;

  constructor(life: Life, draw: Draw) {
    this.#life = life;
    this.#draw = draw;
    this.#ofEntries = new Draw(life.seed, 'failed entries');
    this.#approval = draw.chance(0.85) ? 'auto' : 'manual';
  }

  begin(): void {
    const { timeline, sender } = this.#life;
    const draw = this.#draw;
    const entries = draw.int(2, 10);
    for (let index = 0; index < entries; index += 1) timeline.after(draw.int(1500, 30_000), () => this.#send(() => sender.enter(timeline.now)));
    const exits = draw.int(1, 5);
    for (let index = 0; index < exits; index += 1) timeline.after(draw.int(5000, 40_000), () => this.#send(() => sender.exit(timeline.now)));
    const acts = draw.int(0, 7);
    for (let index = 0; index < acts; index += 1) timeline.after(draw.int(500, 30_000), () => this.#act());
  }

  leave(): void {
    this.#isGone = true;
    this.#life.hand.leave(this.#life.process);
  }

  /** A process is there again: its approval is seen to, and it is armed once it can be. */
  processStarted(process: Process): void {
    if (this.#isGone) return;
    if (process.state?.facts === 1) {
      process.command({ kind: 'setApproval', approval: this.#approval });
      this.#limitAtFirst(process);
    }
    if (this.#life.isStopFileThere) this.#press(process, 'file', false);
    if (this.#draw.chance(0.85)) this.#armSoon(process, this.#draw.int(50, 3000));
  }

  stop(process: Process): void {
    if (this.#isGone || process.running === null) return;
    this.#life.faults.hit('stopAnyTime');
    this.#press(process, this.#draw.pick(people), this.#draw.chance(0.5));
    if (this.#draw.chance(0.5)) this.#resetSoon(process);
  }

  /** A second passed: somebody sees that a limit has stopped, and may set it right. */
  look(process: Process): void {
    const stop = process.state?.stop;
    if (this.#isGone || stop == null || stop.source !== 'limit' || stop.at === this.#seenStopAt) return;
    this.#seenStopAt = stop.at;
    if (this.#draw.chance(0.7)) this.#resetSoon(process);
  }

  #press(process: Process, source: Who, closeAll: boolean): void {
    this.#life.log(`a stop by ${source}${closeAll ? ' and close all' : ''}`);
    if (source === 'file') this.#life.isStopFileThere = true;
    process.command({ kind: 'stop', source, reason: 'simulated', closeAll });
    this.#life.events.hit(closeAll ? `stop ${source}, close all` : `stop ${source}`);
  }

  #send(write: () => void): void {
    if (this.#isGone) return;
    write();
    const { process, sender } = this.#life;
    if (process !== null && !process.owner.dead && process.owner.heldUntil <= this.#life.timeline.now) sender.deliver(process);
  }

  #armSoon(process: Process, ms: number): void {
    this.#life.timeline.after(
      ms,
      () => {
        if (this.#isGone) return;
        if (!process.isReady) return this.#armSoon(process, 1000);
        const reply = process.command({ kind: 'arm' });
        if (reply.ok) this.#life.events.hit('arm');
        this.#life.log(`a person arms: ${reply.ok ? 'done' : reply.code}`);
        if (!reply.ok && reply.code === 'STOPPED' && this.#draw.chance(0.6)) this.#resetSoon(process);
      },
      process.owner,
    );
  }

  #resetSoon(process: Process): void {
    this.#life.timeline.after(
      this.#draw.int(100, 6000),
      () => {
        if (this.#isGone) return;
        this.#life.isStopFileThere = false;
        if (process.command({ kind: 'resetStop' }).ok) this.#life.events.hit('reset');
        this.#armSoon(process, this.#draw.int(10, 500));
      },
      process.owner,
    );
  }

  #act(): void {
    const { process, faults } = this.#life;
    if (this.#isGone || process === null || process.running === null || process.owner.dead) return;
    if (process.owner.heldUntil > this.#life.timeline.now) return;
    const draw = this.#draw;
    if (faults.strikes('stopAnyTime', 0.4) || draw.chance(0.23)) return this.stop(process);
    if (faults.strike('stopAndArmTwice', 0.4)) return this.#twice(process);
    if (faults.strikes('settingsMidOrder', 0.5)) return this.#settings(process);
    if (draw.chance(0.35)) return this.#limit(process);
    const state = process.state;
    const waiting = [...Object.values(state?.entries ?? {}), ...Object.values(state?.exits ?? {})].find(
      (entry) => entry.state === 'awaitingApproval',
    );
    if (waiting !== undefined) return void process.command({ kind: draw.chance(0.8) ? 'approve' : 'decline', signal: waiting.signal.id });
    const [hedge] = state === null ? [] : openHedges(state);
    const close = hedge?.id ?? hedgeOf(signalId('e1'));
    if (draw.chance(0.4)) return void process.command({ kind: 'closeHedge', hedge: close, quantity: draw.chance(0.5) ? null : quantity('0.01') });
    if (draw.chance(0.3)) return void process.command({ kind: 'setApproval', approval: draw.pick(['auto', 'auto', 'manual']) });
    this.#disarm(process, 'simulated');
    this.#armSoon(process, draw.int(10, 4000));
  }

  #disarm(process: Process, reason: string): void {
    process.command({ kind: 'disarm', reason });
    this.#life.events.hit('disarm');
  }

  /** What the console is set up with: tighter than usual in some lives, so that limits are met. */
  #limitAtFirst(process: Process): void {
    const { trips } = this.#life;
    const isWanted = (name: string): boolean =>
      (name === 'maxDailyLossRatio' && trips.wants('DAILY_LOSS')) || (name === 'maxConsecutiveApiErrors' && trips.wants('API_ERRORS'));
    for (const [name, tight] of changes)
      if (isWanted(name) ? this.#draw.chance(0.8) : this.#draw.chance(0.04)) process.command({ kind: 'set', name, value: tight });
    const [name, tight] = failedEntries;
    if (this.#ofEntries.chance(0.5)) process.command({ kind: 'set', name, value: tight });
  }

  /** A limit is changed: tightened at any time, loosened while disarmed and typed again; what must be refused is tried too. */
  #limit(process: Process): void {
    const draw = this.#draw;
    const picked = draw.pick<(typeof changes)[number]>(changes);
    const [name, tight, loose] = this.#ofEntries.chance(0.07) ? failedEntries : picked;
    const how = draw.pick(['tighten', 'tighten', 'loosen', 'loosen', 'loosenArmed', 'loosenOnce']);
    if (how !== 'tighten' && how !== 'loosenArmed') this.#disarm(process, 'limits');
    const isArmed = process.state?.armed === true;
    const value = how === 'tighten' ? tight : loose;
    const reply = process.command({ kind: 'set', name, value, ...(how === 'loosenOnce' ? {} : { again: value }) });
    this.#life.log(`${how} ${name}: ${reply.ok ? 'done' : reply.code}`);
    if (!reply.ok && how !== 'tighten' && (isArmed || how === 'loosenOnce')) this.#life.events.hit('looseningRefused');
    if (how !== 'tighten') this.#armSoon(process, draw.int(0, 2000));
  }

  #twice(process: Process): void {
    process.command({ kind: 'stop', source: 'shortcut', reason: 'simulated', closeAll: false });
    process.command({ kind: 'stop', source: 'button', reason: 'simulated again', closeAll: false });
    process.command({ kind: 'resetStop' });
    process.command({ kind: 'arm' });
    process.command({ kind: 'arm' });
  }

  /** Limits change only while disarmed, but orders may well be in flight. */
  #settings(process: Process): void {
    const draw = this.#draw;
    this.#life.faults.hit('settingsMidOrder');
    this.#disarm(process, 'settings');
    const [name, value] = draw.pick<readonly [string, string]>([
      ['maxEntriesPerMinute', '2'],
      ['maxHedgeKrw', '5000000'],
      ['leverage', '2'],
      ['priceCollarBps', '5'],
      ['spotEntryOrder', 'market'],
      ['perpEntryOrder', 'limitIoc'],
      ['hedgeStopLossRatio', '0.005'],
      ['maxBookAgeMs', '500'],
    ]);
    process.command({ kind: 'set', name, value, again: value });
    this.#armSoon(process, draw.int(0, 2000));
  }
}
