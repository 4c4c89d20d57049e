/**
 * Bugs planted on purpose, each a wrapper round a real part, to prove that the checks would see it. They exist here and
 * nowhere else: no part of the console knows of them, and no shipped program holds this file.
 */
import type { ClientOrderId } from '../shared/domain/ids.ts';
import { clientOrderId, signalId } from '../shared/domain/ids.ts';
import { own } from '../shared/domain/record.ts';
import { add, floorToStep, quantity, ratio, scale, sum, toTick, price, ZERO } from '../shared/domain/units.ts';
import type { Fill, OrderReport, OrderRequest, OrderTerms } from '../shared/domain/venue.ts';
import type { CommandReply } from '../main/engine/draft.ts';
import type { Command, Input } from '../main/engine/inputs.ts';
import { isInFlight } from '../main/engine/legs.ts';
import type { State } from '../main/engine/state.ts';
import type { Step } from '../main/engine/step.ts';
import { asApproved } from '../main/engine/testing/approved.ts';
import type { VenuePort } from '../main/exchanges/port.ts';
import type { Untimed } from '../main/runtime/loop.ts';
import type { JournalPort } from '../main/runtime/ports.ts';
import type { FileOperations } from '../main/store/file-operations.ts';
import { limitBugs } from './limit-bugs.ts';
import type { Process } from './process.ts';

export interface Plant {
  readonly files?: (files: FileOperations) => FileOperations;
  readonly journal?: (journal: JournalPort) => JournalPort;
  readonly recovered?: (state: State) => State;
  /** Null swallows the input. */
  readonly input?: (input: Untimed, process: Process) => Untimed | null;
  /** Called after each input. */
  readonly after?: (input: Untimed, process: Process) => void;
  readonly port?: (port: VenuePort, process: Process) => VenuePort;
  /** Decides in place of the engine. */
  readonly decide?: (state: State, input: Input, engine: (state: State, input: Input) => Step) => Step;
  /** The state that the door looks at, instead of the one there is. */
  readonly doorSees?: (state: State, process: Process) => State;
  /** Carries out a command in place of the process. */
  readonly command?: (command: Command, obey: (command: Command) => CommandReply, process: Process) => CommandReply;
  /** Called once the first input of a process is done. */
  readonly started?: (process: Process) => void;
  readonly ignoresLock?: boolean;
  /** How far ahead the parser's clock is. */
  readonly parsesAheadMs?: number;
}

export const noPlant: Plant = {};

/** An order that is changed is approved no more: it has to be smuggled past the type. */
type Place = (order: OrderRequest) => OrderRequest;
/** The adapter sends something else than it was given. */
const sends = (change: Place): Plant => ({
  port: (port) => ({ ...port, place: (order, mayStart) => port.place(asApproved(change(order)), mayStart) }),
});
const withTerms = (order: OrderRequest, terms: OrderTerms): OrderRequest => ({ ...order, terms });
const times = (order: OrderRequest, by: string): OrderRequest =>
  'quantity' in order.terms
    ? withTerms(order, { ...order.terms, quantity: floorToStep(scale(order.terms.quantity, ratio(by)), quantity('0.001')) })
    : order;

/** How long something lasts is reckoned by the time of day, which is set. */
const withoutTimer: Plant = { decide: (state, { elapsed: _, ...input }, engine) => engine(state, input) };

/** What venues say of our orders is changed before the engine hears it. */
const hears = (change: (report: OrderReport, process: Process) => OrderReport | null): Plant => ({
  input: (input, process) => {
    if (input.kind === 'reported') {
      const report = change(input.report, process);
      return report === null ? null : { ...input, report };
    }
    if (input.kind !== 'placed' || input.outcome.outcome !== 'accepted') return input;
    const report = change(input.outcome.report, process);
    return report === null ? input : { ...input, outcome: { ...input.outcome, report } };
  },
});
const takes = (unknown: (code: string) => boolean): Plant => ({
  input: (input) =>
    input.kind === 'placed' && input.outcome.outcome === 'unknown' && unknown(input.outcome.code)
      ? { ...input, outcome: { ...input.outcome, outcome: 'refused' } }
      : input,
});
const forgets = (change: (state: State) => Partial<State>): Plant => ({ recovered: (state) => ({ ...state, ...change(state) }) });

const passing = (journal: JournalPort): JournalPort => ({
  get failed() {
    return journal.failed;
  },
  get snapshotDue() {
    return journal.snapshotDue;
  },
  append: (entries) => journal.append(entries),
  writeSnapshot: (state) => journal.writeSnapshot(state),
});
const opening = (side: OrderRequest['side'], leg: OrderRequest['leg']): boolean => (leg === 'spot') === (side === 'buy');
const isPartial = ({ state }: OrderReport): boolean => state === 'canceled' || state === 'expired';

const ofOrders: Readonly<Record<string, Plant>> = {
  'resend-on-timeout': {
    port: (port) => ({
      ...port,
      async place(order, mayStart) {
        const first = await port.place(order, mayStart);
        return first.outcome === 'unknown' ? port.place(order, mayStart) : first;
      },
    }),
  },
  'resend-under-a-new-id': {
    port: (port) => ({
      ...port,
      async place(order, mayStart) {
        const first = await port.place(order, mayStart);
        const again = asApproved({ ...order, clientOrderId: clientOrderId(`${order.clientOrderId.slice(0, -1)}0`) });
        return first.outcome === 'unknown' ? port.place(again, mayStart) : first;
      },
    }),
  },
  'resend-after-restart': {
    started: (process) => {
      const { running } = process;
      for (const order of Object.values(running?.loop.state.orders ?? {}))
        if (isInFlight(order)) void running?.venues[order.request.leg].place(asApproved(order.request), () => true);
    },
  },
  'timeout-is-failure': takes((code) => code === 'TIMEOUT' || code === 'NETWORK'),
  'server-error-is-failure': takes((code) => code === 'VENUE_ERROR'),
  'unreadable-is-failure': takes((code) => code === 'BAD_ANSWER'),
  'not-found-after-a-second': notFoundAfter(1000),
  'absence-by-time-of-day': withoutTimer,
  'restart-forgets-what-is-in-flight': forgets(({ orders }) => ({
    orders: Object.fromEntries(
      Object.entries(orders).map(([id, order]) => [
        id,
        order.state === 'sending' || order.state === 'unknown' ? { ...order, state: 'rejected' as const } : order,
      ]),
    ),
  })),
  'cancel-means-canceled': {
    port: (port, process) => ({
      ...port,
      async cancel(order) {
        const answer = await port.cancel(order);
        const known = own(process.state?.orders ?? {}, order.clientOrderId);
        const report = {
          clientOrderId: order.clientOrderId,
          venueOrderId: '',
          state: 'canceled' as const,
          filled: known?.filled ?? ZERO,
          fills: [],
          at: 0,
        };
        if (answer.ok && known !== undefined) process.running?.loop.submit({ kind: 'reported', report });
        return answer;
      },
    }),
  },
  'perpetual-leg-oversized': sends((order) => (order.leg === 'perp' && order.side === 'sell' ? times(order, '1.5') : order)),
  'close-oversized': sends((order) => (order.leg === 'spot' && order.side === 'sell' ? times(order, '2') : order)),
  'reduce-only-forgotten': sends((order) => ({ ...order, reduceOnly: false })),
  'collar-forgotten': sends((order) =>
    order.terms.type === 'limit' && opening(order.side, order.leg)
      ? withTerms(order, { ...order.terms, price: toTick(scale(order.terms.price, ratio('1.03')), price('1000'), 'down') })
      : order,
  ),
  'close-believed-unsent': {
    port: (port) => ({
      ...port,
      place: (order, mayStart) =>
        order.leg === 'perp' && order.side === 'buy' && 'quantity' in order.terms
          ? Promise.resolve({
              outcome: 'accepted',
              report: { clientOrderId: order.clientOrderId, venueOrderId: 'none', state: 'filled', filled: order.terms.quantity, fills: [], at: 0 },
            })
          : port.place(order, mayStart),
    }),
  },
};

/** One lookup that finds nothing, a little after the first, is taken for a proof. */
function notFoundAfter(ms: number): Plant {
  const first = new WeakMap<Process, Map<ClientOrderId, number>>();
  return {
    input: (input, process) => {
      if (input.kind !== 'missed') return input;
      const seen = first.get(process) ?? new Map<ClientOrderId, number>();
      first.set(process, seen);
      const at = seen.get(input.id) ?? process.parts.timeline.now;
      seen.set(input.id, at);
      if (process.parts.timeline.now - at < ms) return input;
      return { kind: 'placed', id: input.id, outcome: { outcome: 'notSent', code: 'ORDER_NOT_FOUND', venueCode: '', said: 'planted' }, wireAt: null };
    },
  };
}

let renamed = 0;
const seenFills = new WeakMap<Process, Set<string>>();

const ofFills: Readonly<Record<string, Plant>> = {
  'no-fill-dedup': hears((report) => ({
    ...report,
    fills: report.fills.map((fill) => {
      renamed += 1;
      return { ...fill, tradeId: `${fill.tradeId}-${renamed}` };
    }),
  })),
  'fill-seen-before-order-known': hears((report, process) => {
    const seen = seenFills.get(process) ?? new Set<string>();
    seenFills.set(process, seen);
    const fresh = report.fills.filter((fill: Fill) => !seen.has(fill.tradeId));
    for (const fill of report.fills) seen.add(fill.tradeId);
    // While the venues are being read the order counts as not known yet.
    if (!process.isReady) return null;
    return { ...report, fills: fresh };
  }),
  'late-fill-ignored': hears((report, process) => {
    const order = own(process.state?.orders ?? {}, report.clientOrderId);
    return order !== undefined && !isInFlight(order) ? null : report;
  }),
  'part-of-a-canceled-order-forgotten': hears((report) => (isPartial(report) ? { ...report, filled: ZERO, fills: [] } : report)),
  'part-counted-as-whole': hears((report, process) => {
    const terms = own(process.state?.orders ?? {}, report.clientOrderId)?.request.terms;
    return isPartial(report) && terms !== undefined && 'quantity' in terms ? { ...report, filled: terms.quantity } : report;
  }),
  'newest-trade-counts-as-all': hears((report) =>
    report.fills.length > 1 ? { ...report, fills: report.fills.slice(-1), filled: sum(report.fills.slice(-1).map((fill) => fill.quantity)) } : report,
  ),
  'fee-forgotten': hears((report) => ({ ...report, fills: report.fills.map((fill) => ({ ...fill, fee: add(fill.fee, fill.fee) })) })),
};

const ofJournal: Readonly<Record<string, Plant>> = {
  'send-before-journal': {
    journal: (journal) => ({ ...passing(journal), append: async (entries) => void journal.append(entries).catch(() => undefined) }),
  },
  'acknowledged-before-fsync': {
    files: (files) => ({
      ...files,
      open: async (path, how) => ({ ...(await files.open(path, how)), datasync: () => Promise.resolve() }),
    }),
  },
  'disk-error-swallowed': { journal: (journal) => ({ ...passing(journal), append: (entries) => journal.append(entries).catch(() => undefined) }) },
  'last-record-lost-at-start': {
    files: (files) => ({
      ...files,
      async read(path) {
        const bytes = await files.read(path);
        return path.includes('journal-') && bytes.length > 200 ? bytes.subarray(0, bytes.length - 100) : bytes;
      },
    }),
  },
  'snapshot-without-fills': {
    journal: (journal) => ({
      ...passing(journal),
      get snapshotDue() {
        return journal.snapshotDue;
      },
      writeSnapshot: (state) => {
        const { orders } = state as State;
        const bare = Object.fromEntries(Object.entries(orders).map(([id, order]) => [id, { ...order, fills: [] }]));
        return journal.writeSnapshot({ ...(state as State), orders: bare });
      },
    }),
  },
  'dedup-lost-on-restart': forgets(() => ({ signals: {} })),
  'stop-forgotten-on-restart': forgets(() => ({ stop: null })),
  'entries-forgotten-on-restart': forgets(() => ({ entryTimes: [] })),
  'hedges-forgotten-on-restart': forgets(() => ({ hedges: {} })),
};

const ofPerson: Readonly<Record<string, Plant>> = {
  'stop-not-rechecked': { port: (port) => ({ ...port, place: (order) => port.place(order, () => true) }) },
  'stop-latches-late': {
    command: (command, obey, { parts: { timeline, owner } }) => {
      if (command.kind !== 'stop') return obey(command);
      timeline.after(400, () => obey(command), owner);
      return { ok: true };
    },
  },
  'armed-by-itself': { input: (input) => (input.kind === 'started' ? { ...input, armWhenReady: true } : input) },
  'manual-approval-skipped': {
    after: (input, process) => {
      if (input.kind === 'signal' && input.parsed.ok)
        process.running?.loop.submit({ kind: 'command', command: { kind: 'approve', signal: input.parsed.signal.id } });
    },
  },
  'second-instance-allowed': { ignoresLock: true },
};

const ofDecisions: Readonly<Record<string, Plant>> = {
  'signals-before-recovery': { started: (process) => void process.running?.loop.submit({ kind: 'reconciled' }) },
  'one-venue-is-enough': {
    after: (input, process) => void (input.kind === 'venueRead' && !process.isReady && process.running?.loop.submit({ kind: 'reconciled' })),
  },
  'conflict-executed': {
    input: (input, process) => {
      if (input.kind !== 'signal' || !input.parsed.ok) return input;
      const { signal } = input.parsed;
      const known = Object.values(process.state?.signals ?? {}).find((bucket) => own(bucket, signal.id) !== undefined);
      const before = known === undefined ? undefined : own(known, signal.id);
      if (before === undefined || before.digest === signal.digest) return input;
      return { ...input, parsed: { ok: true, signal: { ...signal, id: signalId(`${signal.id}-again`) } } };
    },
  },
  'expiry-ignored': {
    input: (input) =>
      input.kind === 'signal' && input.parsed.ok
        ? { ...input, parsed: { ok: true, signal: { ...input.parsed.signal, expiresAt: input.parsed.signal.expiresAt + 3_600_000 } } }
        : input,
  },
  'future-accepted': { parsesAheadMs: 7_200_000 },
  'book-dated-when-it-came': {
    port: (port, process) => ({
      ...port,
      async book(coin, reserved) {
        const answer = await port.book(coin, reserved);
        return answer.ok ? { ok: true, value: { ...answer.value, at: process.now() } } : answer;
      },
    }),
  },
  'time-stands-still': { input: (input) => (input.kind === 'tick' ? null : input) },
  'lookups-give-up': {
    port: (port) => ({
      ...port,
      lookUp: () => Promise.resolve({ ok: false, failure: { outcome: 'unknown', code: 'TIMEOUT', venueCode: '', said: 'planted' } }),
    }),
  },
};

export const bugs: Readonly<Record<string, Plant>> = { ...ofOrders, ...ofFills, ...ofJournal, ...ofPerson, ...ofDecisions, ...limitBugs };
