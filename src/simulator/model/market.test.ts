import { describe, expect, it } from 'vitest';
import { add, divide, floorToStep, gt, gte, lt, price, quantity, ratio, scale, sum, text, toNumber, toTick } from '../../shared/domain/units.ts';
import type { VenueName } from '../venue.ts';
import { fundingAt } from './funding.ts';
import { listing, tickOf } from './listing.ts';
import { createMarket, type Market, type PublicTrade } from './market.ts';

const startAt = 1_795_000_000_000;
const hour = 3_600_000;
const synthetic = (seed: number, markets = listing) => createMarket({ seed, kind: 'synthetic', startAt, markets });
const bitcoin = listing.filter((listed) => ['KRW-BTC', 'KRW-USDT', 'BTCUSDT'].includes(listed.symbol));
const still = () => createMarket({ seed: 1, kind: 'still', startAt });
const middle = (market: Market, venue: VenueName, symbol: string): number => {
  const book = market.book(venue, symbol);
  const [bid, ask] = [book.best('buy'), book.best('sell')];
  if (bid === null || ask === null) throw new Error(`no book of ${symbol}`);
  return (toNumber(bid) + toNumber(ask)) / 2;
};
const premium = (market: Market) =>
  middle(market, 'upbit', 'KRW-BTC') / (middle(market, 'binance', 'BTCUSDT') * middle(market, 'upbit', 'KRW-USDT')) - 1;
const everything = (market: Market) =>
  JSON.stringify(listing.map(({ venue, symbol }) => [market.book(venue, symbol).levels('buy'), market.book(venue, symbol).levels('sell')]));

describe('the generated market', () => {
  it('begins near 115,000 USDT, 1,400 KRW and 1 %', () => {
    for (const seed of [1, 2, 3]) {
      const market = synthetic(seed);
      expect(Math.abs(middle(market, 'binance', 'BTCUSDT') / 115_000 - 1)).toBeLessThan(0.01);
      expect(Math.abs(middle(market, 'upbit', 'KRW-USDT') / 1400 - 1)).toBeLessThan(0.01);
      expect(Math.abs(premium(market) - 0.01)).toBeLessThan(0.01);
    }
  });

  it('keeps the premium within 3 % for an hour, moving and coming back', () => {
    for (const seed of [1, 2, 3, 4]) {
      const market = synthetic(seed, bitcoin);
      const seen: number[] = [];
      for (let at = 0; at <= hour; at += 30_000) {
        market.step(startAt + at);
        seen.push(premium(market));
      }
      expect(Math.max(...seen.map(Math.abs))).toBeLessThan(0.03);
      expect(Math.max(...seen) - Math.min(...seen)).toBeGreaterThan(0.002);
      expect(Math.abs(seen.reduce((total, value) => total + value, 0) / seen.length - 0.01)).toBeLessThan(0.008);
    }
  });

  it('is the same for the same seed, whoever reads it in between', () => {
    const [read, unread, other] = [synthetic(7), synthetic(7), synthetic(8)];
    for (let at = 500; at <= 3000; at += 500) {
      read.step(startAt + at);
      everything(read);
      unread.step(startAt + at);
      other.step(startAt + at);
    }
    expect(everything(read)).toBe(everything(unread));
    expect(everything(other)).not.toBe(everything(read));
  });

  it('goes the same way in one stride as in steps', () => {
    const [steps, stride] = [synthetic(3), synthetic(3)];
    for (let at = 500; at <= 30_000; at += 500) steps.step(startAt + at);
    stride.step(startAt + 30_000);
    expect(everything(stride)).toBe(everything(steps));
  });

  it('puts every level on the tick and the step, in order and not crossed', () => {
    const market = synthetic(5);
    for (let at = 0; at <= 5000; at += 5000) {
      market.step(startAt + at);
      // Every fifth market has every kind of tick, the first ones and the last one among them.
      for (const listed of listing.filter((_listed, index) => index % 5 === 0)) {
        const book = market.book(listed.venue, listed.symbol);
        const [bids, asks] = [book.levels('buy'), book.levels('sell')];
        expect([bids.length, asks.length], listed.symbol).toEqual([listed.depthLevels, listed.depthLevels]);
        for (const level of [...bids, ...asks]) {
          expect(toTick(level.price, tickOf(listed, level.price), 'down'), listed.symbol).toBe(level.price);
          expect(floorToStep(level.quantity, listed.step), listed.symbol).toBe(level.quantity);
          expect(gte(level.quantity, listed.minQuantity)).toBe(true);
        }
        expect(
          bids.every(({ price: at_ }, index) => index === 0 || lt(at_, bids[index - 1]?.price ?? at_)),
          listed.symbol,
        ).toBe(true);
        expect(
          asks.every(({ price: at_ }, index) => index === 0 || gt(at_, asks[index - 1]?.price ?? at_)),
          listed.symbol,
        ).toBe(true);
        expect(gt(asks[0]?.price ?? price('0'), bids[0]?.price ?? price('0')), listed.symbol).toBe(true);
      }
    }
  });

  it('has at least 6 BTC within half a percent on each side of each venue, and a spread of few bps', () => {
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const market = synthetic(seed);
      for (const [venue, symbol] of [
        ['upbit', 'KRW-BTC'],
        ['binance', 'BTCUSDT'],
      ] as const) {
        const book = market.book(venue, symbol);
        for (const side of ['buy', 'sell'] as const) {
          const best = book.best(side) ?? price('0');
          const worst = scale(best, ratio(side === 'buy' ? '0.995' : '1.005'));
          const near = book.levels(side).filter((level) => (side === 'buy' ? gte(level.price, worst) : gte(worst, level.price)));
          expect(toNumber(sum(near.map((level) => level.quantity)))).toBeGreaterThan(6);
        }
        const [bid, ask] = [book.best('buy') ?? price('0'), book.best('sell') ?? price('0')];
        expect(toNumber(divide(ask, bid, 12, 'down')) - 1).toBeLessThan(0.0004);
      }
    }
  });

  it('tells listeners of every market at every step, and of trades', () => {
    const market = synthetic(2);
    const books = new Set<string>();
    const trades: PublicTrade[] = [];
    const stop = market.onBook((venue, symbol) => books.add(`${venue} ${symbol}`));
    market.onTrade((trade) => trades.push(trade));
    for (let at = 500; at <= 10_000; at += 500) market.step(startAt + at);
    expect(books.size).toBe(listing.length);
    expect(trades.length).toBeGreaterThan(20);
    expect(market.ticker('binance', 'BTCUSDT').last).toBe(trades.findLast((trade) => trade.symbol === 'BTCUSDT')?.price);
    stop();
    books.clear();
    market.step(startAt + 20_000);
    expect(books.size).toBe(0);
  });

  it('starts over on reset', () => {
    const [fresh, used] = [synthetic(9), synthetic(1)];
    used.step(startAt + 60_000);
    used.recentre('upbit', 'KRW-BTC', price('150000000'));
    used.reset(9);
    expect(everything(used)).toBe(everything(fresh));
  });
});

describe('the listing', () => {
  it('is 200 coins on both venues, and USDT on Upbit', () => {
    const at = (venue: VenueName) => listing.filter((listed) => listed.venue === venue).map((listed) => listed.coin as string);
    expect(new Set(at('binance')).size).toBe(200);
    expect(at('upbit').toSorted()).toEqual([...at('binance'), 'USDT'].toSorted());
    expect(new Set(listing.map((listed) => listed.symbol)).size).toBe(401);
  });

  it('has contracts of many coins, a namesake, a halted wallet and a warning', () => {
    const bases = listing.map((listed) => listed.baseAsset);
    expect(bases).toEqual(expect.arrayContaining(['1000SHIB', '1000PEPE', '1000BONK', '1000FLOKI', '1000000MOG']));
    const [upbit, binance] = listing.filter((listed) => listed.coin === 'TON');
    expect(upbit?.asset).not.toBe(binance?.asset);
    expect((binance?.startUsdt ?? 0) / (upbit?.startUsdt ?? 1)).toBeGreaterThan(2);
    expect(listing.filter((listed) => listed.walletHalted).map((listed) => listed.symbol)).toEqual(['KRW-ICX']);
    expect(listing.filter((listed) => listed.warning).map((listed) => listed.symbol)).toEqual(['KRW-STRAX']);
    expect(listing.filter((listed) => listed.cautions.length > 0).map((listed) => listed.symbol)).toEqual(['KRW-MTL']);
  });

  it('keeps a step short, however many markets there are', () => {
    const market = synthetic(1);
    for (let step = 1; step <= 60; step += 1) market.step(startAt + step * 500);
    const took: number[] = [];
    for (let step = 61; step <= 160; step += 1) {
      const begun = performance.now();
      market.step(startAt + step * 500);
      took.push(performance.now() - begun);
    }
    // The half of them: single steps wait for whatever else the machine does.
    expect(took.toSorted((a, b) => a - b)[50]).toBeLessThan(5);
  });
});

describe('the past', () => {
  const minute = Math.floor(startAt / 60_000);

  it('joins the present, minute by minute', () => {
    const market = synthetic(3, bitcoin);
    for (let at = 500; at <= 300_000; at += 500) market.step(startAt + at);
    for (const { venue, symbol } of bitcoin) {
      const candles = market.past(venue, symbol, minute - 2000, minute + 10);
      expect(candles.length).toBe(2006);
      candles.forEach((candle, index) => {
        expect(candle.at).toBe((minute - 2000 + index) * 60_000);
        expect(candle.open).toBe(candles[index - 1]?.close ?? candle.open);
        for (const end of [candle.open, candle.close]) expect(gte(candle.high, end) && gte(end, candle.low)).toBe(true);
      });
      expect(candles.at(-1)?.close).toBe(market.center(venue, symbol));
    }
  });

  it('is the same for the same seed, in whatever order it is asked for', () => {
    const [some, other, stranger] = [synthetic(3), synthetic(3), synthetic(4)];
    const year = 365 * 1440;
    const asked = (market: Market, from: number) => market.past('upbit', 'KRW-XRP', minute - from, minute - from + 50);
    const [old, recent] = [asked(some, year), asked(some, 3000)];
    expect(asked(other, 3000)).toEqual(recent);
    expect(asked(other, year)).toEqual(old);
    expect(asked(stranger, 3000)).not.toEqual(recent);
    expect(asked(some, year + 50)).toEqual([]);
  });

  it('fills the running minute as it goes', () => {
    const market = synthetic(3, bitcoin);
    const from = Math.floor(startAt / 60_000) + 1;
    const volumes = [10_000, 30_000, 59_500, 90_000].map((at) => {
      market.step(from * 60_000 + at);
      return toNumber(market.past('binance', 'BTCUSDT', from, from + 1)[0]?.volume ?? quantity('0'));
    });
    expect(volumes).toEqual(volumes.toSorted((a, b) => a - b));
    expect(volumes[0]).toBeLessThan((volumes[3] ?? 0) / 3);
  });

  it('stands still where the market does', () => {
    const candles = still().past('upbit', 'KRW-BTC', minute - 10, minute + 1);
    expect(new Set(candles.flatMap((candle) => [text(candle.open), text(candle.close)]))).toEqual(new Set(['162610000']));
  });
});

describe('mark, index, funding and the bank', () => {
  it('lie apart from the book, but not far', () => {
    const market = synthetic(2, bitcoin);
    const rates = new Set<string>();
    for (let at = 500; at <= 600_000; at += 500) {
      market.step(startAt + at);
      rates.add(text(market.funding('BTCUSDT').rate));
    }
    const center = toNumber(market.center('binance', 'BTCUSDT'));
    for (const value of [market.markPrice('binance', 'BTCUSDT'), market.indexPrice('binance', 'BTCUSDT')]) {
      expect(toNumber(value)).not.toBe(center);
      expect(Math.abs(toNumber(value) / center - 1)).toBeLessThan(0.003);
    }
    for (const rate of rates) expect(Math.abs(Number(rate))).toBeLessThan(0.003);
    expect(market.funding('BTCUSDT').nextAt % (8 * hour)).toBe(0);
    expect(market.funding('BTCUSDT').nextAt - market.now).toBeGreaterThan(0);
    const tether = toNumber(market.center('upbit', 'KRW-USDT')) / toNumber(market.bankRate()) - 1;
    expect(Math.abs(tether - 0.006)).toBeLessThan(0.006);
  });

  it('follow a book that is moved, exactly while the market is still', () => {
    const market = still();
    market.recentre('binance', 'BTCUSDT', price('120000'));
    expect([market.markPrice('binance', 'BTCUSDT'), market.indexPrice('binance', 'BTCUSDT')].map(text)).toEqual(['120000', '120000']);
  });

  it('charge the interest where the perpetual is near its index, and the premium less 0.05 % where it is far', () => {
    const rate = (premiumIndex: number) => text(fundingAt(premiumIndex, 0).rate);
    expect([0, 0.0004, 0.001, -0.001].map(rate)).toEqual(['0.0001', '0.0001', '0.0005', '-0.0005']);
  });
});

describe('the premium', () => {
  it('jumps now and then, and comes back', () => {
    const market = synthetic(1, bitcoin);
    const seen = market.past('upbit', 'KRW-BTC', Math.floor(startAt / 60_000) - 20_000, Math.floor(startAt / 60_000));
    const perp = market.past('binance', 'BTCUSDT', Math.floor(startAt / 60_000) - 20_000, Math.floor(startAt / 60_000));
    const fx = market.past('upbit', 'KRW-USDT', Math.floor(startAt / 60_000) - 20_000, Math.floor(startAt / 60_000));
    const premiums = seen.map(({ open }, index) => toNumber(open) / (toNumber(perp[index]?.open ?? open) * toNumber(fx[index]?.open ?? open)) - 1);
    expect(Math.abs(premiums.reduce((total, value) => total + value, 0) / premiums.length - 0.01)).toBeLessThan(0.004);
    expect(Math.max(...premiums)).toBeGreaterThan(0.025);
    expect(Math.max(...premiums)).toBeLessThanOrEqual(0.105);
  });
});

describe('moving it by hand', () => {
  it('stands still until it is put somewhere', () => {
    const market = still();
    const before = everything(market);
    market.step(startAt + hour);
    expect(everything(market)).toBe(before);
    expect(text(market.center('upbit', 'KRW-BTC'))).toBe('162610000');
    expect(market.recentre('binance', 'BTCUSDT', price('120000'))).toEqual({ ok: true });
    market.step(startAt + 2 * hour);
    expect(text(market.book('binance', 'BTCUSDT').best('buy') ?? price('0'))).toBe('120000');
    expect(text(market.book('binance', 'BTCUSDT').best('sell') ?? price('0'))).toBe('120000.1');
    expect(text(market.center('upbit', 'KRW-BTC'))).toBe('162610000');
  });

  it('fills a still book again at the next step', () => {
    const market = still();
    const before = market.book('binance', 'BTCUSDT').levels('sell');
    market.book('binance', 'BTCUSDT').match({ side: 'buy', limit: null, want: { quantity: quantity('2') } });
    expect(market.book('binance', 'BTCUSDT').levels('sell')).not.toEqual(before);
    market.step(startAt + 500);
    expect(market.book('binance', 'BTCUSDT').levels('sell')).toEqual(before);
  });

  it('goes on from the new center', () => {
    const market = synthetic(4);
    market.recentre('upbit', 'KRW-BTC', price('200000000'));
    market.step(startAt + 60_000);
    const at = middle(market, 'upbit', 'KRW-BTC');
    expect(Math.abs(at / 200_000_000 - 1)).toBeLessThan(0.01);
    expect(at).not.toBe(200_000_000);
  });

  it('keeps a book that was set, with what is left of it, until it is re-centered', () => {
    const market = synthetic(4);
    const bids = [{ price: price('114000'), quantity: quantity('0.5') }];
    const asks = [
      { price: price('114200'), quantity: quantity('2') },
      { price: price('114100'), quantity: quantity('0.004') },
    ];
    expect(market.setBook('binance', 'BTCUSDT', bids, asks)).toEqual({ ok: true });
    market.book('binance', 'BTCUSDT').match({ side: 'buy', limit: price('114100'), want: { quantity: quantity('0.003') } });
    market.step(startAt + 5000);
    expect(market.book('binance', 'BTCUSDT').levels('buy')).toEqual(bids);
    expect(
      market
        .book('binance', 'BTCUSDT')
        .levels('sell')
        .map((level) => text(level.quantity)),
    ).toEqual(['0.001', '2']);
    expect(text(market.center('binance', 'BTCUSDT'))).toBe('114050');
    market.recentre('binance', 'BTCUSDT', price('114000'));
    market.step(startAt + 10_000);
    expect(market.book('binance', 'BTCUSDT').levels('buy').length).toBeGreaterThan(50);
  });

  it('says what is wrong with a book', () => {
    const market = still();
    const at = (value: string, size = '1') => [{ price: price(value), quantity: quantity(size) }];
    expect(market.setBook('binance', 'XXXUSDT', [], [])).toEqual({ ok: false, error: 'symbol: binance lists no XXXUSDT' });
    expect(market.setBook('binance', 'BTCUSDT', at('100.05'), [])).toMatchObject({ ok: false, error: expect.stringContaining('not on the tick') });
    expect(market.setBook('binance', 'BTCUSDT', at('100', '0.0001'), [])).toMatchObject({
      ok: false,
      error: expect.stringContaining('not on the step'),
    });
    expect(market.setBook('binance', 'BTCUSDT', at('100'), at('100'))).toMatchObject({ ok: false, error: expect.stringContaining('not below') });
    expect(market.setBook('binance', 'BTCUSDT', at('100', '0'), [])).toMatchObject({ ok: false, error: expect.stringContaining('above zero') });
    expect(market.setBook('binance', 'BTCUSDT', [...at('100'), ...at('100')], [])).toMatchObject({
      ok: false,
      error: expect.stringContaining('twice'),
    });
  });

  it('lets strangers trade with the best resting order', () => {
    const market = createMarket({ seed: 1, kind: 'still', startAt, markets: bitcoin });
    const met: string[] = [];
    const stop = market.onMakerFills('binance', (_symbol, fills) => met.push(...fills.map((fill) => fill.id)));
    // Between two levels, so that the level which is made at its price later stands behind it.
    const between = add(market.book('binance', 'BTCUSDT').levels('buy', 3)[2]?.price ?? price('0'), price('0.1'));
    market.book('binance', 'BTCUSDT').rest({ id: 'o1', side: 'buy', price: between, quantity: quantity('0.01') });
    market.recentre('binance', 'BTCUSDT', between);
    expect(met).toEqual([]);
    for (let at = 500; at <= 60_000 && met.length === 0; at += 500) market.step(startAt + at);
    expect(met[0]).toBe('o1');
    stop();
  });

  it('tells the venue whose resting order the move met', () => {
    const market = still();
    const met: unknown[] = [];
    market.onMakerFills('binance', (symbol, fills) => met.push(symbol, ...fills.map((fill) => [fill.id, text(fill.quantity)])));
    market.book('binance', 'BTCUSDT').rest({ id: 'o1', side: 'buy', price: price('114000'), quantity: quantity('0.5') });
    market.step(startAt + 500);
    expect(met).toEqual([]);
    market.recentre('binance', 'BTCUSDT', price('113000'));
    expect(met).toEqual(['BTCUSDT', ['o1', '0.5']]);
  });
});
