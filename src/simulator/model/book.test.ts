import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { add, gt, notional, notionalOf, price, quantity, ratio, sum, text, ZERO } from '../../shared/domain/units.ts';
import type { Level } from '../venue.ts';
import { createBook, type Side } from './book.ts';

const rows = (...pairs: [string, string][]): Level[] => pairs.map(([at, size]) => ({ price: price(at), quantity: quantity(size) }));
const step = quantity('0.001');

function book() {
  const trades: string[] = [];
  const made = createBook(step, {
    changed: () => undefined,
    traded: (at, size, side) => trades.push(`${side} ${text(size)} @ ${text(at)}`),
  });
  made.remake(rows(['99', '1'], ['98', '2']), rows(['101', '1'], ['102', '2'], ['103', '4']));
  return { book: made, trades };
}

describe('matching', () => {
  it('walks the levels from the best price', () => {
    const { book: made, trades } = book();
    const result = made.match({ side: 'buy', limit: null, want: { quantity: quantity('2.5') } });
    expect(result.trades).toEqual([
      { price: price('101'), quantity: quantity('1'), maker: null },
      { price: price('102'), quantity: quantity('1.5'), maker: null },
    ]);
    expect(result.filled).toBe(quantity('2.5'));
    expect(result.cost).toBe(notionalOf('254'));
    expect(trades).toEqual(['buy 1 @ 101', 'buy 1.5 @ 102']);
    expect(made.levels('sell')).toEqual(rows(['102', '0.5'], ['103', '4']));
  });

  it('stops at the limit', () => {
    const { book: made } = book();
    const result = made.match({ side: 'sell', limit: price('99'), want: { quantity: quantity('3') } });
    expect(result.filled).toBe(quantity('1'));
    expect(made.best('buy')).toBe(price('98'));
  });

  it('spends a cost down to the last step it can pay for', () => {
    const { book: made } = book();
    const result = made.match({ side: 'buy', limit: null, want: { cost: notionalOf('150') } });
    // 101 for one coin; 49 buys 0.480 at 102.
    expect(result.filled).toBe(quantity('1.48'));
    expect(result.cost).toBe(notionalOf('149.96'));
  });

  it('takes only the fraction that a fault allows', () => {
    const { book: made } = book();
    const want = { quantity: quantity('0.333') };
    expect(made.match({ side: 'buy', limit: null, want, fraction: ratio('0.5') }).filled).toBe(quantity('0.166'));
  });

  it('quotes without changing anything', () => {
    const { book: made, trades } = book();
    const { version } = made;
    const request = { side: 'buy', limit: null, want: { quantity: quantity('5') } } as const;
    const quoted = made.quote(request);
    expect([made.version, trades]).toEqual([version, []]);
    expect(made.match(request)).toEqual(quoted);
  });

  it('keeps what a client took until the level is made again', () => {
    const { book: made } = book();
    made.match({ side: 'buy', limit: price('101'), want: { quantity: quantity('0.4') } });
    expect(made.levels('sell', 1)).toEqual(rows(['101', '0.6']));
    made.remake(rows(['99', '1']), rows(['101', '1']));
    expect(made.levels('sell', 1)).toEqual(rows(['101', '1']));
  });
});

describe('resting', () => {
  it('fills at its own price when the market crosses it, oldest first', () => {
    const { book: made, trades } = book();
    made.rest({ id: 'first', side: 'buy', price: price('100'), quantity: quantity('1') });
    made.rest({ id: 'second', side: 'buy', price: price('100'), quantity: quantity('1') });
    made.rest({ id: 'low', side: 'buy', price: price('90'), quantity: quantity('1') });
    const fills = made.remake(rows(['95', '1']), rows(['97', '0.75'], ['100', '0.5'], ['101', '1']));
    expect(fills).toEqual([
      { id: 'first', side: 'buy', price: price('100'), quantity: quantity('1'), left: ZERO },
      { id: 'second', side: 'buy', price: price('100'), quantity: quantity('0.25'), left: quantity('0.75') },
    ]);
    expect(trades).toEqual(['sell 1 @ 100', 'sell 0.25 @ 100']);
    expect(made.resting('first')).toBeUndefined();
    expect(made.levels('buy', 1)).toEqual(rows(['100', '0.75']));
    expect(made.levels('sell', 1)).toEqual(rows(['101', '1']));
  });

  it('stands behind older depth at its price and before younger', () => {
    const { book: made } = book();
    made.rest({ id: 'client', side: 'sell', price: price('101'), quantity: quantity('1') });
    const taken = made.match({ side: 'buy', limit: price('101'), want: { quantity: quantity('1.5') } });
    expect(taken.trades.map((trade) => trade.maker)).toEqual([null, 'client']);
    made.remake(rows(['99', '1']), rows(['101', '1']));
    const next = made.match({ side: 'buy', limit: price('101'), want: { quantity: quantity('1') } });
    expect(next.trades.map((trade) => [trade.maker, text(trade.quantity)])).toEqual([
      ['client', '0.5'],
      [null, '0.5'],
    ]);
  });

  it('is taken away, reduced and counted', () => {
    const { book: made } = book();
    made.rest({ id: 'a', side: 'buy', price: price('100'), quantity: quantity('1') });
    expect(made.restingCount).toBe(1);
    expect(made.reduce('a', quantity('0.4'))).toBe(true);
    expect(made.levels('buy', 1)).toEqual(rows(['100', '0.4']));
    expect(made.cancel('a')).toBe(quantity('0.4'));
    expect(made.cancel('a')).toBeUndefined();
    expect(made.reduce('a', ZERO)).toBe(false);
    expect(made.restingCount).toBe(0);
  });

  it('names the client orders that another would meet', () => {
    const { book: made } = book();
    made.rest({ id: 'a', side: 'buy', price: price('100'), quantity: quantity('1') });
    made.rest({ id: 'b', side: 'buy', price: price('98'), quantity: quantity('1') });
    expect(made.crossed('sell', price('99')).map((order) => order.id)).toEqual(['a']);
    expect(made.crossed('sell', null).map((order) => order.id)).toEqual(['a', 'b']);
  });

  it('refuses an order that would trade at once', () => {
    const { book: made } = book();
    expect(made.crosses('buy', price('101'))).toBe(true);
    expect(() => made.rest({ id: 'a', side: 'buy', price: price('101'), quantity: quantity('1') })).toThrow('does not cross');
  });
});

const total = (levels: readonly Level[]) => sum(levels.map((level) => level.quantity));
const cents = (value: number) => (value / 100).toFixed(2);
const sideOf = fc.constantFrom<Side>('buy', 'sell');
const sizeOf = fc.integer({ min: 1, max: 5000 }).map((steps) => quantity((steps / 1000).toFixed(3)));
const action = fc.oneof(
  fc.record({ kind: fc.constant('match' as const), side: sideOf, at: fc.integer({ min: 9500, max: 10_500 }), size: sizeOf }),
  fc.record({ kind: fc.constant('rest' as const), side: sideOf, at: fc.integer({ min: 9500, max: 10_500 }), size: sizeOf }),
  fc.record({ kind: fc.constant('cancel' as const), index: fc.nat(20) }),
  fc.record({
    kind: fc.constant('remake' as const),
    center: fc.integer({ min: 9500, max: 10_500 }),
    sizes: fc.array(sizeOf, { minLength: 2, maxLength: 8 }),
  }),
);

describe('conservation', () => {
  it('gives each side exactly what the other lost and is never crossed', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
        const made = createBook(step);
        const open = new Map<string, { left: ReturnType<typeof quantity> }>();
        let count = 0;
        for (const act of actions) {
          if (act.kind === 'match') {
            const other = act.side === 'buy' ? 'sell' : 'buy';
            const before = total(made.levels(other));
            const result = made.match({ side: act.side, limit: price(cents(act.at)), want: { quantity: act.size } });
            expect(add(total(made.levels(other)), result.filled)).toBe(before);
            expect(result.cost).toBe(sum(result.trades.map((trade) => notional(trade.price, trade.quantity))));
            expect(gt(result.filled, act.size)).toBe(false);
            for (const trade of result.trades) {
              const order = trade.maker === null ? undefined : open.get(trade.maker);
              if (order !== undefined && trade.maker !== null) order.left = made.resting(trade.maker)?.quantity ?? ZERO;
            }
          } else if (act.kind === 'rest') {
            if (made.crosses(act.side, price(cents(act.at)))) continue;
            count += 1;
            made.rest({ id: `o${count}`, side: act.side, price: price(cents(act.at)), quantity: act.size });
            open.set(`o${count}`, { left: act.size });
          } else if (act.kind === 'cancel') {
            const id = `o${act.index}`;
            const left = made.cancel(id);
            expect(left ?? ZERO).toBe(open.get(id)?.left ?? ZERO);
            open.delete(id);
          } else {
            const bids = act.sizes.map((size, index) => ({ price: price(cents(act.center - index)), quantity: size }));
            const asks = act.sizes.map((size, index) => ({ price: price(cents(act.center + 1 + index)), quantity: size }));
            const resting = sum([...open.values()].map((order) => order.left));
            const fills = made.remake(bids, asks);
            for (const fill of fills) {
              const order = open.get(fill.id);
              expect(order && add(fill.left, fill.quantity)).toBe(order?.left);
              if (order !== undefined) order.left = fill.left;
            }
            // Every fill took as much from a client as from the depth that it met.
            const filled = sum(fills.map((fill) => fill.quantity));
            const all = add(total(made.levels('buy')), total(made.levels('sell')));
            expect(add(all, add(filled, filled))).toBe(add(add(total(bids), total(asks)), resting));
          }
          for (const [id, order] of open) expect(made.resting(id)?.quantity ?? ZERO).toBe(order.left);
          const [bid, ask] = [made.best('buy'), made.best('sell')];
          if (bid !== null && ask !== null) expect(gt(ask, bid)).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });
});
