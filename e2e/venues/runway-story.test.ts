/** A price that doubles under two hedges: the console tells it, and what it names brings the short back. */
import { afterEach, describe, expect, it } from 'vitest';
import { until } from './bench.ts';
import { Living } from './living.ts';

/** The account is read every 10 s. */
const readMs = 25_000;

describe('a short that comes close to liquidation', () => {
  let living: Living | undefined;
  afterEach(async () => {
    await living?.close();
  });

  it('is told, reduced on both legs, and far again once the freed margin is added', async () => {
    living = await Living.start();
    const { paper } = living;
    const shown = () => {
      if (living === undefined) throw new Error('It was closed');
      return living.shown;
    };
    const hedges = [await living.open(), ''];
    await living.reaches(hedges[0] ?? '', 'hedged');
    hedges[1] = await living.open();
    await living.reaches(hedges[1], 'hedged');
    const short = () => shown().parts.runway.shorts.find(({ coin }) => coin === 'BTC');
    await until(() => short()?.level === 'ok', readMs);
    // Not known while a quote lacks a book or an account.
    const { spot: ready, perp } = await until(() => {
      const { readiness } = shown().parts.runway;
      return readiness.spot === null || readiness.perp === null ? undefined : { spot: readiness.spot, perp: readiness.perp };
    }, readMs);
    expect([ready.hedges, perp.hedges].every((count) => count >= 0)).toBe(true);

    // Both venues' prices rise by the same, so the hedges lose nothing; the short's margin is used up all the same.
    const entry = Number(shown().parts.venues.binance.positions[0]?.entryPrice);
    const spot = Number(shown().parts.market?.spot?.ask);
    const rise = 1.7;
    await living.control('/market', { venue: 'upbit', symbol: 'KRW-BTC', price: String(Math.round((spot * rise) / 1000) * 1000) });
    await living.control('/market', { venue: 'binance', symbol: 'BTCUSDT', price: String(Math.round(entry * rise)) });
    await until(() => shown().tables.alarms['runway:BTC']?.code === 'RUNWAY_LOW', readMs);
    expect(shown().parts.standing.trading).toBe('armed');
    const close = await until(() => {
      const row = short();
      return row !== undefined && row.level === 'low' && row.reduce.length > 0 ? row : undefined;
    });
    expect(Number(close.distance)).toBeLessThan(0.25);

    for (const { hedge, quantity } of close.reduce) expect(await paper.invoke('hedge.close', { hedge, quantity })).toMatchObject({ ok: true });
    const left = (0.02 - Number(close.reduceBy)).toFixed(8);
    await until(
      () => Number(short()?.quantity).toFixed(8) === left && Object.values(shown().tables.hedges).every(({ phase }) => phase === 'hedged'),
      readMs,
    );
    for (const { spot: held, perp } of Object.values(shown().tables.hedges)) expect(held.quantity).toBe(perp.quantity);
    // A close alone leaves it where it was.
    expect(Number(short()?.liquidationPrice)).toBeCloseTo(Number(close.liquidationPrice), -2);

    await living.atBinance('POST', '/fapi/v1/positionMargin', { symbol: 'BTCUSDT', amount: Number(close.freed).toFixed(2), type: '1' });
    await until(() => shown().tables.alarms['runway:BTC'] === undefined, readMs);
    expect(short()).toMatchObject({ level: 'ok', marginToAdd: '0', reduceBy: '0' });
    expect(Number(short()?.distance)).toBeGreaterThanOrEqual(0.3);
  }, 120_000);
});
