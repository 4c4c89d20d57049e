/** Orders against an independent walk of the book, and conservation over any run of them. */
import Big from 'big.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { price, quantity, ratio, text } from '../../../shared/domain/units.ts';
import { fund, liquidate, liquidateExhausted } from './forced.ts';
import { cancel, place } from './orders.ts';
import type { Ticket, TimeInForce } from './order-check.ts';
import { entryPrice } from './position.ts';
import type { Order } from './records.ts';
import { setCountdown, runCountdowns, setMarginMode } from './settings.ts';
import { type Rows, testParts, type TestParts } from './test-parts.ts';

const bids: Rows = [
  ['99999.9', '0.5'],
  ['99999', '1'],
  ['99990', '2'],
];
const asks: Rows = [
  ['100000', '0.5'],
  ['100001', '1'],
  ['100010', '2'],
];
let count = 0;
const common = (side: 'BUY' | 'SELL', amount: string, more: Partial<Ticket> = {}) => {
  count += 1;
  return { symbol: 'BTCUSDT', clientId: `c${count}`, side, quantity: quantity(amount), reduceOnly: false, ...more };
};
const market = (side: 'BUY' | 'SELL', amount: string, more: Partial<Ticket> = {}): Ticket => ({ ...common(side, amount, more), type: 'MARKET' });
const limit = (side: 'BUY' | 'SELL', amount: string, at: string, timeInForce: TimeInForce, more: Partial<Ticket> = {}): Ticket => ({
  ...common(side, amount, more),
  type: 'LIMIT',
  price: price(at),
  timeInForce,
});
function placed(parts: TestParts, ticket: Ticket, options = {}): Order {
  const result = place(parts, ticket, options);
  if (!result.ok) throw new Error(`${result.refusal.code} ${result.refusal.msg}`);
  return result.value;
}
function begin(wallet = '1000000'): TestParts {
  const parts = testParts(wallet, '100000');
  parts.remake(bids, asks);
  return parts;
}

/** What a taker gets, by hand: levels in order, as deep as the limit lets it. */
function walk(rows: Rows, amount: string, within: (at: Big) => boolean): { filled: string; quote: string } {
  let left = new Big(amount);
  let quote = new Big(0);
  for (const [at, size] of rows) {
    if (!within(new Big(at))) break;
    const taken = left.lt(size) ? left : new Big(size);
    left = left.minus(taken);
    quote = quote.plus(taken.times(at));
  }
  return { filled: new Big(amount).minus(left).toFixed(), quote: quote.toFixed() };
}
const shown = (order: Order) => ({ filled: text(order.filled), quote: text(order.quote) });

describe('order kinds', () => {
  it('market walks the book to its depth, the rest expires', () => {
    const parts = begin();
    const order = placed(parts, market('BUY', '2'));
    expect(shown(order)).toEqual(walk(asks, '2', () => true));
    expect(order.status).toBe('FILLED');
    const rest = placed(parts, market('BUY', '5'));
    expect(rest.status).toBe('EXPIRED');
    expect(text(rest.filled)).toBe('1.5');
  });

  it('IOC takes what its limit reaches, the rest expires', () => {
    const order = placed(begin(), limit('SELL', '3', '99999', 'IOC'));
    expect(shown(order)).toEqual(walk(bids, '3', (at) => at.gte('99999')));
    expect(order.status).toBe('EXPIRED');
  });

  it('FOK fills whole or is refused', () => {
    const parts = begin();
    expect(place(parts, limit('SELL', '1.6', '99999', 'FOK'))).toMatchObject({ ok: false, refusal: { code: -5021 } });
    expect(placed(parts, limit('SELL', '1.5', '99999', 'FOK')).status).toBe('FILLED');
    // What rests of the same account cannot fill it.
    placed(parts, limit('BUY', '3', '99990', 'GTC'));
    expect(place(parts, limit('SELL', '3', '99990', 'FOK'))).toMatchObject({ ok: false, refusal: { code: -5021 } });
  });

  it('GTC takes what it reaches and rests with the remainder until the market meets it', () => {
    const parts = begin();
    const order = placed(parts, limit('SELL', '1.2', '99999.9', 'GTC'));
    expect(order.status).toBe('PARTIALLY_FILLED');
    expect(text(parts.book('BTCUSDT').best('sell') ?? price('0'))).toBe('99999.9');
    parts.remake([['100000.5', '0.3']], [['100001', '1']]);
    expect(parts.state.order(order.id)).toMatchObject({ status: 'PARTIALLY_FILLED', filled: '0.8' });
    parts.remake([['100000.5', '9']], [['100001', '1']]);
    expect(parts.state.order(order.id)).toMatchObject({ status: 'FILLED', filled: '1.2' });
    const makers = parts.state.trades().filter((trade) => trade.maker);
    expect(makers.map((trade) => [text(trade.price), text(trade.quantity), text(trade.fee)])).toEqual([
      ['99999.9', '0.3', '5.999994'],
      ['99999.9', '0.4', '7.999992'],
    ]);
  });

  it('post-only rests or is refused', () => {
    const parts = begin();
    expect(place(parts, limit('BUY', '1', '100000', 'GTX'))).toMatchObject({ ok: false, refusal: { code: -5022 } });
    expect(placed(parts, limit('BUY', '1', '99999.9', 'GTX')).status).toBe('NEW');
  });

  it('reduce-only fills no more than the position and expires when it is gone', () => {
    const parts = begin();
    placed(parts, market('SELL', '0.5'));
    expect(place(parts, market('SELL', '0.1', { reduceOnly: true }))).toMatchObject({ ok: false, refusal: { code: -2022 } });
    const resting = placed(parts, limit('BUY', '0.5', '99000', 'GTC', { reduceOnly: true }));
    const order = placed(parts, market('BUY', '0.8', { reduceOnly: true }));
    expect(order).toMatchObject({ status: 'EXPIRED', filled: '0.5' });
    expect(text(parts.state.position('BTCUSDT').quantity)).toBe('0');
    expect(parts.state.order(resting.id)?.status).toBe('EXPIRED');
    expect(parts.state.openOrders()).toEqual([]);
  });

  it('does not trade with an order of the same account: the resting one expires', () => {
    const parts = begin();
    const resting = placed(parts, limit('BUY', '1', '99999.9', 'GTC'));
    const deeper = placed(parts, limit('BUY', '1', '99000', 'GTC'));
    const order = placed(parts, market('SELL', '0.6'));
    expect(order.status).toBe('FILLED');
    expect(parts.state.order(resting.id)?.status).toBe('EXPIRED_IN_MATCH');
    expect(parts.state.order(deeper.id)?.status).toBe('NEW');
  });

  it('tells NEW, the trades, then the account; a planted part fill expires the rest', () => {
    const parts = begin();
    placed(parts, market('SELL', '1'), { fraction: ratio('0.6') });
    expect(parts.happenings.map((row) => (row.kind === 'order' ? `${row.execution} ${row.order.status}` : row.kind))).toEqual([
      'NEW NEW',
      'TRADE PARTIALLY_FILLED',
      'TRADE PARTIALLY_FILLED',
      'EXPIRED EXPIRED',
      'account',
    ]);
  });
});

describe('positions', () => {
  it('net: a flip realizes the old side and opens the new at the fill', () => {
    const parts = begin();
    placed(parts, market('SELL', '0.5'));
    expect(text(entryPrice(parts.state.position('BTCUSDT')))).toBe('99999.9');
    placed(parts, market('BUY', '1.5'));
    const position = parts.state.position('BTCUSDT');
    expect(text(position.quantity)).toBe('1');
    expect(text(entryPrice(position))).toBe('100001');
    // Sold 0.5 at 99999.9, bought back at 100000.
    expect(text(position.realizedTotal)).toBe('-0.05');
  });

  it('need their margin and fee before they are taken', () => {
    const parts = begin('5055');
    expect(place(parts, market('SELL', '1.1'))).toMatchObject({ ok: false, refusal: { code: -2019 } });
    expect(parts.state.orders()).toEqual([]);
    // 1 at 20×: 5000 of margin, 50 of fee, 0.1 of loss against the mark.
    expect(placed(parts, market('SELL', '1')).status).toBe('FILLED');
    expect(place(parts, market('SELL', '0.1'))).toMatchObject({ ok: false, refusal: { code: -2019 } });
    expect(placed(parts, market('BUY', '1')).status).toBe('FILLED');
  });

  it('isolated set their margin aside and give it back', () => {
    const parts = begin();
    setMarginMode(parts, 'BTCUSDT', 'isolated');
    placed(parts, limit('SELL', '0.5', '99999.9', 'IOC'));
    expect(text(parts.state.position('BTCUSDT').isolatedWallet)).toBe('2499.9975');
    fund(parts, 'BTCUSDT', ratio('0.0001'));
    expect(text(parts.state.position('BTCUSDT').isolatedWallet)).toBe('2504.9975');
    placed(parts, market('BUY', '0.2'));
    expect(text(parts.state.position('BTCUSDT').isolatedWallet)).toBe('1502.9985');
    placed(parts, market('BUY', '0.3'));
    expect(text(parts.state.position('BTCUSDT').isolatedWallet)).toBe('0');
  });
});

describe('what the venue does by itself', () => {
  it('liquidates a fraction at the book, under its own name', () => {
    const parts = begin();
    placed(parts, market('SELL', '1'));
    const resting = placed(parts, limit('BUY', '1', '99000', 'GTC'));
    expect(liquidate(parts, 'BTCUSDT', ratio('0.4'))).toEqual({ ok: true });
    expect(text(parts.state.position('BTCUSDT').quantity)).toBe('-0.6');
    expect(parts.state.order(resting.id)?.status).toBe('CANCELED');
    expect(parts.state.orders().at(-1)).toMatchObject({ clientId: 'autoclose-1', external: true, status: 'FILLED', side: 'BUY', filled: '0.4' });
    expect(parts.happenings.some((row) => row.kind === 'order' && row.execution === 'CALCULATED')).toBe(true);
    expect(liquidate(parts, 'ETHUSDT', ratio('1'))).toMatchObject({ ok: false });
  });

  it('liquidates what its margin no longer carries', () => {
    const parts = begin('6000');
    placed(parts, market('SELL', '1'));
    parts.mark = price('104000');
    parts.remake([['103999.9', '9']], [['104000', '9']]);
    liquidateExhausted(parts);
    expect(text(parts.state.position('BTCUSDT').quantity)).toBe('-1');
    parts.mark = price('106000');
    parts.remake([['105999.9', '9']], [['106000', '9']]);
    liquidateExhausted(parts);
    expect(text(parts.state.position('BTCUSDT').quantity)).toBe('0');
  });

  it('charges a long and pays a short', () => {
    const parts = begin();
    placed(parts, market('SELL', '0.5'));
    const before = new Big(text(parts.state.account().wallet));
    fund(parts, 'BTCUSDT', ratio('0.0003'));
    expect(new Big(text(parts.state.account().wallet)).minus(before).toFixed()).toBe('15');
    fund(parts, 'BTCUSDT', ratio('-0.0003'));
    expect(new Big(text(parts.state.account().wallet)).toFixed()).toBe(before.toFixed());
  });

  it('cancels what rests when a countdown is over', () => {
    const parts = begin();
    const order = placed(parts, limit('BUY', '1', '99000', 'GTC'));
    setCountdown(parts, 'BTCUSDT', 1000);
    expect(runCountdowns(parts)).toBe(false);
    setCountdown(parts, 'BTCUSDT', 0);
    expect(parts.state.countdowns()).toEqual([]);
    setCountdown(parts, 'BTCUSDT', 1);
    expect(runCountdowns(parts)).toBe(true);
    expect(parts.state.order(order.id)?.status).toBe('CANCELED');
  });
});

/** One thing that somebody does. */
const act = fc.oneof(
  fc.record({
    kind: fc.constant('market' as const),
    side: fc.constantFrom('BUY' as const, 'SELL' as const),
    amount: fc.integer({ min: 1, max: 3000 }),
    reduceOnly: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('limit' as const),
    side: fc.constantFrom('BUY' as const, 'SELL' as const),
    amount: fc.integer({ min: 1, max: 3000 }),
    offset: fc.integer({ min: -300, max: 300 }),
    timeInForce: fc.constantFrom('GTC' as const, 'IOC' as const, 'FOK' as const, 'GTX' as const),
  }),
  fc.record({ kind: fc.constant('move' as const), center: fc.integer({ min: 999_000, max: 1_001_000 }) }),
  fc.record({ kind: fc.constant('cancel' as const), index: fc.nat(5) }),
  fc.record({ kind: fc.constant('fund' as const), rate: fc.integer({ min: -5, max: 5 }) }),
  fc.record({ kind: fc.constant('liquidate' as const), tenths: fc.integer({ min: 1, max: 10 }) }),
);
const tenths = (value: number): string => new Big(value).div(10).toFixed();
const thousandths = (value: number): string => new Big(value).div(1000).toFixed();

function perform(parts: TestParts, step: typeof act extends fc.Arbitrary<infer T> ? T : never): void {
  switch (step.kind) {
    case 'market':
      place(parts, market(step.side, thousandths(step.amount), { reduceOnly: step.reduceOnly }));
      return;
    case 'limit':
      place(parts, limit(step.side, thousandths(step.amount), tenths(1_000_000 + step.offset), step.timeInForce));
      return;
    case 'move':
      parts.mark = price(tenths(step.center));
      parts.remake(
        [
          [tenths(step.center - 1), '1'],
          [tenths(step.center - 30), '5'],
        ],
        [
          [tenths(step.center), '1'],
          [tenths(step.center + 30), '5'],
        ],
      );
      return;
    case 'cancel':
      cancel(parts, parts.state.openOrders()[step.index]);
      return;
    case 'fund':
      fund(parts, 'BTCUSDT', ratio(new Big(step.rate).div(10_000).toFixed()));
      return;
    case 'liquidate':
      liquidate(parts, 'BTCUSDT', ratio(tenths(step.tenths)));
  }
}

describe('conservation', () => {
  it.each(['cross', 'isolated'] as const)('holds exactly over any run of orders (%s)', (mode) => {
    fc.assert(
      fc.property(fc.array(act, { minLength: 1, maxLength: 40 }), (steps) => {
        const parts = begin();
        if (mode === 'isolated') setMarginMode(parts, 'BTCUSDT', mode);
        for (const step of steps) perform(parts, step);
        const trades = parts.state.trades();
        const signed = (side: string) => (side === 'BUY' ? 1 : -1);
        const held = trades.reduce((sum, trade) => sum.plus(new Big(text(trade.quantity)).times(signed(trade.side))), new Big(0));
        const spent = trades.reduce(
          (sum, trade) => sum.plus(new Big(text(trade.price)).times(text(trade.quantity)).times(signed(trade.side))),
          new Big(0),
        );
        const fees = trades.reduce((sum, trade) => sum.plus(text(trade.fee)), new Big(0));
        const funding = parts.happenings.reduce((sum, row) => (row.kind === 'account' ? sum.plus(text(row.balanceChange)) : sum), new Big(0));
        const position = parts.state.position('BTCUSDT');
        expect(text(position.quantity)).toBe(held.toFixed());
        // What is open was paid for out of nothing: cost joins wallet on the other side of the balance.
        const cost = new Big(text(position.cost)).times(held.lt(0) ? -1 : 1);
        expect(new Big(text(parts.state.account().wallet)).toFixed()).toBe(
          new Big('1000000').minus(spent).plus(cost).minus(fees).plus(funding).toFixed(),
        );
        if (held.eq(0)) expect([text(position.cost), text(position.isolatedWallet)]).toEqual(['0', '0']);
        for (const order of parts.state.orders()) {
          const own = trades.filter((trade) => trade.orderId === order.id);
          expect(text(order.filled)).toBe(own.reduce((sum, trade) => sum.plus(text(trade.quantity)), new Big(0)).toFixed());
          expect(text(order.quote)).toBe(own.reduce((sum, trade) => sum.plus(text(trade.quote)), new Big(0)).toFixed());
          const resting = parts.book('BTCUSDT').resting(String(order.id));
          const isOpen = order.status === 'NEW' || order.status === 'PARTIALLY_FILLED';
          expect(resting === undefined ? undefined : text(resting.quantity)).toBe(
            isOpen ? new Big(text(order.quantity)).minus(text(order.filled)).toFixed() : undefined,
          );
        }
      }),
      { numRuns: 150, seed: 20_261_121 },
    );
  });
});
