/**
 * What can happen to the engine. Every input carries the time it happened: `at`, the time of day, and `elapsed`, ms of a
 * clock that nobody sets, since some moment of this process. The engine has no clock of its own.
 */
import type { AmendOutcome, PlaceOutcome } from './outcome.ts';
import type { AlarmCause, StopCause } from '../../shared/domain/codes.ts';
import type { Failure } from '../../shared/domain/failure.ts';
import type { ClientOrderId, Coin, HedgeId, SignalId } from '../../shared/domain/ids.ts';
import type { Parsed, SignalSource } from '../../shared/domain/signal.ts';
import type { Price, Quantity } from '../../shared/domain/units.ts';
import type { Fill, FundingPayment, Holdings, OrderReport, OrderTerms, Side, Venue } from '../../shared/domain/venue.ts';
import type { Denial } from './denial.ts';
import type { Quote } from './quote.ts';
import type { SettleHow, Severity, StopSource } from './state.ts';

/** Where a source goes on after a restart; journaled with the signal, opaque to the engine. */
export interface Place {
  readonly key: string;
  readonly value: unknown;
}

/** What a quote was asked for. */
export type QuoteFor =
  | { readonly kind: 'entry'; readonly signal: SignalId }
  | { readonly kind: 'exit'; readonly hedge: HedgeId }
  | { readonly kind: 'settle'; readonly hedge: HedgeId }
  | { readonly kind: 'marks'; readonly coin: Coin }
  /** `prepares`: adds risk on a perpetual, of which mode, margin and leverage are set and read back first. */
  | { readonly kind: 'byHand'; readonly order: ClientOrderId; readonly how: 'reduces' | 'adds' | 'prepares' };

export type Command =
  | { readonly kind: 'arm' }
  | { readonly kind: 'disarm'; readonly reason: string }
  | { readonly kind: 'approve'; readonly signal: SignalId }
  | { readonly kind: 'decline'; readonly signal: SignalId }
  | { readonly kind: 'setApproval'; readonly approval: 'manual' | 'auto' }
  /** Without a cause it is a person's, or a program's that may speak for one. */
  | { readonly kind: 'stop'; readonly source: StopSource; readonly reason: string; readonly closeAll: boolean; readonly cause?: StopCause }
  /** `seen`: `at` of the stop that is meant; absent: whichever stands. */
  | { readonly kind: 'resetStop'; readonly seen?: number }
  | { readonly kind: 'closeHedge'; readonly hedge: HedgeId; readonly quantity: Quantity | null }
  | { readonly kind: 'settle'; readonly hedge: HedgeId; readonly how: SettleHow }
  | { readonly kind: 'placeOrder'; readonly venue: Venue; readonly coin: Coin; readonly side: Side; readonly terms: OrderTerms }
  | { readonly kind: 'amendOrder'; readonly order: ClientOrderId; readonly quantity: Quantity; readonly price: Price }
  | { readonly kind: 'cancelOrder'; readonly order: ClientOrderId }
  | { readonly kind: 'settleOrder'; readonly order: ClientOrderId }
  /** Takes back the orders by hand that rest and would add risk: the console is ending. */
  | { readonly kind: 'cancelEntries' }
  | { readonly kind: 'acceptOutside'; readonly venue: Venue; readonly coin: Coin }
  /** `again`: the value as it was typed a second time, without which no limit is loosened. */
  | { readonly kind: 'set'; readonly name: string; readonly value: string; readonly again?: string };

export type Input = { readonly at: number; readonly elapsed?: number } & (
  | { readonly kind: 'started'; readonly armWhenReady: boolean; readonly engine: string }
  | {
      readonly kind: 'venueRead';
      readonly venue: Venue;
      readonly account: string;
      readonly holdings: Holdings;
      /** Of its open orders, and of the newest that traded where a position is not ours. */
      readonly clientIds: readonly string[];
    }
  | { readonly kind: 'reconciled' }
  /** The machine slept, or this process stood still, for so long: what the books say is from before it. */
  | { readonly kind: 'resumed'; readonly awayMs: number }
  | { readonly kind: 'signal'; readonly parsed: Parsed; readonly source: SignalSource; readonly place: Place | null }
  /** `beside`: with marks, the newest of every other coin that has an open hedge, as far as its prices were live when read. */
  | { readonly kind: 'quoted'; readonly purpose: QuoteFor; readonly quote: Quote; readonly beside?: readonly Quote[] }
  /** With when the intent was on disk, and when the request started; null when it never did. */
  | {
      readonly kind: 'placed';
      readonly id: ClientOrderId;
      readonly outcome: PlaceOutcome;
      readonly durableAt?: number;
      readonly wireAt: number | null;
      /** Why the door held it back. */
      readonly denial?: Denial;
    }
  /** @see effects.ts, `amend` */
  | {
      readonly kind: 'amended';
      /** The order that was to replace the old one. */
      readonly id: ClientOrderId;
      readonly outcome: AmendOutcome;
      readonly durableAt?: number;
      readonly wireAt: number | null;
      /** Why the door held it back. */
      readonly denial?: Denial;
    }
  | { readonly kind: 'reported'; readonly report: OrderReport }
  /** A lookup found nothing; with what else the account showed at that time, `null` where it could not be read. */
  | {
      readonly kind: 'missed';
      readonly id: ClientOrderId;
      readonly openOrders: boolean | null;
      readonly trades: boolean | null;
      readonly holdings: Holdings | null;
      readonly stream: 'live' | 'silent';
    }
  | { readonly kind: 'requestEnded'; readonly venue: Venue; readonly failure: Failure | null }
  | { readonly kind: 'holdingsRead'; readonly venue: Venue; readonly holdings: Holdings }
  /** The venue closed a position of the account by itself; with those of its trades that are known by now. */
  | {
      readonly kind: 'forcedClose';
      readonly venue: Venue;
      readonly coin: Coin;
      readonly clientId: string;
      readonly venueOrderId: string;
      readonly fills: readonly Fill[];
    }
  | { readonly kind: 'fundingRead'; readonly coin: Coin; readonly payments: readonly FundingPayment[] }
  | { readonly kind: 'clockRead'; readonly venue: Venue; readonly offsetMs: number }
  | ({ readonly kind: 'alarm'; readonly key: string; readonly severity: Severity; readonly detail: string } & AlarmCause)
  | { readonly kind: 'alarmOver'; readonly key: string }
  | { readonly kind: 'command'; readonly command: Command }
  /** Time passes: at least every 250 ms. */
  | { readonly kind: 'tick' }
);
export type InputOf<K extends Input['kind']> = Extract<Input, { kind: K }>;
