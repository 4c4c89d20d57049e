/**
 * Everything the engine knows. It is plain data (JSON round-trips to an equal value) and equals the fold of all
 * journaled facts over `initialState`; nothing else may change it.
 */
import type { AlarmCode, StopCode, Values } from '../../shared/domain/codes.ts';
import type { ClientOrderId, Coin, HedgeId, InstallationId, SignalId } from '../../shared/domain/ids.ts';
import type { Failure } from '../../shared/domain/failure.ts';
import { defaultSettings, type Settings } from '../../shared/domain/settings.ts';
import type { EnterSignal, ExitSignal, SignalSource } from '../../shared/domain/signal.ts';
import { type FxRate, type Krw, krw, type Price, type Quantity, type SignedQuantity, type Usdt } from '../../shared/domain/units.ts';
import type { Fill, Leg, OrderRequest, Venue } from '../../shared/domain/venue.ts';
import type { Denial } from './denial.ts';
import type { SignalBook } from './signal-book.ts';

export type Mode = 'paper' | 'live' | 'shadow';

/** Why an order exists: decides what may leave when (risk/permission.ts). */
export type Purpose =
  | 'entry'
  /** Fills the smaller leg up after a partial entry. */
  | 'complete'
  /** Brings the larger leg down after an entry that half succeeded. */
  | 'unwind'
  /** Closes a leg because somebody or a rule asked for it. */
  | 'exit'
  /** A person's single order, which belongs to no hedge. */
  | 'byHand'
  | BookedPurpose;

/** A trade that no order of ours made, in the books as an order of its own. */
export type BookedPurpose =
  /** The venue closed the short: a liquidation or auto-deleveraging. */
  | 'forced'
  /** A person traded at the venue, and the books were made equal to it. */
  | 'settled'
  /** A residual too small to trade, moved to another hedge of the coin. */
  | 'dust';

export type OrderState = 'sending' | 'open' | 'unknown' | 'filled' | 'canceled' | 'rejected' | 'expired';

export interface Order {
  readonly id: ClientOrderId;
  /** Null for an order by hand, and for a trade booked on what orders by hand brought. */
  readonly hedge: HedgeId | null;
  readonly purpose: Purpose;
  readonly request: OrderRequest;
  readonly state: OrderState;
  /** Never falls: the larger of what the venue says and what the fills add up to. */
  readonly filled: Quantity;
  readonly fills: readonly Fill[];
  readonly venueOrderId?: string;
  readonly failure?: Failure;
  /** Why our own check held it back right before the wire. */
  readonly denial?: Denial;
  /** ms since 1970 of each step of its life, by our clock. */
  readonly stamps: Stamps;
  /** Lookups in a row that found nothing, while open orders and trades lacked it too: what proves it absent or lost. */
  readonly misses: Misses;
  /** What was found out about it since lookups began to miss it. */
  readonly evidence?: Evidence;
  readonly unknownSince?: number;
  /** When a cancel was last asked for. */
  readonly cancelWantedAt?: number;
  /** By hand only: the order whose terms it is to change. */
  readonly replaces?: ClientOrderId;
  /** By hand only, while its terms are being changed: the order that is to replace it, and what both may fill together. */
  readonly replacedBy?: { readonly order: ClientOrderId; readonly together: Quantity };
  /** By hand only: what of its trades closed the shorts of hedges and is booked there. */
  readonly covered?: Quantity;
  /** By hand only: nobody said in time what became of it, and a person was called. */
  readonly leftToPerson?: true;
}
export interface Misses {
  readonly count: number;
  readonly firstAt: number;
  /** How long they have gone on: measured between lookups, so that no clock that is set can stretch it. Absent in older snapshots. */
  readonly overMs?: number;
  /** `elapsed` of the newest, while the process that made it lives. */
  readonly elapsed?: number;
}
/** What was looked at for an order that lookups do not find. Null: could not be read, or says neither yes nor no. */
export interface Looked {
  /** Whether the account's open orders name it. */
  readonly openOrders: boolean | null;
  /** Whether the account's trades name it; null too where one names no order that we know. */
  readonly trades: boolean | null;
  /** What the account should hold of the coin by our books, and what it holds: unequal where the order traded unseen. */
  readonly holdings: { readonly expected: SignedQuantity; readonly held: SignedQuantity } | null;
  /** Whether the venue's order stream could be relied on. */
  readonly stream: 'live' | 'silent';
}
export interface Evidence extends Looked {
  /** Lookups that found nothing, whatever else was seen. */
  readonly lookups: { readonly count: number; readonly firstAt: number; readonly lastAt: number };
}

export interface Stamps {
  readonly decided: number;
  readonly durable?: number;
  readonly wire?: number;
  readonly acknowledged?: number;
  readonly filled?: number;
}

export type HedgePhase = 'opening' | 'hedged' | 'closing' | 'unwinding' | 'flat' | 'needsOperator';

/** Who or what wants a hedge closed. */
export type ExitCause =
  | { readonly kind: 'signal'; readonly signal: SignalId }
  | { readonly kind: 'person' }
  | { readonly kind: 'stopLoss' }
  | { readonly kind: 'closeAll' };

export interface ExitRequest {
  readonly cause: ExitCause;
  /** Coins to close; absent: everything. */
  readonly quantity?: Quantity;
}

/** What a person decided of a hedge: decide/operator.ts. */
export type SettleHow = 'closeKnown' | 'keepWaiting' | 'retry' | 'settledAtVenue';
export interface Settlement {
  readonly how: SettleHow;
  readonly at: number;
  /** For `settledAtVenue`, once both accounts were read: what of them is this hedge's. */
  readonly read?: { readonly spot: Quantity; readonly perp: Quantity };
  /** When that was; what happened at the venue before is in it. */
  readonly readAt?: number;
}

export interface Hedge {
  readonly id: HedgeId;
  readonly coin: Coin;
  readonly source: SignalSource;
  readonly phase: HedgePhase;
  /** What each leg was meant to hold at entry. */
  readonly planned: Quantity;
  /** What each leg may hold at most: `planned` while opening, what remains while closing or unwinding. */
  readonly target: Quantity;
  readonly orders: readonly ClientOrderId[];
  /** Correction rounds without progress in this phase. */
  readonly attempts: number;
  /** What the legs held when the hedge last moved: later holdings tell progress from standstill. */
  readonly heldAtMove: { readonly spot: Quantity; readonly perp: Quantity };
  /** Numbers every order of the hedge: makes their ids differ. */
  readonly sequence: number;
  /** The exit being carried out, and those that wait for the hedge to settle. */
  readonly exit?: ExitRequest;
  readonly waitingExits: readonly ExitRequest[];
  readonly openedAt: number;
  readonly settledAt?: number;
  /** KRW per USDT at the last quote: what perpetual results are turned into KRW with. */
  readonly fx: FxRate;
  /** The same when it was opened: what its entry premium is reckoned with. Absent in journals of before it was kept. */
  readonly entryFx?: FxRate;
  /** Last prices seen for it: spot bid, perpetual ask. */
  readonly marks: { readonly spotBid: Price; readonly perpAsk: Price; readonly at: number };
  /** When the loss first stood at or above the stop-loss in an unbroken run of marks. */
  readonly lossSince?: number;
  readonly seen: number;
  /** Paid for its short so far, less what was taken. Absent: nothing. */
  readonly funding?: Usdt;
  /** The last that a person decided of it. */
  readonly settlement?: Settlement;
}

export interface PendingEntry {
  readonly signal: EnterSignal;
  readonly source: SignalSource;
  /** When it came in, by our clock. */
  readonly seen: number;
  /** `seen` less `elapsed` of that moment, while the process that saw it lives: tells its age where the clock was set back. */
  readonly timerZero?: number;
  /** Which fact took it: what came first, also within one ms. Absent in older snapshots. */
  readonly nth?: number;
  /** `waiting` until the engine may decide on it at all (it came while reconciling). */
  readonly state: 'waiting' | 'queued' | 'awaitingApproval';
  /** Who let it run. */
  readonly by?: 'auto' | 'person';
}
export interface PendingExit {
  readonly signal: ExitSignal;
  readonly source: SignalSource;
  readonly seen: number;
  readonly timerZero?: number;
  readonly nth?: number;
  readonly state: 'waiting' | 'queued' | 'awaitingApproval' | 'running';
  /** Who let it run. */
  readonly by?: 'auto' | 'person';
  /** While running: the hedges it still waits for, and how it went with the others. */
  readonly remaining: readonly HedgeId[];
  readonly ended: readonly { readonly hedge: HedgeId; readonly how: PartEnd }[];
}
/** How an EXIT ended at one hedge; failed: a person has to settle it. */
export type PartEnd = 'closed' | 'denied' | 'failed';

export type Severity = 'info' | 'warning' | 'critical';

export interface Alarm {
  readonly code: AlarmCode;
  readonly severity: Severity;
  readonly hedge: HedgeId | null;
  readonly detail: string;
  /** The facts that `alarmValues` names for the code. Absent in older snapshots. */
  readonly values?: Values;
  readonly at: number;
}

export type StopSource = 'file' | 'socket' | 'command' | 'button' | 'shortcut' | 'tray' | 'secondInstance' | 'limit';
export interface Stop {
  readonly at: number;
  readonly source: StopSource;
  readonly reason: string;
  /** What fired it, and the facts that `stopValues` names for it. Absent in older snapshots. */
  readonly code?: StopCode;
  readonly values?: Values;
}

/** One day of Korean time, for the daily limits. */
export interface Day {
  /** Days since 1970 in Korean time. */
  readonly kst: number;
  readonly entries: number;
  /** Results booked today: of hedges when they went flat, less what they had gained before today. */
  readonly realized: Krw;
  /** Capital at the first marks of the day with both accounts read; null until there were any. */
  readonly capital: Krw | null;
  /** The accounts could not be read since the day began: its capital is still that of a day before. */
  readonly isCarried?: true;
  /** Result that each hedge had when the day began, or when it was booked since: only what comes after is today's. */
  readonly bases: Readonly<Record<HedgeId, Krw>>;
}

/** What a venue holds beside our hedges, by coin; a position as it is, a short negative. Zeros are left out. */
export interface OutsideBook {
  /** At the first arming, and what a person took in since; null before. */
  readonly taken: Readonly<Record<Coin, SignedQuantity>> | null;
  /** As last read while nothing of ours moved there. */
  readonly seen: Readonly<Record<Coin, SignedQuantity>>;
  /** One read found this instead: believed when a later one says the same. */
  readonly doubted: Readonly<Record<Coin, { readonly quantity: SignedQuantity; readonly at: number }>>;
}

/** Trades of a forced close that are not booked yet: it is not known of which hedge they are. */
export interface ForcedTrades {
  readonly venue: Venue;
  readonly coin: Coin;
  readonly clientId: string;
  readonly venueOrderId: string;
  readonly fills: readonly Fill[];
}

/** An order by hand that waits for the prices it is decided on. */
export interface WantedOrder {
  readonly request: OrderRequest;
  /** The order whose terms it is to change. */
  readonly replaces: ClientOrderId | null;
  readonly at: number;
}
export interface ByHand {
  /** Numbers every order by hand: makes their ids differ. */
  readonly sequence: number;
  readonly wanted: Readonly<Record<ClientOrderId, WantedOrder>>;
  /** What orders that left the state bought and sold, net, by venue and coin. Zeros are left out. */
  readonly book: Readonly<Partial<Record<Venue, Readonly<Record<Coin, SignedQuantity>>>>>;
  /** KRW for a coin when an order by hand was last decided on it: what is not priced otherwise is valued at this. */
  readonly marks: Readonly<Record<Coin, Price>>;
}

export interface State {
  readonly installation: InstallationId;
  readonly mode: Mode;
  /** Facts folded so far. */
  readonly facts: number;
  /** `reconciling` from every start until both venues have been read. */
  readonly phase: 'reconciling' | 'ready';
  /** When this process had read both venues; 0 before the first time. */
  readonly readyAt: number;
  /** While the venues have not been read since a sleep of the machine: when it ended. */
  readonly resumedAt?: number;
  readonly armWhenReady: boolean;
  readonly armed: boolean;
  readonly stop: Stop | null;
  /** Whether the stop that stands closes every hedge. Absent: it keeps them. */
  readonly closeAll?: boolean;
  /** When a person last reset the stop; 0 before. What had fired it by then needs its whole time anew. */
  readonly resetAt: number;
  readonly approval: 'manual' | 'auto';
  readonly settings: Settings;
  readonly signals: SignalBook;
  readonly entries: Readonly<Record<SignalId, PendingEntry>>;
  readonly exits: Readonly<Record<SignalId, PendingExit>>;
  readonly hedges: Readonly<Record<HedgeId, Hedge>>;
  readonly orders: Readonly<Record<ClientOrderId, Order>>;
  readonly byHand: ByHand;
  /** The one hedge being opened: holds the slot of both its venues. */
  readonly slots: Readonly<Partial<Record<Venue, SignalId>>>;
  readonly alarms: Readonly<Record<string, Alarm>>;
  /** Hash of the account behind each venue's key; another one refuses to arm. */
  readonly accounts: Readonly<Partial<Record<Venue, string>>>;
  readonly outside: Readonly<Partial<Record<Venue, OutsideBook>>>;
  readonly forced: readonly ForcedTrades[];
  /** The newest funding that was booked, by coin. */
  readonly fundedAt: Readonly<Record<Coin, number>>;
  readonly apiErrors: Readonly<Partial<Record<Venue, number>>>;
  /** Entries in a row that failed, since a person last reset the stop. Absent in older snapshots: none. */
  readonly failedEntries?: number;
  /** Times of the entries of the last minute, and how many this KST day. */
  readonly entryTimes: readonly number[];
  readonly day: Day;
  readonly closedAt: Readonly<Record<Coin, number>>;
  /** Since when a coin has had no usable prices; none where it has. Absent in older snapshots. */
  readonly marksMissedAt?: Readonly<Record<Coin, number>>;
  /** Places of signal files and last sequence of signal feeds, by path or URL. */
  readonly places: Readonly<Record<string, unknown>>;
  /** Flat hedges, oldest first: the newest are kept for a late word of the venue, the rest leave the state. */
  readonly settled: readonly HedgeId[];
}

const zeroKrw = krw('0');

export const legVenue: Readonly<Record<Leg, Venue>> = { spot: 'upbit', perp: 'binance' };
export const legOf: Readonly<Record<Venue, Leg>> = { upbit: 'spot', binance: 'perp' };

/** The state before the first fact of a journal. */
export function initialState(installation: InstallationId, mode: Mode): State {
  return {
    installation,
    mode,
    facts: 0,
    phase: 'reconciling',
    readyAt: 0,
    armWhenReady: false,
    armed: false,
    stop: null,
    resetAt: 0,
    approval: 'manual',
    settings: defaultSettings,
    signals: {},
    entries: {},
    exits: {},
    hedges: {},
    orders: {},
    byHand: { sequence: 0, wanted: {}, book: {}, marks: {} },
    slots: {},
    alarms: {},
    accounts: {},
    outside: {},
    forced: [],
    fundedAt: {},
    apiErrors: {},
    entryTimes: [],
    day: { kst: 0, entries: 0, realized: zeroKrw, capital: null, bases: {} },
    closedAt: {},
    places: {},
    settled: [],
  };
}
