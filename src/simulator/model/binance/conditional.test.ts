/** Conditional orders, amending, hedge mode, self-trade prevention, dated orders: what the model does with them. */
import { describe, expect, it } from 'vitest';
import { price, quantity, ratio, text, ZERO } from '../../../shared/domain/units.ts';
import { type AlgoTicket, cancelAlgo, placeAlgo, showPrice } from './algo.ts';
import { amend } from './amend.ts';
import { exposures } from './funds.ts';
import { liquidationPrice } from './margin.ts';
import type { Ticket } from './order-check.ts';
import { cancelLate, expireDated, place } from './orders.ts';
import { setLeverage, setMarginMode, setPositionMode } from './settings.ts';
import { begin, common, market, placed } from './test-orders.ts';
import type { TestParts } from './test-parts.ts';

const limit = (side: 'BUY' | 'SELL', amount: string, at: string, more: Partial<Ticket> = {}): Ticket => ({
  ...common(side, amount),
  timeInForce: 'GTC',
  ...more,
  type: 'LIMIT',
  price: price(at),
});
const stop = (side: 'BUY' | 'SELL', at: string, more: Partial<AlgoTicket> = {}): AlgoTicket => ({
  ...common(side, '0.5'),
  positionSide: 'BOTH',
  orderType: 'STOP_MARKET',
  timeInForce: 'GTC',
  price: price('0'),
  triggerPrice: price(at),
  workingType: 'CONTRACT_PRICE',
  priceProtect: false,
  closePosition: false,
  selfTradePrevention: 'EXPIRE_MAKER',
  priceMatch: 'NONE',
  goodTill: 0,
  activatePrice: null,
  callbackRate: null,
  ...more,
});
const waiting = (parts: TestParts, ticket: AlgoTicket) => {
  const result = placeAlgo(parts, ticket);
  if (!result.ok) throw new Error(`${result.refusal.code} ${result.refusal.msg}`);
  return result.value;
};
/** Shows a contract price as a trade at it would. */
const trade = (parts: TestParts, at: string) => {
  parts.last = price(at);
  showPrice(parts, 'BTCUSDT', 'CONTRACT_PRICE', price(at));
};
const algoLife = (parts: TestParts, id: number) =>
  parts.happenings.flatMap((row) => (row.kind === 'algo' && row.algo.id === id ? [row.algo.status] : []));

describe('conditional orders', () => {
  it('lives through NEW, TRIGGERING, TRIGGERED and FINISHED and names the order that it became', () => {
    const parts = begin();
    placed(parts, market('SELL', '0.5'));
    const order = waiting(parts, stop('BUY', '101000', { reduceOnly: true }));
    trade(parts, '100999.9');
    expect(parts.state.algo(order.id)?.status).toBe('NEW');
    trade(parts, '101000');
    expect(algoLife(parts, order.id)).toEqual(['NEW', 'TRIGGERING', 'TRIGGERED', 'FINISHED']);
    const actual = parts.state.order(parts.state.algo(order.id)?.actualOrderId ?? 0);
    expect(actual).toMatchObject({ type: 'MARKET', status: 'FILLED', filled: '0.5', clientId: order.clientId, algoId: order.id });
    expect(text(parts.state.position('BTCUSDT').quantity)).toBe('0');
    // Its order is told of after TRIGGERED and before FINISHED.
    const kinds = parts.happenings.map((row) =>
      row.kind === 'algo' ? row.algo.status : row.kind === 'order' ? `${row.order.algoId}${row.execution}` : '',
    );
    expect(kinds.slice(kinds.indexOf('TRIGGERED'))).toEqual(['TRIGGERED', `${order.id}NEW`, `${order.id}TRADE`, 'FINISHED', '']);
  });

  it.each([
    ['STOP_MARKET', 'BUY', '101000', '101000', '100999.9'],
    ['STOP_MARKET', 'SELL', '99000', '99000', '99000.1'],
    ['TAKE_PROFIT_MARKET', 'BUY', '99000', '99000', '99000.1'],
    ['TAKE_PROFIT_MARKET', 'SELL', '101000', '101000', '100999.9'],
  ] as const)('%s %s at %s triggers at %s, not at %s', (orderType, side, at, reached, before) => {
    const parts = begin();
    const order = waiting(parts, stop(side, at, { orderType }));
    trade(parts, before);
    expect(parts.state.algo(order.id)?.status).toBe('NEW');
    trade(parts, reached);
    expect(parts.state.algo(order.id)?.status).toBe('FINISHED');
    const again = begin();
    again.last = price(reached);
    expect(placeAlgo(again, stop(side, at, { orderType }))).toMatchObject({ ok: false, refusal: { code: -2021 } });
  });

  it('goes by the mark price where it says so', () => {
    const parts = begin();
    const order = waiting(parts, stop('BUY', '101000', { workingType: 'MARK_PRICE' }));
    trade(parts, '102000');
    expect(parts.state.algo(order.id)?.status).toBe('NEW');
    showPrice(parts, 'BTCUSDT', 'MARK_PRICE', price('101000'));
    expect(parts.state.algo(order.id)?.status).toBe('FINISHED');
  });

  it('with price protection does not trigger while mark and last price are too far apart', () => {
    const parts = begin();
    const order = waiting(parts, stop('BUY', '101000', { priceProtect: true }));
    trade(parts, '105000.1');
    expect(parts.state.algo(order.id)?.status).toBe('NEW');
    trade(parts, '105000');
    expect(parts.state.algo(order.id)?.status).toBe('FINISHED');
  });

  it('a limit kind rests until it is filled, and is finished then', () => {
    const parts = begin();
    const order = waiting(parts, stop('SELL', '99500', { orderType: 'STOP', price: price('100005') }));
    trade(parts, '99500');
    expect(parts.state.algo(order.id)?.status).toBe('TRIGGERED');
    parts.remake([['100006', '9']], [['100007', '1']]);
    expect(parts.state.algo(order.id)?.status).toBe('FINISHED');
    expect(algoLife(parts, order.id).at(-1)).toBe('FINISHED');
  });

  it('is rejected with the reason when its order is refused', () => {
    const parts = begin();
    const order = waiting(parts, stop('BUY', '101000', { reduceOnly: true }));
    trade(parts, '101000');
    expect(parts.state.algo(order.id)).toMatchObject({ status: 'REJECTED', failure: 'ReduceOnly Order is rejected.', actualOrderId: 0 });
  });

  it('closePosition closes all there is then and expires when the position is closed before', () => {
    const parts = begin();
    placed(parts, market('BUY', '0.3'));
    const [closing, spare] = [stop('SELL', '99000'), stop('SELL', '98000')].map((ticket) =>
      waiting(parts, { ...ticket, quantity: ZERO, closePosition: true, reduceOnly: true }),
    );
    placed(parts, market('BUY', '0.4'));
    trade(parts, '99000');
    expect(text(parts.state.position('BTCUSDT').quantity)).toBe('0');
    expect([closing, spare].map((order) => parts.state.algo(order?.id ?? 0)?.status)).toEqual(['FINISHED', 'EXPIRED']);
  });

  it('a trailing one follows the best price and triggers when the price comes back', () => {
    const parts = begin();
    const trailing = { orderType: 'TRAILING_STOP_MARKET', triggerPrice: price('0'), callbackRate: ratio('1') } as const;
    expect(placeAlgo(parts, stop('SELL', '0', { ...trailing, activatePrice: price('100000') }))).toMatchObject({ refusal: { code: -2021 } });
    expect(placeAlgo(parts, stop('SELL', '0', { ...trailing, callbackRate: ratio('20.1') }))).toMatchObject({ refusal: { code: -2007 } });
    const order = waiting(parts, stop('SELL', '0', { ...trailing, activatePrice: price('100500') }));
    trade(parts, '99000');
    trade(parts, '100500');
    expect(parts.state.algo(order.id)).toMatchObject({ status: 'NEW', isActivated: true, extreme: '100500' });
    trade(parts, '102000');
    trade(parts, '100980.1');
    expect(parts.state.algo(order.id)?.status).toBe('NEW');
    trade(parts, '100980');
    expect(parts.state.algo(order.id)).toMatchObject({ status: 'FINISHED', triggerPrice: '100980' });
    expect(algoLife(parts, order.id)).toEqual(['NEW', 'NEW', 'TRIGGERING', 'TRIGGERED', 'FINISHED']);
  });

  it('is canceled while it waits only, and 200 of them may wait', () => {
    const parts = begin();
    const order = waiting(parts, stop('BUY', '101000'));
    expect(cancelAlgo(parts, order)?.status).toBe('CANCELED');
    expect(cancelAlgo(parts, parts.state.algo(order.id))).toBeUndefined();
    for (let index = 0; index < 200; index += 1) waiting(parts, stop('BUY', '101000'));
    expect(placeAlgo(parts, stop('BUY', '101000'))).toMatchObject({ refusal: { code: -4045 } });
  });
});

describe('amending', () => {
  it('moves an order and keeps what is filled', () => {
    const parts = begin();
    const order = placed(parts, limit('SELL', '1.5', '99999.9'));
    expect(order).toMatchObject({ status: 'PARTIALLY_FILLED', filled: '1' });
    const moved = amend(parts, order, { side: 'SELL', price: price('100005'), quantity: quantity('2') });
    expect(moved).toMatchObject({ ok: true, value: { id: order.id, price: '100005', quantity: '2', filled: '1', amendments: 1 } });
    expect(parts.book('BTCUSDT').resting(String(order.id))).toMatchObject({ price: '100005', quantity: '1' });
    expect(parts.happenings.at(-1)).toMatchObject({ execution: 'AMENDMENT', order: { status: 'PARTIALLY_FILLED' } });
  });

  it('trades at once where the new price crosses', () => {
    const parts = begin();
    const order = placed(parts, limit('BUY', '0.5', '99000'));
    expect(amend(parts, order, { side: 'BUY', price: price('100000'), quantity: quantity('0.5') })).toMatchObject({ value: { status: 'FILLED' } });
  });

  it('cancels what is filled already and a post-only order that would trade', () => {
    const parts = begin();
    const order = placed(parts, limit('SELL', '1.5', '99999.9'));
    expect(amend(parts, order, { side: 'SELL', price: price('99999.9'), quantity: quantity('1') })).toMatchObject({ value: { status: 'CANCELED' } });
    const maker = placed(parts, limit('BUY', '1', '99000', { timeInForce: 'GTX' } as Partial<Ticket>));
    expect(amend(parts, maker, { side: 'BUY', price: price('100000'), quantity: quantity('1') })).toMatchObject({ value: { status: 'CANCELED' } });
  });

  it('refuses and leaves the order as it was', () => {
    const parts = begin('10000');
    setLeverage(parts, 'BTCUSDT', 1);
    const order = placed(parts, limit('BUY', '0.09', '99000'));
    const terms = { side: 'BUY', price: price('99000'), quantity: quantity('0.09') } as const;
    const codes = [
      amend(parts, order, terms),
      amend(parts, order, { ...terms, side: 'SELL' }),
      amend(parts, order, { ...terms, quantity: quantity('0.001') }),
      amend(parts, order, { ...terms, price: price('99000.05') }),
      amend(parts, order, { ...terms, quantity: quantity('0.2') }),
      amend(parts, undefined, terms),
    ].map((result) => (result.ok ? 0 : result.refusal.code));
    expect(codes).toEqual([-5027, -1117, -5029, -4014, -2019, -2013]);
    // The margin that the order holds counts for its own amendment.
    expect(amend(parts, order, { ...terms, quantity: quantity('0.1') }).ok).toBe(true);
  });
});

describe('hedge mode', () => {
  const begun = () => {
    const parts = begin();
    setPositionMode(parts, true);
    return parts;
  };
  it('holds long and short apart', () => {
    const parts = begun();
    placed(parts, market('BUY', '0.5', { positionSide: 'LONG' }));
    placed(parts, market('SELL', '0.2', { positionSide: 'SHORT' }));
    const held = () => (['LONG', 'SHORT'] as const).map((side) => text(parts.state.position('BTCUSDT', side).quantity));
    expect(held()).toEqual(['0.5', '-0.2']);
    expect(place(parts, market('SELL', '0.6', { positionSide: 'LONG' }))).toMatchObject({ refusal: { code: -2022 } });
    placed(parts, market('SELL', '0.5', { positionSide: 'LONG' }));
    expect(held()).toEqual(['0', '-0.2']);
    expect(setPositionMode(parts, false)).toMatchObject({ refusal: { code: -4068 } });
  });

  it('reckons one liquidation price of both sides in cross margin, by the documented formula', () => {
    const parts = begun();
    placed(parts, market('SELL', '1', { positionSide: 'SHORT' }));
    placed(parts, market('BUY', '0.4', { positionSide: 'LONG' }));
    const rows = exposures(parts);
    const [short, long] = rows;
    const wallet = Number(text(parts.state.account().wallet));
    const [shortCost, longCost] = [99999.9, 0.4 * 100000];
    if (short === undefined || long === undefined) throw new Error('two positions');
    const found = liquidationPrice(parts.state.account().wallet, rows, short);
    expect(liquidationPrice(parts.state.account().wallet, rows, long)).toBe(found);
    const at = Number(text(found));
    const bracket = (value: number) => short.brackets.find((row) => value <= Number(text(row.notionalCap)));
    const [b1, b2] = [bracket(at), bracket(at * 0.4)];
    const rate = (row: typeof b1) => Number(text(row?.maintMarginRatio ?? ratio('0')));
    const cum = (row: typeof b1) => Number(text(row?.cum ?? ratio('0')));
    const expected = (wallet + cum(b1) + cum(b2) - longCost + shortCost) / (1 * rate(b1) + 0.4 * rate(b2) - 0.4 + 1);
    expect(at).toBeCloseTo(expected, 6);
  });

  it('gives both sides the leverage and margin mode of the symbol', () => {
    const parts = begun();
    setMarginMode(parts, 'BTCUSDT', 'isolated');
    setLeverage(parts, 'BTCUSDT', 5);
    placed(parts, market('BUY', '0.1', { positionSide: 'LONG' }));
    setLeverage(parts, 'BTCUSDT', 8);
    expect(parts.state.position('BTCUSDT', 'LONG')).toMatchObject({ leverage: 8, marginMode: 'isolated', isolatedWallet: '2000' });
    expect(parts.state.position('BTCUSDT', 'SHORT')).toMatchObject({ leverage: 8, marginMode: 'isolated' });
  });
});

describe('orders that end by themselves', () => {
  it('a dated order expires at its date', () => {
    const parts = begin();
    const goodTill = parts.now() + 700_000;
    const order = placed(parts, { ...limit('BUY', '0.5', '99000'), timeInForce: 'GTD', goodTill } as Ticket);
    expect(expireDated(parts)).toBe(false);
    parts.advance(700_000);
    expect(expireDated(parts)).toBe(true);
    expect(parts.state.order(order.id)?.status).toBe('EXPIRED');
    expect(parts.book('BTCUSDT').restingCount).toBe(0);
  });

  it.each([
    ['EXPIRE_MAKER', 'EXPIRED_IN_MATCH', 'FILLED'],
    ['EXPIRE_TAKER', 'NEW', 'EXPIRED_IN_MATCH'],
    ['EXPIRE_BOTH', 'EXPIRED_IN_MATCH', 'EXPIRED_IN_MATCH'],
    ['NONE', 'FILLED', 'FILLED'],
  ] as const)('self-trade prevention %s leaves the resting one %s and the new one %s', (selfTradePrevention, resting, taking) => {
    const parts = begin();
    const own = placed(parts, limit('SELL', '0.2', '100000'));
    // The own order stands behind 1 that is anonymous at its price.
    const taker = placed(parts, limit('BUY', '1.2', '100010', { selfTradePrevention } as Partial<Ticket>));
    expect([parts.state.order(own.id)?.status, taker.status]).toEqual([resting, taking]);
    expect(text(taker.filled)).toBe(taking === 'FILLED' ? '1.2' : '1');
  });

  it('a market order stops at five percent from the mark price and is refused when nothing is nearer', () => {
    const parts = begin('100000000');
    parts.remake(
      [['99000', '1']],
      [
        ['105000', '1'],
        ['105000.1', '1'],
      ],
    );
    expect(placed(parts, market('BUY', '2'))).toMatchObject({ status: 'EXPIRED', filled: '1' });
    expect(place(parts, market('BUY', '1'))).toMatchObject({ refusal: { code: -4131 } });
  });

  it('a cancel that came too late shows the order without the fill that was ahead of it', () => {
    const parts = begin();
    const order = placed(parts, limit('BUY', '1', '99000'));
    expect(cancelLate(parts, order, ratio('0.4'))).toMatchObject({ status: 'CANCELED', filled: '0' });
    expect(parts.state.order(order.id)).toMatchObject({ status: 'CANCELED', filled: '0.4' });
  });
});
