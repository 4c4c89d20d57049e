/**
 * Gathers what the engine decides on: all parts of both venues read in the same instant, each allowed to fail.
 *
 * 1. A quote comes within a time that fits its purpose, whatever a venue does: what is not there by then counts as
 *    missing, so that a leg on one venue never waits for the retries of a read on the other.
 * 2. A read that is still under way is shared by the next quote: slow answers serve it, and nothing piles up.
 */
import type { Answer } from '../../shared/domain/failure.ts';
import { type Coin, coin as coinId } from '../../shared/domain/ids.ts';
import type { Book, Holdings, Leg, MarketRules } from '../../shared/domain/venue.ts';
import type { QuoteFor } from '../engine/inputs.ts';
import type { LegQuote, Quote } from '../engine/quote.ts';
import type { Latest } from '../engine/risk/last-hop.ts';
import type { VenuePort } from '../exchanges/port.ts';
import type { Clock } from './clock.ts';
import type { ClockOffsets } from './clock-offsets.ts';
import type { Venues } from './venues.ts';

/**
 * `preview` only looks: it prepares nothing and takes what was read a moment ago. `adding` is for an order by hand that
 * buys on the spot venue: read like an entry's, with nothing to prepare.
 */
export type GatherFor = Exclude<QuoteFor['kind'], 'byHand'> | 'adding' | 'preview';
type Purpose = GatherFor;

/** How long a quote may take. An entry may have to prepare its market; its books must be fresh in any case. */
const waitsMs = { entry: 10_000, adding: 2500, exit: 2000, settle: 2000, marks: 2500, preview: 2500 } as const satisfies Record<Purpose, number>;
/** Marks come every second; the account behind them is read anew this often. */
const holdingsReusedMs = 10_000;
/** A preview takes the books of the round of marks, which is as often. */
const booksReusedMs = 1000;

const notAsked: Answer<never> = { ok: false, failure: { outcome: 'notSent', code: 'BLOCKED', venueCode: '', said: 'Not asked for' } };
const late: Answer<never> = { ok: false, failure: { outcome: 'unknown', code: 'TIMEOUT', venueCode: '', said: 'Not answered in time' } };
const tether = coinId('USDT');

/** Reads under way, by what they read. */
interface UnderWay {
  readonly books: Map<string, Promise<Answer<Book>>>;
  readonly rules: Map<string, Promise<Answer<MarketRules | undefined>>>;
  readonly holdings: Map<string, Promise<Answer<Holdings>>>;
}

export class Quotes {
  readonly #venues: Venues;
  readonly #offsets: ClockOffsets;
  readonly #clock: Clock;
  readonly #held: Partial<Record<Leg, Holdings>> = {};
  #tradedAt = 0;
  /** The newest book of each market that was read for anything but an order. */
  readonly #seen = new Map<string, Book>();
  /** The newest of each market, whatever it was read for. */
  readonly #newest = new Map<string, Book>();
  readonly #underWay: UnderWay = { books: new Map(), rules: new Map(), holdings: new Map() };

  constructor(venues: Venues, offsets: ClockOffsets, clock: Clock) {
    this.#venues = venues;
    this.#offsets = offsets;
    this.#clock = clock;
  }

  /** An order of ours traded: what the accounts held before says nothing of them any more. */
  traded(): void {
    this.#tradedAt = this.#clock.now();
  }

  /** What the newest reads say of a coin's market: what an order is held against right before it leaves. */
  latest(coin: Coin): Latest {
    const newest = (leg: Leg, of: Coin): Book | undefined => this.#newest.get(`${this.#venues[leg].venue}:${of}`);
    const offset = (leg: Leg): Answer<number> => this.#offsets.last(this.#venues[leg].venue);
    return {
      books: { spot: newest('spot', coin), perp: newest('perp', coin) },
      fx: newest('spot', tether),
      clockOffsetsMs: { spot: offset('spot'), perp: offset('perp') },
    };
  }

  /** @param leverage what an entry is prepared with; other purposes leave the account as it is */
  async gather(purpose: Purpose, coin: Coin, leverage: number): Promise<Quote> {
    const at = this.#clock.now();
    const [spot, perp, fx] = await Promise.all([
      this.#leg('spot', purpose, coin, leverage),
      this.#leg('perp', purpose, coin, leverage),
      this.#within(purpose, this.#book(this.#venues.spot, purpose, tether)),
    ]);
    return { coin, at, leverage, legs: { spot, perp }, fx };
  }

  async #leg(leg: Leg, purpose: Purpose, coin: Coin, leverage: number): Promise<LegQuote> {
    const venue = this.#venues[leg];
    const key = `${venue.venue}:${coin}`;
    const [book, rules, holdings, prepared] = await Promise.all([
      this.#within(purpose, this.#book(venue, purpose, coin)),
      this.#within(
        purpose,
        shared(this.#underWay.rules, key, () => venue.rules(coin)),
      ),
      this.#within(purpose, this.#holdings(leg, venue, purpose)),
      purpose === 'entry' ? this.#within(purpose, venue.prepare(coin, leverage)) : notAsked,
    ]);
    return { book, rules, holdings, prepared, clockOffsetMs: this.#offsets.last(venue.venue) };
  }

  async #book(venue: VenuePort, purpose: Purpose, coin: Coin): Promise<Answer<Book>> {
    const answer = await this.#readBook(venue, purpose, coin);
    const key = `${venue.venue}:${coin}`;
    const before = this.#newest.get(key);
    if (answer.ok && (before === undefined || answer.value.at > before.at)) this.#newest.set(key, answer.value);
    return answer;
  }

  /** An entry is decided on what was read for it; everything else may share. */
  #readBook(venue: VenuePort, purpose: Purpose, coin: Coin): Promise<Answer<Book>> {
    if (purpose === 'entry' || purpose === 'adding') return venue.book(coin);
    // Marks wait for the quota that closes may still use: the two do not share.
    if (purpose === 'marks' || purpose === 'preview') return this.#look(venue, purpose, coin);
    return shared(this.#underWay.books, `${venue.venue}:${coin}:reserved`, () => venue.book(coin, 'reserved'));
  }

  async #look(venue: VenuePort, purpose: Purpose, coin: Coin): Promise<Answer<Book>> {
    const key = `${venue.venue}:${coin}`;
    const seen = this.#seen.get(key);
    if (purpose === 'preview' && seen !== undefined && this.#clock.now() - seen.at <= booksReusedMs) return { ok: true, value: seen };
    const answer = await shared(this.#underWay.books, key, () => venue.book(coin));
    if (answer.ok) this.#seen.set(key, answer.value);
    return answer;
  }

  async #holdings(leg: Leg, venue: VenuePort, purpose: Purpose): Promise<Answer<Holdings>> {
    if (purpose === 'exit') return notAsked;
    const held = this.#held[leg];
    const isReused = (purpose === 'marks' || purpose === 'preview') && held !== undefined && held.at > this.#tradedAt;
    if (isReused && this.#clock.now() - held.at < holdingsReusedMs) return { ok: true, value: held };
    const answer = await (purpose === 'entry' || purpose === 'adding'
      ? venue.holdings()
      : shared(this.#underWay.holdings, venue.venue, () => venue.holdings()));
    if (answer.ok) this.#held[leg] = answer.value;
    return answer;
  }

  /** The answer, or that it is late. */
  #within<T>(purpose: Purpose, answer: Promise<Answer<T>>): Promise<Answer<T>> {
    return new Promise((resolve, reject) => {
      const callOff = this.#clock.after(waitsMs[purpose], () => resolve(late));
      answer.then(
        (value) => {
          callOff();
          resolve(value);
        },
        (error: unknown) => {
          callOff();
          reject(error);
        },
      );
    });
  }
}

/** The read of that name that is under way, else a new one. */
function shared<T>(underWay: Map<string, Promise<T>>, key: string, read: () => Promise<T>): Promise<T> {
  const present = underWay.get(key);
  if (present !== undefined) return present;
  const begun = read().finally(() => underWay.delete(key));
  underWay.set(key, begun);
  return begun;
}
