import { describe, expect, it } from 'vitest';
import type { Answer } from '../../shared/domain/failure.ts';
import { coin } from '../../shared/domain/ids.ts';
import { price } from '../../shared/domain/units.ts';
import type { Book, Holdings, MarketRules, Venue } from '../../shared/domain/venue.ts';
import type { VenuePort } from '../exchanges/port.ts';
import { ClockOffsets } from './clock-offsets.ts';
import { Quotes } from './quotes.ts';
import { HandClock, settle } from './testing.ts';

const BTC = coin('BTC');

/** A venue whose reads answer when the test says so; anything else it cannot do. */
class SlowVenue {
  readonly asked: string[] = [];
  readonly #waiting: { readonly what: string; readonly answer: () => void }[] = [];
  readonly #venue: Venue;
  readonly #clock: HandClock;

  constructor(venue: Venue, clock: HandClock) {
    this.#venue = venue;
    this.#clock = clock;
  }

  get port(): VenuePort {
    const rules = { takerFee: price('0') } as unknown as MarketRules;
    const port: Partial<VenuePort> = {
      venue: this.#venue,
      book: (of) => this.#wait<Book>(`book ${of}`, { bids: [], asks: [], at: this.#clock.now() }),
      rules: () => this.#wait<MarketRules | undefined>('rules', rules),
      holdings: () => this.#wait<Holdings>('holdings', { balances: [], positions: [], at: this.#clock.now() }),
      prepare: () => this.#wait<void>('prepare', undefined),
    };
    // What a quote does not ask for is not there.
    return port as VenuePort;
  }

  answer(what = ''): void {
    for (const entry of this.#waiting.splice(0))
      if (entry.what.startsWith(what)) entry.answer();
      else this.#waiting.push(entry);
  }

  #wait<T>(what: string, value: T): Promise<Answer<T>> {
    this.asked.push(what);
    return new Promise((resolve) => this.#waiting.push({ what, answer: () => resolve({ ok: true, value }) }));
  }
}

function parts() {
  const clock = new HandClock();
  const spot = new SlowVenue('upbit', clock);
  const perp = new SlowVenue('binance', clock);
  return { clock, spot, perp, quotes: new Quotes({ spot: spot.port, perp: perp.port }, new ClockOffsets(), clock) };
}

describe('a quote', () => {
  it('comes in 2 s for an unwind although one venue hangs, with the other leg whole', async () => {
    const { clock, spot, perp, quotes } = parts();
    const quoted = quotes.gather('settle', BTC, 1);
    perp.answer();
    await clock.pass(1999);
    await clock.pass(1);
    const quote = await quoted;
    expect([quote.legs.spot.book.ok, quote.legs.perp.book.ok, quote.legs.perp.rules.ok, quote.fx.ok]).toEqual([false, true, true, false]);
    expect(spot.asked).toContain('book BTC');
  });

  it('shares a read that is still under way, and takes its answer however late', async () => {
    const { clock, spot, perp, quotes } = parts();
    const first = quotes.gather('settle', BTC, 1);
    await clock.pass(2000);
    await first;
    const second = quotes.gather('settle', BTC, 1);
    expect(spot.asked.filter((what) => what === 'book BTC')).toHaveLength(1);
    await clock.pass(500);
    spot.answer();
    perp.answer();
    await settle();
    expect((await second).legs.spot.book.ok).toBe(true);
    void quotes.gather('settle', BTC, 1);
    expect(spot.asked.filter((what) => what === 'book BTC')).toHaveLength(2);
  });

  it('only looks for a preview: nothing is prepared, and what the marks read a moment ago is taken', async () => {
    const { clock, spot, perp, quotes } = parts();
    const marks = quotes.gather('marks', BTC, 1);
    await settle();
    spot.answer();
    perp.answer();
    await marks;
    await clock.pass(900);
    const before = [spot.asked.length, perp.asked.length];
    const looked = quotes.gather('preview', BTC, 1);
    await settle();
    expect([spot.asked, perp.asked].map((asked) => asked.filter((what) => what.startsWith('book') || what === 'holdings').length)).toEqual([3, 2]);
    spot.answer('rules');
    perp.answer('rules');
    const quote = await looked;
    expect([quote.legs.spot.book.ok, quote.fx.ok, quote.legs.perp.prepared.ok]).toEqual([true, true, false]);
    expect(before.map((count, index) => ([spot, perp][index]?.asked.length ?? 0) - count)).toEqual([1, 1]);
    expect(perp.asked).not.toContain('prepare');
    await clock.pass(200);
    void quotes.gather('preview', BTC, 1);
    await settle();
    expect(spot.asked.filter((what) => what === 'book BTC')).toHaveLength(2);
  });

  it('reads the accounts anew once one of our orders has traded', async () => {
    const { clock, spot, perp, quotes } = parts();
    const holdingsAsked = (): number => perp.asked.filter((what) => what === 'holdings').length;
    const look = async (): Promise<void> => {
      const looked = quotes.gather('preview', BTC, 1);
      await settle();
      spot.answer();
      perp.answer();
      await looked;
    };
    await look();
    await clock.pass(1000);
    await look();
    expect(holdingsAsked()).toBe(1);
    quotes.traded();
    await clock.pass(1);
    await look();
    expect(holdingsAsked()).toBe(2);
  });

  it('reads everything anew for an entry', async () => {
    const { clock, spot, quotes } = parts();
    void quotes.gather('marks', BTC, 1);
    await clock.pass(100);
    void quotes.gather('entry', BTC, 1);
    await settle();
    expect(spot.asked.filter((what) => what === 'book BTC')).toHaveLength(2);
    expect(spot.asked.filter((what) => what === 'holdings')).toHaveLength(2);
  });
});

describe('the market of an entry', () => {
  it('is prepared for each of them, at the leverage it was asked with, and for nothing else', async () => {
    const { clock, spot, perp, quotes } = parts();
    const gathered = [1, 2].map((leverage) => quotes.gather('entry', BTC, leverage));
    for (const purpose of ['exit', 'settle', 'marks', 'preview'] as const) void quotes.gather(purpose, BTC, 1);
    await settle();
    expect([spot, perp].map((venue) => venue.asked.filter((what) => what === 'prepare').length)).toEqual([2, 2]);
    for (const venue of [spot, perp]) venue.answer();
    const [first, second] = await Promise.all(gathered);
    expect([first?.leverage, second?.leverage, first?.legs.perp.prepared.ok]).toEqual([1, 2, true]);
    await clock.pass(10_000);
  });

  it('counts as not prepared where the venue does not say so in time', async () => {
    const { clock, spot, perp, quotes } = parts();
    const gathered = quotes.gather('entry', BTC, 1);
    await settle();
    spot.answer();
    for (const what of ['book', 'rules', 'holdings']) perp.answer(what);
    await clock.pass(10_000);
    expect((await gathered).legs.perp.prepared).toMatchObject({ ok: false, failure: { code: 'TIMEOUT' } });
  });
});

describe('what was read last', () => {
  it('is the newest book of either venue, whatever it was read for, and the clocks as measured', async () => {
    const { clock, spot, perp, quotes } = parts();
    expect(quotes.latest(BTC)).toMatchObject({ books: { spot: undefined, perp: undefined }, fx: undefined, clockOffsetsMs: { spot: { ok: false } } });
    const old = quotes.gather('entry', BTC, 1);
    await settle();
    spot.answer('book');
    await settle();
    const first = quotes.latest(BTC).books.spot?.at;
    await clock.pass(1000);
    void quotes.gather('marks', BTC, 1);
    await settle();
    spot.answer('book');
    await settle();
    expect(quotes.latest(BTC).books.spot?.at).toBe((first ?? 0) + 1000);
    // An answer that was on its way for long is older than what came before it.
    perp.answer();
    spot.answer();
    await old;
    expect(quotes.latest(BTC).books.spot?.at).toBe((first ?? 0) + 1000);
    expect(quotes.latest(BTC).fx?.at).toBe((first ?? 0) + 1000);
    expect(quotes.latest(coin('ETH')).books.spot).toBeUndefined();
    await clock.pass(10_000);
  });
});
