/** What Upbit's KRW markets allow. Source: orders/chance, orderbook/instruments and the published tick table. */
import { z } from 'zod';
import type { Coin } from '../../../shared/domain/ids.ts';
import { compare, lte, max, type Notional, type Price, price, quantity, type Ratio } from '../../../shared/domain/units.ts';
import { type MarketRules, tickAt } from '../../../shared/domain/venue.ts';
import { decimalOf } from '../shapes.ts';

/** Tick by price of the KRW markets, ascending (policy of 2025-07-31, docs.upbit.com krw-market-info). */
const tickTable: MarketRules['ticks'] = [
  ['0', '0.00000001'],
  ['0.00001', '0.0000001'],
  ['0.0001', '0.000001'],
  ['0.001', '0.00001'],
  ['0.01', '0.0001'],
  ['0.1', '0.001'],
  ['1', '0.01'],
  ['10', '0.1'],
  ['100', '1'],
  ['1000', '1'],
  ['5000', '5'],
  ['10000', '10'],
  ['50000', '50'],
  ['100000', '100'],
  ['500000', '500'],
  ['1000000', '1000'],
].map(([from = '0', tick = '1']) => ({ from: price(from), tick: price(tick) }));

/** Limit volumes are taken to 8 places; the documents leave it open. */
const step = quantity('0.00000001');

const side = z.object({ min_total: decimalOf<'notional'>() });
export const chanceShape = z.object({
  bid_fee: decimalOf<'ratio'>(),
  ask_fee: decimalOf<'ratio'>(),
  market: z.object({ bid: side, ask: side }),
});
export const instrumentsShape = z.array(z.object({ market: z.string(), tick_size: decimalOf<'price'>() }));
export const tickerShape = z.array(z.object({ market: z.string(), trade_price: decimalOf<'price'>(), timestamp: z.string().optional() })).min(1);

/** @param tick the venue's tick at the last price: where it contradicts the table it stands alone */
export function rulesOf(coin: Coin, chance: z.output<typeof chanceShape>, tick: Price | undefined, last: Price): MarketRules {
  const agrees = tick === undefined || compare(tickAt({ ticks: tickTable }, last), tick) === 0;
  const minNotional: Notional = max(chance.market.bid.min_total, chance.market.ask.min_total);
  const takerFee: Ratio = lte(chance.bid_fee, chance.ask_fee) ? chance.ask_fee : chance.bid_fee;
  return { coin, step, minQuantity: step, minNotional, ticks: agrees ? tickTable : [{ from: price('0'), tick }], takerFee };
}
