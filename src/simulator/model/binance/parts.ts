/** What the account model works on, and what it reports of its work. It knows no HTTP, no clock and no disk. */
import type { Price, Ratio, Usdt } from '../../../shared/domain/units.ts';
import type { Book } from '../book.ts';
import type { PositionMargin } from './margin.ts';
import type { SymbolRules } from './order-check.ts';
import type { Position } from './position.ts';
import type { AlgoOrder, Order, Trade } from './records.ts';
import type { State } from './state.ts';

/** What happened to an order: `x` of the venue's event. CALCULATED is an execution of a liquidation. */
export type Execution = 'NEW' | 'TRADE' | 'AMENDMENT' | 'CANCELED' | 'EXPIRED' | 'CALCULATED';

/** Why wallet or positions changed: `m` of the venue's event. */
export type AccountReason = 'ORDER' | 'FUNDING_FEE' | 'MARGIN_TYPE_CHANGE' | 'MARGIN_TRANSFER' | 'DEPOSIT' | 'INSURANCE_CLEAR';

/** One event of the user data stream, with everything in it as it was when it happened. */
export type Happening =
  | { readonly kind: 'order'; readonly execution: Execution; readonly order: Order; readonly trade: Trade | undefined }
  | {
      readonly kind: 'account';
      readonly reason: AccountReason;
      readonly at: number;
      readonly wallet: Usdt;
      readonly crossWallet: Usdt;
      /** Change of the wallet that is neither PnL nor a fee. */
      readonly balanceChange: Usdt;
      readonly positions: readonly { readonly position: Position; readonly unrealized: Usdt }[];
    }
  /** `actual`: the order that it became, as it stands; undefined before. */
  | { readonly kind: 'algo'; readonly algo: AlgoOrder; readonly actual: Order | undefined; readonly at: number }
  | {
      readonly kind: 'marginCall';
      readonly at: number;
      readonly crossWallet: Usdt;
      readonly positions: readonly { readonly position: Position; readonly markPrice: Price; readonly margin: PositionMargin }[];
    }
  | { readonly kind: 'leverage'; readonly symbol: string; readonly leverage: number; readonly at: number }
  | { readonly kind: 'multiAssets'; readonly isOn: boolean; readonly at: number };

export interface Fees {
  readonly taker: Ratio;
  readonly maker: Ratio;
}

export interface ExchangeParts {
  readonly state: State;
  readonly fees: Fees;
  /** undefined for a symbol that is not listed. */
  rules(symbol: string): SymbolRules | undefined;
  book(symbol: string): Book;
  markPrice(symbol: string): Price;
  /** Of the last trade: the venue's contract price. */
  lastPrice(symbol: string): Price;
  /** The venue's clock in whole ms since 1970. */
  now(): number;
  /** 0 ≤ value < 1. */
  random(): number;
  report(happening: Happening): void;
}
