/** The newest word on each account, taken from what is read for trading anyway: showing it costs no request. */
import type { Holdings, Leg, Venue } from '../../../shared/domain/venue.ts';
import type { Input } from '../../engine/inputs.ts';
import { legVenue } from '../../engine/state.ts';

export class AccountsSeen {
  readonly #held = new Map<Venue, Holdings>();

  of(venue: Venue): Holdings | null {
    return this.#held.get(venue) ?? null;
  }

  take(input: Input): void {
    if (input.kind === 'venueRead' || input.kind === 'holdingsRead') this.#keep(input.venue, input.holdings);
    else if (input.kind === 'quoted')
      for (const leg of ['spot', 'perp'] as const satisfies readonly Leg[]) {
        const { holdings } = input.quote.legs[leg];
        if (holdings.ok) this.#keep(legVenue[leg], holdings.value);
      }
  }

  #keep(venue: Venue, holdings: Holdings): void {
    const before = this.#held.get(venue);
    if (before === undefined || before.at <= holdings.at) this.#held.set(venue, holdings);
  }
}
