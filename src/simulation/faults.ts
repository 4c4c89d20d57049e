/**
 * What can go wrong, by name (docs/simulation.md), and how often it does in one life.
 *
 * Swarm: each life draws which kinds are on at all and how often each comes, so that rare combinations meet. A kind is
 * counted where it takes effect, never where it was only drawn.
 */
import type { Draw } from './random.ts';

const venueKinds = [
  'requestLost',
  'replyLost',
  'latency',
  'errorBefore',
  'errorAfter',
  'rateLimited',
  'clockError',
  'truncatedJson',
  'htmlBody',
  'insufficientFunds',
  'filterReject',
  'partialFill',
  'venueCancel',
  'fillAfterCancel',
  'queryLag',
  'staleFilled',
  'duplicateEvent',
  'reorderedEvents',
  'droppedEvents',
  'streamGap',
  'halfOpen',
  'listenKeyExpired',
  'halt',
  'filterChange',
  'externalOrder',
  'forcedClose',
] as const;
const processKinds = ['crash', 'crashInRecovery', 'stall', 'wallClockJump', 'suspend', 'secondInstance'] as const;
const diskKinds = ['unsyncedTailLost', 'tornTail', 'diskFull', 'syncError', 'shortWrite', 'bitFlip', 'slowSync'] as const;
const inputKinds = ['duplicateSignal', 'replayedSignals', 'expiredSignal', 'futureSignal', 'rotatedFile', 'burst', 'malformedSignal'] as const;
const userKinds = ['stopAnyTime', 'stopAndArmTwice', 'settingsMidOrder', 'keyRevoked'] as const;

export const faultKinds = [...venueKinds, ...processKinds, ...diskKinds, ...inputKinds, ...userKinds] as const;
export type FaultKind = (typeof faultKinds)[number];

export type Counts = Record<FaultKind, number>;
export const noCounts = (): Counts => Object.fromEntries(faultKinds.map((kind) => [kind, 0])) as Counts;

export class Faults {
  readonly counts: Counts = noCounts();
  readonly #draw: Draw;
  readonly #rates = new Map<FaultKind, number>();
  #isOver = false;

  constructor(draw: Draw) {
    this.#draw = draw;
    // From lives in which hardly anything fails to lives in which most things do.
    const share = draw.pick([0.1, 0.25, 0.5, 0.8]);
    const weight = draw.pick([0.3, 1, 1, 2.5]);
    for (const kind of faultKinds) if (draw.chance(share)) this.#rates.set(kind, weight * draw.between(0.2, 1));
  }

  isOn(kind: FaultKind): boolean {
    return !this.#isOver && this.#rates.has(kind);
  }

  /** Whether a kind comes at a place where it comes with this probability in a life of middling faults. */
  strikes(kind: FaultKind, probability: number): boolean {
    const rate = this.#isOver ? undefined : this.#rates.get(kind);
    return rate !== undefined && this.#draw.chance(Math.min(0.9, probability * rate));
  }

  /** It took effect. */
  hit(kind: FaultKind): void {
    this.counts[kind] += 1;
  }

  /** `strikes`, and counted at once. */
  strike(kind: FaultKind, probability: number): boolean {
    const does = this.strikes(kind, probability);
    if (does) this.hit(kind);
    return does;
  }

  /** From here on nothing new goes wrong. */
  end(): void {
    this.#isOver = true;
  }
  get isOver(): boolean {
    return this.#isOver;
  }
}
