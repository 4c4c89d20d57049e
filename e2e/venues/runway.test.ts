/** What the console reckons of a short's runway, held against the venue that liquidates it. */
import { describe, expect, it } from 'vitest';
import { coinsToClose, marginToAdd, type Short, shortsOf } from '../../src/main/engine/risk/runway.ts';
import {
  add,
  divide,
  excess,
  max,
  notional,
  type Price,
  plus,
  price,
  quantity,
  type Quantity,
  ratio,
  relabel,
  scale,
  subtract,
  text,
  toNumber,
  type Usdt,
  usdt,
} from '../../src/shared/domain/units.ts';
import { bracketsOf } from '../../src/simulator/model/binance/brackets.ts';
import { type Exposure, isExhausted, liquidationPrice } from '../../src/simulator/model/binance/margin.ts';
import { applyFill, type Position, untouched } from '../../src/simulator/model/binance/position.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { createBinance } from '../../src/main/exchanges/binance/binance.ts';
import { coin } from '../../src/shared/domain/ids.ts';
import { until } from './bench.ts';
import { signed } from './signed.ts';

const fee = ratio('0.0005');
const exposureOf = (position: Position, markPrice: Price): Exposure => ({
  position,
  markPrice,
  bidNotional: usdt('0'),
  askNotional: usdt('0'),
  brackets: bracketsOf(position.symbol),
});
/** Where the simulated venue liquidates it. */
const liquidatedAt = (position: Position, mark: Price): Price => {
  const exposure = exposureOf(position, mark);
  return liquidationPrice(usdt('0'), [exposure], exposure);
};
const shortOf = (position: Position, markPrice: Price): Short => {
  const maintenance = bracketsOf(position.symbol).map(({ maintMarginRatio, cum }) => ({ rate: maintMarginRatio, deduction: cum }));
  const liquidated = liquidatedAt(position, markPrice);
  const [found] = shortsOf({
    positions: [{ coin: coin('X'), quantity: position.quantity, entryPrice: price('1'), markPrice, liquidationPrice: liquidated, maintenance }],
  });
  if (found === undefined) throw new Error('It is a short');
  return found;
};
const opened = (symbol: string, size: Quantity, at: Price, leverage: number): Position =>
  applyFill({ ...untouched(symbol), marginMode: 'isolated', leverage }, 'SELL', at, size, 1).position;
const withMargin = (position: Position, more: Usdt): Position => ({ ...position, isolatedWallet: add(position.isolatedWallet, more) });

describe("runway by the venue's own liquidation price", () => {
  it.each<[symbol: string, size: string, entry: string, leverage: number, mark: string, least: string]>([
    ['BTCUSDT', '0.5', '100000', 1, '160000', '0.3'],
    ['BTCUSDT', '0.5', '100000', 2, '125000', '0.3'],
    ['BTCUSDT', '2.9', '100000', 2, '120000', '0.3'],
    ['BTCUSDT', '80', '100000', 1, '150000', '0.4'],
    ['DOGEUSDT', '100000', '0.2', 1, '0.31', '0.3'],
    ['DOGEUSDT', '400000', '0.1', 2, '0.13', '0.25'],
    ['DOGEUSDT', '20000000', '0.1', 1, '0.16', '0.3'],
    ['DOGEUSDT', '20000000', '0.1', 1, '0.185', '0.9'],
  ])('%s: a short of %s from %s at %i×, the mark at %s', (symbol, size, entry, leverage, mark, least) => {
    const at = price(mark);
    const wanted = scale(at, plus(ratio(least)));
    const position = opened(symbol, quantity(size), price(entry), leverage);
    const short = shortOf(position, at);
    expect(toNumber(liquidatedAt(position, at))).toBeLessThan(toNumber(wanted));

    // The margin that is named brings it there to the cent, or to the last digit of the price.
    const margin = marginToAdd(short, ratio(least)) ?? usdt('0');
    const cents = subtract(margin, max(usdt('0.02'), scale(usdt(size), ratio('0.00000002'))));
    expect(toNumber(liquidatedAt(withMargin(position, margin), at))).toBeGreaterThanOrEqual(toNumber(wanted) * (1 - 1e-9));
    expect(toNumber(liquidatedAt(withMargin(position, cents), at))).toBeLessThan(toNumber(wanted));

    // So does a close of that many coins, once what it freed is added to the rest; a thousandth less does not.
    const afterClosing = (closed: Quantity): number => {
      const { position: rest, realized } = applyFill(position, 'BUY', at, closed, 2);
      const released = subtract(position.isolatedWallet, rest.isolatedWallet);
      const freed = subtract(add(released, realized), relabel<'usdt'>(scale(notional(at, closed), fee)));
      return toNumber(liquidatedAt(withMargin(rest, freed), at));
    };
    const close = coinsToClose(short, ratio(least), fee) ?? quantity('0');
    expect(toNumber(close)).toBeLessThan(toNumber(quantity(size)));
    expect(afterClosing(close)).toBeGreaterThanOrEqual(toNumber(wanted) * (1 - 1e-6));
    expect(afterClosing(scale(close, ratio('0.999')))).toBeLessThan(toNumber(wanted));

    // A close alone leaves the price of liquidation where it was, but for a lower bracket.
    const alone = applyFill(position, 'BUY', at, close, 2).position;
    expect(toNumber(liquidatedAt(alone, at)) / toNumber(liquidatedAt(position, at))).toBeCloseTo(1, 1);
  });

  it('asks for nothing where the venue liquidates further off', () => {
    const short = shortOf(opened('BTCUSDT', quantity('1'), price('100000'), 1), price('100000'));
    expect([marginToAdd(short, ratio('0.3')), coinsToClose(short, ratio('0.3'), fee)].map((value) => value && text(value))).toEqual(['0', '0']);
    expect(toNumber(excess(short.quantity, quantity('0')))).toBe(1);
  });

  it('is where margin is used up: not at the price, but right above it', () => {
    const position = opened('BTCUSDT', quantity('0.5'), price('100000'), 2);
    const limit = liquidatedAt(position, price('120000'));
    const judged = (at: Price): boolean => {
      const exposure = exposureOf(position, at);
      return isExhausted(usdt('0'), [exposure], exposure);
    };
    expect(judged(divide<'price'>(limit, ratio('1.0000001'), 8, 'down'))).toBe(false);
    expect(judged(scale(limit, ratio('1.0000001')))).toBe(true);
  });
});

describe('a short at the venue', () => {
  it('is liquidated above the price that was read and not below it, and margin added as reckoned keeps it', async () => {
    const simulator = await startSimulator({ market: 'still', seed: 7 });
    const { control, keys, binance } = simulator.ready;
    const account = { rest: binance.rest, keys: keys.binance };
    const port = createBinance({
      rest: new URL(binance.rest),
      ws: new URL(binance.ws),
      keys: keys.binance,
      loopbackOnly: true,
      deadlineMs: 3000,
      onRequest: () => undefined,
      now: Date.now,
    });
    const put = async (at: number): Promise<void> => {
      const body = JSON.stringify({ venue: 'binance', symbol: 'BTCUSDT', price: String(at) });
      const response = await fetch(`${control}/market`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
      if (!response.ok) throw new Error(await response.text());
    };
    const look = async (): Promise<Short | undefined> => {
      const answer = await port.holdings();
      if (!answer.ok) throw new Error(answer.failure.said);
      return shortsOf(answer.value)[0];
    };
    try {
      const started = await port.start();
      expect(started.ok).toBe(true);
      expect(await port.prepare(coin('BTC'), 2)).toMatchObject({ ok: true });
      await signed(account, 'POST', '/fapi/v1/order', { symbol: 'BTCUSDT', side: 'SELL', type: 'MARKET', quantity: '0.5' });
      const before = await until(async () => {
        const short = await look();
        return short?.position.maintenance === undefined ? undefined : short;
      });
      const limit = toNumber(before.position.liquidationPrice ?? price('0'));
      expect(limit / toNumber(before.position.markPrice)).toBeCloseTo(1.49, 1);

      // Close to it, the reckoned margin brings the venue's own price to the wanted distance.
      await put(Math.round(limit * 0.9));
      const near = await until(async () => {
        const short = await look();
        return short !== undefined && toNumber(short.distance ?? ratio('1')) < 0.2 ? short : undefined;
      });
      const margin = marginToAdd(near, ratio('0.3')) ?? usdt('0');
      await signed(account, 'POST', '/fapi/v1/positionMargin', { symbol: 'BTCUSDT', amount: text(margin), type: '1' });
      const kept = await look();
      expect(toNumber(kept?.distance ?? ratio('0'))).toBeCloseTo(0.3, 3);

      // Where it would have been liquidated it stands; right below its new price too; right above it is gone.
      const moved = toNumber(kept?.position.liquidationPrice ?? price('0'));
      await put(Math.floor(moved * 0.998));
      expect(await look()).toBeDefined();
      await put(Math.ceil(moved * 1.002));
      expect(await until(async () => (await look()) === undefined)).toBe(true);
    } finally {
      await port.close();
      await simulator.close();
    }
  });
});
