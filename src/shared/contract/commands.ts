/**
 * Every command with the form of its input and output: what a console can ask of the engine, and nothing else.
 * Secrets go in, never out: no output holds one.
 */
import { z } from 'zod';
import type { Reply } from './reply.ts';
import { preferences } from './parts.ts';
import { orderTerms } from './order-terms.ts';
import { settleHow } from './rows.ts';
import { snapshot } from './updates.ts';
import { amountText, coinText, decimalText, denial, idText, orderIdText, side, time, venueName } from './values.ts';

const nothing = z.strictObject({});
/** An order by hand: on a perpetual venue a buy is always reduce-only. */
const handOrder = z.strictObject({ venue: venueName, coin: coinText, side, terms: orderTerms });
const orderId = z.strictObject({ order: orderIdText });
const floats = z.custom<Float64Array>((value) => value instanceof Float64Array);

/** A fact of the journal, as it was written. */
const journalEntry = z.strictObject({
  /** Record in the journal, and the fact's place in it: together they name the fact. */
  seq: z.int(),
  index: z.int(),
  at: time,
  kind: z.string(),
  signal: z.string().nullable(),
  hedge: z.string().nullable(),
  order: z.string().nullable(),
  /** The fact itself, as JSON. */
  fact: z.json(),
});

export const commands = {
  'snapshot.get': { input: nothing, output: snapshot },
  'console.arm': { input: nothing, output: nothing },
  'console.disarm': { input: nothing, output: nothing },
  'approval.set': { input: z.strictObject({ approval: z.enum(['manual', 'auto']) }), output: nothing },
  'signal.approve': { input: z.strictObject({ signal: idText }), output: nothing },
  'signal.decline': { input: z.strictObject({ signal: idText }), output: nothing },
  /** A person's ENTER; it goes the way of every other signal and has its id. Exactly one of the two sizes. */
  'hedge.open': {
    input: z.union([z.strictObject({ coin: coinText, quantity: amountText }), z.strictObject({ coin: coinText, amountKrw: amountText })]),
    output: z.strictObject({ signal: idText }),
  },
  /** Closes a hedge, or a quantity of coins of it, on both legs. */
  'hedge.close': { input: z.strictObject({ hedge: idText, quantity: amountText.nullable() }), output: nothing },
  /** A person's decision on a hedge that could not settle itself; its row has which there are (`settleHow` says what each does). */
  'hedge.settle': { input: z.strictObject({ hedge: idText, how: settleHow }), output: nothing },
  /**
   * An order by hand, decided on prices of now under the same limits as everything else. Answers when it was decided: with
   * the id under which it is sent, or with the code of the denial.
   */
  'order.place': { input: handOrder, output: orderId },
  /** What `order.place` would do now. Nothing is sent, and no market is prepared. */
  'order.check': {
    input: handOrder,
    output: z.strictObject({
      /** The worst price it may be done at: the limit, or the book's end of the size; null where nobody knows it. */
      worst: decimalText.nullable(),
      /** Worth of the size at the book or its own price, in KRW, and the taker fee on it; null where prices are missing. */
      valueKrw: decimalText.nullable(),
      feesKrw: decimalText.nullable(),
      /** Why it would be denied; null when it would not. */
      denial: denial.nullable(),
    }),
  },
  /** Other terms for an order by hand that rests (`amendable`); `price` is what sets a stop off. Answers like `order.place`, with the id of the order that stands. */
  'order.amend': { input: z.strictObject({ order: orderIdText, quantity: amountText, price: amountText }), output: orderId },
  /** Asks the venue to take an order by hand back (`cancelable`); its row says what became of it. */
  'order.cancel': { input: orderId, output: nothing },
  /** Sets an order by hand aside of which no outcome can be had (`settleable`): the books are made what its venue holds. */
  'order.settle': { input: orderId, output: nothing },
  /** Latches before it answers. `closeAll` closes every hedge as well. */
  'stop.engage': { input: z.strictObject({ closeAll: z.boolean() }), output: nothing },
  /** `seen`: when the stop that the person has before their eyes was latched; another one is not reset. */
  'stop.reset': { input: z.strictObject({ seen: time.optional() }), output: nothing },
  /** Takes in what came or went on an account beside our hedges. */
  'outside.accept': { input: z.strictObject({ venue: venueName, coin: coinText }), output: nothing },
  /** A value that lets more through needs to be typed twice, and a disarmed console (src/shared/domain/loosening.ts). */
  'settings.set': {
    input: z.strictObject({ name: z.string().max(64), value: z.string().max(64), again: z.string().max(64).optional() }),
    output: nothing,
  },
  'preferences.set': { input: preferences.partial(), output: nothing },
  /** Points of the premium chart between two times, at most `points` of them; gaps are NaN. */
  'premium.history': {
    input: z.strictObject({ from: time, to: time, points: z.int().min(2).max(2000) }),
    output: z.strictObject({
      coin: coinText,
      /** How many points are stored between the two times. */
      stored: z.int(),
      at: floats,
      /** Ratios; numbers are for drawing only. */
      trading: floats,
      kimchi: floats,
    }),
  },
  /** Newest first. `before` is the place of the last entry that is known; null begins at the newest. */
  'journal.read': {
    input: z.strictObject({
      before: z.strictObject({ seq: z.int(), index: z.int() }).nullable(),
      limit: z.int().min(1).max(500),
      /** Only entries in whose text this occurs, case aside. */
      search: z.string().max(100).nullable(),
    }),
    output: z.strictObject({ entries: z.array(journalEntry), more: z.boolean() }),
  },
} satisfies Record<string, { input: z.ZodType; output: z.ZodType }>;

export type CommandName = keyof typeof commands;
export type CommandInput<N extends CommandName> = z.output<(typeof commands)[N]['input']>;
export type CommandOutput<N extends CommandName> = z.output<(typeof commands)[N]['output']>;
export type Handlers = { readonly [N in CommandName]: (input: CommandInput<N>) => Promise<Reply<CommandOutput<N>>> };
export type JournalEntryView = Readonly<z.output<typeof journalEntry>>;
