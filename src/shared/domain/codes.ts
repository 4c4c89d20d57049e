/**
 * Codes that a person reads, each with the names of the facts that stand beside it: the engine gives exactly these, and a
 * console makes its sentence of them. Plain data, so that both sides see the same lists.
 *
 * A value is plain text or a decimal as text, never a sentence of ours; `said` is a venue's or the system's own words.
 */

/** Facts of one occurrence, by name. */
export type Values = Readonly<Record<string, string>>;
type Table = Readonly<Record<string, readonly string[]>>;
/** Exactly the values that a table promises for a code. */
export type ValuesOf<T extends Table, C extends keyof T> = Readonly<Record<T[C][number], string>>;

/** A code of a table with its values. */
export type Coded<T extends Table> = { readonly [C in keyof T]: { readonly code: C; readonly values: ValuesOf<T, C> } }[keyof T];

/** What fired the stop. Quantities are coins, ratios are parts of 1, `seconds` are whole. */
export const stopValues = {
  /** A person, or a program that may speak for one; the source says which. */
  PERSON: [],
  DAILY_LOSS: ['was', 'limit'],
  /** `failure` is the code of the last one. */
  API_ERRORS: ['venue', 'was', 'limit', 'failure'],
  FAILED_ENTRIES: ['was', 'limit'],
  VENUE_GONE: ['venue', 'said'],
  MAINTENANCE: ['venue', 'said'],
  KEY_REFUSED: ['venue', 'said'],
  POSITION_MISMATCH: ['venue', 'coin', 'held', 'needed'],
  MARGIN_RATIO: ['was', 'limit'],
  /** ms, either way. */
  CLOCK: ['venue', 'was', 'limit'],
  OVERFILL: ['what', 'venue', 'coin', 'order', 'was', 'limit'],
  UNKNOWN_OUTCOME: ['venue', 'coin', 'side', 'order', 'seconds'],
  JOURNAL_FAILED: ['said'],
  /** In journals of before there were codes. */
  UNSAID: [],
} as const satisfies Table;
export type StopCode = keyof typeof stopValues;
export type StopCause = Coded<typeof stopValues>;

export const alarmValues = {
  NAKED_LEG: ['coin', 'spot', 'perp', 'residual'],
  UNKNOWN_OUTCOME: ['venue', 'coin', 'side', 'order'],
  NEEDS_OPERATOR: ['coin', 'spot', 'perp', 'residual'],
  /** `what`: `order` filled more than it asked for; `leg` closed beyond what was opened. */
  OVERFILL: ['what', 'venue', 'coin', 'order', 'was', 'limit'],
  POSITION_MISMATCH: ['venue', 'coin', 'held', 'needed'],
  /** More than was taken in; negative is less. */
  EXTERNAL_CHANGE: ['venue', 'coin', 'quantity'],
  EXPIRED_EXIT: ['signal'],
  /** `when`: `start` it could not be read yet; `later` it was there before. */
  VENUE_UNREACHABLE: ['venue', 'when', 'said'],
  STREAM_SILENT: ['venue', 'said'],
  STALE_MARKS: ['coin'],
  STOP_LOSS: ['coin', 'was', 'limit'],
  /** ms, either way. */
  CLOCK: ['venue', 'was', 'limit'],
  /** `what`: the source's own code of its trouble, or `GAP`. */
  SIGNAL_SOURCE: ['source', 'what', 'said'],
  /** `what`: `other` somebody else's; `forced` the venue's own close; `late` one of ours that was long over, without venue and coin. */
  OUTSIDE_ORDER: ['what', 'venue', 'coin', 'order'],
  FORCED_CLOSE: ['venue', 'coin', 'quantity', 'order'],
  PROTECTIVE_CLOSE: ['venue', 'coin', 'quantity', 'order'],
  /** The distance to liquidation and where an alarm begins; `price` is the mark price of liquidation. */
  RUNWAY_LOW: ['coin', 'was', 'limit', 'price'],
  RUNWAY_CRITICAL: ['coin', 'was', 'limit', 'price'],
  /** `order`: somebody else's, which the countdown would cancel too. */
  DEAD_MAN_OFF: ['venue', 'coin', 'order'],
  DEAD_MAN_FAILED: ['venue', 'coin', 'said'],
  FOREIGN_ORDERS: ['venue', 'order'],
  /** Hashes of the accounts. */
  ACCOUNT_CHANGED: ['venue', 'was', 'is'],
  /** Too little room at the start, in whole MB. */
  JOURNAL_FAILED: ['limit'],
  KEY_REFUSED: ['venue', 'said'],
  /** `code` of the stop, and its source. */
  STOP: ['code', 'source'],
} as const satisfies Table;
export type AlarmCode = keyof typeof alarmValues;
export type AlarmCause = Coded<typeof alarmValues>;

/** What was compared stands beside these as `limit` and `was`. docs/risk.md explains the codes. */
export const denialValues = {
  // state
  RECONCILING: [],
  DISARMED: [],
  STOPPED: [],
  JOURNAL_FAILED: [],
  ACCOUNT_CHANGED: [],
  NEEDS_OPERATOR: ['hedge'],
  UNKNOWN_OUTCOME: ['order'],
  // inputs
  /** `what`: `book`, `rules`, `clock`, `balances`, `usdtKrw`, `margin`, `premium`; `failure` is a code, or empty. */
  NO_DATA: ['venue', 'what', 'failure'],
  STALE_BOOK: ['venue'],
  STALE_FX: [],
  /** Of hedges in another coin: what they are worth is part of every limit. */
  STALE_MARKS: ['coin'],
  EMPTY_BOOK: [],
  NOT_LISTED: ['venue'],
  CLOCK_OFFSET: ['venue'],
  NOT_PREPARED: ['venue', 'said'],
  // size
  BELOW_STEP: [],
  /** `what`: `quantity` or `value`. */
  BELOW_MINIMUM: ['venue', 'what'],
  INSUFFICIENT_KRW: [],
  INSUFFICIENT_MARGIN: [],
  // limits
  POSITION_LIMIT: [],
  COIN_POSITION_LIMIT: ['coin'],
  LEVERAGE_LIMIT: [],
  HEDGE_SIZE_LIMIT: [],
  /** Right before the wire: the other leg of the entry has left and ended without a fill. */
  PARTNER_FAILED: [],
  /** Right before the wire: the worst price of an order against what the newest book allows. */
  PRICE_COLLAR: ['venue'],
  // orders by hand
  NOT_OFFERED: ['venue', 'side', 'type'],
  OFF_STEP: ['venue'],
  OFF_TICK: ['venue'],
  /** Of one order at market. */
  ABOVE_MAXIMUM: ['venue'],
  WRONG_TRIGGER: ['venue'],
  CALLBACK_LIMIT: ['venue'],
  /** What the account holds, what hedges need of it, and what other orders by hand are to trade of it. */
  NOT_HELD: ['venue', 'coin', 'held', 'hedges', 'orders'],
  WOULD_UNHEDGE: ['venue', 'coin', 'held', 'hedges', 'orders'],
  ORDER_OVER: [],
  SIGNAL_RISK: [],
  ENTRIES_PER_MINUTE: [],
  ENTRIES_PER_DAY: [],
  COOLDOWN: ['coin'],
  IMPLAUSIBLE_PREMIUM: [],
  LIQUIDATION_DISTANCE: [],
  FREE_MARGIN: [],
  MARGIN_RATIO: [],
  DAILY_LOSS: [],
  OUTSIDE_POSITION: ['coin'],
  EXTERNAL_CHANGE: ['venue', 'coin', 'quantity'],
  POSITION_MISMATCH: ['venue', 'coin'],
  // the signal's own bounds
  PREMIUM_MOVED: [],
  // exits
  /** Right before the wire: an order would close more than its leg holds by now. */
  MORE_THAN_HELD: ['venue', 'coin'],
  /** `why`: `closing` each is being closed already; `notOpen`; `flat` it was by then. */
  NOTHING_TO_CLOSE: ['coin', 'hedge', 'why'],
  /** An ENTER that had not begun when an EXIT of everything came. */
  SUPERSEDED: ['signal'],
  DECLINED: [],
} as const satisfies Table;
export type DenialCode = keyof typeof denialValues;

/** How a signal ended, beside the denials: what a `signalJudged` says. */
export const verdictValues = {
  AWAITING_APPROVAL: [],
  EXPIRED: [],
  HEDGED: [],
  CLOSED: [],
  /** `said`: what the venues answered, by code; empty where they said nothing. */
  UNWOUND: ['said'],
  NOTHING_FILLED: ['said'],
} as const satisfies Table;

/** Every value of `what`, `when` or `why`, for the codes that have one of them: each has a sentence of its own. */
export const choices = {
  OVERFILL: ['order', 'leg'],
  VENUE_UNREACHABLE: ['start', 'later'],
  SIGNAL_SOURCE: ['GAP', 'NOT_PLAIN', 'WORLD_WRITABLE', 'UNREADABLE', 'NOT_MOVED', 'NOT_TAKEN', 'DISCONNECTED', 'REFUSED'],
  OUTSIDE_ORDER: ['other', 'forced', 'late'],
  NO_DATA: ['book', 'rules', 'clock', 'balances', 'usdtKrw', 'margin', 'premium', 'signal', 'order'],
  BELOW_MINIMUM: ['quantity', 'value'],
  NOTHING_TO_CLOSE: ['closing', 'notOpen', 'flat'],
} as const satisfies Table;
