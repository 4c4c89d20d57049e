/**
 * What the parts of the simulator hand each other. The market and control know venues only through `SimulatedVenue`;
 * a venue knows the rest only through `VenueParts`.
 */
import type { Price, Quantity } from '../shared/domain/units.ts';
import type { Faults } from './faults.ts';
import type { Keep } from './keep.ts';
import type { RequestLog } from './ledger.ts';
import type { Market } from './model/market.ts';

export type VenueName = 'upbit' | 'binance';

/** The venue's own clock: ms since 1970 with three decimals, shifted by POST /clock. */
export interface VenueClock {
  now(): number;
}

export interface VenueParts {
  readonly clock: VenueClock;
  readonly faults: Faults;
  readonly requests: RequestLog;
  /** Durable record of everything an account owns; written before the venue answers. */
  readonly keep: Keep;
  readonly market: Market;
  readonly keys: { readonly id: string; readonly secret: string };
  /** Seeded: the same seed gives the same sequence. 0 ≤ value < 1. */
  readonly random: () => number;
}

/** Decimals are text in every ledger row. */
export interface LedgerOrder {
  venue: VenueName;
  symbol: string;
  clientOrderId: string;
  venueOrderId: string;
  side: 'buy' | 'sell';
  type: string;
  timeInForce: string;
  reduceOnly: boolean;
  price: string | null;
  quantity: string | null;
  cost: string | null;
  filled: string;
  averagePrice: string | null;
  state: 'open' | 'filled' | 'canceled' | 'expired';
  /** Made by POST /external-order or the venue itself (liquidation), not by a client. */
  external: boolean;
  createdAt: number;
  updatedAt: number;
}
export interface LedgerFill {
  venue: VenueName;
  symbol: string;
  tradeId: string;
  venueOrderId: string;
  clientOrderId: string;
  side: 'buy' | 'sell';
  price: string;
  quantity: string;
  fee: string;
  feeCurrency: string;
  at: number;
}
export interface VenueLedger {
  readonly orders: readonly LedgerOrder[];
  readonly fills: readonly LedgerFill[];
  /** Upbit: {KRW:{free,locked},…}; Binance: {USDT:{wallet,available}}. */
  readonly balances: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Binance only: {BTCUSDT:{quantity,entryPrice,leverage,marginMode,liquidationPrice}}. */
  readonly positions?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export type ControlResult = { readonly ok: true } | { readonly ok: false; readonly error: string };

export interface SimulatedVenue {
  readonly name: VenueName;
  /** Binds 127.0.0.1:port (0 = any) for REST and WebSocket alike. @returns the bound port */
  listen(port: number): Promise<number>;
  close(): Promise<void>;
  ledger(): VenueLedger;
  /** A market order by somebody else on the same account, past the client's quota and signatures. */
  externalOrder(symbol: string, side: 'buy' | 'sell', quantity: Quantity): ControlResult;
  /** Binance: closes the fraction (0–1) of a position as a liquidation would. */
  liquidate?(symbol: string, fraction: string): ControlResult;
  /** Binance: takes the fraction (0–1) of a position away at the mark price, as auto-deleveraging would. */
  deleverage?(symbol: string, fraction: string): ControlResult;
  /** Binance: charges or pays funding once at this rate. */
  fund?(symbol: string, rate: string): ControlResult;
  /** Changes one of the venue's switches while it runs. */
  configure?(name: string, value: unknown): ControlResult;
  /** Empties the account and gives it this much of its quote currency. */
  reset(quote: Quantity): void;
}

export interface Level {
  readonly price: Price;
  readonly quantity: Quantity;
}
