/** Whatever is done to an account, nothing comes out of nothing and nothing is lost. */
import { describe, expect, it } from 'vitest';
import { ratio, ZERO } from '../../../shared/domain/units.ts';
import type { Keep } from '../../keep.ts';
import { createMarket } from '../market.ts';
import { seededRandom } from '../random.ts';
import { type OrderTerms, smpTypes } from './order.ts';
import { isRefusal } from './refusal.ts';
import { books, booksOf, btc, levels, limitAsk, limitBid, marketBuy, marketSell, seat, start, terms } from './test-parts.ts';

const operations = 100_000;
const funds = '3000000000';
/** The record is tested elsewhere; here it would be most of the time. */
const forgetful: Keep = { load: () => new Map(), write: () => undefined, close: () => undefined };

const draw = seededRandom(23, 'conserve');
const whole = (from: number, to: number) => from + Math.floor(draw() * (to - from + 1));
const pick = <T>(from: readonly [T, ...T[]]): T => from[whole(0, from.length - 1)] ?? from[0];
const volume = () => `0.${String(whole(1, 5_000_000)).padStart(8, '0')}`;
const priceAround = () => String((100_000 + whole(-30, 30)) * 1000);

/** Any order that a client may send, some of them wrong. */
function anyOrder(): OrderTerms {
  const smpType = pick([null, ...smpTypes]);
  const timeInForce = pick([null, null, null, 'ioc', 'fok', 'post_only'] as const);
  const limit = draw() < 0.5 ? limitBid : limitAsk;
  switch (whole(0, 5)) {
    case 0:
      return marketBuy(`${whole(4000, 6_000_000)}.${whole(0, 99_999_999)}`, { smpType });
    case 1:
      return marketSell(volume(), { smpType });
    case 2:
      return terms({ ordType: 'best', timeInForce: 'ioc', budget: marketBuy(String(whole(5000, 4_000_000))).budget, smpType });
    default:
      return limit(priceAround(), volume(), { timeInForce, smpType: timeInForce === 'post_only' ? 'none' : smpType });
  }
}
function ladder(center: number, direction: 1 | -1) {
  return levels(
    Array.from({ length: 8 }, (_, index) => [String((center + direction * (index + 1)) * 1000), `0.${String(whole(1, 9_000_000)).padStart(8, '0')}`]),
  );
}

describe(`${operations.toLocaleString('en')} random operations`, () => {
  it('conserve won and coins to the last digit', () => {
    const market = createMarket({ seed: 1, kind: 'still', startAt: start });
    const { account, events } = seat({ market, funds, keep: forgetful });
    const counts = { placed: 0, refused: 0, canceled: 0, replaced: 0, moved: 0, prevented: 0 };
    const anyWaiting = () => {
      const waiting = account.waiting();
      return waiting[whole(0, waiting.length - 1)]?.uuid ?? '';
    };
    for (let done = 0; done < operations; done += 1) {
      const kind = draw();
      events.length = 0;
      if (kind < 0.62) {
        const placed = account.place(anyOrder());
        if (isRefusal(placed)) counts.refused += 1;
        else counts.placed += 1;
      } else if (kind < 0.82) {
        if (account.cancel(anyWaiting()) !== undefined) counts.canceled += 1;
      } else if (kind < 0.84) {
        account.cancelLate(anyWaiting(), ratio(pick(['0', '0.3', '1'])));
      } else if (kind < 0.96) {
        const replaced = account.replace(anyWaiting(), (old) => ({
          ...anyOrder(),
          side: old.side,
          ordType: 'limit',
          limit: limitBid(priceAround(), '1').limit,
          budget: null,
          volume: limitBid('1', volume()).volume,
          timeInForce: null,
        }));
        if (!isRefusal(replaced)) counts.replaced += 1;
      } else {
        const center = 100_000 + whole(-20, 20);
        expect(market.setBook('upbit', btc, ladder(center, -1), ladder(center, 1)).ok).toBe(true);
        counts.moved += 1;
      }
      if (done % 25_000 === 24_999) for (const [what, one, other] of books(account, funds)) expect([done, what, one]).toEqual([done, what, other]);
    }
    for (const order of account.orders()) {
      for (const [what, one, other] of booksOf(order)) if (one !== other) expect([order, what, one]).toEqual([order, what, other]);
      if (order.preventedVolume !== ZERO) counts.prevented += 1;
    }
    // The mix did reach every corner.
    for (const [what, count] of Object.entries(counts)) expect([what, count > 500]).toEqual([what, true]);
  }, 60_000);
});
