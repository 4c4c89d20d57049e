/** The last measured difference between our clock and each venue's. */
import type { Answer } from '../../shared/domain/failure.ts';
import type { Venue } from '../../shared/domain/venue.ts';
import type { VenuePort } from '../exchanges/port.ts';

const notYet: Answer<never> = { ok: false, failure: { outcome: 'notSent', code: 'CLOCK', venueCode: '', said: 'Not measured yet' } };

export class ClockOffsets {
  readonly #last = new Map<Venue, Answer<number>>();

  last(venue: Venue): Answer<number> {
    return this.#last.get(venue) ?? notYet;
  }

  /** Measures; an offset beyond the limit is measured once more before it is believed. */
  async measure(port: VenuePort, limitMs: number): Promise<Answer<number>> {
    const first = await port.clockOffsetMs();
    const answer = first.ok && !(Math.abs(first.value) <= limitMs) ? await port.clockOffsetMs() : first;
    this.#last.set(port.venue, answer);
    return answer;
  }
}
