/** The tables of the snapshot: rows by id. Everything a person can see of signals, hedges, orders and alarms. */
import { z } from 'zod';
import { coinText, compared, decimalText, denial, idText, legName, side, time, values, venueName } from './values.ts';

/** Where a signal came from. */
const source = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('file'), path: z.string(), line: z.int() }),
  z.strictObject({ kind: z.literal('folder'), path: z.string(), index: z.int() }),
  z.strictObject({ kind: z.literal('socket'), connection: z.int() }),
  z.strictObject({ kind: z.literal('feed'), url: z.string(), seq: z.int().optional() }),
  z.strictObject({ kind: z.literal('person') }),
]);

/** What approving an ENTER now would do, on prices of a second ago. Approving asks for fresh ones. */
const ticket = z.strictObject({
  at: time,
  /** Coins on each leg. This and all other amounts are null where prices or the size do not let them be known. */
  quantity: decimalText.nullable(),
  spotWorst: decimalText.nullable(),
  perpWorst: decimalText.nullable(),
  /** What the spot leg would cost at the book, fee included. */
  spotCostKrw: decimalText.nullable(),
  marginUsdt: decimalText.nullable(),
  /** Both legs' taker fees. */
  feesKrw: decimalText.nullable(),
  /** Executable premium at this size. */
  premium: decimalText.nullable(),
  /** The limits it would use, after the trade. */
  limits: z.array(z.strictObject({ setting: z.string(), limit: z.string(), use: z.string(), part: z.number() })),
  /** Why it would be denied now; null when it would not. */
  denial: denial.nullable(),
});

export const signalState = z.enum([
  'accepted',
  'awaitingApproval',
  'executed',
  'duplicate',
  'conflict',
  'rejected',
  'expired',
  'declined',
  'failed',
  'malformed',
]);
/** One thing that a source said: its content when it could be read, and what became of it. */
const signalRow = z.strictObject({
  /** The row's own name: the signal's id, or the place of what could not be read or came again. */
  key: z.string(),
  id: z.string().nullable(),
  seen: time,
  source,
  state: signalState,
  code: z.string(),
  reason: z.string(),
  compared: compared.nullable(),
  values,
  hedge: z.string().nullable(),
  /** Null where nothing could be read, or it came again. */
  content: z
    .strictObject({
      action: z.enum(['ENTER', 'EXIT']),
      coin: coinText,
      quantity: decimalText.nullable(),
      amountKrw: decimalText.nullable(),
      createdAt: time,
      expiresAt: time,
      risk: decimalText.nullable(),
      expectedPremium: decimalText.nullable(),
      maxSlippage: decimalText.nullable(),
      hedge: z.string().nullable(),
      note: z.string().nullable(),
    })
    .nullable(),
  /** The beginning of what could not be read. */
  excerpt: z.string().nullable(),
  /** While an ENTER awaits approval and prices are there. */
  ticket: ticket.nullable(),
});

const leg = z.strictObject({ venue: venueName, quantity: decimalText, averagePrice: decimalText.nullable() });
/**
 * What a person may decide of a hedge that could not settle itself. Should a silent order turn up later, then:
 *
 *   closeKnown      (closes the leg whose outcome is known) it is booked and calls a person again: the legs differ by it
 *   keepWaiting     (keeps the known leg) the hedge settles by itself: hedged where the legs are equal, else reduced
 *   retry           (corrects the legs anew) there is no silent order
 *   settledAtVenue  (makes the books what the venues hold) it is booked and calls a person again, who may have counted it
 */
export const settleHow = z.enum(['closeKnown', 'keepWaiting', 'retry', 'settledAtVenue']);
export const hedgePhase = z.enum(['opening', 'hedged', 'closing', 'unwinding', 'flat', 'needsOperator']);
export const hedgeRow = z.strictObject({
  id: idText,
  coin: coinText,
  phase: hedgePhase,
  source,
  planned: decimalText,
  /** What each leg holds now, and the average price it was opened at. */
  spot: leg,
  perp: leg,
  /** spot − perp: what is not hedged. */
  residual: decimalText,
  /** Premium at the average prices of both openings, after fees; null until both legs filled. */
  entryPremium: decimalText.nullable(),
  /** The same of the closing trades; null until both legs were closed in part. */
  exitPremium: decimalText.nullable(),
  /** Realized and not, less fees. */
  resultKrw: decimalText,
  /** Of the spot cost; null before there is one. */
  resultRatio: decimalText.nullable(),
  spotCostKrw: decimalText,
  spotFeesKrw: decimalText,
  perpFeesUsdt: decimalText,
  /** Paid for holding the short, less what was taken. */
  fundingUsdt: decimalText,
  otherFees: z.array(z.strictObject({ currency: z.string(), amount: decimalText })),
  fx: decimalText,
  marks: z.strictObject({ spotBid: decimalText, perpAsk: decimalText, at: time }),
  openedAt: time,
  settledAt: time.nullable(),
  /** Who asked for the close that runs or waits. */
  closing: z.enum(['signal', 'person', 'stopLoss', 'closeAll']).nullable(),
  attempts: z.int(),
  orders: z.array(z.string()),
  /** What `hedge.settle` would take now; empty where the hedge settles itself. */
  waysToSettle: z.array(settleHow),
  /** The last that a person decided of it; `read` is what the venues held of it, for `settledAtVenue`. */
  settlement: z.strictObject({ how: settleHow, at: time, read: z.strictObject({ spot: decimalText, perp: decimalText }).nullable() }).nullable(),
});

const fill = z.strictObject({
  tradeId: z.string(),
  price: decimalText,
  quantity: decimalText,
  fee: decimalText,
  feeCurrency: z.string(),
  at: time,
});
/** What is known of an order that lookups do not find. Null: not looked at, could not be read, or says neither yes nor no. */
const evidence = z.strictObject({
  /** Lookups that found nothing, the first and the last of them. */
  lookups: z.int(),
  firstAt: time.nullable(),
  lastAt: time.nullable(),
  /** Whether the account's open orders name it, and its trades. */
  openOrders: z.boolean().nullable(),
  trades: z.boolean().nullable(),
  /** What the account should hold of the coin by the books, and what it holds. Unequal: it may have traded. */
  holdings: z.strictObject({ expected: decimalText, held: decimalText }).nullable(),
  stream: z.enum(['live', 'silent']).nullable(),
  /** Whether 5 lookups over 60 s with all else agreeing would prove it absent; else it takes a person, or the venue's word. */
  provable: z.boolean(),
  /** When everything stops and a person is called, unless its outcome is known by then; null while it is. */
  operatorAt: time.nullable(),
});
export const orderState = z.enum(['sending', 'open', 'unknown', 'filled', 'canceled', 'rejected', 'expired']);
export const orderRow = z.strictObject({
  id: z.string(),
  /** Null for an order by hand, which belongs to no hedge. */
  hedge: z.string().nullable(),
  venue: venueName,
  leg: legName,
  coin: coinText,
  side,
  /** The last three are trades that no order of ours made: a liquidation, a person's at the venue, dust moved between hedges. */
  purpose: z.enum(['entry', 'complete', 'unwind', 'exit', 'byHand', 'forced', 'settled', 'dust']),
  type: z.enum(['market', 'marketByCost', 'limit', 'best', 'bestByCost', 'stopMarket', 'trailingStopMarket']),
  timeInForce: z.enum(['IOC', 'FOK', 'GTC', 'postOnly']).nullable(),
  quantity: decimalText.nullable(),
  cost: decimalText.nullable(),
  /** The limit, or what sets a conditional order off; null where it is the market's. */
  price: decimalText.nullable(),
  reduceOnly: z.boolean(),
  state: orderState,
  filled: decimalText,
  averagePrice: decimalText.nullable(),
  fills: z.array(fill),
  venueOrderId: z.string().nullable(),
  /** The venue's no, or what went wrong on the way; where a check of ours held it back, its code, sentence and facts. */
  failure: z.strictObject({ code: z.string(), venueCode: z.string(), said: z.string(), compared: compared.nullable(), values }).nullable(),
  stamps: z.strictObject({
    decided: time,
    durable: z.number().nullable(),
    wire: z.number().nullable(),
    acknowledged: z.number().nullable(),
    filled: z.number().nullable(),
  }),
  /** While its outcome is unknown: since when, and how many lookups found nothing. */
  unknownSince: time.nullable(),
  misses: z.int(),
  evidence: evidence.nullable(),
  /** Whether `order.amend`, `order.cancel` and `order.settle` take it now: orders by hand only. */
  amendable: z.boolean(),
  cancelable: z.boolean(),
  settleable: z.boolean(),
});

export const alarmRow = z.strictObject({
  key: z.string(),
  code: z.string(),
  severity: z.enum(['info', 'warning', 'critical']),
  hedge: z.string().nullable(),
  detail: z.string(),
  values,
  at: time,
});

export const tables = z.strictObject({
  signals: z.record(z.string(), signalRow),
  hedges: z.record(z.string(), hedgeRow),
  orders: z.record(z.string(), orderRow),
  alarms: z.record(z.string(), alarmRow),
});

export type SourceView = Readonly<z.output<typeof source>>;
export type TicketView = Readonly<z.output<typeof ticket>>;
export type SignalRow = Readonly<z.output<typeof signalRow>>;
export type SignalState = z.output<typeof signalState>;
export type HedgeRow = Readonly<z.output<typeof hedgeRow>>;
export type HedgePhase = z.output<typeof hedgePhase>;
export type OrderRow = Readonly<z.output<typeof orderRow>>;
export type OrderState = z.output<typeof orderState>;
export type AlarmRow = Readonly<z.output<typeof alarmRow>>;
export type Tables = Readonly<z.output<typeof tables>>;
export type TableName = keyof Tables;
export type RowOf<T extends TableName> = Tables[T][string];
