/** Brute force over the account: many fills against an independent walk, many operations against a ledger of their own. */
import Big from 'big.js';
import { describe, expect, it } from 'vitest';
import { price, quantity, ratio, text, usdt } from '../../../shared/domain/units.ts';
import { seededRandom } from '../random.ts';
import { placeAlgo, showPrice } from './algo.ts';
import { amend } from './amend.ts';
import { deleverage, fund, liquidate } from './forced.ts';
import type { Ticket } from './order-check.ts';
import { cancel, cancelAll, place } from './orders.ts';
import { movePositionMargin, setLeverage, setMarginMode, setPositionMode } from './settings.ts';
import { type Rows, testParts, type TestParts } from './test-parts.ts';

const random = seededRandom(20_261_121, 'proof');
const whole = (most: number): number => Math.floor(random() * most);

/** A book near 100,000 with random gaps and sizes. */
function drawnBook(): { bids: Rows; asks: Rows } {
  const side = (direction: 1 | -1): Rows => {
    let at = 1_000_000 + direction * (1 + whole(5));
    return Array.from({ length: 20 }, () => {
      at += direction * (1 + whole(30));
      return [(at / 10).toFixed(1), ((1 + whole(2000)) / 1000).toFixed(3)] as const;
    });
  };
  return { bids: side(-1), asks: side(1) };
}

/** What a taker gets, by hand: levels in order as far as the limit lets it. */
function walk(rows: Rows, amount: string, within: (at: Big) => boolean) {
  let left = new Big(amount);
  let quote = new Big(0);
  const fills: string[] = [];
  for (const [at, size] of rows) {
    if (left.eq(0) || !within(new Big(at))) break;
    const taken = left.lt(size) ? left : new Big(size);
    left = left.minus(taken);
    quote = quote.plus(taken.times(at));
    fills.push(`${taken.toFixed()}@${new Big(at).toFixed()}`);
  }
  return { filled: new Big(amount).minus(left).toFixed(), quote: quote.toFixed(), fills };
}

describe('market orders', () => {
  it('10,000 of them fill as an independent walk of the book says, and pay its fees', () => {
    const parts = testParts('100000000000', '100000');
    setLeverage(parts, 'BTCUSDT', 1);
    let wallet = new Big('100000000000');
    for (let index = 0; index < 10_000; index += 1) {
      const { bids, asks } = drawnBook();
      parts.remake(bids, asks);
      const held = new Big(text(parts.state.position('BTCUSDT').quantity));
      // Back towards flat, so that positions stay within the brackets.
      const side = held.gt(0) ? 'SELL' : held.lt(0) ? 'BUY' : random() < 0.5 ? 'BUY' : 'SELL';
      const amount = ((1 + whole(25_000)) / 1000).toFixed(3);
      const before = parts.state.trades().length;
      const cost = new Big(text(parts.state.position('BTCUSDT').cost));
      const placed = place(parts, { symbol: 'BTCUSDT', clientId: `m${index}`, side, quantity: quantity(amount), reduceOnly: false, type: 'MARKET' });
      if (!placed.ok) throw new Error(`${index}: ${placed.refusal.code} ${placed.refusal.msg}`);
      const expected = walk(side === 'BUY' ? asks : bids, amount, () => true);
      const trades = parts.state.trades().slice(before);
      expect(trades.map((trade) => `${text(trade.quantity)}@${text(trade.price)}`)).toEqual(expected.fills);
      expect([text(placed.value.filled), text(placed.value.quote)]).toEqual([expected.filled, expected.quote]);
      expect(placed.value.status).toBe(expected.filled === new Big(amount).toFixed() ? 'FILLED' : 'EXPIRED');
      const fees = trades.reduce(
        (sum, trade) => sum.plus(new Big(text(trade.price)).times(text(trade.quantity)).times('0.0005').round(8, 3)),
        new Big(0),
      );
      const now = parts.state.position('BTCUSDT');
      // Wallet and open cost together change by what was paid or received, and by the fees.
      const signed = (size: Big, value: Big) => (size.lt(0) ? value.times(-1) : value);
      const costAfter = signed(new Big(text(now.quantity)), new Big(text(now.cost)));
      const paid = new Big(expected.quote).times(side === 'BUY' ? -1 : 1);
      wallet = wallet.plus(paid).minus(fees).plus(costAfter).minus(signed(held, cost));
      expect(text(parts.state.account().wallet)).toBe(wallet.toFixed());
      parts.state.takeChanges();
    }
  });
});

const symbols = ['BTCUSDT', 'ETHUSDT'] as const;

/** Everything that ever moved the wallet, added up by hand. */
function booked(parts: TestParts, deposit: string): string {
  const trades = parts.state.trades().reduce((sum, trade) => sum.plus(text(trade.realized)).minus(text(trade.fee)), new Big(deposit));
  return parts.state
    .incomes()
    .reduce((sum, income) => sum.plus(text(income.amount)), trades)
    .toFixed();
}

/** Each position is the sum of its fills; its open cost and what was realized are what was paid and received. */
function checkPositions(parts: TestParts): void {
  const sums = new Map<string, { size: Big; flow: Big; realized: Big }>();
  for (const trade of parts.state.trades()) {
    const key = `${trade.symbol} ${trade.positionSide}`;
    const sum = sums.get(key) ?? { size: new Big(0), flow: new Big(0), realized: new Big(0) };
    const direction = trade.side === 'BUY' ? 1 : -1;
    sum.size = sum.size.plus(new Big(text(trade.quantity)).times(direction));
    sum.flow = sum.flow.minus(new Big(text(trade.price)).times(text(trade.quantity)).times(direction));
    sum.realized = sum.realized.plus(text(trade.realized));
    sums.set(key, sum);
  }
  for (const [key, { size, flow, realized }] of sums) {
    const [symbol = '', side = 'BOTH'] = key.split(' ');
    const position = parts.state.position(symbol, side === 'LONG' ? 'LONG' : side === 'SHORT' ? 'SHORT' : 'BOTH');
    expect([key, text(position.quantity)]).toEqual([key, size.toFixed()]);
    const cost = new Big(text(position.cost)).times(size.lt(0) ? -1 : 1);
    expect([key, realized.toFixed()]).toEqual([key, flow.plus(cost).toFixed()]);
    if (size.eq(0)) expect([text(position.cost), text(position.isolatedWallet)]).toEqual(['0', '0']);
    if (side === 'LONG') expect(size.gte(0)).toBe(true);
    if (side === 'SHORT') expect(size.lte(0)).toBe(true);
  }
}

function operate(parts: TestParts, index: number): void {
  const symbol = symbols[whole(2)] ?? 'BTCUSDT';
  const isHedged = parts.state.account().dualSide;
  const side = random() < 0.5 ? 'BUY' : 'SELL';
  const positionSide = !isHedged ? 'BOTH' : random() < 0.5 ? 'LONG' : 'SHORT';
  const amount = quantity(((1 + whole(800)) / 1000).toFixed(3));
  const at = price(((950_000 + whole(100_000)) / 10).toFixed(1));
  const common = { symbol, clientId: `c${index}`, side, positionSide, quantity: amount, reduceOnly: !isHedged && random() < 0.2 } as const;
  const draw = random();
  if (draw < 0.3) place(parts, { ...common, type: 'MARKET' });
  else if (draw < 0.6)
    place(parts, { ...common, type: 'LIMIT', price: at, timeInForce: (['GTC', 'IOC', 'FOK', 'GTX'] as const)[whole(4)] ?? 'GTC' } as Ticket);
  else if (draw < 0.7) {
    const open = parts.state.openOrders(symbol);
    cancel(parts, open[whole(open.length)]);
  } else if (draw < 0.76) {
    const order = parts.state.openOrders(symbol)[0];
    if (order !== undefined) amend(parts, order, { side: order.side, price: at, quantity: amount });
  } else if (draw < 0.88) {
    const { bids, asks } = drawnBook();
    parts.remake(bids, asks);
  } else if (draw < 0.9) fund(parts, symbol, ratio((random() * 0.002 - 0.001).toFixed(6)));
  else if (draw < 0.91) liquidate(parts, symbol, ratio('0.5'));
  else if (draw < 0.92) deleverage(parts, symbol, ratio('0.3'));
  else if (draw < 0.94) movePositionMargin(parts, symbol, positionSide, random() < 0.5 ? 1 : 2, usdt((random() * 1000).toFixed(8)));
  else if (draw < 0.95) setLeverage(parts, symbol, 1 + whole(50));
  else if (draw < 0.96) {
    placeAlgo(parts, {
      ...common,
      orderType: 'STOP_MARKET',
      timeInForce: 'GTC',
      price: price('0'),
      triggerPrice: at,
      workingType: 'CONTRACT_PRICE',
      priceProtect: false,
      closePosition: false,
      selfTradePrevention: 'EXPIRE_MAKER',
      priceMatch: 'NONE',
      goodTill: 0,
      activatePrice: null,
      callbackRate: null,
    });
  } else if (draw < 0.99) {
    parts.last = at;
    showPrice(parts, symbol, 'CONTRACT_PRICE', at);
  } else {
    cancelAll(parts, symbol);
    setMarginMode(parts, symbol, random() < 0.5 ? 'isolated' : 'cross');
    if (random() < 0.1) setPositionMode(parts, random() < 0.5);
  }
}

describe('conservation', () => {
  it('wallet and positions add up to the last digit over 100,000 random operations', () => {
    const deposit = '1000000';
    for (let run = 0; run < 20; run += 1) {
      const parts = testParts(deposit, '100000', symbols);
      const { bids, asks } = drawnBook();
      parts.remake(bids, asks);
      setPositionMode(parts, run % 3 === 0);
      for (let index = 0; index < 5000; index += 1) {
        operate(parts, index);
        parts.happenings.length = 0;
        parts.state.takeChanges();
        if (index % 1000 === 999) {
          expect(text(parts.state.account().wallet)).toBe(booked(parts, deposit));
          checkPositions(parts);
        }
      }
      expect(parts.state.trades().length).toBeGreaterThan(500);
    }
  });
});
