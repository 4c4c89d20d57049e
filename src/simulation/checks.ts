/**
 * The invariants of reliability.md §3 as far as they can be seen from outside, each under its name. They hold the
 * console against the truth of the venues and the disk, never against what it says of itself alone.
 */
import { type ClientOrderId, type Coin, type HedgeId, hedgeOf, type SignalId, signalId } from '../shared/domain/ids.ts';
import { own } from '../shared/domain/record.ts';
import { add, excess, gt, lt, max, type Quantity, sum, text, toNumber, ZERO } from '../shared/domain/units.ts';
import type { Book, BookLevel, Leg, OrderRequest } from '../shared/domain/venue.ts';
import type { StopReport } from '../shared/contract/parts.ts';
import type { Fact } from '../main/engine/facts.ts';
import { hedgeOfOrder, holding, isInFlight, openHedges, opens, ordersOf } from '../main/engine/legs.ts';
import type { Quote } from '../main/engine/quote.ts';
import type { Hedge, Order, State } from '../main/engine/state.ts';
import type { Untimed } from '../main/runtime/loop.ts';
import type { Disk } from './disk.ts';
import type { Events } from './events.ts';
import { HandChecks } from './hand-checks.ts';
import { LimitChecks } from './limit-checks.ts';
import type { Observer, Process } from './process.ts';
import type { Sender } from './sender.ts';
import type { Timeline } from './timeline.ts';
import type { Exchange } from './venue/exchange.ts';
import { filledOf } from './venue/true-order.ts';
import type { Market } from './venue/market.ts';
import { SilenceCheck } from './silence-check.ts';
import { WireLimits } from './wire-limits.ts';

export interface Violation {
  readonly invariant: string;
  readonly what: string;
}

export interface ChecksParts {
  readonly timeline: Timeline;
  readonly disk: () => Disk;
  readonly exchanges: Readonly<Record<Leg, Exchange>>;
  readonly market: Market;
  readonly sender: Pick<Sender, 'taken'>;
  readonly isAlone: () => boolean;
  readonly events: Events;
  readonly trace: (line: string) => void;
  readonly onViolation: () => void;
}

/** A residual may stand this long before somebody has to be told (I6), and a second for the next look. */
const nakedMs = 5000 + 1250;

export class Checks implements Observer {
  readonly violations: Violation[] = [];
  readonly #parts: ChecksParts;
  readonly #wires = new Set<ClientOrderId>();
  readonly #rejected = new Set<ClientOrderId>();
  /** Orders that were to replace another, and which. */
  readonly #replaced = new Map<ClientOrderId, ClientOrderId>();
  readonly #nakedSince = new Map<HedgeId, number>();
  /** The live state after each record that may be found on disk, by the facts it is made of. */
  #history = new Map<number, State>();
  #ackedFacts = 0;
  readonly #approved = new Set<SignalId>();
  /** When the request that brought a book really began; by its bids, which everybody hands on as they are. */
  readonly #booksAskedAt = new WeakMap<readonly BookLevel[], number>();

  readonly limits: LimitChecks;
  /** Hedges that a stop was to close. */
  readonly toClose = new Set<HedgeId>();
  readonly hands: HandChecks;
  readonly #wireLimits: WireLimits;
  readonly #silence: SilenceCheck;

  constructor(parts: ChecksParts) {
    this.#parts = parts;
    const { timeline, exchanges, events } = parts;
    const fail = (invariant: string, what: string): void => this.fail(invariant, what);
    this.#wireLimits = new WireLimits({ timeline, exchanges, fail });
    this.#silence = new SilenceCheck({ timeline, fail });
    this.hands = new HandChecks({ exchanges, events, wireLimits: this.#wireLimits, fail });
    this.limits = new LimitChecks({
      timeline,
      exchanges,
      events,
      fail,
      onEntry: (hedge, decision) => this.#wireLimits.decided(hedge, decision),
      askedAt: (bids) => this.#booksAskedAt.get(bids),
    });
  }

  fail(invariant: string, what: string): void {
    this.violations.push({ invariant, what });
    this.#parts.trace(`VIOLATION ${invariant}: ${what}`);
    this.#parts.onViolation();
  }

  /** I13, and that nothing acknowledged is lost. */
  recovered(process: Process, state: State): void {
    const lived = this.#history.get(state.facts);
    if (state.facts < this.#ackedFacts) this.fail('I1', `the journal held ${this.#ackedFacts} facts, ${state.facts} are left`);
    else if (lived === undefined && state.facts > 0) this.fail('I13', `no live state had ${state.facts} facts`);
    else if (lived !== undefined && !isSame(lived, state)) this.fail('I13', `the journal folds to another state: ${difference(lived, state)}`);
    this.#history = new Map([[state.facts, state]]);
    this.#nakedSince.clear();
    this.limits.recovered(state);
    this.#ackedFacts = state.facts;
    if (!this.#parts.isAlone()) this.fail('I15', 'two processes on one data folder');
    void process;
  }

  /** A journal with a flipped bit was read all the same: it is what was, or the beginning of it. */
  readDamaged(state: State, isTorn: boolean): void {
    const lived = this.#history.get(state.facts);
    const newest = Math.max(...this.#history.keys());
    if (state.facts < newest && !isTorn && state.facts < this.#ackedFacts) this.fail('I13', 'a flipped bit lost records in silence');
    if (lived !== undefined && !isSame(lived, state)) this.fail('I13', `a flipped bit made another state: ${difference(lived, state)}`);
  }

  approved(signal: SignalId): void {
    this.#approved.add(signal);
  }
  stopTold(process: Process, report: StopReport): void {
    const { state } = process;
    this.#parts.trace(`told of the stop: ${report.done ? 'done' : `open ${report.openOrders.length}, unknown ${report.unknownOrders.length}`}`);
    if (state !== null && !process.owner.dead) this.limits.stopTold(process, state, report);
  }
  closesAll(hedges: readonly HedgeId[]): void {
    for (const hedge of hedges) this.toClose.add(hedge);
  }

  /** A process was given a book. */
  bookShown(leg: Leg, coin: Coin, book: Book, askedAt: number): void {
    this.#booksAskedAt.set(book.bids, askedAt);
    this.#wireLimits.bookShown(leg, coin, book);
  }

  stepped(process: Process, before: State, after: State, input: Untimed): void {
    if (process.owner.dead) return;
    if (input.kind === 'venueRead') process.read.add(input.venue);
    this.limits.stepped(process, before, after, input);
    if (after === before) return;
    if (input.kind === 'signal' && input.parsed.ok) this.#taken(process, input.parsed.signal.id);
    if (input.kind === 'quoted' && input.purpose.kind === 'entry' && opensHedge(before, after, input.purpose.signal)) {
      this.#fresh(after, input.quote);
    }
    this.#history.set(after.facts, after);
    if (!before.armed && after.armed && !process.armedByPerson && input.kind !== 'command') this.fail('I9', 'armed by itself');
    if (before.orders === after.orders) return;
    this.#ordersChanged(before, after);
    this.#silence.ordersChanged(before, after);
    if (after.phase === 'ready') this.#followResiduals(after);
  }

  /** I12: nothing from a future that our clocks do not explain. */
  #taken(process: Process, id: SignalId): void {
    const sent = this.#parts.sender.taken(id as string as HedgeId);
    const ahead = sent === undefined ? 0 : sent.createdAt - process.now();
    if (ahead > 5000) this.fail('I12', `signal ${id} was taken ${ahead} ms before it was made`);
  }

  /** I8: an entry is decided on books no older than the limit, whatever they say of themselves. */
  #fresh(state: State, { legs }: Quote): void {
    for (const { book } of [legs.spot, legs.perp]) {
      const askedAt = book.ok ? this.#booksAskedAt.get(book.value.bids) : undefined;
      const age = askedAt === undefined ? Number.POSITIVE_INFINITY : this.#parts.timeline.now - askedAt;
      // While a clock that was set back is waited for, our time goes a tenth slower (runtime/clock.ts).
      if (age * 0.9 > state.settings.maxBookAgeMs + 1) this.fail('I8', `an entry on a book ${age} ms old`);
    }
  }

  #ordersChanged(before: State, after: State): void {
    for (const order of Object.values(after.orders)) {
      const was = own(before.orders, order.id);
      if (was === order) continue;
      if (was !== undefined && lt(order.filled, was.filled))
        this.fail('I5', `filled fell from ${text(was.filled)} to ${text(order.filled)} (${order.id})`);
      const { terms } = order.request;
      // While it is changed in place it may have its new terms already.
      const isOver = !('cost' in terms) && gt(order.filled, max(terms.quantity, order.replacedBy?.together ?? ZERO));
      if (isOver && !Object.hasOwn(after.alarms, `overfill:${order.id}`)) this.fail('I5', `overfilled without an alarm (${order.id})`);
      if (order.state === 'rejected' && was?.state !== 'rejected') {
        this.#rejected.add(order.id);
        if (this.#parts.exchanges[order.request.leg].find(order.id) !== undefined)
          this.fail('I10', `taken for rejected, but the venue has it (${order.id})`);
      }
    }
  }

  facts(process: Process, facts: readonly Fact[], durable: boolean): void {
    if (process.owner.dead) return;
    if (durable) this.#ackedFacts += facts.length;
    for (const fact of facts) this.#parts.trace(`${durable ? '' : '(lost) '}${lineOf(fact)}`);
  }

  bug(_process: Process, error: unknown): void {
    this.fail('bug', error instanceof Error ? (error.stack ?? error.message) : String(error));
  }

  journalFailed(): void {
    this.#parts.trace('the journal failed');
  }

  /** Right before a request to place an order leaves. */
  wire(process: Process, request: OrderRequest): void {
    const { disk, trace } = this.#parts;
    const id = request.clientOrderId;
    trace(`wire ${request.leg} ${request.side} ${id}`);
    const state = process.state;
    const order = state === null ? undefined : own(state.orders, id);
    const hedge = state === null || order === undefined ? undefined : hedgeOfOrder(state, order);
    if (!disk().isDurable(id)) this.fail('I1', `${id} left before its intent was on disk`);
    if (this.#wires.has(id)) this.fail('I2', `${id} left twice`);
    this.#wires.add(id);
    if (process.journalFailed) this.fail('I14', `${id} left after the journal had failed`);
    if (state?.phase !== 'ready' || process.read.size < 2) this.fail('I11', `${id} left before both venues were read`);
    if (order?.replaces !== undefined) this.#replaced.set(id, order.replaces);
    if (state !== null && order?.purpose === 'byHand') return this.hands.leaves(process, state, order, request);
    if (state === null || order === undefined || hedge === undefined) return this.fail('I7', `${id} belongs to no hedge`);
    if (order.purpose === 'entry' || order.purpose === 'complete') this.#addsRisk(process, state, order, hedge, request);
    if (request.leg === 'perp' && request.side === 'buy' && !request.reduceOnly) this.fail('I7', `${id} buys perpetual without reduce-only`);
    this.#size(state, hedge, order, request);
  }

  #addsRisk(process: Process, state: State, order: Order, hedge: Hedge, request: OrderRequest): void {
    const { sender } = this.#parts;
    if (process.stoppedByPerson || state.stop !== null) this.fail('I9', `${order.purpose} ${order.id} left while stopped`);
    if (order.stamps.decided < process.stoppedAt) this.fail('I9', `${order.purpose} ${order.id} was decided before a stop and left after it`);
    if (!process.armedByPerson) this.fail('I9', `${order.purpose} ${order.id} left although nobody armed`);
    const signal = sender.taken(hedge.id);
    if (signal === undefined || signal.action !== 'ENTER') return this.fail('I7', `hedge ${hedge.id} comes from no ENTER`);
    const age = process.now() - order.stamps.decided;
    const hasPartner = ordersOf(state, hedge).some((other) => other.id !== order.id && this.#wires.has(other.id));
    if (age > state.settings.maxBookAgeMs && !hasPartner) this.fail('I8', `${order.purpose} ${order.id} left ${age} ms after it was decided`);
    const { by } = own(state.entries, signalId(hedge.id)) ?? {};
    if (by === 'person' && !this.#approved.has(signalId(hedge.id))) this.fail('I9', `nobody approved ${hedge.id}`);
    this.#wireLimits.leaves(state, hedge, order, request, hasPartner);
    if (order.purpose !== 'entry') return;
    if (order.stamps.decided > signal.expiresAt)
      this.fail('I12', `${hedge.id} was entered ${order.stamps.decided - signal.expiresAt} ms after it expired`);
  }

  /** I7: never more than planned, never more closed than held. Held against what the venues really did. */
  #size(state: State, hedge: Hedge, order: Order, request: OrderRequest): void {
    if ('cost' in request.terms) return;
    const exchange = this.#parts.exchanges[request.leg];
    const others = ordersOf(state, hedge).filter((other) => other.id !== order.id && other.request.leg === request.leg);
    const committed = (of: readonly Order[]): Quantity =>
      sum(
        of.map((other) => {
          const truth = exchange.find(other.id);
          if ('cost' in other.request.terms) return truth === undefined ? ZERO : filledOf(truth);
          // Dust moved between hedges, and what a person or the venue did, is no order: it is as it was booked.
          if (other.purpose === 'dust' || other.purpose === 'forced' || other.purpose === 'settled') return other.filled;
          const mayStillFill = isInFlight(other) && (truth === undefined || truth.state === 'open');
          return mayStillFill ? other.request.terms.quantity : truth === undefined ? ZERO : filledOf(truth);
        }),
      );
    const opened = committed(others.filter(opens));
    const { quantity } = request.terms;
    const step = this.#parts.market.rules('perp', request.coin).step;
    if (opens(order)) {
      if (gt(add(opened, quantity), add(hedge.planned, step)))
        this.fail('I7', `${request.leg} would hold ${text(add(opened, quantity))} of planned ${text(hedge.planned)}`);
      return;
    }
    const closed = committed(others.filter((other) => !opens(other)));
    const left = excess(opened, closed);
    if (gt(quantity, left)) this.fail('I7', `${text(quantity)} ${request.leg} would be closed of ${text(left)}`);
  }

  /** An order reached a venue. */
  arrived(request: OrderRequest, taken: boolean): void {
    const id = request.clientOrderId;
    this.#parts.trace(`venue ${taken ? 'takes' : 'refuses'} ${request.leg} ${id}`);
    if (!taken) return;
    if ((this.#parts.exchanges[request.leg].orders.get(id)?.length ?? 0) > 1) this.fail('I3', `two orders ${id}`);
    if (this.#replaced.has(id) && this.#parts.exchanges[request.leg].find(this.#replaced.get(id) ?? id)?.state === 'open')
      this.fail('S5.1', `${id} was to replace an order that is still open`);
    if (this.#rejected.has(id)) this.fail('I10', `${id} was taken for rejected and arrived`);
  }

  /** A second passed: nobody may be unhedged in silence (I6). */
  look(process: Process): void {
    const { state } = process;
    const { timeline } = this.#parts;
    if (state === null || state.phase !== 'ready' || process.owner.heldUntil > timeline.now - 1000) return this.#nakedSince.clear();
    this.#followResiduals(state);
    this.limits.look(process, state);
    for (const [id, since] of this.#nakedSince)
      if (timeline.now - since > nakedMs && !Object.values(state.alarms).some((alarm) => alarm.hedge === id))
        return this.fail('I6', `hedge ${id} is unhedged for ${timeline.now - since} ms and there is no alarm`);
  }

  /** Since when each hedge's legs differ by more than dust, without a break. */
  #followResiduals(state: State): void {
    for (const hedge of openHedges(state)) {
      const { residual } = holding(state, hedge);
      if (Math.abs(toNumber(residual)) < this.lot(hedge)) this.#nakedSince.delete(hedge.id);
      else if (!this.#nakedSince.has(hedge.id)) this.#nakedSince.set(hedge.id, this.#parts.timeline.now);
    }
    for (const id of this.#nakedSince.keys()) if (own(state.hedges, id)?.phase === 'flat') this.#nakedSince.delete(id);
  }

  /** What of a coin is worth an alarm: the larger of the steps and of the least orders. */
  lot({ coin }: Hedge): number {
    const { market } = this.#parts;
    const [spot, perp] = [market.rules('spot', coin), market.rules('perp', coin)];
    const least = Math.max(toNumber(spot.minNotional) / market.mark('spot', coin), toNumber(perp.minNotional) / market.mark('perp', coin));
    return Math.max(toNumber(spot.step), market.coarsest, least);
  }
  /** What the fine venue does not trade, with what its price moved meanwhile. */
  dust({ coin }: Hedge): number {
    const { market } = this.#parts;
    const { step, minNotional } = market.rules('spot', coin);
    return Math.max(toNumber(step), (toNumber(minNotional) / market.mark('spot', coin)) * 1.2);
  }

  get wires(): ReadonlySet<ClientOrderId> {
    return this.#wires;
  }
}

const opensHedge = (before: State, after: State, signal: SignalId): boolean =>
  own(before.hedges, hedgeOf(signal)) === undefined && own(after.hedges, hedgeOf(signal)) !== undefined;

/** Plain data: equal text is equal content. */
export const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

export function difference(a: State, b: State): string {
  const keys = Object.keys({ ...a, ...b }) as (keyof State)[];
  const key = keys.find((name) => !isSame(a[name], b[name]));
  return key === undefined
    ? 'in the order of its keys'
    : `${key} was ${JSON.stringify(a[key]).slice(0, 300)}, is ${JSON.stringify(b[key])?.slice(0, 300)}`;
}

function lineOf(fact: Fact): string {
  switch (fact.kind) {
    case 'orderIntended':
      return `fact orderIntended ${fact.purpose} ${fact.request.leg} ${fact.request.side} ${JSON.stringify(fact.request.terms)} ${fact.request.clientOrderId}`;
    case 'orderChanged':
      return `fact orderChanged ${fact.id} ${fact.state} ${text(fact.filled)} ${fact.failure?.code ?? ''}`;
    case 'orderFilled':
      return `fact orderFilled ${fact.id} ${fact.fill.tradeId} ${text(fact.fill.quantity)}`;
    case 'hedgeMoved':
      return `fact hedgeMoved ${fact.id} ${fact.phase} to ${text(fact.target)} attempt ${fact.attempts}`;
    case 'signalJudged':
      return `fact signalJudged ${fact.id} ${fact.state} ${fact.code} ${fact.reason}`;
    case 'handDenied':
      return `fact handDenied ${fact.id} ${fact.denial.denied} ${fact.denial.reason}`;
    case 'alarmRaised':
      return `fact alarmRaised ${fact.key} ${fact.detail}`;
    case 'stopped':
      return `fact stopped ${fact.source} ${fact.reason}`;
    default:
      return `fact ${fact.kind} ${'id' in fact ? String(fact.id) : 'key' in fact ? fact.key : 'signal' in fact && typeof fact.signal === 'string' ? fact.signal : ''}`;
  }
}
