/** The parts of the snapshot that there is one of: how the console stands, its venues, limits, prices, preferences. */
import { z } from 'zod';
import { coinText, decimalText, idText, legName, time, values, venueName } from './values.ts';

export const stopSource = z.enum(['file', 'socket', 'command', 'button', 'shortcut', 'tray', 'secondInstance', 'limit']);

/** What the banner says: never more than a glance away. */
const standing = z.strictObject({
  mode: z.enum(['paper', 'live', 'shadow']),
  /** `synthetic`, `live` or `recorded:FILE`. */
  market: z.string(),
  /** What may leave now (docs/risk.md); a failed disk outranks everything, the stop outranks arming. */
  trading: z.enum(['reconciling', 'disarmed', 'armed', 'stopped', 'diskFailed']),
  /** The stop as it stands, whatever `trading` says. */
  stop: z.strictObject({ at: time, source: stopSource, reason: z.string(), code: z.string(), values }).nullable(),
  /** A STOP file lies in the data folder: a reset is refused while it is there. */
  stopFile: z.boolean(),
  /** Why the journal cannot be written any more. */
  diskFailure: z.string().nullable(),
  approval: z.enum(['manual', 'auto']),
  /** Why arming would be refused; null when it would not. */
  armingBar: z.strictObject({ code: z.string(), reason: z.string() }).nullable(),
  installation: z.string(),
  version: z.string(),
  dataDir: z.string(),
  startedAt: time,
  /** Where signals are read from. */
  sources: z.array(z.strictObject({ kind: z.enum(['file', 'folder', 'socket', 'feed']), place: z.string() })),
});

const venue = z.strictObject({
  venue: venueName,
  leg: legName,
  /** The order stream: `waiting` until it was live for the first time. */
  stream: z.enum(['waiting', 'live', 'silent']),
  /** Our clock minus the venue's; null until it was measured. */
  clockOffsetMs: z.number().nullable(),
  /** Failed signed requests in a row. */
  apiErrors: z.int(),
  /** When the account was last read; null before. */
  readAt: time.nullable(),
  balances: z.array(z.strictObject({ currency: z.string(), free: decimalText, locked: decimalText })),
  margin: z.strictObject({ balance: decimalText, available: decimalText, maintenance: decimalText }).nullable(),
  /** What lies on the account beside our hedges, by coin; a position as it is. */
  outside: z.array(
    z.strictObject({
      coin: coinText,
      /** At the first arming and since taken in; null before the first arming. */
      taken: decimalText.nullable(),
      seen: decimalText,
      /** What came or went since: refuses entries in the coin until `outside.accept`. "0" for nothing. */
      external: decimalText,
    }),
  ),
  /** What orders by hand bought and sold there, net; a position as it is. Zeros are left out. */
  byHand: z.array(z.strictObject({ coin: coinText, quantity: decimalText })),
  positions: z.array(
    z.strictObject({
      coin: coinText,
      /** Short is negative. */
      quantity: decimalText,
      entryPrice: decimalText,
      markPrice: decimalText,
      liquidationPrice: decimalText.nullable(),
    }),
  ),
  /**
   * The venue's own countdown that cancels resting orders once nobody starts it anew; null where a venue has none.
   * `blocked`: it would cancel orders of others too. `until`: when the first of them would be canceled, by our clock.
   */
  deadMan: z.strictObject({ state: z.enum(['off', 'running', 'blocked', 'failed']), until: time.nullable() }).nullable(),
});
const venues = z.strictObject({ upbit: venue, binance: venue });

/** Every setting by name, as text. */
const settings = z.record(z.string(), z.string());

/** How much of a limit is used now. `part` is 0 to 1 and beyond, for a bar; null where there is nothing to measure yet. */
const limitUse = z.strictObject({ setting: z.string(), limit: z.string(), use: z.string().nullable(), part: z.number().nullable() });
const risk = z.strictObject({
  /** Days since 1970 in Korean time. */
  kstDay: z.int(),
  entriesToday: z.int(),
  /** Result of the KST day, realized and not; null before the day's first prices. */
  dayResultKrw: decimalText.nullable(),
  realizedKrw: decimalText,
  /** KRW, coins of our hedges at the bid, and the margin balance in KRW; null until both accounts were read. */
  capitalKrw: decimalText.nullable(),
  positionKrw: decimalText,
  limits: z.array(limitUse),
});

/** How far the shorts are from liquidation, and how many more hedges both venues can fund. Null where it is not known. */
export const runway = z.strictObject({
  shorts: z.array(
    z.strictObject({
      coin: coinText,
      /** Coins short on the account, ours and not: the venue liquidates them together. */
      quantity: decimalText,
      markPrice: decimalText,
      liquidationPrice: decimalText.nullable(),
      /** How far the mark price may rise before the venue liquidates, of the mark price. */
      distance: decimalText.nullable(),
      level: z.enum(['ok', 'low', 'critical', 'unknown']),
      /** USDT to add to the position's margin for the distance that an entry needs; "0" where it is that far. */
      marginToAdd: decimalText.nullable(),
      /**
       * Coins to close on both legs instead. An isolated position is liquidated where it was when a part of it is closed: what
       * the closes free, `freed` in USDT, has to be added to the margin of the rest.
       */
      reduceBy: decimalText.nullable(),
      freed: decimalText.nullable(),
      /** The closes that make up `reduceBy`: what `hedge.close` takes. */
      reduce: z.array(z.strictObject({ hedge: idText, quantity: decimalText })),
    }),
  ),
  readiness: z.strictObject({
    /** KRW of one hedge: the spot cost of the one that was opened last, else ten million; never more than a hedge may cost. */
    size: decimalText,
    spot: z.strictObject({ freeKrw: decimalText, hedges: z.int() }).nullable(),
    perp: z.strictObject({ freeUsdt: decimalText, hedges: z.int() }).nullable(),
    /** What would even both sides; null where they are even, or one is not known. */
    move: z.strictObject({ from: venueName, to: venueName, amountKrw: decimalText }).nullable(),
  }),
});

const priced = z.strictObject({ rate: decimalText, at: time, source: z.string() });
const touch = z.strictObject({ bid: decimalText, ask: decimalText, at: time });
/** Prices of the coin that the chart shows. Premiums are ratios: "0.031" is 3.1 %. */
const market = z.strictObject({
  coin: coinText,
  at: time,
  spot: touch.nullable(),
  perp: touch.nullable(),
  /** Upbit's USDT/KRW: what trading is reckoned with. */
  usdtKrw: priced.nullable(),
  /** A bank's USD/KRW: what the kimchi premium is shown with. */
  usdKrw: priced.nullable(),
  /** Middle against middle at each rate. */
  tradingPremium: decimalText.nullable(),
  kimchiPremium: decimalText.nullable(),
  /** What an ENTER or an EXIT of `size` would get now, from both books, after both fees. */
  executable: z.strictObject({ size: decimalText, enter: decimalText.nullable(), exit: decimalText.nullable() }),
});

/**
 * What came of the stop that stands, from its first instant on. Until the venues were read after it, it says what the
 * books know and names who has not confirmed it.
 */
export const stopReport = z.strictObject({
  /** When it fired. */
  at: time,
  /** Whether every hedge is to be closed; else they are kept. What was traded by hand stays in any case. */
  closeAll: z.boolean(),
  /** Reads begun after all else show no own order open and what the books say; with `closeAll`, every hedge is flat by then. */
  done: z.boolean(),
  /** Own orders that are open, by the books or by a venue's own list; not those by hand that only reduce, which a stop leaves. */
  openOrders: z.array(z.string()),
  /** Own orders whose outcome is not known: under way, or silent. */
  unknownOrders: z.array(z.string()),
  /** Hedges that were open at the stop, and those that are. */
  hedges: z.array(
    z.strictObject({
      hedge: idText,
      coin: coinText,
      /** Coins that each leg holds. */
      spot: decimalText,
      perp: decimalText,
      /** spot − perp: what is not hedged. */
      residual: decimalText,
      /** `waiting`: for the outcome of its orders, before it is brought level or closed. */
      state: z.enum(['kept', 'waiting', 'closing', 'closed', 'needsOperator']),
    }),
  ),
  /** What orders by hand bought and sold, net; a position as it is. No stop closes it. Zeros are left out. */
  byHand: z.array(z.strictObject({ venue: venueName, coin: coinText, quantity: decimalText })),
  /** When it was first known to be done; null while it is not. */
  settledAt: time.nullable(),
  /** Venues that have not shown it themselves since: not read yet, or holding something else than the books say. */
  unconfirmed: z.array(venueName),
});

export const preferences = z.strictObject({
  /** Null: as the system or browser says. */
  language: z.enum(['ko', 'en']).nullable(),
  theme: z.enum(['dark', 'light', 'system']),
});

export const parts = z.strictObject({
  standing,
  venues,
  settings,
  risk,
  runway,
  market: market.nullable(),
  preferences,
  stopReport: stopReport.nullable(),
});

export type Standing = Readonly<z.output<typeof standing>>;
export type VenueView = Readonly<z.output<typeof venue>>;
export type LimitUse = Readonly<z.output<typeof limitUse>>;
export type RiskView = Readonly<z.output<typeof risk>>;
export type RunwayView = Readonly<z.output<typeof runway>>;
export type MarketView = Readonly<z.output<typeof market>>;
export type PreferencesView = Readonly<z.output<typeof preferences>>;
export type StopReport = Readonly<z.output<typeof stopReport>>;
export type SettingsView = Readonly<z.output<typeof settings>>;
export type Parts = Readonly<z.output<typeof parts>>;
