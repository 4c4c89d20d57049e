/** Minutes of Binance's contracts, in prices of one coin. */
import { z } from 'zod';
import type { Answer } from '../../../shared/domain/failure.ts';
import type { Candle } from '../port.ts';
import { decimalOf, timeOf } from '../shapes.ts';
import { type BinanceConnection, weight } from './connection.ts';
import { type Contract, coinPrice } from './contracts.ts';

/** Most that one answer holds. */
const page = 1500;
/** What an answer of up to so many weighs. */
const weights = [
  [99, 1],
  [499, 2],
  [1000, 5],
  [page, 10],
] as const;
/** When it began, open, high, low, close, and more. */
const rowShape = z.tuple([timeOf, z.string(), z.string(), z.string(), decimalOf<'price'>()], z.unknown());

export async function candles(
  { caller, data }: BinanceConnection,
  { symbol, multiplier }: Contract,
  to: number,
  count: number,
): Promise<Answer<readonly Candle[]>> {
  const limit = Math.min(count, page);
  const answer = await caller.call({
    // Nothing waits for it, and a read that fails to the end would count as a venue that is gone.
    kind: 'once',
    signed: false,
    charges: weight(weights.find(([most]) => limit <= most)?.[1] ?? 10),
    lane: 'query',
    send: () => data.fapiPublicGetKlines({ symbol, interval: '1m', endTime: Math.ceil(to) - 1, limit }),
    shape: z.array(rowShape),
  });
  if (!answer.ok) return answer;
  return { ok: true, value: answer.value.map(([at, , , , close]) => ({ at, close: coinPrice(close, multiplier) })) };
}
