/** The venue's own countdown and its table of maintenance margin, as the adapter of the perpetual venue has them. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { coin } from '../../src/shared/domain/ids.ts';
import { price, quantity, ratio, text, usdt } from '../../src/shared/domain/units.ts';
import type { OrderTerms } from '../../src/shared/domain/venue.ts';
import { type Bench, btc, final, setUp, until } from './bench.ts';

const size = quantity('0.01');
const market: OrderTerms = { type: 'market', quantity: size };

describe('the countdown of Binance', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await setUp('binance');
  });
  afterEach(async () => {
    await bench.close();
  });
  const countdown = async (ms: number) => expect(await bench.port.countdownCancelAll?.(btc, ms)).toEqual({ ok: true, value: undefined });
  const open = async () => {
    const answer = await bench.port.openOrders(btc);
    if (!answer.ok) throw new Error(answer.failure.said);
    return answer.value.map((order) => order.clientId);
  };
  /** Far above the market: it rests. */
  const rest = async () => {
    const book = await bench.port.book(btc);
    const best = book.ok ? book.value.asks[0]?.price : undefined;
    const above = price(String(Math.ceil(Number(best === undefined ? '' : text(best)) * 1.04)));
    const { id, result } = await bench.place('sell', { type: 'limit', quantity: size, price: above, timeInForce: 'GTC' });
    expect(result).toMatchObject({ outcome: 'accepted', report: { state: 'open' } });
    return id;
  };

  it('cancels what rests once it is over, each call in place of the one before, and leaves conditional orders', async () => {
    const resting = await rest();
    await bench.place('sell', market);
    const stop = await bench.place('buy', { type: 'stopMarket', quantity: size, triggerPrice: price('500000') }, { reduceOnly: true });
    expect(stop.result.outcome).toBe('accepted');
    await countdown(2000);
    await countdown(120_000);
    // Where the first of them would be over by the venue's clock.
    await bench.control('/clock', { venue: 'binance', offsetMs: 3000 });
    expect(await open()).toContain(resting);
    await countdown(100);
    expect(await final(bench, resting)).toMatchObject({ state: 'canceled' });
    expect(await open()).toEqual([stop.id]);
  });

  it('is ended by a zero', async () => {
    const resting = await rest();
    await countdown(120_000);
    await countdown(0);
    await bench.control('/clock', { venue: 'binance', offsetMs: 130_000 });
    // The venue has looked at its deadlines by the time it answers.
    expect(await open()).toEqual([resting]);
  });

  it('is refused for a coin that has no perpetual', async () => {
    expect(await bench.port.countdownCancelAll?.(coin('NOSUCH'), 1000)).toMatchObject({ ok: false, failure: { code: 'INVALID_ORDER' } });
  });
});

describe('maintenance margin of a position', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await setUp('binance');
  });
  afterEach(async () => {
    await bench.close();
  });

  it("comes with a read of the account, from the venue's own brackets, which are asked for once", async () => {
    await bench.place('sell', market);
    const rows = await until(async () => {
      const answer = await bench.port.holdings();
      return answer.ok && answer.value.positions[0]?.maintenance;
    });
    expect(rows.slice(0, 2)).toEqual([
      { rate: ratio('0.004'), deduction: usdt('0') },
      { rate: ratio('0.005'), deduction: usdt('300') },
    ]);
    expect(await bench.port.holdings()).toMatchObject({ ok: true });
    const { requests } = await bench.ledger();
    expect(requests.filter(({ path }) => path === '/fapi/v1/leverageBracket')).toHaveLength(1);
  });
});
