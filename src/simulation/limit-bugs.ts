/**
 * Bugs of limits and of the stop: the engine decides on another state or input than there is, forgets a part of what it
 * decided, or the door looks at what was instead of what is.
 */
import type { ClientOrderId } from '../shared/domain/ids.ts';
import { mapValues, own } from '../shared/domain/record.ts';
import { withSetting } from '../shared/domain/settings.ts';
import type { Fact } from '../main/engine/facts.ts';
import { fold } from '../main/engine/fold.ts';
import type { Input, InputOf } from '../main/engine/inputs.ts';
import { isInFlight, opens } from '../main/engine/legs.ts';
import type { Quote } from '../main/engine/quote.ts';
import type { Order, State } from '../main/engine/state.ts';
import type { Step } from '../main/engine/step.ts';
import type { Plant } from './bugs.ts';
import type { Process } from './process.ts';
import { relabel, ZERO } from '../shared/domain/units.ts';
import type { Book, Leg } from '../shared/domain/venue.ts';
import type { Answer } from '../shared/domain/failure.ts';

type When = (input: Input) => boolean;
const entryQuoted: When = (input) => input.kind === 'quoted' && input.purpose.kind === 'entry';
const marksQuoted: When = (input) => input.kind === 'quoted' && input.purpose.kind === 'marks';
const always: When = () => true;

const folded = (state: State, { facts, effects, reply }: Step): Step => ({ state: facts.reduce(fold, state), facts, effects, reply });

/** The engine decides on a state that is not the one there is. */
const sees = (when: When, view: (state: State, input: Input) => State): Plant => ({
  decide: (state, input, engine) => (when(input) ? folded(state, engine(view(state, input), input)) : engine(state, input)),
});
/** It decides on something else than what happened. */
const takesFor = (change: (input: Input, state: State) => Input): Plant => ({
  decide: (state, input, engine) => engine(state, change(input, state)),
});
const quoteFor = (when: When, change: (quote: Quote, input: InputOf<'quoted'>) => Quote): Plant =>
  takesFor((input) => (input.kind === 'quoted' && when(input) ? { ...input, quote: change(input.quote, input) } : input));
/** It forgets something of what it decided. */
const forgetsOf = (keeps: (fact: Fact, input: Input) => boolean): Plant => ({
  decide: (state, input, engine) => {
    const step = engine(state, input);
    return folded(state, { ...step, facts: step.facts.filter((fact) => keeps(fact, input)) });
  },
});
const under = (when: When, name: string, value: string): Plant =>
  sees(when, (state) => {
    const changed = withSetting(state.settings, name, value);
    return changed.ok ? { ...state, settings: changed.settings } : state;
  });
const withOrders = (state: State, change: (order: Order) => Order): State => ({ ...state, orders: mapValues(state.orders, change) });
const eachLeg = (quote: Quote, change: (leg: Quote['legs'][Leg]) => Quote['legs'][Leg]): Quote => ({
  ...quote,
  legs: { spot: change(quote.legs.spot), perp: change(quote.legs.perp) },
});
const datedNow = (book: Answer<Book>, at: number): Answer<Book> => (book.ok ? { ok: true, value: { ...book.value, at } } : book);

/** The settings that each process began with. */
const atFirst = new WeakMap<Process, State['settings']>();

const ofEntries: Readonly<Record<string, Plant>> = {
  'position-limit-forgotten': under(entryQuoted, 'maxPositionRatio', '1'),
  'coin-limit-forgotten': under(entryQuoted, 'maxCoinPositionRatio', '1'),
  'hedge-size-forgotten': under(entryQuoted, 'maxHedgeKrw', '9000000000'),
  'entries-of-the-day-forgotten': sees(entryQuoted, (state) => ({ ...state, day: { ...state.day, entries: 0 } })),
  'cooldown-forgotten': sees(entryQuoted, (state) => ({ ...state, closedAt: {} })),
  'unknown-clock-passes': quoteFor(entryQuoted, (quote) => eachLeg(quote, (leg) => ({ ...leg, clockOffsetMs: { ok: true, value: 0 } }))),
  'not-a-number-passes': takesFor((input) => (input.kind === 'clockRead' && Number.isNaN(input.offsetMs) ? { ...input, offsetMs: 0 } : input)),
  'unprepared-market-passes': quoteFor(entryQuoted, (quote) => eachLeg(quote, (leg) => ({ ...leg, prepared: { ok: true, value: undefined } }))),
  'limits-read-at-the-decision-only': {
    doorSees: (state, process) => {
      const settings = atFirst.get(process) ?? state.settings;
      atFirst.set(process, settings);
      return { ...state, settings };
    },
  },
};

const ofLosses: Readonly<Record<string, Plant>> = {
  'daily-loss-without-fees': sees(marksQuoted, (state) =>
    withOrders(state, (order) => ({ ...order, fills: order.fills.map((fill) => ({ ...fill, fee: relabel<'fee'>(ZERO) })) })),
  ),
  'daily-loss-without-what-is-booked': sees(marksQuoted, (state) => ({ ...state, day: { ...state.day, realized: relabel<'krw'>(ZERO) } })),
  'daily-loss-never-stops': under(marksQuoted, 'maxDailyLossRatio', '1'),
  'stop-loss-never-closes': under(marksQuoted, 'hedgeStopLossRatio', '1'),
  'stop-loss-at-the-first-price': sees(marksQuoted, (state, { at }) => ({
    ...state,
    hedges: mapValues(state.hedges, (hedge) => ({ lossSince: at - 60_000, ...hedge })),
  })),
  'stop-loss-on-old-prices': quoteFor(marksQuoted, (quote, { at }) => ({
    ...eachLeg(quote, (leg) => ({ ...leg, book: datedNow(leg.book, at) })),
    fx: datedNow(quote.fx, at),
  })),
  'margin-ratio-never-stops': under(marksQuoted, 'maxMarginRatio', '1'),
};

const ofTheStop: Readonly<Record<string, Plant>> = {
  'api-errors-one-too-many': sees(
    ({ kind }) => kind === 'requestEnded',
    (state) => ({ ...state, settings: { ...state.settings, maxConsecutiveApiErrors: state.settings.maxConsecutiveApiErrors + 1 } }),
  ),
  'api-errors-never-forgiven': {
    decide: (state, input, engine) =>
      input.kind === 'requestEnded' && input.failure === null ? { state, facts: [], effects: [], reply: { ok: true } } : engine(state, input),
  },
  'failed-entries-never-stop': under(always, 'maxFailedEntriesInARow', '1000'),
  'clock-never-stops': under(({ kind }) => kind === 'clockRead', 'maxClockOffsetStopMs', '60000'),
  'missing-coins-unseen': takesFor((input) => (input.kind === 'holdingsRead' ? { kind: 'tick', at: input.at } : input)),
  'overfill-goes-on': forgetsOf((fact, { kind }) => fact.kind !== 'stopped' || (kind !== 'reported' && kind !== 'placed')),
  'silence-never-stops': sees(
    ({ kind }) => kind === 'tick',
    (state, { at }) =>
      withOrders(state, (order) =>
        order.unknownSince === undefined ? order : { ...order, unknownSince: Math.max(order.unknownSince, at - 15_000) },
      ),
  ),
  'close-all-only-stops': takesFor((input) =>
    input.kind === 'command' && input.command.kind === 'stop' ? { ...input, command: { ...input.command, closeAll: false } } : input,
  ),
  'close-all-forgets-one': forgetsOf((fact, { kind }) => {
    if (kind !== 'command' || fact.kind !== 'exitQueued') return true;
    return fact.cause.kind !== 'closeAll' || !fact.id.endsWith('1');
  }),
  'cancel-forgotten-at-one-venue': {
    port: (port) => (port.venue === 'upbit' ? { ...port, cancel: () => Promise.resolve({ ok: true, value: undefined }) } : port),
  },
  'stop-leaves-orders-by-hand': {
    decide: (state, input, engine) => {
      const step = engine(state, input);
      const isByHand = (id: ClientOrderId): boolean => own(step.state.orders, id)?.hedge === null;
      return folded(state, {
        ...step,
        facts: step.facts.filter((fact) => fact.kind !== 'cancelWanted' || !isByHand(fact.id)),
        effects: step.effects.filter((effect) => effect.kind !== 'cancel' || !isByHand(effect.id)),
      });
    },
  },
  'amended-beside-the-old-order': {
    port: (port) => ({
      ...port,
      async amend(_resting, next, mayStart) {
        const placed = await port.place(next, mayStart);
        return placed.outcome === 'accepted' ? { outcome: 'replaced', ended: null, report: placed.report } : placed;
      },
    }),
  },
  'start-resets-the-stop': {
    decide: (state, input, engine) => {
      const step = engine(state, input);
      if (input.kind !== 'started' || state.stop === null) return step;
      return folded(state, { ...step, facts: [...step.facts, { kind: 'stopReset', at: input.at }] });
    },
  },
  'loosened-while-armed': sees(
    (input) => input.kind === 'command' && input.command.kind === 'set',
    (state) => ({ ...state, armed: false }),
  ),
  'loosened-without-typing-again': takesFor((input) =>
    input.kind === 'command' && input.command.kind === 'set' ? { ...input, command: { ...input.command, again: input.command.value } } : input,
  ),
  'closing-orders-count-for-nothing': sees(always, (state) =>
    withOrders(state, (order) => (isInFlight(order) && !opens(order) ? { ...order, state: 'canceled' } : order)),
  ),
};

export const limitBugs: Readonly<Record<string, Plant>> = { ...ofEntries, ...ofLosses, ...ofTheStop };
