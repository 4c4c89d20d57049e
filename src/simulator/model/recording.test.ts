import { describe, expect, it } from 'vitest';
import { fxRate, text } from '../../shared/domain/units.ts';
import { listing } from './listing.ts';
import { createMarket } from './market.ts';
import { createRecordedPrices, recordedMarkets } from './recorded-prices.ts';
import { readRecording, type Recording } from './recording.ts';

const csv = `time_utc,upbit_btc_krw,binance_btc_usdt,binance_shib_usdt,usdt_krw,usd_krw
2025-05-28T18:10:00Z,150389000,107830.00,0.0000142,1380,1372.5
2025-05-28T18:15:00Z,150359000,107729.5,0.0000141,1381,1372.6
2025-05-28T18:20:00Z,,107700,0.0000141,1381,1372.6
2025-05-28T18:40:00Z,150000000,107600,0.000014,1382,1372.7
`;
const read = (source: string, fx?: string) => readRecording(source, Date.parse, fx === undefined ? undefined : fxRate(fx));
function played(source: string, fx?: string): Recording {
  const found = read(source, fx);
  if (!found.ok) throw new Error(found.error);
  return found.recording;
}
const startAt = 1_795_000_000_000;
const start = (recording: Recording, speed: number) =>
  createMarket({
    seed: 1,
    kind: 'recorded',
    startAt,
    markets: recordedMarkets(recording, listing),
    prices: (at) => createRecordedPrices(recording, at, speed),
  });

describe('a recorded market', () => {
  it('lists what was recorded and plays it', () => {
    const market = start(played(csv), 1);
    expect(market.listed('upbit').map((listed) => listed.symbol)).toEqual(['KRW-BTC', 'KRW-USDT']);
    expect(market.listed('binance').map((listed) => listed.symbol)).toEqual(['BTCUSDT', '1000SHIBUSDT']);
    expect(text(market.center('upbit', 'KRW-BTC'))).toBe('150389000');
    expect(text(market.center('binance', '1000SHIBUSDT'))).toBe('0.0142');
    expect(market.book('upbit', 'KRW-BTC').levels('buy').length).toBe(30);
    market.step(startAt + 299_500);
    expect(text(market.center('binance', 'BTCUSDT'))).toBe('107830');
    market.step(startAt + 300_000);
    expect(text(market.center('binance', 'BTCUSDT'))).toBe('107729.5');
    expect([text(market.center('upbit', 'KRW-USDT')), text(market.bankRate())]).toEqual(['1381', '1372.6']);
  });

  it('leaves gaps, of a cell and of rows, and has no end but its own', () => {
    const market = start(played(csv), 10);
    const prices = () => [market.book('upbit', 'KRW-BTC').best('buy'), market.book('binance', 'BTCUSDT').best('buy')].map((best) => best !== null);
    expect(prices()).toEqual([true, true]);
    market.step(startAt + 60_000);
    expect(prices()).toEqual([false, true]);
    market.step(startAt + 110_000);
    expect(prices()).toEqual([false, false]);
    expect(market.recentre('upbit', 'KRW-BTC', market.center('upbit', 'KRW-BTC'))).toMatchObject({ ok: false });
    market.step(startAt + 180_000);
    expect(prices()).toEqual([true, true]);
    market.step(startAt + 240_000);
    expect(prices()).toEqual([false, false]);
    const minute = Math.floor(startAt / 60_000);
    expect(market.past('binance', 'BTCUSDT', minute - 5, minute)).toEqual([]);
  });

  it('takes the rate that is given where none was recorded', () => {
    const short = 'time_utc,upbit_btc_krw\n2025-05-28T18:10:00Z,150389000\n2025-05-28T18:15Z,150389000\n';
    expect(read(short)).toMatchObject({ ok: false, error: expect.stringContaining('--fx') });
    expect(text(start(played(short, '1390'), 1).center('upbit', 'KRW-USDT'))).toBe('1390');
  });

  it.each([
    ['time,upbit_btc_krw\n', 'time_utc'],
    ['time_utc,price\n', 'price is not a column'],
    ['time_utc,usdt_krw\n2025-05-28T18:10:00Z,1\n', 'fewer than two'],
    ['time_utc,usdt_krw\n28.5.2025,1\n2025-05-28T18:10:00Z,1\n', 'line 2'],
    ['time_utc,usdt_krw\n2025-05-28T18:10:00Z,1\n2025-05-28T18:10:00Z,1\n', 'line 3'],
    ['time_utc,usdt_krw\n2025-05-28T18:10:00Z,1\n2025-05-28T18:15:00Z,-1\n', '"-1" is not a price'],
    ['time_utc,usdt_krw\n2025-05-28T18:10:00Z,1\n2025-05-28T18:15:00Z,1000000000000000000000000\n', 'is not a price'],
    ['time_utc,usdt_krw\n2025-05-28T18:10:00Z,1\n2025-05-28T18:15:00Z,1,2\n', '3 cells'],
  ])('refuses %j', (source, said) => {
    expect(read(source)).toMatchObject({ ok: false, error: expect.stringContaining(said) });
  });
});
