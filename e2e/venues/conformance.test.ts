/** One suite for every adapter: what the port promises, held against the venue's own books. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { coin } from '../../src/shared/domain/ids.ts';
import {
  add,
  compare,
  decimal,
  floorToStep,
  type Price,
  price,
  quantity,
  ratio,
  scale,
  sum,
  text,
  toNumber,
  toTick,
} from '../../src/shared/domain/units.ts';
import type { Fill, MarketRules, OrderTerms } from '../../src/shared/domain/venue.ts';
import { tickAt } from '../../src/shared/domain/venue.ts';
import { type Bench, btc, final, setUp, symbols, until, venueNames } from './bench.ts';

const amount = quantity('0.05');
const fillsOf = (fills: readonly Fill[]) => text(sum(fills.map((fill) => fill.quantity)));
const feesOf = (fills: readonly Fill[]) => sum(fills.map((fill) => fill.fee));

describe.each(venueNames)('the adapter of %s', (name) => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await setUp(name);
  });
  afterEach(async () => {
    const { unhandled } = await bench.ledger();
    await bench.close();
    expect(unhandled).toEqual([]);
  });

  const rules = async (): Promise<MarketRules> => {
    const answer = await bench.port.rules(btc);
    if (!answer.ok || answer.value === undefined) throw new Error(`no rules: ${JSON.stringify(answer)}`);
    return answer.value;
  };
  const book = async () => {
    const answer = await bench.port.book(btc);
    if (!answer.ok) throw new Error(JSON.stringify(answer.failure));
    return answer.value;
  };
  /** A price on the tick, this far from the best one. */
  const priceAt = async (side: 'bids' | 'asks', factor: string): Promise<Price> => {
    const best = (await book())[side][0]?.price ?? price('0');
    const wanted = scale(best, ratio(factor));
    return toTick(wanted, tickAt(await rules(), wanted), 'up');
  };
  const limit = (at: Price, timeInForce: 'IOC' | 'FOK' | 'GTC' | 'postOnly'): OrderTerms => ({
    type: 'limit',
    quantity: amount,
    price: at,
    timeInForce,
  });
  const openingSide = name === 'upbit' ? 'buy' : 'sell';
  /** A limit that takes what is there. */
  const marketable = async () => (name === 'upbit' ? limit(await priceAt('asks', '1.02'), 'IOC') : limit(await priceAt('bids', '0.98'), 'IOC'));
  /** A limit that rests. */
  const resting = async () => (name === 'upbit' ? limit(await priceAt('bids', '0.9'), 'GTC') : limit(await priceAt('asks', '1.04'), 'GTC'));

  it('reads the market: rules that hold, a book in order, a clock', async () => {
    const { step, minQuantity, minNotional, ticks, takerFee } = await rules();
    for (const value of [step, minQuantity, minNotional, takerFee]) expect(compare(value, decimal('0'))).toBe(1);
    expect(floorToStep(amount, step)).toBe(amount);
    expect(ticks.length).toBeGreaterThan(0);
    const { bids, asks } = await book();
    expect(Math.min(bids.length, asks.length)).toBeGreaterThanOrEqual(15);
    for (const [levels, order] of [
      [bids, -1],
      [asks, 1],
    ] as const) {
      for (const [index, level] of levels.slice(1).entries()) expect(compare(level.price, levels[index]?.price ?? level.price)).toBe(order);
    }
    const offset = await bench.port.clockOffsetMs();
    expect(offset.ok && Math.abs(offset.value)).toBeLessThan(500);
    expect(bench.port.accountHash()).toMatch(/^[0-9a-f]{16}$/);
  });

  it("reads the market's minutes: newest last, up to a time, the last of them at the price that is", async () => {
    const now = Date.now();
    const answer = await bench.port.candles(btc, now, 100);
    if (!answer.ok) throw new Error(JSON.stringify(answer.failure));
    const minutes = answer.value;
    expect(minutes).toHaveLength(100);
    const begins = minutes.map(({ at }) => at);
    expect(begins).toEqual(begins.map((_, index) => (begins[0] ?? 0) + index * 60_000));
    expect((begins.at(-1) ?? 0) % 60_000).toBe(0);
    expect(now - (begins.at(-1) ?? 0)).toBeLessThan(61_000);
    const { bids, asks } = await book();
    const close = toNumber(minutes.at(-1)?.close ?? price('0'));
    expect(close / toNumber(bids[0]?.price ?? price('0'))).toBeCloseTo(1, 3);
    expect(close / toNumber(asks[0]?.price ?? price('0'))).toBeCloseTo(1, 3);
    const earlier = await bench.port.candles(btc, begins[50] ?? 0, 10);
    expect(earlier).toEqual({ ok: true, value: minutes.slice(40, 50) });
    expect(await bench.port.candles(coin('NOSUCH'), now, 1)).toMatchObject({ ok: false });
  });

  it('places an order, and answer, lookup, stream, trades and the venue agree on what it did', async () => {
    const since = Date.now() - 2000;
    const { id, result } = await bench.place(openingSide, await marketable());
    expect(result).toMatchObject({ outcome: 'accepted', report: { clientOrderId: id } });
    const report = await final(bench, id);
    expect(report).toMatchObject({ state: 'filled', filled: amount });
    expect(fillsOf(report.fills)).toBe(text(amount));

    const ledger = await bench.ledger();
    expect(ledger.orders).toHaveLength(1);
    expect(ledger.orders[0]).toMatchObject({ clientOrderId: id, symbol: symbols[name], filled: text(amount), venueOrderId: report.venueOrderId });
    const booked = ledger.fills.filter((fill) => fill.clientOrderId === id);
    expect(report.fills.map((fill) => [fill.tradeId, text(fill.price), text(fill.quantity), fill.feeCurrency]).sort()).toEqual(
      booked.map((fill) => [fill.tradeId, fill.price, fill.quantity, fill.feeCurrency]).sort(),
    );
    expect(text(feesOf(report.fills))).toBe(text(sum(booked.map((fill) => decimal<'fee'>(fill.fee)))));

    const streamed = await until(() => {
      const reports = bench.events.flatMap((event) => (event.kind === 'order' && event.report.clientOrderId === id ? [event.report] : []));
      return reports.some((one) => one.state === 'filled') ? reports : undefined;
    });
    expect(text(feesOf(streamed.flatMap((one) => one.fills)))).toBe(text(feesOf(report.fills)));
    expect(streamed.flatMap((one) => one.fills.map((fill) => fill.tradeId)).sort()).toEqual(report.fills.map((fill) => fill.tradeId).sort());

    const trades = await bench.port.trades(btc, since);
    if (!trades.ok) throw new Error(JSON.stringify(trades.failure));
    expect(trades.value.map(({ fill }) => fill.tradeId).sort()).toEqual(report.fills.map((fill) => fill.tradeId).sort());
    for (const trade of trades.value) expect(trade.venueOrderId).toBe(report.venueOrderId);
  });

  it('reads holdings as the venue has them', async () => {
    const { id } = await bench.place(openingSide, await marketable());
    await final(bench, id);
    const holdings = await bench.port.holdings();
    if (!holdings.ok) throw new Error(JSON.stringify(holdings.failure));
    const { balances, positions } = await bench.ledger();
    for (const { currency, free, locked } of holdings.value.balances) {
      const booked = balances[name][currency] ?? {};
      if (name === 'upbit') expect({ free: text(free), locked: text(locked) }).toEqual(booked);
      else expect(text(add(free, locked))).toBe(booked['wallet']);
    }
    const [position] = holdings.value.positions;
    if (name === 'upbit') expect(holdings.value.positions).toEqual([]);
    else
      expect(position).toMatchObject({
        coin: 'BTC',
        quantity: positions.binance['BTCUSDT']?.['quantity'],
        entryPrice: positions.binance['BTCUSDT']?.['entryPrice'],
      });
  });

  it('lets an order rest, lists it, cancels it, and says so when there is nothing to cancel', async () => {
    const { id, result } = await bench.place(openingSide, await resting());
    expect(result).toMatchObject({ outcome: 'accepted', report: { state: 'open', filled: '0' } });
    const venueOrderId = result.outcome === 'accepted' ? result.report.venueOrderId : '';
    const listed = { ok: true, value: [{ coin: 'BTC', venueOrderId, clientId: id }] };
    expect(await bench.port.openOrders(btc)).toEqual(listed);
    expect(await bench.port.openOrders()).toEqual(listed);
    expect(await bench.port.cancel({ clientOrderId: id, coin: btc })).toEqual({ ok: true, value: undefined });
    expect(await final(bench, id)).toMatchObject({ state: 'canceled', filled: '0', fills: [] });
    expect(await bench.port.openOrders()).toEqual({ ok: true, value: [] });
    expect(await bench.port.cancel({ clientOrderId: id, coin: btc })).toMatchObject({ ok: false, failure: { outcome: 'refused' } });
    await until(() => bench.events.some((event) => event.kind === 'order' && event.report.state === 'canceled'));
  });

  it('ends an order that may not rest, and says how much of it was filled', async () => {
    const far = name === 'upbit' ? await priceAt('bids', '0.9') : await priceAt('asks', '1.04');
    const none = await bench.place(openingSide, limit(far, 'IOC'));
    const report = await final(bench, none.id);
    expect(['canceled', 'expired']).toContain(report.state);
    expect(text(report.filled)).toBe('0');

    await bench.faultOnOrder('partialFill');
    const part = await bench.place(openingSide, await marketable());
    const partial = await final(bench, part.id);
    expect(['canceled', 'expired']).toContain(partial.state);
    expect(compare(partial.filled, amount)).toBe(-1);
    expect(fillsOf(partial.fills)).toBe(text(partial.filled));
    expect(text(partial.filled)).not.toBe('0');
  });

  it('names refusals by what is wrong, and no order comes of them', async () => {
    await bench.faultOnOrder('insufficientFunds');
    expect((await bench.place(openingSide, await marketable())).result).toMatchObject({ outcome: 'refused', code: 'INSUFFICIENT_FUNDS' });
    await bench.faultOnOrder('filterReject');
    expect((await bench.place(openingSide, await marketable())).result).toMatchObject({ outcome: 'refused', code: 'INVALID_ORDER' });
    const offTick = price(name === 'upbit' ? '160500001' : '115000.05');
    expect((await bench.place(openingSide, limit(offTick, 'IOC'))).result).toMatchObject({ outcome: 'refused', code: 'INVALID_ORDER' });
    expect((await bench.ledger()).orders).toEqual([]);
  });

  it('takes a used id for what it is: the earlier order', async () => {
    const { id } = await bench.place(openingSide, await resting());
    const again = await bench.place(openingSide, await resting(), { id });
    expect(again.result).toMatchObject({ outcome: 'unknown', code: 'DUPLICATE_ID' });
    expect((await bench.ledger()).orders).toHaveLength(1);
  });

  it.each([
    ['replyLost', 1],
    ['errorAfter', 1],
    ['requestLost', 0],
    ['errorBefore', 0],
  ] as const)('after %s sends an order no second time, and finds out by asking', async (kind, count) => {
    await bench.faultOnOrder(kind, { delayMs: 1000 });
    const { id, result } = await bench.place(openingSide, await marketable());
    // Binance documents that a request it answers with "Service Unavailable." has failed; Upbit documents nothing.
    expect(result).toMatchObject({ outcome: name === 'binance' && kind === 'errorBefore' ? 'notSent' : 'unknown' });
    const { orders, requests } = await bench.ledger();
    expect(requests.filter((request) => request.method === 'POST' && request.clientOrderId === id)).toHaveLength(1);
    expect(orders).toHaveLength(count);
    if (count === 0) expect(await bench.port.lookUp({ clientOrderId: id, coin: btc })).toEqual({ ok: true, value: null });
    else expect(await final(bench, id)).toMatchObject({ state: 'filled', filled: amount });
  });

  it('is told to wait: nothing was sent, and what comes next waits', async () => {
    await bench.faultOnOrder('rateLimited');
    const { result } = await bench.place(openingSide, await marketable());
    expect(result).toMatchObject({ outcome: 'notSent', code: 'RATE_LIMITED' });
    expect((await bench.ledger()).orders).toEqual([]);
    expect(result.outcome === 'notSent' && result.retryAfterMs).toBeGreaterThan(0);
  });

  it("names somebody else's order as outside", async () => {
    await bench.control('/external-order', { venue: name, symbol: symbols[name], side: 'buy', quantity: '0.01' });
    const seen = await until(() => bench.events.find((event) => event.kind === 'outsideOrder'));
    expect(seen).toMatchObject({ coin: 'BTC' });
    expect(bench.events.some((event) => event.kind === 'order')).toBe(false);
  });

  it('knows no coin that is not listed', async () => {
    expect(await bench.port.rules(coin('NOSUCH'))).toEqual({ ok: true, value: undefined });
  });
});

describe('Upbit alone', () => {
  it('buys at market by cost and takes its end as canceled for filled', async () => {
    const bench = await setUp('upbit');
    try {
      const { id } = await bench.place('buy', { type: 'marketByCost', cost: decimal('6000000') });
      const report = await final(bench, id);
      expect(report.state).toBe('filled');
      const sold = await bench.place('sell', { type: 'market', quantity: report.filled });
      expect(await final(bench, sold.id)).toMatchObject({ state: 'filled', filled: report.filled });
    } finally {
      await bench.close();
    }
  });
});

describe('Binance alone', () => {
  it('prepares a symbol, verifies it, and does not change it under a position', async () => {
    const bench = await setUp('binance');
    try {
      expect(await bench.port.prepare(btc, 1)).toEqual({ ok: true, value: undefined });
      const { id } = await bench.place('sell', { type: 'market', quantity: amount });
      await final(bench, id);
      expect((await bench.ledger()).positions.binance['BTCUSDT']).toMatchObject({ quantity: '-0.05', leverage: '1', marginMode: 'isolated' });
      expect(await bench.port.prepare(btc, 2)).toMatchObject({ ok: false, failure: { outcome: 'refused', code: 'BLOCKED' } });
      const closed = await bench.place('buy', { type: 'market', quantity: amount }, { reduceOnly: true });
      expect(await final(bench, closed.id)).toMatchObject({ state: 'filled' });
      const beyond = await bench.place('buy', { type: 'market', quantity: amount }, { reduceOnly: true });
      expect(beyond.result).toMatchObject({ outcome: 'refused', code: 'INVALID_ORDER' });
      expect(await bench.port.prepare(btc, 2)).toEqual({ ok: true, value: undefined });
    } finally {
      await bench.close();
    }
  });

  it('takes a liquidation for an outside order', async () => {
    const bench = await setUp('binance');
    try {
      await bench.port.prepare(btc, 1);
      const { id } = await bench.place('sell', { type: 'market', quantity: amount });
      await final(bench, id);
      await bench.control('/liquidate', { symbol: 'BTCUSDT', fraction: '1' });
      const seen = await until(() => bench.events.find((event) => event.kind === 'outsideOrder'));
      expect(seen.kind === 'outsideOrder' && seen.clientId).toMatch(/^(autoclose-|adl_autoclose)/);
      // Trades do not name it, and it can be asked for by the venue's id.
      const venueOrderId = seen.kind === 'outsideOrder' ? seen.venueOrderId : '';
      expect(await bench.port.clientIdOf?.(btc, venueOrderId)).toMatchObject({ ok: true, value: expect.stringMatching(/^autoclose-/) });
      expect(await bench.port.clientIdOf?.(btc, '999999999')).toEqual({ ok: true, value: null });
      const trades = await bench.port.trades(btc, Date.now() - 60_000);
      expect(trades.ok && fillsOf(trades.value.filter((trade) => trade.venueOrderId === venueOrderId).map((trade) => trade.fill))).toBe('0.05');
    } finally {
      await bench.close();
    }
  });

  it('tells the funding of a coin since a time, with its sign', async () => {
    const bench = await setUp('binance');
    try {
      await bench.port.prepare(btc, 1);
      const { id } = await bench.place('sell', { type: 'market', quantity: amount });
      await final(bench, id);
      const since = Date.now() - 60_000;
      expect(await bench.port.funding?.(btc, since)).toEqual({ ok: true, value: [] });
      for (const rate of ['0.0001', '-0.0002']) await bench.control('/funding', { symbol: 'BTCUSDT', rate });
      const paid = await bench.port.funding?.(btc, since);
      // A short is paid at a positive rate, and pays at a negative one.
      expect(paid?.ok === true && paid.value.map(({ amount: usdt }) => Math.sign(toNumber(usdt)))).toEqual([1, -1]);
      expect(paid?.ok === true && paid.value.every(({ at }) => Math.abs(at - Date.now()) < 60_000)).toBe(true);
      expect(await bench.port.funding?.(btc, Date.now() + 60_000)).toEqual({ ok: true, value: [] });
    } finally {
      await bench.close();
    }
  });

  it('stamps its requests by the venue, however far its clock is off', async () => {
    const bench = await setUp('binance');
    try {
      await bench.control('/clock', { venue: 'binance', offsetMs: -20_000 });
      const offset = await bench.port.clockOffsetMs();
      expect(offset.ok && Math.abs(offset.value - 20_000)).toBeLessThan(500);
      expect((await bench.place('sell', { type: 'market', quantity: amount })).result).toMatchObject({ outcome: 'accepted' });
      await bench.control('/clock', { venue: 'binance', offsetMs: 20_000 });
      expect((await bench.place('sell', { type: 'market', quantity: amount })).result).toMatchObject({ outcome: 'refused', code: 'CLOCK' });
      await until(async () => (await bench.place('sell', { type: 'market', quantity: amount })).result.outcome === 'accepted');
    } finally {
      await bench.close();
    }
  });
});
