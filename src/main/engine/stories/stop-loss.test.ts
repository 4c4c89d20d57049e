/** S7.1, the loss of a hedge: what counts in it, on which marks, and when it closes. Numbers by hand. */
import { describe, expect, it } from 'vitest';
import { fxRate, price, quantity, text, usdt } from '../../../shared/domain/units.ts';
import type { Fill } from '../../../shared/domain/venue.ts';
import { hedgeResult } from '../pnl.ts';
import type { Quote } from '../quote.ts';
import { BTC, failed, type Market, market } from '../testing/market.ts';
import { enter } from '../testing/signals.ts';
import { World } from '../testing/world.ts';

/** 0.05 BTC bought at 161,000,000 and sold at 115,000 USDT, both fees 0.05 %. */
function hedged(): World {
  const world = new World();
  world.signal(enter('h1', { quantity: '0.05' }));
  world.run(2000);
  expect(world.phase('h1')).toBe('hedged');
  return world;
}
/**
 * Spot cost: 8,050,000 and its fee of 4,025 KRW; 5 % of it are 402,701.25. The short at its ask: 5,750 − 5,750.005 less a fee
 * of 2.875 USDT: −4,032 KRW. So 5 % are lost at a bid of (8,054,025 + 4,032 − 402,701.25) / 0.05 = 153,107,115.
 */
const at5 = 153_107_115;
const bid = (spotBid: number, over: Partial<Market> = {}): Market =>
  market({ spotBid: price(String(spotBid)), spotAsk: price(String(spotBid + 1000)), ...over });
/** Marks at once, and again a second later. @returns whether they close the hedge */
function closes(world: World): boolean {
  world.marks();
  return exitsAfter(world, 1000) > 0;
}
const exitsOf = (world: World): number => world.hedge('h1').waitingExits.length;
/** Marks so many ms later. @returns how many exits wait then */
function exitsAfter(world: World, ms: number): number {
  world.run(ms);
  world.marks();
  return exitsOf(world);
}

describe('a loss', () => {
  it.each([
    [at5 + 1, false],
    [at5, true],
    [at5 - 1, true],
  ])('with the spot bid at %i: closes %s', (spotBid, isClosed) => {
    const world = hedged();
    world.market = bid(spotBid);
    expect(closes(world)).toBe(isClosed);
    expect(world.alarms().includes('STOP_LOSS')).toBe(isClosed);
    world.run(3000);
    expect(world.phase('h1')).toBe(isClosed ? 'flat' : 'hedged');
  });

  it('is against what the hedge cost, whatever the price alone does', () => {
    const world = hedged();
    // Both legs fall by a third: what one loses the other gains.
    world.market = market({ spotBid: price('107332000'), spotAsk: price('107333000'), perpBid: price('76666.6'), perpAsk: price('76666.7') });
    expect(closes(world)).toBe(false);
  });

  it('takes in funding, at the USDT/KRW of now', () => {
    const world = hedged();
    world.market = bid(at5 + 20_000_000 * 0.05);
    expect(closes(world)).toBe(false);
    // 50,000 KRW are missing to 5 %; −36 USDT are 50,400 at 1,400.
    world.feed({ kind: 'fundingRead', coin: BTC, payments: [{ id: 'f', at: world.now, amount: usdt('-36') }] });
    expect(closes(world)).toBe(true);
  });

  it('takes in USDT/KRW', () => {
    const world = hedged();
    // The short has gained 1,000 USDT, and the spot leg lost as much and 380,000 KRW more: below 5 % until USDT/KRW falls.
    const lower = { perpBid: price('94999.9'), perpAsk: price('95000') };
    const spotBid = Math.round((8_054_025 + 4_025 - 380_000 - 1_400_000) / 0.05);
    world.market = bid(spotBid, lower);
    expect(closes(world)).toBe(false);
    world.market = bid(spotBid, { ...lower, fx: fxRate('1370') });
    expect(closes(world)).toBe(true);
  });

  it('is that of both legs closed by walking the books, not of the best prices', () => {
    const world = hedged();
    const thin = (whole: Quote): Quote => {
      const { book } = whole.legs.spot;
      if (!book.ok) throw new Error('There is a book');
      const bids = [
        { price: price('160999000'), quantity: quantity('0.001') },
        { price: price('150000000'), quantity: quantity('1') },
      ];
      return { ...whole, legs: { ...whole.legs, spot: { ...whole.legs.spot, book: { ok: true, value: { ...book.value, bids } } } } };
    };
    world.distort = thin;
    expect(closes(world)).toBe(true);
  });
});

describe('a fee', () => {
  const withFee = (world: World, leg: 'spot' | 'perp', feeCurrency: string, fee: string) => {
    const order = world.order(leg, 'entry');
    const fills: readonly Fill[] = order.fills.map((fill, index) => ({ ...fill, feeCurrency, fee: (index === 0 ? fee : '0') as never }));
    return { ...world.state, orders: { ...world.state.orders, [order.id]: { ...order, fills } } };
  };
  const total = (state: World['state'], world: World): string => text(hedgeResult(state, world.hedge('h1')).total);

  it("in the leg's currency counts as it is", () => {
    const world = hedged();
    world.marks();
    expect(total(withFee(world, 'perp', 'USDT', '0'), world)).not.toBe(total(world.state, world));
  });
  it('in another currency counts as 0.1 % of the trade, and in the coin as the coins are worth', () => {
    const world = hedged();
    world.market = market({ perpAsk: price('120000'), perpBid: price('119999.9') });
    world.run(10_000);
    world.marks();
    const free = withFee(world, 'perp', 'USDT', '0');
    const whole = Number(total(free, world));
    // 0.1 % of 5,750 USDT at 1,400.
    expect(whole - Number(total(withFee(world, 'perp', 'BNB', '0.004'), world))).toBeCloseTo(8050, 6);
    expect(whole - Number(total(withFee(world, 'perp', 'KRW', '3000'), world))).toBeCloseTo(8050, 6);
    // 0.0001 BTC at the ask of 120,000.
    expect(whole - Number(total(withFee(world, 'perp', 'BTC', '0.0001'), world))).toBeCloseTo(16_800, 6);
    const spot = Number(total(withFee(world, 'spot', 'KRW', '0'), world));
    expect(spot - Number(total(withFee(world, 'spot', 'BTC', '0.0001'), world))).toBeCloseTo(16_099.9, 6);
    expect(spot - Number(total(withFee(world, 'spot', 'USDT', '1'), world))).toBeCloseTo(8050, 6);
  });
  it('in another currency brings the stop-loss nearer', () => {
    const world = hedged();
    world.market = bid(at5 + 1);
    expect(closes(world)).toBe(false);
    world.state = withFee(world, 'perp', 'BNB', '0.0045');
    expect(closes(world)).toBe(true);
  });
});

describe('marks', () => {
  it('of less than a second apart are one, and a gain between them begins anew', () => {
    const world = hedged();
    world.market = bid(at5);
    world.marks();
    expect(exitsAfter(world, 999)).toBe(0);
    world.market = market();
    world.marks();
    world.market = bid(at5);
    world.marks();
    expect(exitsAfter(world, 999)).toBe(0);
    expect(exitsAfter(world, 1)).toBe(1);
  });

  it('more than 3 s apart tell of no loss that was held', () => {
    const world = hedged();
    world.market = bid(at5);
    world.marks();
    expect(exitsAfter(world, 3001)).toBe(0);
    expect(exitsAfter(world, 1000)).toBe(1);
  });
  it('up to 3 s apart do', () => {
    const world = hedged();
    world.market = bid(at5);
    world.marks();
    expect(exitsAfter(world, 3000)).toBe(1);
  });

  it('are asked for anew after a restart: a loss from before it was not held since', () => {
    const world = hedged();
    world.market = bid(at5);
    world.marks();
    world.now += 3_600_000;
    world.restart();
    world.marks();
    expect(exitsOf(world)).toBe(0);
    expect(exitsAfter(world, 1000)).toBe(1);
    world.run(3000);
    expect(world.phase('h1')).toBe('flat');
  });

  it('of a process whose clock was ahead are none: the loss is held from the first of this one', () => {
    const world = hedged();
    world.market = bid(at5);
    world.marks();
    world.now -= 600_000;
    world.restart();
    world.marks();
    expect(exitsAfter(world, 999)).toBe(0);
    expect(exitsAfter(world, 1)).toBe(1);
  });

  it('of a process whose clock was ahead keep nobody from being told that there are none now', () => {
    const world = hedged();
    world.marks();
    world.now -= 600_000;
    world.restart();
    world.run(19_000);
    expect(world.alarms()).toEqual([]);
    world.run(2000);
    expect(world.alarms()).toEqual(['STALE_MARKS']);
    world.marks();
    world.run(300);
    expect(world.alarms()).toEqual([]);
  });

  it.each(['disarmed', 'stopped'] as const)('close while %s too', (state) => {
    const world = hedged();
    if (state === 'disarmed') world.command({ kind: 'disarm', reason: 'test' });
    else world.command({ kind: 'stop', source: 'button', reason: 'test', closeAll: false });
    world.market = bid(at5);
    expect(closes(world)).toBe(true);
    world.run(3000);
    expect(world.phase('h1')).toBe('flat');
  });
});

describe('marks that are none', () => {
  const old =
    (ms: number, part: 'spot' | 'perp' | 'fx') =>
    (whole: Quote): Quote => {
      if (part === 'fx') return { ...whole, fx: whole.fx.ok ? { ok: true, value: { ...whole.fx.value, at: whole.fx.value.at - ms } } : whole.fx };
      const { book } = whole.legs[part];
      const aged = book.ok ? { ok: true as const, value: { ...book.value, at: book.value.at - ms } } : book;
      return { ...whole, legs: { ...whole.legs, [part]: { ...whole.legs[part], book: aged } } };
    };
  const hidden = (whole: Quote): Quote => ({ ...whole, legs: { ...whole.legs, perp: { ...whole.legs.perp, book: failed() } } });
  const without =
    (part: 'spot' | 'perp', side: 'bids' | 'asks') =>
    (whole: Quote): Quote => {
      const { book } = whole.legs[part];
      const empty = book.ok ? { ok: true as const, value: { ...book.value, [side]: [] } } : book;
      return { ...whole, legs: { ...whole.legs, [part]: { ...whole.legs[part], book: empty } } };
    };

  it.each([
    ['the spot book is 3,001 ms old', old(3001, 'spot')],
    ['the perpetual book is', old(3001, 'perp')],
    ['USDT/KRW is 10,001 ms old', old(10_001, 'fx')],
    ['a book could not be read', hidden],
    ['nobody buys the coins', without('spot', 'bids')],
    ['nobody sells the perpetual', without('perp', 'asks')],
  ] as const)('as %s: alarm within 3 s, and nothing fires on them', (_what, distort) => {
    const world = hedged();
    world.marksEveryMs = 1000;
    world.run(1000);
    world.distort = distort;
    world.market = bid(at5 - 20_000_000);
    world.run(3250);
    expect(world.alarms()).toEqual(['STALE_MARKS']);
    expect(Object.values(world.state.alarms)[0]).toMatchObject({ values: { coin: 'BTC' } });
    world.run(20_000);
    expect([exitsOf(world), world.state.stop, world.alarms()]).toEqual([0, null, ['STALE_MARKS']]);
    world.distort = (whole) => whole;
    world.market = market();
    world.run(1500);
    expect(world.alarms()).toEqual([]);
  });
  it.each([
    ['the spot book is 3,000 ms old', old(3000, 'spot')],
    ['USDT/KRW is 10,000 ms old', old(10_000, 'fx')],
  ] as const)('are none yet as %s', (_what, distort) => {
    const world = hedged();
    world.distort = distort;
    world.market = bid(at5);
    expect(closes(world)).toBe(true);
  });

  it('once are no alarm', () => {
    const world = hedged();
    world.marksEveryMs = 1000;
    world.run(1000);
    world.distort = hidden;
    world.run(1000);
    world.distort = (whole) => whole;
    world.run(4000);
    expect(world.facts.filter((fact) => fact.kind === 'alarmRaised')).toEqual([]);
    expect(world.facts.filter((fact) => fact.kind === 'marksMissed')).toHaveLength(1);
  });
  it('are told after 20 s where no round comes at all, and of no coin without a hedge', () => {
    const world = hedged();
    world.marks();
    world.run(21_000);
    expect(world.alarms()).toEqual(['STALE_MARKS']);
    const idle = new World();
    idle.distort = hidden;
    idle.marksEveryMs = 1000;
    idle.run(30_000);
    expect([idle.alarms(), idle.state.marksMissedAt]).toEqual([[], undefined]);
  });
  it('before a hedge was opened say nothing of its marks', () => {
    const world = hedged();
    world.distort = hidden;
    world.marks();
    expect(world.state.marksMissedAt).toEqual({ BTC: world.now });
    world.distort = (whole) => whole;
    world.signal(enter('h2', { quantity: '0.05' }));
    world.run(1500);
    expect([world.phase('h2'), world.state.marksMissedAt]).toEqual(['hedged', {}]);
  });
  it('are known from here on where the snapshot is of before they were kept', () => {
    const world = hedged();
    const { marksMissedAt: _absent, ...before } = world.state;
    world.state = before;
    world.marks();
    world.distort = hidden;
    world.marks();
    expect(world.state.marksMissedAt).toEqual({ BTC: world.now });
  });
});
