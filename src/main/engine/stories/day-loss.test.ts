/** S7.1, the day's loss: from what it is measured, over restarts and midnights, and what it stops. Numbers by hand. */
import { describe, expect, it } from 'vitest';
import { coin, hedgeOf, signalId } from '../../../shared/domain/ids.ts';
import { fxRate, price, ratio, text } from '../../../shared/domain/units.ts';
import type { Quote } from '../quote.ts';
import { hedgeResult } from '../pnl.ts';
import { dayLoss, dayResult, kstDay } from '../risk/measures.ts';
import { failed, type Market, market, ok, perpHoldings } from '../testing/market.ts';
import { enter, exit } from '../testing/signals.ts';
import { refold, World } from '../testing/world.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** 1,000,000,000 KRW and 1,000,000 USDT at 1,400: with a hedge of 0.6 BTC less its fees. */
const bid = (spotBid: number, over: Partial<Market> = {}): Market =>
  market({ spotBid: price(String(spotBid)), spotAsk: price(String(spotBid + 1000)), ...over });

/** A hedge whose stop-loss is out of the way, and a day that has begun. */
function hedged(quantity = '0.6', id = 'h1'): World {
  const world = new World();
  world.command({ kind: 'disarm', reason: 'to set' });
  world.command({ kind: 'set', name: 'hedgeStopLossRatio', value: '1', again: '1' });
  world.command({ kind: 'arm' });
  world.marks();
  world.signal(enter(id, { quantity }));
  world.run(2000);
  expect(world.phase(id)).toBe('hedged');
  world.marks();
  return world;
}
const result = (world: World, id = 'h1'): number => Number(text(hedgeResult(world.state, world.hedge(id)).total));
const daysResult = (world: World): number => Number(text(dayResult(world.state)));

describe('the loss of a day', () => {
  it('stops above its limit, not at it', () => {
    const probe = hedged();
    probe.market = bid(140_000_000);
    probe.run(10_000);
    probe.marks();
    const loss = text(dayLoss(probe.state, '0' as never) ?? ratio('0'));
    expect(Number(loss)).toBeGreaterThan(0.004);
    for (const [limit, stops] of [
      [Number(loss) + 1e-6, false],
      [Number(loss), false],
      [Number(loss) - 1e-6, true],
    ] as const) {
      const world = hedged();
      world.command({ kind: 'set', name: 'maxDailyLossRatio', value: limit.toFixed(6) });
      world.market = bid(140_000_000);
      world.marks();
      expect([limit, world.state.stop !== null]).toEqual([limit, stops]);
      if (stops)
        expect(world.state.stop).toMatchObject({
          code: 'DAILY_LOSS',
          source: 'limit',
          values: { was: loss, limit: text(world.state.settings.maxDailyLossRatio) },
        });
    }
  });

  it('adds what was closed to what is open, and denies entries as well', () => {
    const world = hedged('0.3');
    world.market = bid(100_000_000);
    world.signal(exit('x'));
    world.run(2000);
    const closed = result(world);
    expect(daysResult(world)).toBeCloseTo(closed, 4);
    world.market = market();
    world.signal(enter('h2', { quantity: '0.6' }));
    world.run(2000);
    expect(world.phase('h2')).toBe('hedged');
    world.market = bid(100_000_000);
    world.run(10_000);
    world.marks();
    expect(daysResult(world)).toBeCloseTo(closed + result(world, 'h2'), 4);
    expect(world.state.stop).toBeNull();
    world.market = bid(10_000_000);
    world.marks();
    expect(world.state.stop?.code).toBe('DAILY_LOSS');
    expect(world.command({ kind: 'resetStop' })).toEqual({ ok: true });
    // The loss stands: whoever resets it goes on tomorrow, or with another limit.
    world.marks();
    expect(world.state.stop?.code).toBe('DAILY_LOSS');
  });

  it('does not revalue idle USDT', () => {
    const world = new World();
    world.marks();
    world.market = market({ fx: fxRate('900') });
    world.run(1000);
    world.marks();
    expect([daysResult(world), world.state.stop]).toEqual([0, null]);
  });

  it('is watched while an account cannot be read', () => {
    const world = hedged();
    const { capital } = world.state.day;
    world.distort = (whole) => ({ ...whole, legs: { ...whole.legs, perp: { ...whole.legs.perp, holdings: failed() } } });
    world.market = bid(30_000_000);
    world.marks();
    expect([world.state.stop?.code, world.state.day.capital]).toEqual(['DAILY_LOSS', capital]);
  });

  it('is none on stale prices', () => {
    const world = hedged();
    world.market = bid(1_000_000);
    world.distort = (whole) => ({ ...whole, fx: failed() });
    world.marks();
    expect(world.state.stop).toBeNull();
    world.distort = (whole) => whole;
    world.marks();
    expect(world.state.stop?.code).toBe('DAILY_LOSS');
  });

  it('goes on over a restart', () => {
    const world = hedged();
    world.market = bid(100_000_000);
    world.run(10_000);
    world.marks();
    const { day } = world.state;
    world.now += 2 * hourMs;
    world.restart();
    expect(world.state.day).toEqual(day);
    world.market = bid(30_000_000);
    world.marks();
    expect(world.state.stop?.code).toBe('DAILY_LOSS');
    world.restart();
    expect(world.state.stop?.code).toBe('DAILY_LOSS');
    expect(world.state).toEqual(refold(world.facts));
  });
});

describe('coins that fall together', () => {
  const ether = coin('ETH');
  /** Two hedges of 0.3, one of them made one in ether, both marked a moment ago. */
  function two(): World {
    const world = hedged('0.3', 'h1');
    world.signal(enter('h2', { quantity: '0.3' }));
    world.run(2000);
    const other = { ...world.hedge('h2'), coin: ether };
    world.state = { ...world.state, hedges: { ...world.state.hedges, [other.id]: other } };
    marksOf(world, 'BTC');
    marksOf(world, 'ETH');
    return world;
  }
  const quoteOf = (world: World, of: 'BTC' | 'ETH'): Quote => ({ ...world.quote({ kind: 'marks', coin: coin(of) }), coin: coin(of) });
  const marksOf = (world: World, of: 'BTC' | 'ETH', beside: readonly Quote[] = []) =>
    world.feed({ kind: 'quoted', purpose: { kind: 'marks', coin: coin(of) }, quote: quoteOf(world, of), beside });

  it('stop at once, at the newest marks of both, though the journal has older ones', () => {
    const world = two();
    world.run(1000);
    // 45 million each, 72 million are allowed.
    world.market = bid(10_000_000);
    const fallen = quoteOf(world, 'ETH');
    marksOf(world, 'ETH');
    expect([world.state.stop, world.hedge('h2').marks.spotBid]).toEqual([null, '160999000']);
    world.now += 500;
    marksOf(world, 'BTC', [fallen]);
    expect(world.state.stop?.code).toBe('DAILY_LOSS');
  });

  it('count from the first marks of the day, not by what was seen of them the day before', () => {
    const world = two();
    world.command({ kind: 'set', name: 'maxDailyLossRatio', value: '0.01' });
    world.now += dayMs - ((world.now + 9 * hourMs) % dayMs) - 200;
    marksOf(world, 'BTC');
    marksOf(world, 'ETH');
    world.now += 100;
    world.market = bid(10_000_000);
    const lastNight = quoteOf(world, 'ETH');
    world.now += 200;
    marksOf(world, 'BTC', [lastNight]);
    marksOf(world, 'ETH');
    expect([daysResult(world), world.state.stop]).toEqual([0, null]);
    // An hour later both have halved what they hold: nobody has seen more than one of them.
    world.market = bid(5_000_000);
    world.command({ kind: 'set', name: 'maxDailyLossRatio', value: '0.001' });
    world.now += 1000;
    const eth = quoteOf(world, 'ETH');
    marksOf(world, 'BTC');
    expect(world.state.stop).toBeNull();
    world.now += 100;
    marksOf(world, 'BTC', [eth]);
    expect(world.state.stop?.code).toBe('DAILY_LOSS');
  });
});

describe('the result of a close', () => {
  it.each([5_000, 3_600_000])('is at the USDT/KRW of when it began, after %i ms without a round of marks too', (ms) => {
    const world = hedged('0.05');
    world.market = bid(150_000_000, { perpBid: price('109999.9'), perpAsk: price('110000'), fx: fxRate('1500') });
    world.now += ms;
    world.command({ kind: 'closeHedge', hedge: hedgeOf(signalId('h1')), quantity: null });
    world.run(3000);
    expect(world.phase('h1')).toBe('flat');
    expect(text(world.hedge('h1').fx)).toBe(ms < 10_000 ? '1400' : '1500');
  });
});

describe('midnight in Korea', () => {
  it('begins the day at the first prices after it: what was lost before is not today’s', () => {
    const world = hedged();
    world.market = bid(100_000_000);
    world.marks();
    world.run(dayMs - ((world.now + 9 * hourMs) % dayMs) - 1000);
    world.marks();
    const yesterday = world.state.day;
    expect(yesterday.kst).toBe(kstDay(world.now));
    world.run(1000);
    world.market = bid(90_000_000);
    world.marks();
    expect(world.state.day.kst).toBe(yesterday.kst + 1);
    expect([daysResult(world), world.state.day.realized]).toEqual([0, '0']);
    expect(world.state.day.capital).not.toBe(yesterday.capital);
    const before = result(world);
    world.market = bid(80_000_000);
    world.run(10_000);
    world.marks();
    expect(daysResult(world)).toBeCloseTo(result(world) - before, 4);
  });

  it('begins the day while an account cannot be read: by the last capital, until there is another', () => {
    const world = hedged();
    // 48 million of 2,400.
    world.command({ kind: 'set', name: 'maxDailyLossRatio', value: '0.02' });
    const yesterday = world.state.day;
    world.market = bid(110_000_000);
    world.run(10_000);
    world.marks();
    expect(daysResult(world)).toBeLessThan(-30_000_000);
    world.distort = (whole) => ({ ...whole, legs: { ...whole.legs, perp: { ...whole.legs.perp, holdings: failed() } } });
    world.now += dayMs;
    world.marks();
    expect(world.state.day).toMatchObject({ kst: yesterday.kst + 1, capital: yesterday.capital, realized: '0' });
    expect(daysResult(world)).toBe(0);
    // It would stop, were those 30 among them.
    world.market = bid(70_000_000);
    world.run(10_000);
    world.marks();
    expect([daysResult(world), world.state.stop]).toEqual([expect.closeTo(-24_000_000, 0), null]);
    world.distort = (whole) => whole;
    world.marks();
    const { day } = world.state;
    expect(Number(day.capital)).toBeLessThan(Number(yesterday.capital));
    expect(world.facts.filter(({ kind }) => kind === 'capitalTaken')).toHaveLength(1);
    world.marks();
    expect(world.state.day).toEqual(day);
    expect(daysResult(world)).toBeCloseTo(-24_000_000, 0);
    world.market = bid(20_000_000);
    world.marks();
    expect(world.state.stop?.code).toBe('DAILY_LOSS');
    expect(world.state).toEqual(refold(world.facts));
  });

  it('counts what is lost before an account can be read', () => {
    const world = hedged();
    world.distort = (whole) => ({ ...whole, legs: { ...whole.legs, spot: { ...whole.legs.spot, holdings: failed() } } });
    world.now += dayMs;
    world.marks();
    world.market = bid(30_000_000);
    world.run(1000);
    world.marks();
    expect(world.state.stop?.code).toBe('DAILY_LOSS');
  });

  it('begins no first day without a capital to measure by', () => {
    const world = new World();
    world.distort = (whole) => ({ ...whole, legs: { ...whole.legs, perp: { ...whole.legs.perp, holdings: failed() } } });
    expect(world.marks().facts).toEqual([]);
    expect(world.state.day.capital).toBeNull();
  });

  it('while nothing ran: capital and bases are those of the first prices after it', () => {
    const world = hedged();
    world.now += dayMs;
    world.restart();
    // 100 million KRW were lost meanwhile, on which day nobody knows.
    world.market = bid(1_000_000);
    world.marks();
    expect([world.state.stop, daysResult(world)]).toEqual([null, 0]);
    expect(Number(world.state.day.bases[hedgeOf(signalId('h1'))])).toBeCloseTo(result(world), 4);
    // 1 million a coin, 0.6 coins; what the accounts hold besides did not change.
    expect(world.state.day.capital).not.toBeNull();
    world.market = bid(500_000);
    world.run(10_000);
    world.marks();
    expect(daysResult(world)).toBeCloseTo(-300_000, 0);
  });

  it('bases a coin whose first prices come later on those', () => {
    const world = hedged('0.3', 'h1');
    world.signal(enter('h2', { quantity: '0.3' }));
    world.run(2000);
    world.marks();
    const ether = coin('ETH');
    const other = { ...world.hedge('h2'), coin: ether };
    world.state = { ...world.state, hedges: { ...world.state.hedges, [other.id]: other } };
    world.now += dayMs;
    const marksOf = (of: 'BTC' | 'ETH'): void => {
      const whole: Quote = { ...world.quote({ kind: 'marks', coin: coin(of) }), coin: coin(of) };
      world.feed({ kind: 'quoted', purpose: { kind: 'marks', coin: coin(of) }, quote: whole });
    };
    world.market = bid(100_000_000);
    marksOf('BTC');
    expect(world.state.day.kst).toBe(kstDay(world.now));
    expect(daysResult(world)).toBe(0);
    world.now += 5 * 60_000;
    marksOf('ETH');
    expect([daysResult(world), world.state.stop]).toEqual([0, null]);
    world.market = bid(90_000_000);
    world.now += 20_000;
    marksOf('ETH');
    expect(daysResult(world)).toBeCloseTo(-3_000_000, 0);
    const based = world.facts.filter((fact) => fact.kind === 'dayBased');
    expect(based).toHaveLength(1);
    expect(based[0]).toMatchObject({ id: 'h2' });
  });

  it('crossed backwards by a clock that is set begins nothing: the losses still count', () => {
    const world = hedged();
    world.now += dayMs;
    world.marks();
    const { kst } = world.state.day;
    world.market = bid(100_000_000);
    world.run(10_000);
    world.marks();
    const lost = daysResult(world);
    expect(lost).toBeLessThan(0);
    world.now -= dayMs;
    world.marks();
    expect([world.state.day.kst, daysResult(world)]).toEqual([kst, lost]);
    // A clock that was a year ahead does not keep the day from beginning.
    world.now -= 30 * dayMs;
    world.marks();
    expect(world.state.day.kst).toBe(kst - 31);
  });
});

describe('limits that count', () => {
  const fail = (world: World, times: number): void => {
    for (let nth = 0; nth < times; nth += 1)
      world.feed({ kind: 'requestEnded', venue: 'upbit', failure: { outcome: 'unknown', code: 'NETWORK', venueCode: '', said: 'gone' } });
  };
  it('count API errors over a restart: the 11th in a row stops', () => {
    const world = new World();
    fail(world, 6);
    world.restart();
    fail(world, 4);
    expect(world.state.stop).toBeNull();
    fail(world, 1);
    const values = { venue: 'upbit', was: '11', limit: '10', failure: 'NETWORK' };
    expect(world.state.stop).toMatchObject({ code: 'API_ERRORS', values });
  });

  it.each([
    ['499999', null],
    ['500000', null],
    ['500001', 'MARGIN_RATIO'],
  ])('stop at a maintenance of %s in a million, after a restart too: %s', (maintenance, code) => {
    const world = hedged('0.05');
    const holdings = () => ok(perpHoldings(world.now, '1000000', '1000000', maintenance));
    world.distort = (whole) => ({ ...whole, legs: { ...whole.legs, perp: { ...whole.legs.perp, holdings: holdings() } } });
    world.restart();
    world.marks();
    expect(world.state.stop?.code ?? null).toBe(code);
    if (code === null) return;
    expect(world.state.stop?.values).toEqual({ was: '0.500001', limit: '0.5' });
    world.command({ kind: 'resetStop' });
    world.marks();
    expect(world.state.stop?.code).toBe(code);
  });
});
