import { describe, expect, it } from 'vitest';
import { text } from '../../../shared/domain/units.ts';
import { preventedLocked, type SmpType, type UpbitOrder } from './order.ts';
import { books, btc, fillsOf, held, levels, limitAsk, limitBid, marketBuy, put, seat, type Seat, stillMarket } from './test-parts.ts';

const bids = [['99999000', '0.5']] as const;
const asks = [
  ['100000000', '0.01'],
  ['100001000', '0.5'],
] as const;

/** 0.03 BTC in hand, 0.02 of them on offer at 100,000,000 behind 0.01 of somebody else's. */
function table(): Seat & { readonly own: UpbitOrder } {
  const desk = seat({ market: stillMarket(bids, asks) });
  put(desk.account, marketBuy('3000010'));
  desk.market.setBook('upbit', btc, levels(bids), levels(asks));
  const own = put(desk.account, limitAsk('100000000', '0.02'));
  desk.events.length = 0;
  return { ...desk, own };
}
const states = ({ events }: Seat, order: UpbitOrder) =>
  events.flatMap((event) => (event.kind === 'order' && event.order.uuid === order.uuid ? [event.state] : []));
const prevented = (order: UpbitOrder | undefined) => (order === undefined ? [] : [text(order.preventedVolume), text(preventedLocked(order))]);
const balances = ({ account }: Seat) => {
  for (const [what, one, other] of books(account, '100000000')) expect([what, one]).toEqual([what, other]);
};

describe('self-match prevention', () => {
  it('lets the account trade with itself only where it says so', () => {
    for (const smpType of ['none', null] as const) {
      const desk = table();
      const taker = put(desk.account, limitBid('100000000', '0.03', { smpType }));
      expect([taker.state, fillsOf(taker)]).toEqual([
        'done',
        [
          ['100000000', '0.01'],
          ['100000000', '0.02'],
        ],
      ]);
      expect(desk.account.byUuid(desk.own.uuid)?.state).toBe('done');
      balances(desk);
    }
  });

  it('cancels the maker and trades on behind it', () => {
    const desk = table();
    const taker = put(desk.account, limitBid('100001000', '0.03', { smpType: 'cancel_maker' }));
    expect([taker.state, fillsOf(taker), prevented(taker)]).toEqual([
      'done',
      [
        ['100000000', '0.01'],
        ['100001000', '0.02'],
      ],
      ['0', '0'],
    ]);
    const maker = desk.account.byUuid(desk.own.uuid);
    expect([maker?.state, maker?.trades.length, prevented(maker)]).toEqual(['cancel', 0, ['0.02', '0.02']]);
    expect(states(desk, desk.own)).toEqual(['prevented', 'cancel']);
    expect(states(desk, taker)).toEqual(['wait', 'trade', 'trade', 'done']);
    expect(desk.market.book('upbit', btc).resting(desk.own.uuid)).toBeUndefined();
    balances(desk);
  });

  it('cancels the taker where it meets the account’s own order, and keeps what it had by then', () => {
    const desk = table();
    const taker = put(desk.account, limitBid('100001000', '0.03', { smpType: 'cancel_taker' }));
    // 0.02 at its limit, and the fee on it.
    expect([taker.state, fillsOf(taker), prevented(taker)]).toEqual(['cancel', [['100000000', '0.01']], ['0.02', '2001020.01']]);
    expect(states(desk, taker)).toEqual(['wait', 'trade', 'prevented', 'cancel']);
    expect([desk.account.byUuid(desk.own.uuid)?.state, states(desk, desk.own)]).toEqual(['wait', []]);
    expect(text(taker.locked)).toBe('0');
    expect(held(desk.account, 'KRW')[1]).toBe('0');
    balances(desk);
  });

  it('takes the same volume out of both and lets the rest trade', () => {
    const desk = table();
    const taker = put(desk.account, limitBid('100001000', '0.035', { smpType: 'reduce' }));
    expect([taker.state, fillsOf(taker), prevented(taker)]).toEqual([
      'done',
      [
        ['100000000', '0.01'],
        ['100001000', '0.005'],
      ],
      ['0.02', '2001020.01'],
    ]);
    expect(states(desk, taker)).toEqual(['wait', 'trade', 'prevented', 'trade', 'done']);
    expect([desk.account.byUuid(desk.own.uuid)?.state, states(desk, desk.own)]).toEqual(['cancel', ['prevented', 'cancel']]);
    balances(desk);
  });

  it('reduces a larger maker and leaves it in its place', () => {
    const desk = table();
    const taker = put(desk.account, limitBid('100000000', '0.015', { smpType: 'reduce' }));
    expect([taker.state, fillsOf(taker), prevented(taker)]).toEqual(['cancel', [['100000000', '0.01']], ['0.005', '500250']]);
    const maker = desk.account.byUuid(desk.own.uuid);
    expect([maker?.state, prevented(maker), text(maker?.locked ?? taker.locked)]).toEqual(['wait', ['0.005', '0.005'], '0.015']);
    expect(desk.market.book('upbit', btc).resting(desk.own.uuid)?.quantity).toBe('0.015');
    balances(desk);
  });

  it('counts prevented KRW against a market buy', () => {
    const desk = table();
    const taker = put(desk.account, marketBuy('3500000', { smpType: 'reduce' }));
    // 1,000,000 traded and 2,000,000 prevented leave 500,000 for the next price: 0.00499995 of it.
    expect([taker.state, fillsOf(taker), prevented(taker)]).toEqual([
      'cancel',
      [
        ['100000000', '0.01'],
        ['100001000', '0.00499995'],
      ],
      ['0.02', '2001000'],
    ]);
    balances(desk);
  });

  it('does not count the account’s own orders into a FOK', () => {
    const cases: readonly (readonly [SmpType, string])[] = [
      ['cancel_maker', 'cancel'],
      ['none', 'done'],
    ];
    for (const [smpType, state] of cases) {
      const desk = table();
      expect([smpType, put(desk.account, limitBid('100000000', '0.02', { timeInForce: 'fok', smpType })).state]).toEqual([smpType, state]);
      expect(put(desk.account, limitBid('100001000', '0.03', { timeInForce: 'fok', smpType: 'cancel_maker' })).state).toBe('done');
      balances(desk);
    }
  });
});
