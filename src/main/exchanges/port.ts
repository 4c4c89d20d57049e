/**
 * The venue port: everything the engine may ask of a venue, and the form of every answer.
 *
 * 1. No method throws for anything a venue or a network can do: failures are values (shared/domain/failure.ts).
 * 2. Every call answers within its deadline (10 s); what has not answered by then is a TIMEOUT.
 * 3. A placement is sent at most once per call and never retried inside the adapter.
 * 4. Quantities are coins, whatever contract size the venue trades in.
 */
import type { Failure, Answer } from '../../shared/domain/failure.ts';
import type { ClientOrderId, Coin } from '../../shared/domain/ids.ts';
import type { Price } from '../../shared/domain/units.ts';
import {
  type Book,
  type Fill,
  type FundingPayment,
  type Holdings,
  isConditional,
  type Leg,
  type MarketRules,
  type OrderReport,
  type OrderRequest,
  type OrderTerms,
  type Venue,
} from '../../shared/domain/venue.ts';
import type { Approved } from '../engine/approved.ts';
import type { AmendOutcome } from '../engine/outcome.ts';

/** An order that rests, with the terms it has now. */
export interface Resting extends OrderName {
  readonly terms: OrderTerms;
}
/**
 * What came of a change. After a Failure that is `unknown`, both ids are looked up before anything else is sent for them;
 * after any other the new order never was, and the old one is asked for as before.
 */
export type AmendResult = AmendOutcome;

export type PlaceResult = { readonly outcome: 'accepted'; readonly report: OrderReport } | Failure;

/** A trade on the account that may or may not be ours. */
export interface AccountTrade {
  /** Absent where the venue does not name it with the trade: match by venue order id then. */
  readonly clientOrderId?: ClientOrderId;
  readonly venueOrderId: string;
  readonly fill: Fill;
}

/** An open order on the account, ours or not. */
export interface AccountOrder {
  readonly coin: Coin;
  readonly venueOrderId: string;
  /** The client id as the venue has it, whoever chose it. */
  readonly clientId: string;
}

export type VenueEvent =
  | { readonly kind: 'order'; readonly report: OrderReport }
  /** An order event of the account that carries no id of ours: a person, a liquidation, another program. */
  | { readonly kind: 'outsideOrder'; readonly coin: Coin; readonly clientId: string; readonly venueOrderId: string }
  /** `live` after a stream answered its first business or liveness check; `silent` when it must not be relied on. */
  | { readonly kind: 'stream'; readonly state: 'live' | 'silent'; readonly reason: string };

/** One minute of a market. */
export interface Candle {
  /** ms since 1970 when the minute began. */
  readonly at: number;
  readonly close: Price;
}

/** How a request ended, after its retries. */
export interface EndedRequest {
  readonly venue: Venue;
  readonly signed: boolean;
  readonly ok: boolean;
  readonly failure?: Failure;
  /** The venue found our clock out of step; what stamps requests was put right. */
  readonly outOfStep?: boolean;
  /** A read that failed on its way four times over. */
  readonly gaveUp?: boolean;
}
/** Called for each request: what the API-error limit counts and what tells that a venue is not available (spec §8). */
export type RequestObserver = (result: EndedRequest) => void;

export interface VenuePort {
  readonly venue: Venue;
  readonly leg: Leg;

  /** Loads the market list and measures the clock. Call before anything else; may be called again after a failure. */
  start(): Promise<Answer<void>>;
  /** Rules of one market, from the venue's own filters; undefined when the venue does not list the coin. */
  rules(coin: Coin): Promise<Answer<MarketRules | undefined>>;

  /**
   * @param mayStart asked after every wait of our own (quota, signing slot), and again right before the first byte is
   *   written, when a connection is there; false turns it into `notSent` BLOCKED and nothing is sent
   */
  place(order: Approved<OrderRequest>, mayStart: () => boolean): Promise<PlaceResult>;
  /**
   * Gives an order that rests other terms: natively where the venue can, else by a cancel and, once the venue shows that
   * the old order is over, a new one. Never are both live, and nothing is sent twice.
   * @param next the same side and coin under an id of its own, which is used where the venue makes a new order of it. Its
   *   quantity is what both may fill together: what the old one filled is taken off
   * @param mayStart as for `place`; asked before each request that changes something
   */
  amend(resting: Resting, next: Approved<OrderRequest>, mayStart: () => boolean): Promise<AmendResult>;
  /** Asks for a cancel by our id. ok only says that the venue took the request; the order's report says what became of it. */
  cancel(order: OrderName): Promise<Answer<void>>;
  /** The order with all its fills; `null` when the venue says that it does not know it (which proves nothing by itself). */
  lookUp(order: OrderName): Promise<Answer<OrderReport | null>>;

  /** All open orders of the account, or those of one coin. */
  openOrders(coin?: Coin): Promise<Answer<readonly AccountOrder[]>>;
  /** Own trades of a coin since a time (ms since 1970, the venue's clock). */
  trades(coin: Coin, since: number): Promise<Answer<readonly AccountTrade[]>>;
  /** The client id of any order of the account, whoever sent it; `null` when the venue does not know it. Only where trades do not name it. */
  clientIdOf?(coin: Coin, venueOrderId: string): Promise<Answer<string | null>>;
  /** Funding of a coin since a time (ms since 1970, the venue's clock), at most the oldest 1,000. Perpetual venues only. */
  funding?(coin: Coin, since: number): Promise<Answer<readonly FundingPayment[]>>;
  holdings(): Promise<Answer<Holdings>>;
  /**
   * Order book, best first, 30 levels where the venue has them.
   * @param reserved it is for an order that reduces risk: what of the quota is kept for those may be used
   */
  book(coin: Coin, reserved?: 'reserved'): Promise<Answer<Book>>;
  /**
   * Minutes that began before `to` (ms since 1970), newest last: at most `count`, and no more than the venue gives at
   * once (Upbit 200, Binance 1,500). The newest may still run; where nobody traded one may be missing. Sent once: a
   * failure is no sign of the venue's health.
   */
  candles(coin: Coin, to: number, count: number): Promise<Answer<readonly Candle[]>>;
  /** Hash of what identifies the account (the API key), stable over restarts. Hex, 16 characters. */
  accountHash(): string;
  /** Our clock minus the venue's, in ms, measured by the fastest of three round trips. */
  clockOffsetMs(): Promise<Answer<number>>;

  /**
   * Perpetual venues: one-way mode, isolated margin and the given leverage, each set where it differs and verified by
   * reading it back. Spot venues answer ok at once. `refused` when the account differs and a position is open.
   */
  prepare(coin: Coin, leverage: number): Promise<Answer<void>>;

  /**
   * Perpetual venues: has the venue cancel every plain order that is open in the coin, whoever placed it, once so many ms
   * have passed without another call; 0 ends that. Sent once. Conditional orders have a namespace of their own and stay.
   */
  countdownCancelAll?(coin: Coin, ms: number): Promise<Answer<void>>;

  /** Opens the order and account streams and keeps them open. Events may come twice, late or out of order. */
  subscribe(listener: (event: VenueEvent) => void): void;
  /** Cuts the streams' connection, which tells less than it should, and dials anew; nothing without a subscription. */
  renewStream(reason: string): void;
  /** Ends streams and connections. */
  close(): Promise<void>;
}

export interface OrderName {
  readonly clientOrderId: ClientOrderId;
  readonly coin: Coin;
  /** When known it is asked for as well. */
  readonly venueOrderId?: string;
  /** A stop or a trailing stop: its venue keeps it apart from other orders. */
  readonly conditional?: boolean;
}

/** What an order is asked for by. */
export const orderName = (
  { clientOrderId, coin, terms }: Pick<OrderRequest, 'clientOrderId' | 'coin' | 'terms'>,
  venueOrderId?: string,
): OrderName => ({
  clientOrderId,
  coin,
  ...(venueOrderId === undefined ? {} : { venueOrderId }),
  ...(isConditional(terms) ? { conditional: true } : {}),
});
