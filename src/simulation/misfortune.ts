/** What strikes of itself, at times of its own: machines, disks, streams, markets, keys, and other people on the account. */
import { negate, ratio, scale, sign, signedQuantity } from '../shared/domain/units.ts';
import type { Leg } from '../shared/domain/venue.ts';
import type { Life } from './life.ts';
import type { Process } from './process.ts';
import type { Draw } from './random.ts';

export class Misfortune {
  readonly #life: Life;
  readonly #draw: Draw;

  constructor(life: Life, draw: Draw) {
    this.#life = life;
    this.#draw = draw;
  }

  begin(): void {
    const { timeline, faults } = this.#life;
    const strike = (): void => {
      if (faults.isOver) return;
      const { process } = this.#life;
      // Nothing much happens to a machine that sleeps.
      if (process !== null && !process.owner.dead && process.owner.heldUntil < timeline.now + 10_000) this.#strike(process);
      timeline.after(this.#draw.int(300, 2500), strike);
    };
    timeline.after(this.#draw.int(300, 2500), strike);
  }

  #strike(process: Process): void {
    const { faults } = this.#life;
    if (faults.strikes('crash', 0.03)) return this.#life.crash(process, 'crash');
    this.#machine(process);
    const leg = this.#draw.pick(['spot', 'perp'] as const);
    this.#venue(leg);
    if (faults.strikes('externalOrder', 0.03)) this.#outside(leg, false);
    if (faults.strikes('forcedClose', 0.12)) this.#outside('perp', true);
    if (faults.strikes('rotatedFile', 0.05)) this.#life.sender.rotate();
    if (faults.strikes('burst', 0.025)) this.#life.sender.burst(this.#life.timeline.now, 60);
    this.#life.sender.deliver(process);
  }

  #machine(process: Process): void {
    const { faults, timeline, disk } = this.#life;
    const draw = this.#draw;
    const { owner } = process;
    if (faults.strike('stall', 0.06)) owner.heldUntil = timeline.now + draw.int(50, 5000);
    if (faults.strike('suspend', 0.018)) owner.heldUntil = timeline.now + 3_600_000;
    if (faults.strike('wallClockJump', 0.03)) {
      process.wallOffsetMs += draw.pick([-600_000, -5000, -900, 900, 5000, 90_000, 600_000]);
      process.clockIsOff = Math.abs(process.wallOffsetMs) >= 1000;
      this.#life.log(`the clock jumps to ${process.wallOffsetMs} ms`);
    }
    if (faults.strikes('diskFull', 0.025)) disk.room ??= draw.int(0, 3000);
    if (faults.strikes('syncError', 0.022)) disk.failsSyncs = true;
    if (faults.strike('secondInstance', 0.05)) this.#startAnother();
  }

  #venue(leg: Leg): void {
    const { faults, timeline, market, streams, moods } = this.#life;
    const draw = this.#draw;
    if (faults.strike('streamGap', 0.06)) streams[leg]?.breakFor(draw.int(200, 15_000), true);
    if (faults.strike('halfOpen', 0.04)) streams[leg]?.breakFor(draw.int(5000, 60_000), false);
    if (faults.strike('listenKeyExpired', 0.04)) streams.perp?.breakFor(draw.int(1000, 20_000), true);
    if (faults.strike('halt', 0.03)) {
      market.halted[leg] = true;
      timeline.after(draw.int(500, 20_000), () => {
        market.halted[leg] = false;
      });
    }
    if (faults.strike('filterChange', 0.03)) market.changeFilters(leg);
    if (faults.strike('keyRevoked', 0.018)) moods[leg].keyRevoked = true;
    if (draw.chance(0.02)) market.jump(draw.between(-0.08, 0.08));
  }

  /** A second process is started on the same data: the lock turns it away (store/lock.ts, proven there). */
  #startAnother(): void {
    this.#life.log('a second process is started');
    if (this.#life.plant.ignoresLock !== true) return;
    this.#life.others += 1;
    this.#life.bootNow();
  }

  /** Somebody else trades on the account, or the venue closes a part of the short. */
  #outside(leg: Leg, forced: boolean): void {
    const { faults, coins, exchanges, streams } = this.#life;
    const draw = this.#draw;
    const [coin] = coins;
    if (coin === undefined) return;
    const exchange = exchanges[leg];
    const held = exchange.held(coin);
    if ((forced && sign(held) >= 0) || this.#life.hasSecret) return;
    faults.hit(forced ? 'forcedClose' : 'externalOrder');
    const by = forced
      ? negate(scale(held, ratio(draw.pick(['0.3', '1']))))
      : signedQuantity(leg === 'spot' ? '0.01' : draw.pick(['0.002', '-0.002']));
    const { clientId, venueOrderId } = exchange.tradeOutside(coin, by, forced ? draw.pick(['adl_autoclose', 'autoclose-1']) : 'somebody');
    this.#life.log(`${forced ? 'the venue closes' : 'somebody trades'} on ${leg}`);
    streams[leg]?.outside({ kind: 'outsideOrder', coin, clientId, venueOrderId });
  }
}
