/** Gathers what the engine decides on: all parts of both venues read in the same instant, each allowed to fail. */
import type { Answer } from '../../shared/domain/failure.ts';
import { type Coin, coin as coinId } from '../../shared/domain/ids.ts';
import type { Holdings, Leg } from '../../shared/domain/venue.ts';
import type { QuoteFor } from '../engine/inputs.ts';
import type { LegQuote, Quote } from '../engine/quote.ts';
import type { VenuePort } from '../exchanges/port.ts';
import type { Clock } from './clock.ts';
import type { ClockOffsets } from './clock-offsets.ts';
import type { Venues } from './venues.ts';

/** Marks come every second; the account behind them is read anew this often. */
const holdingsReusedMs = 10_000;

const notAsked: Answer<never> = { ok: false, failure: { outcome: 'notSent', code: 'BLOCKED', venueCode: '', said: 'Not asked for' } };
const tether = coinId('USDT');

export class Quotes {
  readonly #venues: Venues;
  readonly #offsets: ClockOffsets;
  readonly #clock: Clock;
  readonly #held: Partial<Record<Leg, Holdings>> = {};

  constructor(venues: Venues, offsets: ClockOffsets, clock: Clock) {
    this.#venues = venues;
    this.#offsets = offsets;
    this.#clock = clock;
  }

  /** @param leverage what an entry is prepared with; other purposes leave the account as it is */
  async gather(purpose: QuoteFor['kind'], coin: Coin, leverage: number): Promise<Quote> {
    const at = this.#clock.now();
    const [spot, perp, fx] = await Promise.all([
      this.#leg('spot', purpose, coin, leverage),
      this.#leg('perp', purpose, coin, leverage),
      this.#venues.spot.book(tether),
    ]);
    return { coin, at, legs: { spot, perp }, fx };
  }

  async #leg(leg: Leg, purpose: QuoteFor['kind'], coin: Coin, leverage: number): Promise<LegQuote> {
    const venue = this.#venues[leg];
    const [book, rules, holdings, prepared] = await Promise.all([
      venue.book(coin),
      venue.rules(coin),
      this.#holdings(leg, venue, purpose),
      purpose === 'entry' ? venue.prepare(coin, leverage) : notAsked,
    ]);
    return { book, rules, holdings, prepared, clockOffsetMs: this.#offsets.last(venue.venue) };
  }

  async #holdings(leg: Leg, venue: VenuePort, purpose: QuoteFor['kind']): Promise<Answer<Holdings>> {
    if (purpose === 'exit') return notAsked;
    const held = this.#held[leg];
    if (purpose === 'marks' && held !== undefined && this.#clock.now() - held.at < holdingsReusedMs) return { ok: true, value: held };
    const answer = await venue.holdings();
    if (answer.ok) this.#held[leg] = answer.value;
    return answer;
  }
}
