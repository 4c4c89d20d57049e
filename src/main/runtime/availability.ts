/**
 * Tells when a venue is not available (spec §8): a signed read failed after all its retries, or 30 s went by without
 * one signed answer. Told once, until the venue has answered or a person has reset the stop that it led to: the same, when
 * it lasts, stops again.
 */
import type { Venue } from '../../shared/domain/venue.ts';
import { legVenue } from '../engine/state.ts';
import type { EndedRequest } from '../exchanges/port.ts';
import type { Clock } from './clock.ts';

const silentAfterMs = 30_000;
const tickMs = 500;
/** A longer gap between two looks is a pause of this machine, not the venue's silence. */
const longestGapMs = 1000;

export interface AvailabilityParts {
  readonly clock: Clock;
  /** Silence counts while this holds: before the venues were read nobody asks them regularly. */
  readonly isWatched: () => boolean;
  /** @param why in a sentence of ours. @param said what the venue or the system said, empty where nobody did */
  readonly onGone: (venue: Venue, why: string, said: string) => void;
  readonly onBack: (venue: Venue) => void;
}

export class Availability {
  readonly #parts: AvailabilityParts;
  readonly #silentMs = new Map<Venue, number>();
  /** Told of, and not told to be back since. */
  readonly #gone = new Set<Venue>();
  /** Told of since a reset: not told of again. */
  readonly #told = new Set<Venue>();

  constructor(parts: AvailabilityParts) {
    this.#parts = parts;
  }

  /** A request of a venue ended, after its retries. */
  ended({ venue, signed, ok, failure, gaveUp }: EndedRequest): void {
    if (!signed) return;
    // A refusal is an answer; what our own quota held back was not asked at all, so its silence says nothing.
    if (ok || failure?.outcome === 'refused' || failure?.code === 'RATE_LIMITED') this.#heard(venue);
    else if (gaveUp === true && this.#parts.isWatched())
      this.#tell(venue, `a read failed four times: ${failure?.code ?? ''} ${failure?.said ?? ''}`.trim(), failure?.said ?? '');
  }

  /** A person has reset the stop: what had fired it by then needs its whole time anew. */
  startAnew(): void {
    this.#told.clear();
    this.#silentMs.clear();
  }

  /** Begins to measure silence. @returns a function that ends it */
  start(): () => void {
    const { clock, isWatched } = this.#parts;
    let lookedAt = clock.now();
    return clock.every(tickMs, () => {
      const now = clock.now();
      const gapMs = Math.min(Math.max(0, now - lookedAt), longestGapMs);
      lookedAt = now;
      for (const venue of Object.values(legVenue)) {
        const silentMs = isWatched() ? (this.#silentMs.get(venue) ?? 0) + gapMs : 0;
        this.#silentMs.set(venue, silentMs);
        if (silentMs > silentAfterMs) this.#tell(venue, `no signed request was answered for ${Math.round(silentMs / 1000)} s`, '');
      }
    });
  }

  #heard(venue: Venue): void {
    this.#silentMs.set(venue, 0);
    this.#told.delete(venue);
    if (this.#gone.delete(venue)) this.#parts.onBack(venue);
  }

  #tell(venue: Venue, why: string, said: string): void {
    if (this.#told.has(venue)) return;
    this.#told.add(venue);
    this.#gone.add(venue);
    this.#parts.onGone(venue, why, said);
  }
}
