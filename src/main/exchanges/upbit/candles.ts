/** Minutes of Upbit's markets. A minute in which nobody traded has no candle. */
import { z } from 'zod';
import type { Answer } from '../../../shared/domain/failure.ts';
import type { Coin } from '../../../shared/domain/ids.ts';
import type { Candle } from '../port.ts';
import { decimalOf, isoTimeOf } from '../shapes.ts';
import { one, type UpbitConnection } from './connection.ts';
import { marketOf } from './reading.ts';

/** Most that one answer holds. */
const page = 200;
/** The venue writes the time without its zone. */
const utcTime = z
  .string()
  .transform((source) => `${source}Z`)
  .pipe(isoTimeOf);
const candlesShape = z.array(z.object({ candle_date_time_utc: utcTime, trade_price: decimalOf<'price'>() }));

export async function candles({ caller, data }: UpbitConnection, coin: Coin, to: number, count: number): Promise<Answer<readonly Candle[]>> {
  const parameters = { market: marketOf(coin), to: `${new Date(to).toISOString().slice(0, 19)}Z`, count: Math.min(count, page) };
  const answer = await caller.call({
    // Nothing waits for it, and a read that fails to the end would count as a venue that is gone.
    kind: 'once',
    signed: false,
    charges: one('candle'),
    lane: 'query',
    send: () => data.publicGetCandlesMinutes1(parameters),
    shape: candlesShape,
  });
  if (!answer.ok) return answer;
  // The venue has the newest first.
  return { ok: true, value: answer.value.map((row) => ({ at: row.candle_date_time_utc, close: row.trade_price })).reverse() };
}
