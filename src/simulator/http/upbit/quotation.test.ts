/** Candles, trades and flags of markets: what quotation tells of the past and of trouble. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toNumber } from '../../../shared/domain/units.ts';
import { type Kit, startKit } from './test-kit.ts';

let kit: Kit;
beforeEach(async () => {
  kit = await startKit();
});
afterEach(() => kit.close());

type Row = Readonly<Record<string, number | string>>;
const ask = async (path: string) => (await kit.raw(path)).body as Row[];
const status = async (path: string) => (await kit.raw(path)).status;
const minuteMs = 60_000;
const startOf = (row: Row | undefined): number => Date.parse(`${row?.['candle_date_time_utc']}Z`);

describe('candles', () => {
  it('tell the market’s minutes, newest first, in UTC and Korean time', async () => {
    const rows = await ask('/v1/candles/minutes/1?market=KRW-BTC&count=3');
    expect(rows.map(startOf)).toEqual([0, 1, 2].map((back) => (Math.floor(kit.market.now / minuteMs) - back) * minuteMs));
    expect(Date.parse(`${rows[1]?.['candle_date_time_kst']}+09:00`)).toBe(startOf(rows[1]));
    const minute = startOf(rows[1]) / minuteMs;
    const [past] = kit.market.past('upbit', 'KRW-BTC', minute, minute + 1);
    if (past === undefined) throw new Error('the market has a past');
    expect(rows[1]).toMatchObject({
      market: 'KRW-BTC',
      opening_price: toNumber(past.open),
      high_price: toNumber(past.high),
      low_price: toNumber(past.low),
      trade_price: toNumber(past.close),
      candle_acc_trade_volume: toNumber(past.volume),
      candle_acc_trade_price: toNumber(past.quoteVolume),
      unit: 1,
    });
  });

  it.each([3, 5, 10, 15, 30, 60, 240])('join minutes into %d', async (unit) => {
    const to = new Date(Math.floor(kit.market.now / 86_400_000) * 86_400_000).toISOString();
    const [row, before] = await ask(`/v1/candles/minutes/${unit}?market=KRW-ETH&count=2&to=${encodeURIComponent(to)}`);
    expect([startOf(row), startOf(before)]).toEqual([Date.parse(to) - unit * minuteMs, Date.parse(to) - 2 * unit * minuteMs]);
    const from = startOf(row) / minuteMs;
    const minutes = kit.market.past('upbit', 'KRW-ETH', from, from + unit);
    expect(row).toMatchObject({
      unit,
      opening_price: toNumber(minutes[0]?.open ?? fail()),
      trade_price: toNumber(minutes.at(-1)?.close ?? fail()),
      high_price: Math.max(...minutes.map(({ high }) => toNumber(high))),
      low_price: Math.min(...minutes.map(({ low }) => toNumber(low))),
    });
    expect(row?.['opening_price']).toBe(before?.['trade_price']);
  });

  it('read the end of the window in every form that Upbit takes', async () => {
    const forms = ['2026-06-24T04:56:53Z', '2026-06-24 04:56:53', '2026-06-24T13:56:53%2B09:00', '2026-06-24T13:56:53+09:00'];
    for (const to of forms) expect((await ask(`/v1/candles/minutes/1?market=KRW-BTC&to=${to}`)).map(startOf)).toEqual([Date.UTC(2026, 5, 24, 4, 56)]);
    // The end itself is not in it.
    expect((await ask('/v1/candles/minutes/5?market=KRW-BTC&to=2026-06-24T05:00:00Z')).map(startOf)).toEqual([Date.UTC(2026, 5, 24, 4, 55)]);
    expect((await ask('/v1/candles/minutes/1?market=KRW-BTC&count=500')).length).toBe(200);
    expect(await status('/v1/candles/minutes/1?market=KRW-BTC&to=yesterday')).toBe(400);
    expect(await status('/v1/candles/minutes/1')).toBe(400);
    expect(await status('/v1/candles/minutes/1?market=KRW-NONE')).toBe(404);
    expect(await status('/v1/candles/minutes/7?market=KRW-BTC')).toBe(404);
  });

  it('tell days that follow each other', async () => {
    const rows = await ask('/v1/candles/days?market=KRW-BTC&count=30&converting_price_unit=KRW');
    expect(rows.length).toBe(30);
    const [now] = await ask('/v1/candles/minutes/1?market=KRW-BTC');
    expect(rows[0]?.['trade_price']).toBe(now?.['trade_price']);
    for (const [index, row] of rows.entries()) {
      const { opening_price: open, high_price: high, low_price: low, trade_price: close } = row as Readonly<Record<string, number>>;
      expect(startOf(row) % 86_400_000).toBe(0);
      expect(Math.max(open ?? 0, close ?? 0)).toBeLessThanOrEqual(high ?? 0);
      expect(Math.min(open ?? 0, close ?? 0)).toBeGreaterThanOrEqual(low ?? 0);
      expect(row['converted_trade_price']).toBe(close);
      const older = rows[index + 1];
      if (older !== undefined) expect([row['prev_closing_price'], row['opening_price']]).toEqual([older['trade_price'], older['trade_price']]);
    }
  });
});

function fail(): never {
  throw new Error('the market has a past');
}

describe('trades', () => {
  it('are told newest first, page by page', async () => {
    for (const price of ['1000000', '2000000', '500000'])
      await kit.call('POST', '/v1/orders', { market: 'KRW-BTC', side: 'bid', ord_type: 'price', price });
    const rows = await ask('/v1/trades/ticks?market=KRW-BTC&count=10');
    expect(rows.map((row) => [row['trade_price'], row['trade_volume'], row['ask_bid']])).toEqual([
      [100_001_000, 0.00499995, 'BID'],
      [100_001_000, 0.0199998, 'BID'],
      [100_000_000, 0.01, 'BID'],
    ]);
    expect(Object.keys(rows[0] ?? {})).toEqual([
      'market',
      'trade_date_utc',
      'trade_time_utc',
      'timestamp',
      'trade_price',
      'trade_volume',
      'prev_closing_price',
      'change_price',
      'ask_bid',
      'sequential_id',
    ]);
    expect((await ask('/v1/trades/ticks?market=KRW-BTC')).length).toBe(1);
    const rest = await ask(`/v1/trades/ticks?market=KRW-BTC&count=10&cursor=${rows[0]?.['sequential_id']}`);
    expect(rest.map((row) => row['sequential_id'])).toEqual(rows.slice(1).map((row) => row['sequential_id']));
    expect(await ask('/v1/trades/ticks?market=KRW-BTC&count=10&days_ago=1')).toEqual([]);
    expect(await status('/v1/trades/ticks?market=KRW-BTC&count=501')).toBe(400);
    expect(await status('/v1/trades/ticks?market=KRW-BTC&to=noon')).toBe(400);
    expect(await status('/v1/trades/ticks')).toBe(400);
    expect((await kit.raw('/v1/trades/ticks?market=KRW-ETH')).headers.get('remaining-req')).toMatch(/^group=trade;/);
  });
});

describe('flags', () => {
  it('mark a market under warning, one under caution, and a wallet that is halted', async () => {
    const rows = (await kit.raw('/v1/market/all?is_details=true')).body as {
      market: string;
      market_event: { warning: boolean; caution: Record<string, boolean> };
    }[];
    const flagged = kit.market.listed('upbit').filter(({ warning }) => warning);
    expect(flagged.length).toBeGreaterThan(0);
    expect(rows.filter((row) => row.market_event.warning).map((row) => row.market)).toEqual(flagged.map(({ symbol }) => symbol));
    const cautious = rows.filter((row) => Object.values(row.market_event.caution).includes(true));
    expect(cautious.map((row) => row.market)).toEqual(
      kit.market
        .listed('upbit')
        .filter(({ cautions }) => cautions.length > 0)
        .map(({ symbol }) => symbol),
    );
    expect(Object.keys(rows[0]?.market_event.caution ?? {}).length).toBe(5);
    const wallets = (await kit.call('GET', '/v1/status/wallet')).body as Row[];
    const halted = kit.market
      .listed('upbit')
      .filter(({ walletHalted }) => walletHalted)
      .map(({ coin }) => coin);
    expect(halted.length).toBeGreaterThan(0);
    expect(wallets.filter((row) => row['wallet_state'] === 'paused').map((row) => row['currency'])).toEqual(halted);
  });
});
