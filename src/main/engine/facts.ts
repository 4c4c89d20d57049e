/**
 * What is journaled. A fact says what happened or was decided; replaying it needs no decision, so a newer engine
 * reads an older journal the same way. `at` is ms since 1970 by our clock.
 */
import type { AlarmCode, StopCode, Values } from '../../shared/domain/codes.ts';
import type { Failure } from '../../shared/domain/failure.ts';
import type { ClientOrderId, Coin, HedgeId, SignalId } from '../../shared/domain/ids.ts';
import type { SettingName, Settings } from '../../shared/domain/settings.ts';
import type { EnterSignal, ExitSignal, MalformedCode, SignalSource } from '../../shared/domain/signal.ts';
import type { FxRate, Krw, Price, Quantity, SignedQuantity, Usdt } from '../../shared/domain/units.ts';
import type { Fill, FundingPayment, OrderRequest, Venue } from '../../shared/domain/venue.ts';
import type { Denial } from './denial.ts';
import type { Place } from './inputs.ts';
import type { SignalState } from './signal-book.ts';
import type {
  BookedPurpose,
  ExitCause,
  ExitRequest,
  HedgePhase,
  Looked,
  OrderState,
  PartEnd,
  Purpose,
  SettleHow,
  Severity,
  StopSource,
} from './state.ts';

/** One number that a check compared with a limit, kept with the verdict. */
export interface Compared {
  readonly limit: string;
  readonly was: string;
}

/** What is written of an order by hand besides. */
export interface IntendedByHand {
  /** KRW for the coin when it was decided; null where nobody knew. */
  readonly mark: Price | null;
  /** The order whose terms it is to change, and what both may fill together. */
  readonly replaces: { readonly order: ClientOrderId; readonly together: Quantity } | null;
}

export type Fact = { readonly at: number } & (
  | { readonly kind: 'processStarted'; readonly armWhenReady: boolean; readonly engine: string }
  | { readonly kind: 'accountSeen'; readonly venue: Venue; readonly account: string }
  /** What a read of an account shows beside our hedges; not sure until a second read says the same. */
  | { readonly kind: 'outsideSeen'; readonly venue: Venue; readonly coin: Coin; readonly quantity: SignedQuantity; readonly sure: boolean }
  /** It is known and stays: all of it at the first arming, a coin's later on. */
  | {
      readonly kind: 'outsideTaken';
      readonly venue: Venue;
      readonly rows: Readonly<Record<Coin, SignedQuantity>>;
      readonly by: 'person' | 'start';
    }
  | { readonly kind: 'reconciled' }
  /** Nothing ran for so long. Nothing that adds risk leaves until the next `reconciled`. */
  | { readonly kind: 'resumed'; readonly awayMs: number }
  | { readonly kind: 'armed'; readonly by: 'person' | 'start' }
  | { readonly kind: 'disarmed'; readonly reason: string }
  | { readonly kind: 'approvalSet'; readonly approval: 'manual' | 'auto' }
  /** Name, old and new value are absent in older journals; `changed` says them in a sentence. */
  | {
      readonly kind: 'settingsSet';
      readonly settings: Settings;
      readonly changed: string;
      readonly name?: SettingName;
      readonly old?: string;
      readonly new?: string;
    }
  /** `code` and `values` are absent in older journals, here and below. */
  | { readonly kind: 'stopped'; readonly source: StopSource; readonly reason: string; readonly code?: StopCode; readonly values?: Values }
  /** The stop that stands is to close every hedge. */
  | { readonly kind: 'closeAllWanted' }
  | { readonly kind: 'stopReset' }
  /** A signal with its content, or text that is none; with the place it was read from. */
  | {
      readonly kind: 'signalTaken';
      readonly signal: EnterSignal | ExitSignal;
      readonly source: SignalSource;
      readonly place: Place | null;
      /** ms of a clock that nobody sets, since some moment of the process; absent in older journals, here and below. */
      readonly elapsed?: number;
    }
  | {
      readonly kind: 'signalMalformed';
      readonly id: SignalId | null;
      readonly code: MalformedCode;
      readonly reason: string;
      readonly excerpt: string;
      readonly source: SignalSource;
      readonly place: Place | null;
    }
  /** A known id came again: with the same content (duplicate) or another (conflict). The first one's verdict stands. */
  | {
      readonly kind: 'signalRepeated';
      readonly id: SignalId;
      readonly state: 'duplicate' | 'conflict';
      readonly source: SignalSource;
      readonly place: Place | null;
    }
  | {
      readonly kind: 'signalJudged';
      readonly id: SignalId;
      readonly state: SignalState;
      readonly code: string;
      readonly reason: string;
      readonly hedge: HedgeId | null;
      readonly compared: Compared | null;
      readonly values?: Values;
    }
  /** It may run as soon as the slots are free. */
  | { readonly kind: 'signalQueued'; readonly id: SignalId; readonly by: 'auto' | 'person' }
  | { readonly kind: 'slotsTaken'; readonly signal: SignalId }
  | { readonly kind: 'slotsFreed'; readonly signal: SignalId }
  | {
      readonly kind: 'hedgeOpened';
      readonly id: HedgeId;
      readonly coin: Coin;
      readonly planned: Quantity;
      readonly source: SignalSource;
      readonly seen: number;
      readonly premium: string;
      readonly fx: FxRate;
      readonly spotBid: Price;
      readonly perpAsk: Price;
    }
  | {
      readonly kind: 'hedgeMoved';
      readonly id: HedgeId;
      readonly phase: HedgePhase;
      readonly target: Quantity;
      readonly attempts: number;
      readonly exit: ExitRequest | null;
      /** Why the smaller leg of an entry is not filled up; absent in older journals, and where it was not to be tried. */
      readonly denial?: Denial;
    }
  | {
      readonly kind: 'hedgeMarked';
      readonly id: HedgeId;
      readonly fx: FxRate;
      readonly spotBid: Price;
      readonly perpAsk: Price;
      readonly lossSince: number | null;
    }
  /** A person decided how it goes on. `read` is null until, for `settledAtVenue`, both accounts were read. */
  | {
      readonly kind: 'hedgeSettled';
      readonly id: HedgeId;
      readonly how: SettleHow;
      readonly by: 'person';
      readonly read: { readonly spot: Quantity; readonly perp: Quantity } | null;
    }
  /** The venue closed a position by itself; its trades, each once. */
  | {
      readonly kind: 'forcedSeen';
      readonly venue: Venue;
      readonly coin: Coin;
      readonly clientId: string;
      readonly venueOrderId: string;
      readonly fills: readonly Fill[];
    }
  /** What of it is not booked is not ours. */
  | { readonly kind: 'forcedLeft'; readonly venueOrderId: string }
  /** A trade that no order of ours made. */
  | {
      readonly kind: 'booked';
      /** Null: of what orders by hand brought. */
      readonly hedge: HedgeId | null;
      readonly purpose: BookedPurpose;
      readonly request: OrderRequest;
      readonly fills: readonly Fill[];
      /** The venue's order that it was, where there was one. */
      readonly venueOrderId?: string;
    }
  | { readonly kind: 'exitStarted'; readonly signal: SignalId; readonly hedges: readonly HedgeId[] }
  | { readonly kind: 'exitPartDone'; readonly signal: SignalId; readonly hedge: HedgeId; readonly how: PartEnd }
  /** A signal's wish to close a hedge no longer waits there. */
  | { readonly kind: 'exitWithdrawn'; readonly id: HedgeId; readonly signal: SignalId }
  /** The first waiting exit of a hedge will not be carried out. */
  | { readonly kind: 'exitDropped'; readonly id: HedgeId }
  | { readonly kind: 'exitQueued'; readonly id: HedgeId; readonly cause: ExitCause; readonly quantity: Quantity | null }
  | {
      readonly kind: 'orderIntended';
      /** Null for an order by hand. */
      readonly hedge: HedgeId | null;
      readonly purpose: Purpose;
      readonly request: OrderRequest;
      readonly hand?: IntendedByHand;
    }
  /** A person wants an order, or other terms for one that rests; it is decided on when prices are there. */
  | { readonly kind: 'handWanted'; readonly request: OrderRequest; readonly replaces: ClientOrderId | null }
  | { readonly kind: 'handDenied'; readonly id: ClientOrderId; readonly denial: Denial }
  /** The venue changed the order where it lay: the one that was to replace it never was. */
  | { readonly kind: 'orderAmended'; readonly id: ClientOrderId; readonly by: ClientOrderId }
  /** Nobody said in time what became of an order by hand. */
  | { readonly kind: 'orderLeftToPerson'; readonly id: ClientOrderId }
  | {
      readonly kind: 'orderChanged';
      readonly id: ClientOrderId;
      readonly state: OrderState;
      readonly filled: Quantity;
      readonly venueOrderId: string | null;
      readonly failure: Failure | null;
      /** When its intent was on disk. */
      readonly durable?: number;
      readonly wire: number | null;
      readonly acknowledged: number | null;
      /** Our own check held it back right before the wire. */
      readonly denial?: Denial;
    }
  | { readonly kind: 'orderFilled'; readonly id: ClientOrderId; readonly fill: Fill }
  /** A lookup found nothing. `looked` is absent in older journals, which have only those where open orders and trades agreed. */
  | { readonly kind: 'orderMissed'; readonly id: ClientOrderId; readonly looked?: Looked; readonly elapsed?: number }
  | { readonly kind: 'cancelWanted'; readonly id: ClientOrderId }
  | {
      readonly kind: 'fundingPaid';
      readonly coin: Coin;
      readonly payment: FundingPayment;
      /** What of it is each hedge's; empty where none was short then. */
      readonly shares: Readonly<Record<HedgeId, Usdt>>;
    }
  /** A coin's first prices of a day that had begun already: what its hedge came to by then is not today's. */
  | { readonly kind: 'dayBased'; readonly id: HedgeId; readonly base: Krw }
  /** The first round without usable prices of a coin that has an open hedge; over with its next `hedgeMarked`. */
  | { readonly kind: 'marksMissed'; readonly coin: Coin }
  /** `carried`: the capital is the last that was known, for an account could not be read. */
  | {
      readonly kind: 'dayStarted';
      readonly kst: number;
      readonly capital: Krw;
      readonly bases: Readonly<Record<HedgeId, Krw>>;
      readonly carried?: true;
    }
  /** The accounts could be read since: the day's own capital, in place of a carried one. */
  | { readonly kind: 'capitalTaken'; readonly capital: Krw }
  | { readonly kind: 'apiErrorCounted'; readonly venue: Venue; readonly count: number; readonly failure: Failure | null }
  /** Entries that failed in a row; 0: one succeeded. */
  | { readonly kind: 'failedEntriesCounted'; readonly count: number }
  | {
      readonly kind: 'alarmRaised';
      readonly key: string;
      readonly code: AlarmCode;
      readonly severity: Severity;
      readonly hedge: HedgeId | null;
      readonly detail: string;
      readonly values?: Values;
    }
  | { readonly kind: 'alarmCleared'; readonly key: string }
);

export type FactOf<K extends Fact['kind']> = Extract<Fact, { kind: K }>;
/** A fact as the deciders write it: the step gives it its time. */
export type Unstamped = Fact extends infer F ? (F extends Fact ? Omit<F, 'at'> : never) : never;
