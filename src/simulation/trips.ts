/**
 * What makes limits fire, each where it hurts: prices that turn against an open hedge, margin that is taken away, venues
 * that are gone, coins that somebody sells. A life draws which of them come at all. The limit itself is seen in the facts.
 */
import { openHedges } from '../main/engine/legs.ts';
import type { Hedge, State } from '../main/engine/state.ts';
import { negate, ratio, relabel, scale, sign, toNumber } from '../shared/domain/units.ts';
import type { Leg } from '../shared/domain/venue.ts';
import type { TripCode } from './events.ts';
import type { Life } from './life.ts';
import type { Process } from './process.ts';
import type { Draw } from './random.ts';

/** How likely each is to be tried in a life, and at most how often. */
const shares = {
  DAILY_LOSS: 0.16,
  STOP_LOSS: 0.8,
  API_ERRORS: 0.4,
  VENUE_GONE: 1,
  MAINTENANCE: 0.9,
  KEY_REFUSED: 0.05,
  POSITION_MISMATCH: 1,
  MARGIN_RATIO: 0.6,
  CLOCK: 0.8,
  OVERFILL: 0.18,
  UNKNOWN_OUTCOME: 0.28,
  // Entries that fail in a row come of the other faults.
} as const satisfies Readonly<Record<Exclude<TripCode, 'FAILED_ENTRIES'>, number>>;
const most = 2;

export class Trips {
  readonly #life: Life;
  readonly #draw: Draw;
  readonly #left = new Map<TripCode, number>();

  constructor(life: Life, draw: Draw) {
    this.#life = life;
    this.#draw = draw;
    for (const [code, share] of Object.entries(shares)) if (draw.chance(share)) this.#left.set(code as TripCode, most);
  }

  /** Whether it is still to come in this life. */
  wants(code: TripCode): boolean {
    return (this.#left.get(code) ?? 0) > 0;
  }

  begin(): void {
    const { timeline, faults } = this.#life;
    const look = (): void => {
      if (faults.isOver) return;
      const { process } = this.#life;
      if (process !== null && !process.owner.dead && process.owner.heldUntil <= timeline.now) this.#look(process);
      timeline.after(this.#draw.int(200, 1000), look);
    };
    timeline.after(this.#draw.int(200, 1000), look);
  }

  /** A process starts: it may find a venue that answers nothing. */
  processStarts(): void {
    const { moods, timeline, checks } = this.#life;
    if (checks.wires.size === 0 || !this.#takes('API_ERRORS', 0.9)) return;
    moods[this.#draw.pick(['spot', 'perp'] as const)].downUntil = timeline.now + this.#draw.int(16_000, 26_000);
  }

  /** What a venue makes of an order besides what was asked: more of it, or nothing that anybody hears of for over a minute. */
  ofOrder(opens: boolean): 'overfilled' | 'hidden' | null {
    const { faults } = this.#life;
    if (faults.isOver || !opens) return null;
    if (this.#takes('OVERFILL', 0.3)) return 'overfilled';
    return this.#takes('UNKNOWN_OUTCOME', 0.3) ? 'hidden' : null;
  }

  #takes(code: TripCode, chance: number): boolean {
    const left = this.#left.get(code) ?? 0;
    if (left === 0 || !this.#draw.chance(chance)) return false;
    this.#left.set(code, left - 1);
    this.#life.log(`to come: ${code}`);
    return true;
  }

  #look(process: Process): void {
    const { state } = process;
    if (state?.phase !== 'ready' || state.stop !== null) return;
    const hedge = hedgedOf(state);
    // Where nothing was traded yet a stop has nothing to do.
    if (hedge === undefined) return;
    const { market, exchanges, hasSecret } = this.#life;
    if (this.#draw.chance(0.4)) this.#breakVenue(process);
    else if (!hasSecret && this.#takes('POSITION_MISMATCH', 0.4)) this.#sellBehindOurBack(hedge);
    else if (this.#takes('DAILY_LOSS', 0.3)) market.jump(-0.02);
    else if (this.#takes('STOP_LOSS', 0.5)) market.jump(-this.#draw.between(0.055, 0.09));
    else if (this.#takes('MARGIN_RATIO', 0.3)) exchanges.perp.drain();
  }

  #breakVenue(process: Process): void {
    const { moods, timeline } = this.#life;
    const draw = this.#draw;
    const mood = moods[draw.pick(['spot', 'perp'] as const)];
    if (this.#takes('VENUE_GONE', 0.4)) mood.downUntil = timeline.now + draw.int(10_000, 30_000);
    else if (this.#takes('MAINTENANCE', 0.3)) mood.closedUntil = timeline.now + draw.int(2000, 10_000);
    else if (this.#takes('KEY_REFUSED', 0.3)) mood.keyRevoked = true;
    else if (this.#takes('CLOCK', 0.3)) {
      process.wallOffsetMs += draw.pick([-3000, -1500, 1500, 3000]);
      process.clockIsOff = Math.abs(process.wallOffsetMs) >= 1000;
    }
  }

  /** Somebody sells coins that a hedge needs, or buys its short back. */
  #sellBehindOurBack({ coin }: Hedge): void {
    const leg: Leg = this.#draw.pick(['spot', 'perp'] as const);
    const { exchanges, streams } = this.#life;
    const held = exchanges[leg].held(coin);
    if (leg === 'spot' ? sign(held) <= 0 : sign(held) >= 0) return;
    const part = ratio(this.#draw.pick(['0.5', '1']));
    const { clientId, venueOrderId } = exchanges[leg].tradeOutside(coin, negate(scale(relabel(held), part)), 'somebody');
    this.#life.log(`somebody trades ${toNumber(held)} away on ${leg}`);
    streams[leg]?.outside({ kind: 'outsideOrder', coin, clientId, venueOrderId });
  }
}

const hedgedOf = (state: State): Hedge | undefined =>
  openHedges(state).find(({ phase, waitingExits }) => phase === 'hedged' && waitingExits.length === 0);
