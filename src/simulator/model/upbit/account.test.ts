import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { add, krw, price, quantity, ratio, relabel, scale, text } from '../../../shared/domain/units.ts';
import { type Keep, keepInFile, keepInMemory } from '../../keep.ts';
import { createMarket, type Market } from '../market.ts';
import type { UpbitAccount } from './account.ts';
import { type OrderTerms, smpTypes } from './order.ts';
import { isRefusal } from './refusal.ts';
import {
  books,
  booksOf,
  fillsOf,
  held,
  levels,
  limitAsk,
  limitBid,
  marketBuy,
  marketSell,
  put,
  refusedWith,
  type Seat,
  seat as seatWith,
  start,
  stillMarket,
  terms,
} from './test-parts.ts';

const asks = [
  ['100000000', '0.01'],
  ['100001000', '0.02'],
  ['100005000', '0.5'],
] as const;
const bids = [
  ['99999000', '0.015'],
  ['99998000', '0.03'],
  ['99990000', '0.4'],
] as const;
const seat = (keep: Keep = keepInMemory(), funds: string | null = '100000000', market: Market = stillMarket(bids, asks)): Seat =>
  seatWith({ keep, funds, market });

// An arithmetic of its own: prices and volumes as whole numbers of 1e-8, sums as whole numbers of 1e-20.
const units = (source: string): bigint => {
  const [whole = '', fraction = ''] = source.split('.');
  return BigInt(whole + fraction.padEnd(8, '0'));
};
const printed = (value: bigint, places: number): string => {
  const digits = value.toString().padStart(places + 1, '0');
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`.replace(/\.?0+$/, '');
};
/** Spends KRW up a ladder, eight places of volume a level. */
function walkByKrw(ladder: readonly (readonly [string, string])[], budget: string) {
  let left = units(budget) * 10n ** 8n;
  const fills: string[][] = [];
  let funds = 0n;
  for (const [at, size] of ladder) {
    const affordable = left / units(at);
    const volume = affordable < units(size) ? affordable : units(size);
    if (volume === 0n) break;
    left -= volume * units(at);
    funds += volume * units(at);
    fills.push([at, printed(volume, 8)]);
  }
  return { fills, funds: printed(funds, 16), fee: printed(funds * 5n, 20), left: printed(left, 16) };
}

/** Every won and every coin, over all orders ever. */
function check(account: UpbitAccount) {
  const pairs = [...books(account, '100000000'), ...[...account.orders()].flatMap(booksOf)];
  for (const [what, one, other] of pairs) expect([what, one]).toEqual([what, other]);
}

describe('orders against an independent walk of the book', () => {
  it('buys at market by KRW and ends canceled with what does not divide', () => {
    const { account } = seat();
    const order = put(account, marketBuy('3000000.4'));
    const walk = walkByKrw(asks, '3000000.4');
    expect(fillsOf(order)).toEqual(walk.fills);
    expect(order.state).toBe('cancel');
    expect(text(order.executedFunds)).toBe(walk.funds);
    expect(text(order.paidFee)).toBe(walk.fee);
    expect(text(order.reservedFee)).toBe('1500.0002');
    // What it still had locked: the unspent KRW and the fee on it.
    expect(text(order.locked)).toBe(text(add(krw(walk.left), scale(krw(walk.left), ratio('0.0005')))));
    expect(held(account, 'KRW')[1]).toBe('0');
    expect(held(account, 'BTC')).toEqual([text(order.executedVolume), '0']);
  });

  it('ends a market buy done when the KRW is spent exactly', () => {
    const { account } = seat();
    const order = put(account, marketBuy('1000000'));
    expect([order.state, text(order.executedVolume), text(order.locked), text(order.remainingFee)]).toEqual(['done', '0.01', '0', '0']);
    expect(held(account, 'KRW')).toEqual(['98999500', '0']);
  });

  it('sells at market down the bids, fee out of the proceeds', () => {
    const { account } = seat();
    put(account, marketBuy('3000000'));
    const before = account.wallet.get('KRW').balance;
    const order = put(account, marketSell('0.02'));
    expect(order.state).toBe('done');
    expect(fillsOf(order)).toEqual([
      ['99999000', '0.015'],
      ['99998000', '0.005'],
    ]);
    expect(text(order.executedFunds)).toBe('1999975');
    expect(text(order.paidFee)).toBe('999.9875');
    expect([text(order.reservedFee), text(order.locked)]).toEqual(['0', '0']);
    expect(text(account.wallet.get('KRW').balance)).toBe(text(add(before, relabel<'amount'>(krw('1998975.0125')))));
  });

  it('gives back what a limit buy locked above its fills', () => {
    const { account } = seat();
    const order = put(account, limitBid('100005000', '0.03'));
    expect(order.state).toBe('done');
    expect(fillsOf(order)).toEqual([
      ['100000000', '0.01'],
      ['100001000', '0.02'],
    ]);
    // 0.01 × 100,000,000 + 0.02 × 100,001,000 = 3,000,020, and 0.05 % of it.
    expect(held(account, 'KRW')).toEqual(['96998479.99', '0']);
    expect([text(order.locked), text(order.remainingFee)]).toEqual(['0', '0']);
  });

  it('cancels the rest of an IOC and shows what it still had locked', () => {
    const { account } = seat();
    const order = put(account, limitBid('100000000', '0.05', { timeInForce: 'ioc' }));
    expect([order.state, text(order.executedVolume), text(order.locked), text(order.remainingFee)]).toEqual(['cancel', '0.01', '4002000', '2000']);
    expect(held(account, 'KRW')).toEqual(['98999500', '0']);
  });

  it('fills a FOK whole or not at all', () => {
    const { account } = seat();
    const missed = put(account, limitBid('100001000', '0.031', { timeInForce: 'fok' }));
    expect([missed.state, missed.trades.length]).toEqual(['cancel', 0]);
    expect(held(account, 'KRW')).toEqual(['100000000', '0']);
    const met = put(account, limitBid('100001000', '0.03', { timeInForce: 'fok' }));
    expect([met.state, text(met.executedVolume)]).toEqual(['done', '0.03']);
  });

  it('takes the best price only with best, and spends at most the KRW', () => {
    const { account } = seat();
    const order = put(account, terms({ ordType: 'best', timeInForce: 'ioc', budget: krw('1500000') }));
    expect([order.state, fillsOf(order)]).toEqual(['cancel', [['100000000', '0.01']]]);
    expect(held(account, 'KRW')).toEqual(['98999500', '0']);
    const whole = put(account, terms({ ordType: 'best', timeInForce: 'fok', budget: krw('1000010') }));
    expect([whole.state, fillsOf(whole)]).toEqual(['done', [['100001000', '0.01']]]);
    const missed = put(account, terms({ ordType: 'best', timeInForce: 'fok', budget: krw('2000000') }));
    expect([missed.state, missed.trades.length]).toEqual(['cancel', 0]);
    const sold = put(account, terms({ side: 'ask', ordType: 'best', timeInForce: 'ioc', volume: quantity('0.02') }));
    expect([sold.state, fillsOf(sold)]).toEqual(['cancel', [['99999000', '0.015']]]);
    expect(held(account, 'BTC')).toEqual(['0.005', '0']);
  });

  it('cancels a post-only order that would take, and rests one that would not', () => {
    const { account, market } = seat();
    expect(put(account, limitBid('100000000', '0.001', { timeInForce: 'post_only' })).state).toBe('cancel');
    const rested = put(account, limitBid('99999000', '0.001', { timeInForce: 'post_only' }));
    expect(rested.state).toBe('wait');
    expect(market.book('upbit', 'KRW-BTC').resting(rested.uuid)?.price).toBe(price('99999000'));
    expect(held(account, 'KRW')).toEqual(['99899951.0005', '100048.9995']);
  });

  it('fills a resting order at its own price when the market comes to it', () => {
    const { account, market, events } = seat();
    const { uuid } = put(account, limitBid('99500000', '0.02'));
    market.setBook(
      'upbit',
      'KRW-BTC',
      levels([['99000000', '1']]),
      levels([
        ['99400000', '0.005'],
        ['99600000', '1'],
      ]),
    );
    const partly = account.byUuid(uuid);
    expect([partly?.state, fillsOf(partly), partly?.trades[0]?.isMaker]).toEqual(['wait', [['99500000', '0.005']], true]);
    market.setBook('upbit', 'KRW-BTC', levels([['99000000', '1']]), levels([['99300000', '1']]));
    expect(account.byUuid(uuid)?.state).toBe('done');
    expect(held(account, 'KRW')).toEqual(['98009005', '0']);
    expect(held(account, 'BTC')).toEqual(['0.02', '0']);
    expect(events.filter((event) => event.kind === 'order').map((event) => event.state)).toEqual(['wait', 'trade', 'trade', 'done']);
  });

  it('returns the lock of a canceled order and cancels it once', () => {
    const { account, market } = seat();
    const { uuid } = put(account, limitBid('99000000', '0.01'));
    expect(account.cancel(uuid)?.state).toBe('wait');
    expect([account.byUuid(uuid)?.state, ...held(account, 'KRW')]).toEqual(['cancel', '100000000', '0']);
    expect(market.book('upbit', 'KRW-BTC').resting(uuid)).toBeUndefined();
    expect(account.cancel(uuid)).toBeUndefined();
  });
});

describe('refusals', () => {
  const cases: readonly (readonly [string, OrderTerms, string])[] = [
    ['a price off the tick', limitBid('99999500', '0.001'), 'invalid_price_bid'],
    ['an ask off the tick', limitAsk('99999500', '0.001'), 'invalid_price_ask'],
    ['a total below 5,000', limitBid('99999000', '0.00005'), 'under_min_total_bid'],
    ['an ask below 5,000', limitAsk('99999000', '0.00005'), 'under_min_total_ask'],
    ['a market buy below 5,000', marketBuy('4999.9'), 'under_min_total_market_bid'],
    ['a market sell below 5,000', marketSell('0.00005'), 'under_min_total_market_ask'],
    ['more KRW than there is', limitBid('99999000', '1.1'), 'insufficient_funds_bid'],
    ['more KRW than the levels hold', marketBuy('53100000'), 'create_bid_error'],
    ['coins that are not there', limitAsk('100001000', '1'), 'insufficient_funds_ask'],
    ['more coins than the levels hold', marketSell('0.5'), 'create_ask_error'],
    ['more than 1,000,000,000', limitBid('99999000', '11'), 'over_krw_funds_bid'],
    ['a ninth digit', limitBid('99999000', '0.000100001'), 'invalid_volume_bid'],
    ['nothing', limitAsk('99999000', '0'), 'invalid_volume_ask'],
  ];
  it.each(cases)('refuses %s', (_what, order, name) => {
    const { account, events } = seat();
    expect(refusedWith(account.place(order))).toBe(name);
    expect(held(account, 'KRW')).toEqual(['100000000', '0']);
    expect(events).toEqual([]);
  });

  it('counts the fee into what a buy needs, to the last digit', () => {
    const { account } = seat(keepInMemory(), '1000500');
    expect(refusedWith(account.place(marketBuy('1000000.00000001')))).toBe('insufficient_funds_bid');
    expect(put(account, marketBuy('1000000')).state).toBe('done');
    expect(held(account, 'KRW')).toEqual(['0', '0']);
  });
});

describe('identifiers and restarts', () => {
  it('are used once for ever, also by refused orders and over a restart', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'upbit-')), 'upbit.jsonl');
    const keep = keepInFile(file);
    const first = seat(keep);
    put(first.account, marketBuy('5000', { identifier: 'bought' }));
    expect(refusedWith(first.account.place(limitBid('99999500', '1', { identifier: 'refused' })))).toBe('invalid_price_bid');
    put(first.account, limitBid('90000000', '0.001', { identifier: 'waits' }));
    const seen = [...first.account.orders()];
    keep.close();

    const again = seat(keepInFile(file), null);
    expect([...again.account.orders()]).toEqual(seen);
    expect(held(again.account, 'KRW')).toEqual(held(first.account, 'KRW'));
    for (const identifier of ['bought', 'refused', 'waits']) {
      expect(refusedWith(again.account.place(marketBuy('5000', { identifier })))).toBe('duplicated_identifier');
    }
    expect(again.account.byIdentifier('refused')).toBeUndefined();
    const waits = again.account.byIdentifier('waits');
    expect(waits?.state).toBe('wait');
    again.market.setBook('upbit', 'KRW-BTC', levels([['80000000', '1']]), levels([['89000000', '1']]));
    expect(again.account.byIdentifier('waits')?.state).toBe('done');
    // New ids never repeat old ones, although the seed is the same.
    const fresh = put(again.account, marketBuy('5000'));
    const old = seen.flatMap((order) => [order.uuid, ...order.trades.map((trade) => trade.uuid)]);
    expect(old).not.toContain(fresh.uuid);
    expect(old).not.toContain(fresh.trades[0]?.uuid);
  });

  it('keep what self-match prevention took, and read a record from before it', () => {
    const keep = keepInMemory();
    const { account } = seat(keep);
    put(account, marketBuy('1000000'));
    put(account, limitAsk('100001000', '0.01'));
    put(account, limitBid('100001000', '0.03', { smpType: 'reduce' }));
    const prevented = () => [...seat(keep, null).account.orders()].map(({ smpType, preventedVolume }) => [smpType, text(preventedVolume)]);
    expect(prevented()).toEqual([
      [null, '0'],
      [null, '0.01'],
      ['reduce', '0.01'],
    ]);
    expect([...seat(keep, null).account.orders()]).toEqual([...account.orders()]);
    for (const key of keep.load().keys()) {
      const value = keep.load().get(key);
      if (!key.startsWith('order:') || typeof value !== 'object') continue;
      const old = { ...value, smpType: undefined, preventedVolume: undefined, preventedFunds: undefined };
      keep.write([[key, old]]);
    }
    expect(prevented()).toEqual(Array(3).fill([null, '0']));
  });

  it('let a waiting order fill what came to it while the venue was down', () => {
    const keep = keepInMemory();
    const first = seat(keep);
    const { uuid } = put(first.account, limitBid('99999000', '0.02', { timeInForce: 'post_only' }));
    first.market.setBook('upbit', 'KRW-BTC', levels(bids.slice(1)), levels([['99999000', '0.001']]));
    expect(first.account.byUuid(uuid)?.trades.length).toBe(1);
    // The market begins anew with an ask below the order.
    const moved = createMarket({ seed: 1, kind: 'still', startAt: start });
    moved.setBook('upbit', 'KRW-BTC', [], levels([['99998000', '0.01']]));
    const again = seat(keep, null, moved);
    expect(fillsOf(again.account.byUuid(uuid))).toEqual([
      ['99999000', '0.001'],
      ['99998000', '0.01'],
    ]);
    expect(moved.book('upbit', 'KRW-BTC').resting(uuid)?.quantity).toBe(quantity('0.009'));
    check(again.account);
  });

  it('are not used up by a test order', () => {
    const { account, events } = seat();
    expect(refusedWith(account.test(marketBuy('5000', { identifier: 'tried' })))).toBe('placed');
    expect(events).toEqual([]);
    expect(put(account, marketBuy('5000', { identifier: 'tried' })).identifier).toBe('tried');
  });
});

describe('planted faults', () => {
  it('refuses, or fills a part and ends', () => {
    const { account } = seat();
    expect(refusedWith(account.place(marketBuy('6000', { identifier: 'poor' }), { fault: { kind: 'insufficientFunds' } }))).toBe(
      'insufficient_funds_bid',
    );
    expect(refusedWith(account.place(limitBid('99999000', '0.001'), { fault: { kind: 'filterReject' } }))).toBe('invalid_price_bid');
    const placed = account.place(limitBid('100001000', '0.02'), { fault: { kind: 'partialFill', fraction: ratio('0.25') } });
    const order = isRefusal(placed) ? undefined : account.byUuid(placed.uuid);
    expect([order?.state, order && text(order.executedVolume)]).toEqual(['cancel', '0.005']);
    expect(held(account, 'KRW')).toEqual(['99499750', '0']);
  });
});

describe('conservation', () => {
  const volume = fc.integer({ min: 1, max: 4_000_000 }).map((n) => quantity(printed(BigInt(n), 8) || '0'));
  const at = fc.integer({ min: 99_900, max: 100_100 }).map((n) => price(`${n}000`));
  const side = fc.constantFrom('bid' as const, 'ask' as const);
  const step = fc.oneof(
    fc
      .record({
        side,
        limit: at,
        volume,
        timeInForce: fc.constantFrom(null, 'ioc' as const, 'fok' as const, 'post_only' as const),
        smpType: fc.constantFrom(null, ...smpTypes),
      })
      .map((more) => terms(more)),
    fc.integer({ min: 4000, max: 9_000_000 }).map((n) => marketBuy(String(n))),
    volume.map((v) => terms({ side: 'ask', ordType: 'market', volume: v })),
    fc
      .record({
        timeInForce: fc.constantFrom('ioc' as const, 'fok' as const),
        budget: fc.integer({ min: 4000, max: 900_000 }).map((n) => krw(String(n))),
      })
      .map((more) => terms({ ordType: 'best', ...more })),
    fc.constant('cancel' as const),
    at,
  );

  it('keeps every won and every coin, to the last digit', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const { account, market } = seat();
        for (const act of steps) {
          if (act === 'cancel') account.cancel(account.waiting()[0]?.uuid ?? '');
          else if (typeof act === 'object') account.place(act);
          else market.recentre('upbit', 'KRW-BTC', act);
          check(account);
        }
      }),
      { numRuns: 60 },
    );
  });
});
