/** Words for what a venue is, what it lets us trade, and what it says of an order. All quantities are in coins. */
import type { ClientOrderId, Coin } from './ids.ts';
import { type Decimal, lte, type Notional, type Price, type Quantity, type Ratio, type SignedQuantity } from './units.ts';

export type Venue = 'upbit' | 'binance';
/** One side of a hedge: coins bought on a spot venue, or a short perpetual. */
export type Leg = 'spot' | 'perp';
export type Side = 'buy' | 'sell';
export const legs = ['spot', 'perp'] as const satisfies readonly Leg[];

export type OrderTerms =
  | { readonly type: 'market'; readonly quantity: Quantity }
  /** Spot buys only: spends `cost` of the quote currency, the fee comes on top. */
  | { readonly type: 'marketByCost'; readonly cost: Notional }
  | { readonly type: 'limit'; readonly quantity: Quantity; readonly price: Price; readonly timeInForce: TimeInForce }
  /** Spot sales only: at the best bid of the moment and no worse. */
  | { readonly type: 'best'; readonly quantity: Quantity; readonly timeInForce: 'IOC' | 'FOK' }
  /** Spot buys only: spends `cost` at the best ask of the moment and no worse, the fee comes on top. */
  | { readonly type: 'bestByCost'; readonly cost: Notional; readonly timeInForce: 'IOC' | 'FOK' }
  /** Perpetual, reduce-only: waits, and becomes a market order when the last price reaches `triggerPrice`. */
  | { readonly type: 'stopMarket'; readonly quantity: Quantity; readonly triggerPrice: Price }
  /**
   * Perpetual, reduce-only: follows the best price since it was activated (at once, or when `activationPrice` is
   * reached) and becomes a market order when the price comes back from it by `callback` (0.01 is 1 %).
   */
  | { readonly type: 'trailingStopMarket'; readonly quantity: Quantity; readonly callback: Ratio; readonly activationPrice?: Price };
export type TimeInForce = 'IOC' | 'FOK' | 'GTC' | 'postOnly';

/** Whether an order waits outside the book for a price. Its venue keeps such orders apart from all others. */
export const isConditional = ({ type }: OrderTerms): boolean => type === 'stopMarket' || type === 'trailingStopMarket';
/** Whether an order may stay open at the venue by itself. */
export const mayRest = (terms: OrderTerms): boolean =>
  isConditional(terms) || (terms.type === 'limit' && (terms.timeInForce === 'GTC' || terms.timeInForce === 'postOnly'));

/** Whether the venue changes such an order where it lies, under its own id; else it is canceled and placed anew (docs/venues/). */
export const changesInPlace = ({ venue, terms }: Pick<OrderRequest, 'venue' | 'terms'>, next: OrderTerms): boolean =>
  venue === 'binance' && terms.type === 'limit' && next.type === 'limit';

export interface OrderRequest {
  readonly clientOrderId: ClientOrderId;
  readonly venue: Venue;
  readonly leg: Leg;
  readonly coin: Coin;
  readonly side: Side;
  readonly terms: OrderTerms;
  /** Perpetual only: the order may shrink a position and nothing else. */
  readonly reduceOnly: boolean;
}

/** One execution of part of an order, known by the venue's trade id. */
export interface Fill {
  readonly tradeId: string;
  readonly price: Price;
  readonly quantity: Quantity;
  readonly fee: Decimal<'fee'>;
  readonly feeCurrency: string;
  /** ms since 1970, the venue's clock. */
  readonly at: number;
}

/** What a perpetual venue paid for holding a position; negative where it took. */
export interface FundingPayment {
  readonly id: string;
  /** ms since 1970, the venue's clock. */
  readonly at: number;
  readonly amount: Decimal<'usdt'>;
}

/** What a venue says of one of our orders, from an answer, a lookup or a stream event. */
export interface OrderReport {
  readonly clientOrderId: ClientOrderId;
  readonly venueOrderId: string;
  readonly state: 'open' | 'filled' | 'canceled' | 'expired' | 'rejected';
  /** Cumulative. A stream event that names a single trade only may say less than is known already. */
  readonly filled: Quantity;
  /** The trades this report names: all of them in a lookup, the newest in a stream event, none in most answers. */
  readonly fills: readonly Fill[];
  /** What an open limit order is at the venue now: tells whether a change of it came about. Absent where it was not said. */
  readonly limit?: { readonly price: Price; readonly quantity: Quantity };
  /** ms since 1970, the venue's clock. */
  readonly at: number;
}

export interface BookLevel {
  readonly price: Price;
  readonly quantity: Quantity;
}
/** Best price first on both sides. */
export interface Book {
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
  /** ms since 1970 on our clock when the request that brought it began: age is never understated. */
  readonly at: number;
}

/** What a venue allows in one market. */
export interface MarketRules {
  readonly coin: Coin;
  /** Smallest change of quantity. */
  readonly step: Quantity;
  readonly minQuantity: Quantity;
  /** Most that one market order may ask for; absent where the venue sets none. */
  readonly maxMarketQuantity?: Quantity;
  /** Least notional of an order. Reduce-only orders on a perpetual are exempt. */
  readonly minNotional: Notional;
  /** Tick by price, ascending: the tick of the last row whose `from` is not above the price. */
  readonly ticks: readonly { readonly from: Price; readonly tick: Price }[];
  readonly takerFee: Ratio;
}

/** Free and locked amounts of one currency on the account. */
export interface Balance {
  readonly currency: string;
  readonly free: Decimal<'balance'>;
  readonly locked: Decimal<'balance'>;
}
/**
 * A row of a perpetual venue's table of maintenance margin: `rate` of the notional less `deduction`. Rates rise from row to
 * row and deductions keep the whole without jumps, so a notional's maintenance margin is what the row says that asks for most.
 */
export interface MaintenanceRow {
  readonly rate: Ratio;
  readonly deduction: Decimal<'usdt'>;
}
/** A perpetual position; a short is negative. */
export interface Position {
  readonly coin: Coin;
  readonly quantity: SignedQuantity;
  readonly entryPrice: Price;
  readonly markPrice: Price;
  /** Absent when the venue names none. */
  readonly liquidationPrice?: Price;
  /** Absent until it was read. */
  readonly maintenance?: readonly MaintenanceRow[];
}
/** Everything an account holds, read in one go. */
export interface Holdings {
  readonly balances: readonly Balance[];
  readonly positions: readonly Position[];
  /** Perpetual venues: the margin balance and maintenance margin of the account, in USDT. */
  readonly margin?: { readonly balance: Decimal<'usdt'>; readonly available: Decimal<'usdt'>; readonly maintenance: Decimal<'usdt'> };
  /** ms since 1970 on our clock when the read began. */
  readonly at: number;
}

/** The tick that holds at a price. @throws RangeError when the table is empty: rules without ticks are a bug */
export function tickAt(rules: Pick<MarketRules, 'ticks'>, at: Price): Price {
  const row = rules.ticks.findLast((entry) => lte(entry.from, at)) ?? rules.ticks[0];
  if (row === undefined) throw new RangeError('Invariant: a market has at least one tick');
  return row.tick;
}
