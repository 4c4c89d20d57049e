/**
 * Fills against a walk of the book that shares nothing with the model: whole numbers, prices and volumes in units of
 * 1e-8, sums of them in units of 1e-16, fees in units of 1e-20.
 */
import { describe, expect, it } from 'vitest';
import { text } from '../../../shared/domain/units.ts';
import { createMarket } from '../market.ts';
import { seededRandom } from '../random.ts';
import { isRefusal } from './refusal.ts';
import { books, levels, marketBuy, marketSell, seat, start } from './test-parts.ts';

type Row = { readonly price: bigint; size: bigint };
interface Ladder {
  /** Best first. */
  readonly asks: Row[];
  readonly bids: Row[];
}
const one = 100_000_000n;

const printed = (value: bigint, places: number): string => {
  const digits = value.toString().padStart(places + 1, '0');
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`.replace(/\.?0+$/, '');
};

/** Takes KRW's worth (1e-16) or a volume (1e-8) out of one side. */
function walk(rows: Row[], want: { readonly krw: bigint } | { readonly volume: bigint }) {
  let krw = 'krw' in want ? want.krw : 0n;
  let volume = 'volume' in want ? want.volume : 0n;
  const fills: string[][] = [];
  let [funds, filled] = [0n, 0n];
  for (const row of rows) {
    const wanted = 'krw' in want ? krw / row.price : volume;
    const size = wanted < row.size ? wanted : row.size;
    if (size === 0n) break;
    row.size -= size;
    krw -= size * row.price;
    volume -= size;
    funds += size * row.price;
    filled += size;
    fills.push([printed(row.price, 8), printed(size, 8)]);
  }
  const isWhole = 'krw' in want ? krw === 0n : volume === 0n;
  const left = rows.filter(({ size }) => size > 0n);
  rows.splice(0, rows.length, ...left);
  return { fills, filled: printed(filled, 8), funds: printed(funds, 16), fee: printed(funds * 5n, 20), state: isWhole ? 'done' : 'cancel' };
}

const markets = [
  { code: 'KRW-BTC', coin: 'BTC', center: 160_000_000, tick: 1000, size: 0.2 },
  { code: 'KRW-XRP', coin: 'XRP', center: 3_200, tick: 1, size: 9000 },
] as const;

/** 30 levels a side with gaps, sizes down to the eighth place. */
function drawLadder({ center, tick, size }: (typeof markets)[number], draw: () => number): Ladder {
  const side = (direction: 1 | -1): Row[] => {
    let at = center + direction * tick * (1 + Math.floor(draw() * 3));
    return Array.from({ length: 30 }, () => {
      const row = { price: BigInt(at) * one, size: BigInt(1 + Math.floor(draw() ** 2 * size * 1e8)) };
      at += direction * tick * (1 + Math.floor(draw() * 4));
      return row;
    });
  };
  return { asks: side(1), bids: side(-1) };
}

describe('10,000 random market orders', () => {
  it('fill as an independent walk of the book says, to the last digit', () => {
    const draw = seededRandom(11, 'golden');
    const market = createMarket({ seed: 1, kind: 'still', startAt: start });
    const funds = '100000000000000';
    const { account, events } = seat({ market, funds });
    const ladders = markets.map((about) => drawLadder(about, draw));
    let [compared, several] = [0, 0];
    for (let round = 0; compared < 10_000; round += 1) {
      const index = round % markets.length;
      const about = markets[index] ?? markets[0];
      const side = draw() < 0.5 ? 'asks' : 'bids';
      if (round % 32 < markets.length) {
        const ladder = drawLadder(about, draw);
        ladders[index] = ladder;
        const shown = (rows: readonly Row[]) => levels(rows.map(({ price, size }) => [printed(price, 8), printed(size, 8)]));
        expect(market.setBook('upbit', about.code, shown(ladder.bids), shown(ladder.asks))).toEqual({ ok: true });
      }
      const rows = ladders[index]?.[side] ?? [];
      // From the smallest order to all that the levels hold, over several orders of magnitude.
      const part = 10 ** (-4 * draw());
      const total = rows.reduce((sum, { price, size }) => sum + (side === 'asks' ? price * size : size), 0n);
      const whole = BigInt(Math.floor(part * 1e6));
      const want = side === 'asks' ? { krw: ((total * whole) / 1_000_000n / one) * one } : { volume: (total * whole) / 1_000_000n };
      const order =
        'krw' in want ? marketBuy(printed(want.krw, 16), { market: about.code }) : marketSell(printed(want.volume, 8), { market: about.code });
      const placed = account.place(order);
      if (isRefusal(placed)) {
        // Too little, too much for one order, or coins that are not there yet: none of them a fill.
        expect([
          'under_min_total_market_bid',
          'under_min_total_market_ask',
          'over_krw_funds_bid',
          'over_krw_funds_ask',
          'insufficient_funds_ask',
        ]).toContain(placed.name);
        continue;
      }
      events.length = 0;
      const after = account.byUuid(placed.uuid) ?? placed;
      const expected = walk(rows, want);
      const made = {
        fills: after.trades.map((trade) => [text(trade.price), text(trade.volume)]),
        filled: text(after.executedVolume),
        funds: text(after.executedFunds),
        fee: text(after.paidFee),
        state: after.state,
      };
      // The matcher's own comparison costs more than the order.
      if (JSON.stringify(made) !== JSON.stringify(expected)) expect(made).toEqual(expected);
      compared += 1;
      if (expected.fills.length > 1) several += 1;
    }
    expect(several).toBeGreaterThan(2000);
    for (const [what, is, should] of books(account, funds, ['BTC', 'XRP'])) expect([what, is]).toEqual([what, should]);
  }, 60_000);
});
