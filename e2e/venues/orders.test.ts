/** Every kind of order, and changes of orders, with what the wire can do to them. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asApproved } from '../../src/main/engine/testing/approved.ts';
import { orderName } from '../../src/main/exchanges/port.ts';
import { type ClientOrderId, clientOrderId } from '../../src/shared/domain/ids.ts';
import { compare, decimal, type Price, price, quantity, ratio, scale, text, toTick } from '../../src/shared/domain/units.ts';
import { type OrderRequest, type OrderTerms, tickAt } from '../../src/shared/domain/venue.ts';
import { type Bench, btc, final, setUp, symbols, until, type VenueName, venueNames } from './bench.ts';

const amount = quantity('0.05');
const open = () => true;
let bench: Bench;
afterEach(() => bench.close());

async function priceAt(side: 'bids' | 'asks', factor: string): Promise<Price> {
  const [book, rules] = await Promise.all([bench.port.book(btc), bench.port.rules(btc)]);
  if (!book.ok || !rules.ok || rules.value === undefined) throw new Error('no market');
  const wanted = scale(book.value[side][0]?.price ?? price('0'), ratio(factor));
  return toTick(wanted, tickAt(rules.value, wanted), 'up');
}
const limit = (at: Price, timeInForce: 'IOC' | 'FOK' | 'GTC' | 'postOnly', size = amount): OrderTerms => ({
  type: 'limit',
  quantity: size,
  price: at,
  timeInForce,
});
const replacementId = (last: string): ClientOrderId => clientOrderId(`kc${last.padStart(26, 'r')}`);
const openInLedger = async () => (await bench.ledger()).orders.filter((order) => order.state === 'open');

describe.each(venueNames)('orders of %s', (name: VenueName) => {
  const side = name === 'upbit' ? 'buy' : 'sell';
  const far = (factor = name === 'upbit' ? '0.9' : '1.04') => priceAt(name === 'upbit' ? 'bids' : 'asks', factor);
  const farther = () => far(name === 'upbit' ? '0.89' : '1.045');
  const crossing = () => (name === 'upbit' ? priceAt('asks', '1.02') : priceAt('bids', '0.98'));
  const amendPath = name === 'upbit' ? { method: 'POST', path: '/v1/orders/cancel_and_new' } : { method: 'PUT', path: '/fapi/v1/order' };
  const request = (id: ClientOrderId, terms: OrderTerms) =>
    asApproved({ clientOrderId: id, venue: name, leg: bench.port.leg, coin: btc, side, terms, reduceOnly: false });
  const amend = (id: ClientOrderId, terms: OrderTerms, next: OrderTerms, as = replacementId('1'), mayStart = open) =>
    bench.port.amend({ clientOrderId: id, coin: btc, terms }, request(as, next), mayStart);
  const lookUp = async (id: ClientOrderId) => {
    const answer = await bench.port.lookUp({ clientOrderId: id, coin: btc });
    if (!answer.ok) throw new Error(JSON.stringify(answer.failure));
    return answer.value;
  };
  /** An order that rests, and its terms. */
  const rest = async () => {
    const terms = limit(await far(), 'GTC');
    const { id, result } = await bench.place(side, terms);
    expect(result).toMatchObject({ outcome: 'accepted', report: { state: 'open', limit: { quantity: text(amount) } } });
    return { id, terms };
  };

  beforeEach(async () => {
    bench = await setUp(name, 700);
  });

  it('fills a FOK whole or not at all', async () => {
    const whole = await bench.place(side, limit(await crossing(), 'FOK'));
    expect(await final(bench, whole.id)).toMatchObject({ state: 'filled', filled: amount });
    const thin =
      name === 'upbit' ? { bids: [['161000000', '1']], asks: [['162000000', '0.01']] } : { bids: [['115000', '0.01']], asks: [['115100', '1']] };
    await bench.control('/market', { venue: name, symbol: symbols[name], ...thin });
    const none = await bench.place(side, limit(price(name === 'upbit' ? '162000000' : '115000'), 'FOK'));
    // One venue refuses it, the other takes and cancels it.
    if (none.result.outcome === 'accepted') expect(await final(bench, none.id)).toMatchObject({ filled: '0' });
    else expect(none.result).toMatchObject({ outcome: 'refused', code: 'INVALID_ORDER' });
    expect((await bench.ledger()).fills.filter((fill) => fill.clientOrderId === none.id)).toEqual([]);
  });

  it('lets a post-only order rest, and trades none that would cross', async () => {
    const resting = await bench.place(side, limit(await far(), 'postOnly'));
    expect(resting.result).toMatchObject({ outcome: 'accepted', report: { state: 'open' } });
    const crosses = await bench.place(side, limit(await crossing(), 'postOnly'));
    if (crosses.result.outcome === 'accepted') expect(await final(bench, crosses.id)).toMatchObject({ filled: '0' });
    else expect(crosses.result).toMatchObject({ outcome: 'refused', code: 'INVALID_ORDER' });
    expect((await bench.ledger()).fills).toEqual([]);
  });

  it('changes the price of a resting order, natively and with one order live', async () => {
    const { id, terms } = await rest();
    const at = await farther();
    const result = await amend(id, terms, limit(at, 'GTC'));
    if (name === 'binance')
      expect(result).toMatchObject({
        outcome: 'changed',
        report: { clientOrderId: id, state: 'open', limit: { price: text(at), quantity: text(amount) } },
      });
    else
      expect(result).toMatchObject({
        outcome: 'replaced',
        ended: { clientOrderId: id, state: 'canceled' },
        report: { clientOrderId: replacementId('1'), state: 'open' },
      });
    expect(await openInLedger()).toMatchObject([{ price: text(at), quantity: text(amount) }]);
    const { requests } = await bench.ledger();
    expect(requests.filter(({ method, path }) => method === amendPath.method && path === amendPath.path)).toHaveLength(1);
  });

  it('changes the size: what was filled before is not traded again', async () => {
    const { id, terms } = await rest();
    const result = await amend(id, terms, limit(await far(), 'GTC', quantity('0.03')));
    expect(['changed', 'replaced']).toContain(result.outcome);
    expect(await openInLedger()).toMatchObject([{ quantity: '0.03' }]);
    if (name === 'upbit') {
      // Half of the rest fills in the very moment of the cancel.
      await bench.control('/faults', { venue: name, match: { method: 'DELETE', path: '/v1/order' }, kind: 'fillAfterCancel', fraction: '0.5' });
      const again = await amend(
        replacementId('1'),
        limit(await far(), 'GTC', quantity('0.03')),
        limit(await far(), 'GTC', quantity('0.04')),
        replacementId('2'),
      );
      expect(again).toMatchObject({ outcome: 'replaced', ended: { filled: '0.015' } });
      expect(await openInLedger()).toMatchObject([{ quantity: '0.025' }]);
    }
  });

  it.each(['replyLost', 'requestLost', 'errorAfter'] as const)(
    'after %s asks what became of a change, and never has two orders live',
    async (kind) => {
      const { id, terms } = await rest();
      const at = await farther();
      await bench.control('/faults', { venue: name, match: amendPath, kind, delayMs: 1500 });
      const result = await amend(id, terms, limit(at, 'GTC'));
      expect(result).toMatchObject({ outcome: 'unknown' });
      const live = await openInLedger();
      expect(live).toHaveLength(1);
      const [old, replacement] = [await lookUp(id), await lookUp(replacementId('1'))];
      const came = kind !== 'requestLost';
      if (name === 'binance')
        expect(old).toMatchObject({ state: 'open', limit: { price: came ? text(at) : terms.type === 'limit' ? text(terms.price) : '' } });
      else {
        expect(old).toMatchObject({ state: came ? 'canceled' : 'open' });
        if (came) expect(replacement).toMatchObject({ state: 'open', limit: { price: text(at) } });
        else expect(replacement).toBeNull();
      }
      const { requests } = await bench.ledger();
      expect(requests.filter(({ method, path }) => method === amendPath.method && path === amendPath.path)).toHaveLength(1);
    },
  );

  it('says how an order ended that was to be changed, and sends nothing while the door is closed', async () => {
    const { id, terms } = await rest();
    expect(await amend(id, terms, limit(await farther(), 'GTC'), replacementId('1'), () => false)).toMatchObject({
      outcome: 'notSent',
      code: 'BLOCKED',
    });
    expect(await amend(id, terms, limit(price(name === 'upbit' ? '160500001' : '115000.05'), 'GTC'))).toMatchObject({
      outcome: 'refused',
      code: 'INVALID_ORDER',
    });
    expect(await lookUp(id)).toMatchObject({ state: 'open' });
    await bench.port.cancel({ clientOrderId: id, coin: btc });
    await final(bench, id);
    const late = await amend(id, terms, limit(await farther(), 'GTC'), replacementId('3'));
    expect(late).toMatchObject({ outcome: 'ended', ended: { clientOrderId: id, state: 'canceled', filled: '0' } });
    expect(await openInLedger()).toEqual([]);
  });
});

describe('best orders of Upbit', () => {
  beforeEach(async () => {
    bench = await setUp('upbit');
    await bench.control('/market', {
      venue: 'upbit',
      symbol: 'KRW-BTC',
      bids: [
        ['160000000', '0.02'],
        ['159990000', '1'],
      ],
      asks: [
        ['160010000', '0.05'],
        ['160020000', '1'],
      ],
    });
  });

  it('buy and sell at the best price and no worse', async () => {
    const bought = await bench.place('buy', { type: 'bestByCost', cost: decimal('3000000'), timeInForce: 'FOK' });
    const report = await final(bench, bought.id);
    expect(report.fills.map((fill) => text(fill.price))).toEqual(['160010000']);
    expect(compare(report.filled, quantity('0.018'))).toBe(1);
    const more = await bench.place('buy', { type: 'bestByCost', cost: decimal('16000000'), timeInForce: 'IOC' });
    expect((await final(bench, more.id)).fills.map((fill) => text(fill.price))).toEqual(['160010000']);
    const none = await bench.place('sell', { type: 'best', quantity: quantity('0.04'), timeInForce: 'FOK' });
    expect(await final(bench, none.id)).toMatchObject({ state: 'canceled', filled: '0' });
    const sold = await bench.place('sell', { type: 'best', quantity: quantity('0.04'), timeInForce: 'IOC' });
    expect(await final(bench, sold.id)).toMatchObject({ state: 'canceled', filled: '0.02' });
  });

  it('are turned away before they are sent where Upbit has none', async () => {
    expect((await bench.place('buy', { type: 'best', quantity: amount, timeInForce: 'IOC' })).result).toMatchObject({
      outcome: 'notSent',
      code: 'INVALID_ORDER',
    });
    expect((await bench.place('sell', { type: 'stopMarket', quantity: amount, triggerPrice: price('1') })).result).toMatchObject({
      outcome: 'notSent',
    });
  });
});

describe('conditional orders of Binance', () => {
  const algo = { method: 'POST', path: '/fapi/v1/algoOrder' };
  const stopAt = async (factor = '1.03'): Promise<OrderTerms> => ({
    type: 'stopMarket',
    quantity: amount,
    triggerPrice: await priceAt('asks', factor),
  });
  const named = (id: ClientOrderId, terms: OrderTerms) => orderName({ clientOrderId: id, coin: btc, terms });
  const moveTo = async (factor: string) =>
    bench.control('/market', { venue: 'binance', symbol: 'BTCUSDT', price: text(await priceAt('asks', factor)) });
  const reduce = { reduceOnly: true };
  beforeEach(async () => {
    bench = await setUp('binance', 700);
    const { id } = await bench.place('sell', { type: 'market', quantity: amount });
    await final(bench, id);
  });
  const reported = (id: ClientOrderId) =>
    bench.events.flatMap((event) => (event.kind === 'order' && event.report.clientOrderId === id ? [event.report] : []));
  const lookUp = async (id: ClientOrderId, terms: OrderTerms) => {
    const answer = await bench.port.lookUp(named(id, terms));
    if (!answer.ok) throw new Error(JSON.stringify(answer.failure));
    return answer.value;
  };

  it('wait, are listed, are canceled, and are not sent when they could open', async () => {
    const terms = await stopAt();
    expect((await bench.place('buy', terms)).result).toMatchObject({ outcome: 'notSent', code: 'INVALID_ORDER' });
    const { id, result } = await bench.place('buy', terms, reduce);
    expect(result).toMatchObject({ outcome: 'accepted', report: { clientOrderId: id, state: 'open', filled: '0' } });
    const listed = {
      ok: true,
      value: [{ coin: 'BTC', clientId: id, venueOrderId: result.outcome === 'accepted' ? result.report.venueOrderId : '' }],
    };
    expect(await bench.port.openOrders(btc)).toEqual(listed);
    expect(await bench.port.openOrders()).toEqual(listed);
    expect(await lookUp(id, terms)).toMatchObject({ state: 'open', filled: '0' });
    expect(await bench.port.cancel(named(id, terms))).toEqual({ ok: true, value: undefined });
    expect(await lookUp(id, terms)).toMatchObject({ state: 'canceled', filled: '0' });
    await until(() => reported(id).some((report) => report.state === 'canceled'));
    expect(await bench.port.openOrders()).toEqual({ ok: true, value: [] });
    expect(await bench.port.cancel(named(id, terms))).toMatchObject({ ok: false, failure: { outcome: 'refused', code: 'ORDER_NOT_FOUND' } });
  });

  it.each(['stopMarket', 'trailingStopMarket'] as const)('%s becomes a market order, whose fills are its own', async (type) => {
    const terms: OrderTerms =
      type === 'stopMarket'
        ? await stopAt('1.01')
        : { type, quantity: amount, callback: ratio('0.01'), activationPrice: await priceAt('asks', '0.99') };
    const { id, result } = await bench.place('buy', terms, reduce);
    expect(result).toMatchObject({ outcome: 'accepted', report: { state: 'open' } });
    // A stop waits for a rise; a trail begins at the activation price and goes off when the price comes back from it.
    if (type === 'stopMarket') await moveTo('1.02');
    else {
      await until(() => reported(id).length > 0);
      const told = reported(id).length;
      await moveTo('0.985');
      // The venue tells that the trail has begun.
      await until(() => reported(id).length > told);
      await moveTo('1.012');
    }
    const report = await until(async () => {
      const found = await lookUp(id, terms);
      return found !== null && found.state !== 'open' ? found : undefined;
    });
    expect(report).toMatchObject({ clientOrderId: id, state: 'filled', filled: amount });
    const booked = (await bench.ledger()).fills.filter((fill) => fill.venueOrderId === report.venueOrderId);
    expect(report.fills.map((fill) => fill.tradeId).sort()).toEqual(booked.map((fill) => fill.tradeId).sort());
    const streamed = await until(() => (reported(id).some((one) => one.state === 'filled') ? reported(id) : undefined));
    expect(streamed.flatMap((one) => one.fills.map((fill) => fill.tradeId)).sort()).toEqual(report.fills.map((fill) => fill.tradeId).sort());
    for (const one of streamed) expect(one.fills.length === 0 || compare(one.filled, quantity('0')) === 1).toBe(true);
  });

  it.each([
    ['replyLost', true],
    ['requestLost', false],
    ['errorAfter', true],
  ] as const)('after %s are found by asking, and not sent again', async (kind, came) => {
    const terms = await stopAt();
    await bench.control('/faults', { venue: 'binance', match: algo, kind, delayMs: 1500 });
    const { id, result } = await bench.place('buy', terms, reduce);
    expect(result).toMatchObject({ outcome: 'unknown' });
    const found = await lookUp(id, terms);
    if (came) expect(found).toMatchObject({ state: 'open' });
    else expect(found).toBeNull();
    expect((await bench.ledger()).requests.filter(({ method, path }) => method === algo.method && path === algo.path)).toHaveLength(1);
  });

  it('are replaced one after the other', async () => {
    const terms = await stopAt();
    const { id } = await bench.place('buy', terms, reduce);
    const next = await stopAt('1.025');
    const request: OrderRequest = {
      clientOrderId: replacementId('9'),
      venue: 'binance',
      leg: 'perp',
      coin: btc,
      side: 'buy',
      terms: next,
      reduceOnly: true,
    };
    const result = await bench.port.amend({ ...named(id, terms), terms }, asApproved(request), open);
    expect(result).toMatchObject({ outcome: 'replaced', ended: { state: 'canceled' }, report: { clientOrderId: replacementId('9'), state: 'open' } });
    expect(await bench.port.openOrders(btc)).toMatchObject({ ok: true, value: [{ clientId: replacementId('9') }] });
    await bench.control('/faults', { venue: 'binance', match: { method: 'DELETE', path: '/fapi/v1/algoOrder' }, kind: 'replyLost', delayMs: 1500 });
    const lost = await bench.port.amend(
      { ...named(replacementId('9'), next), terms: next },
      asApproved({ ...request, clientOrderId: replacementId('8'), terms }),
      open,
    );
    // What became of the cancel is asked for by the old order's id; the new one was never asked for.
    expect(lost).toMatchObject({ outcome: 'notSent' });
    expect(await lookUp(replacementId('8'), terms)).toBeNull();
    expect(await lookUp(replacementId('9'), next)).toMatchObject({ state: 'canceled' });
  });
});
