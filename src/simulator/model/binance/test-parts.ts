/** The account model over a book of its own, for this folder's tests. */
import { price, type Price, quantity, ratio, usdt } from '../../../shared/domain/units.ts';
import type { Level } from '../../venue.ts';
import { type Book, createBook } from '../book.ts';
import { fillResting } from './orders.ts';
import type { SymbolRules } from './order-check.ts';
import type { ExchangeParts, Happening } from './parts.ts';
import { createState } from './state.ts';

const rulesOf = (symbol: string): SymbolRules => ({
  symbol,
  baseAsset: symbol.replace('USDT', ''),
  pricePlaces: 2,
  quantityPlaces: 3,
  tick: price('0.1'),
  minPrice: price('0.1'),
  maxPrice: price('4529764'),
  step: quantity('0.001'),
  minQuantity: quantity('0.001'),
  maxQuantity: quantity('1000'),
  maxMarketQuantity: quantity('120'),
  minNotional: usdt('100'),
  multiplierUp: ratio('1.05'),
  multiplierDown: ratio('0.95'),
  maxOpenOrders: 200,
  marketTakeBound: ratio('0.05'),
  triggerProtect: ratio('0.05'),
});

export type Rows = readonly (readonly [price: string, quantity: string])[];
const levels = (rows: Rows): readonly Level[] => rows.map(([at, amount]) => ({ price: price(at), quantity: quantity(amount) }));

export interface TestParts extends ExchangeParts {
  readonly happenings: Happening[];
  /** Makes the anonymous depth anew and books what it does to resting orders. */
  remake(bids: Rows, asks: Rows): void;
  mark: Price;
  last: Price;
  /** Lets this many ms pass. */
  advance(ms: number): void;
}

/** @param symbols those listed; all share one form of rules and one mark price */
export function testParts(wallet: string, mark: string, symbols: readonly string[] = ['BTCUSDT']): TestParts {
  const state = createState(new Map());
  state.setAccount({ ...state.account(), wallet: usdt(wallet), updatedAt: 1 });
  const books = new Map<string, Book>(symbols.map((symbol) => [symbol, createBook(quantity('0.001'))]));
  const happenings: Happening[] = [];
  let time = 1_795_250_000_000;
  const bookOf = (symbol: string): Book => {
    const book = books.get(symbol);
    if (book === undefined) throw new Error(`The test has no ${symbol}`);
    return book;
  };
  const parts: TestParts = {
    state,
    fees: { taker: ratio('0.0005'), maker: ratio('0.0002') },
    rules: (symbol) => (books.has(symbol) ? rulesOf(symbol) : undefined),
    book: bookOf,
    markPrice: () => parts.mark,
    lastPrice: () => parts.last,
    now: () => (time += 1),
    random: () => 0.5,
    report: (happening) => happenings.push(happening),
    happenings,
    mark: price(mark),
    last: price(mark),
    advance(ms) {
      time += ms;
    },
    remake(bids, asks) {
      for (const symbol of symbols) fillResting(parts, symbol, bookOf(symbol).remake(levels(bids), levels(asks)));
    },
  };
  return parts;
}
