/**
 * One engine with its venues in virtual time: carries effects out by script, chases orders as the runtime does, checks
 * the invariants after every step and the fold of the journaled facts at the end. Deterministic; ships nowhere.
 */
import { clientOrderId as checkedId, type ClientOrderId, hedgeOf, installationId, signalId } from '../../../shared/domain/ids.ts';
import { own } from '../../../shared/domain/record.ts';
import type { Signal } from '../../../shared/domain/signal.ts';
import { decimal, excess, gt, isZero, negate, notional, ratio, relabel, scale, subtract, sum, text } from '../../../shared/domain/units.ts';
import { changesInPlace, type Holdings, type Leg, mayRest, type OrderReport, type OrderRequest, type Venue } from '../../../shared/domain/venue.ts';
import type { CommandReply } from '../draft.ts';
import type { Effect } from '../effects.ts';
import type { Fact } from '../facts.ts';
import { fold } from '../fold.ts';
import type { Command, Input, QuoteFor } from '../inputs.ts';
import { holding, isDetailed, isInFlight } from '../legs.ts';
import type { LegQuote, Quote } from '../quote.ts';
import { knownSignal, type KnownSignal } from '../signal-book.ts';
import type { AmendOutcome } from '../outcome.ts';
import { type Hedge, initialState, legVenue, type Mode, type Order, type Purpose, type State } from '../state.ts';
import { step, type Step } from '../step.ts';
import { Invariants } from './invariants.ts';
import { BTC, failed, market, type Market, ok, perpHoldings, quote, spotHoldings, start } from './market.ts';
import { fromFile } from './signals.ts';
import { fills, never, type Play, reportOf, streamOf, type TrueOrder, VenueTruth } from './venue-truth.ts';

export type Untimed = Input extends infer I ? (I extends Input ? Omit<I, 'at'> : never) : never;
const installation = installationId('k1m2p3');
const mode: Mode = 'paper';
const lookupPausesMs = [200, 300, 500, 1000];

/** Thrown out of a story at the step it is to crash after. */
export class Crash extends Error {
  readonly world: World;
  constructor(world: World) {
    super('crash');
    this.world = world;
  }
}
export interface CrashPlan {
  /** The step, counted from 0, whose facts are the last on disk. */
  readonly after: number;
  /** Whether its effects reached the venues. */
  readonly carriedOut: boolean;
}
export interface WorldOptions {
  readonly approval?: 'auto' | 'manual';
  readonly armed?: boolean;
  readonly tickMs?: number;
  readonly crash?: CrashPlan;
}

interface Scheduled {
  readonly at: number;
  readonly act: () => void;
}

export class World {
  now = start;
  market: Market = market();
  state: State = initialState(installation, mode);
  readonly facts: Fact[] = [];
  readonly truth = new VenueTruth();
  /** Orders that left, oldest first. */
  readonly sent: { readonly request: OrderRequest; readonly purpose: Purpose }[] = [];
  readonly canceled: ClientOrderId[] = [];
  /** Forced closes: told again where a venue holds too little, as the runtime does. */
  readonly untold: (() => void)[] = [];
  steps = 0;
  /** A clock that nobody sets; without one the engine has the time of day alone. */
  timer: (() => number) | undefined;
  /** Changes a quote before the engine gets it. */
  distort: (quote: Quote, purpose: QuoteFor) => Quote = (gathered) => gathered;
  /** False keeps lookups from being made at all. */
  chasing = true;
  marksEveryMs = 0;
  /** How often both accounts are read and compared with the books; 0: never. */
  holdingsEveryMs = 0;
  /** Where the next crash is to come. */
  crash: CrashPlan | undefined;
  readonly #options: WorldOptions;
  readonly #invariants = new Invariants();
  readonly #plays: { readonly leg: Leg; readonly purpose: Purpose; readonly play: Play }[] = [];
  #queue: Scheduled[] = [];
  readonly #chased = new Set<ClientOrderId>();
  readonly #quoting = new Set<string>();
  #lastTick = start;

  constructor(options: WorldOptions = {}) {
    this.#options = options;
    this.crash = options.crash;
    this.boot();
    if (options.approval !== 'manual') this.command({ kind: 'setApproval', approval: 'auto' });
    if (options.armed !== false) this.command({ kind: 'arm' });
  }

  /** Starts a process on what is journaled: reads both venues and asks for every order in flight. */
  boot(armWhenReady = false): void {
    this.#queue = [];
    this.#chased.clear();
    this.#quoting.clear();
    this.#lastTick = this.now;
    this.feed({ kind: 'started', armWhenReady, engine: 'test' });
    for (const venue of ['upbit', 'binance'] as const) {
      for (const order of Object.values(this.state.orders)) if (order.request.venue === venue && isInFlight(order)) this.#lookUp(order.id, true);
      this.feed({ kind: 'venueRead', venue, account: `account of ${venue}`, holdings: this.holdings(venue), clientIds: [] });
    }
    this.feed({ kind: 'reconciled' });
  }

  /** Kills the process and starts another on the journal as it would be read from disk. */
  restart(armWhenReady = false): void {
    this.state = refold(this.facts);
    this.boot(armWhenReady);
  }

  /** What the next order of a leg and purpose comes to; by default it fills whole and says so. */
  script(leg: Leg, purpose: Purpose, ...plays: readonly Play[]): void {
    this.#plays.push(...plays.map((play) => ({ leg, purpose, play })));
  }

  feed(input: Untimed): Step {
    const before = this.state;
    const elapsed = this.timer?.();
    const done = step(before, { ...input, at: this.now, ...(elapsed === undefined ? {} : { elapsed }) });
    this.facts.push(...done.facts);
    this.state = done.state;
    this.#invariants.check(before, done);
    const crash = this.crash?.after === this.steps ? this.crash : undefined;
    this.steps += 1;
    if (crash === undefined || crash.carriedOut) for (const effect of done.effects) this.#carryOut(effect);
    if (crash !== undefined) throw new Crash(this);
    if (this.chasing) for (const order of Object.values(this.state.orders)) this.#chase(order, 0);
    return done;
  }

  /** From here on every order fills and every book is there. */
  endFaults(): void {
    this.#plays.length = 0;
    this.distort = (gathered) => gathered;
    this.market = market();
  }

  signal(signal: Signal): Step {
    return this.feed({ kind: 'signal', parsed: { ok: true, signal }, source: fromFile, place: null });
  }

  command(command: Command): CommandReply {
    return this.feed({ kind: 'command', command }).reply;
  }

  /** Lets time pass, with everything that falls due in it. */
  run(ms: number): this {
    const end = this.now + ms;
    const tickMs = this.#options.tickMs ?? 250;
    for (;;) {
      const next = this.#queue.reduce<Scheduled | undefined>((best, entry) => (best === undefined || entry.at < best.at ? entry : best), undefined);
      const tickAt = this.#lastTick + tickMs;
      const dueAt = Math.min(next?.at ?? never, tickAt);
      if (dueAt > end) break;
      this.now = Math.max(this.now, dueAt);
      if (next !== undefined && next.at <= tickAt) {
        this.#queue.splice(this.#queue.indexOf(next), 1);
        next.act();
      } else {
        this.#lastTick = tickAt;
        this.feed({ kind: 'tick' });
        if (isDue(this.holdingsEveryMs, tickAt, tickMs)) this.compare();
        if (isDue(this.marksEveryMs, tickAt, tickMs)) this.marks();
      }
    }
    this.now = end;
    return this;
  }

  /** Fresh prices for open hedges, as the marks round asks for them. */
  marks(): Step {
    return this.feed({ kind: 'quoted', purpose: { kind: 'marks', coin: BTC }, quote: this.quote({ kind: 'marks', coin: BTC }) });
  }

  /** Reads both accounts, as the round of holdings does. */
  compare(): void {
    for (const venue of Object.values(legVenue)) this.feed({ kind: 'holdingsRead', venue, holdings: this.holdings(venue) });
    if (this.alarms().includes('POSITION_MISMATCH')) for (const tell of this.untold) tell();
  }

  /** Whatever was to come is lost: answers, quotes, lookups. */
  dropQueue(): void {
    this.#queue = [];
  }

  later(ms: number, act: () => void): void {
    this.#queue.push({ at: this.now + ms, act });
  }

  report(report: OrderReport): Step {
    return this.feed({ kind: 'reported', report });
  }

  /** A lookup that finds nothing, with what the account shows at that moment. */
  missed(
    id: ClientOrderId,
    over: { readonly openOrders?: boolean | null; readonly trades?: boolean | null; readonly holdings?: Holdings | null } = {},
  ): void {
    const order = own(this.state.orders, id);
    if (order?.state !== 'unknown' && order?.state !== 'open') return;
    this.feed({ kind: 'missed', id, openOrders: false, trades: false, holdings: this.holdings(order.request.venue), stream: 'live', ...over });
    const holdings = own(this.state.orders, id)?.evidence?.holdings;
    if (holdings != null && gt(holdings.held, holdings.expected) && order.request.leg === 'perp') for (const tell of this.untold) tell();
  }

  hedge(id: string): Hedge {
    const hedge = own(this.state.hedges, hedgeOf(signalId(id)));
    if (hedge === undefined) throw new Error(`There is no hedge ${id}`);
    return hedge;
  }
  phase(id: string): Hedge['phase'] | 'none' {
    return own(this.state.hedges, hedgeOf(signalId(id)))?.phase ?? 'none';
  }
  held(id: string): readonly [spot: string, perp: string] {
    const { spot, perp } = holding(this.state, this.hedge(id));
    return [text(spot), text(perp)];
  }
  verdict(id: string): KnownSignal | undefined {
    return knownSignal(this.state.signals, signalId(id));
  }
  /** "executed HEDGED". */
  said(id: string): string {
    const known = this.verdict(id);
    return known === undefined ? 'unknown' : `${known.state} ${known.code}`;
  }
  /** Orders that left, as "entry spot buy 0.05". */
  orders(from = 0): readonly string[] {
    return this.sent.slice(from).map(({ request, purpose }) => {
      const { terms } = request;
      return `${purpose} ${request.leg} ${request.side} ${'cost' in terms ? `for ${text(terms.cost)}` : text(terms.quantity)}`;
    });
  }
  alarms(): readonly string[] {
    return Object.values(this.state.alarms).map((alarm) => alarm.code);
  }
  order(leg: Leg, purpose: Purpose, nth = 0): Order {
    const found = this.sent.filter((entry) => entry.request.leg === leg && entry.purpose === purpose)[nth];
    const order = found === undefined ? undefined : own(this.state.orders, found.request.clientOrderId);
    if (order === undefined) throw new Error(`There is no ${purpose} order ${nth} of ${leg}`);
    return order;
  }

  holdings(venue: Venue): Holdings {
    const orders = [...this.truth.orders.values()].filter((order) => order.request.venue === venue);
    if (venue === legVenue.perp) {
      const { bought, sold } = this.truth.position('perp');
      const quantity = subtract(relabel<'signedQuantity'>(bought), relabel<'signedQuantity'>(sold));
      const { perpBid } = this.market;
      const liquidationPrice = scale(perpBid, ratio('1.9'));
      const position = { coin: BTC, quantity, entryPrice: perpBid, markPrice: perpBid, liquidationPrice };
      return { ...perpHoldings(this.now), positions: isZero(quantity) ? [] : [position] };
    }
    const flows = orders.flatMap(({ request, fills: trades }) =>
      trades.map((fill) => {
        const value = relabel<'balance'>(notional(fill.price, fill.quantity));
        return subtract(request.side === 'sell' ? value : negate(value), relabel<'balance'>(fill.fee));
      }),
    );
    const { bought, sold } = this.truth.position('spot');
    const free = text(sum([decimal<'balance'>('1000000000'), ...flows]));
    const coins = { currency: 'BTC', free: relabel<'balance'>(excess(bought, sold)), locked: decimal<'balance'>('0') };
    return { ...spotHoldings(this.now, free), balances: [...spotHoldings(this.now, free).balances, coins] };
  }

  quote(purpose: QuoteFor): Quote {
    const whole = quote(this.now, this.market, { spot: { holdings: ok(this.holdings('upbit')) }, perp: { holdings: ok(this.holdings('binance')) } });
    return this.distort({ ...asGathered(whole, purpose), leverage: this.state.settings.leverage }, purpose);
  }

  #carryOut(effect: Effect): void {
    if (effect.kind === 'place') this.#place(effect);
    else if (effect.kind === 'amend') this.#amend(effect);
    else if (effect.kind === 'cancel') this.#cancel(effect.id);
    else {
      const key = JSON.stringify(effect.purpose);
      if (this.#quoting.has(key)) return;
      this.#quoting.add(key);
      this.later(effect.afterMs + 20, () => {
        this.#quoting.delete(key);
        this.feed({ kind: 'quoted', purpose: effect.purpose, quote: this.quote(effect.purpose) });
      });
    }
  }

  /** What rests is taken back a moment later, as long as it does. */
  #cancel(id: ClientOrderId): void {
    this.canceled.push(id);
    this.later(50, () => {
      if (this.truth.orders.get(id)?.state === 'open') this.report(reportOf(this.truth.end(id)));
    });
  }

  /** Like the venues: where it lies, or by a new order once the old one is over. */
  #amend({ resting: id, order, purpose }: Extract<Effect, { kind: 'amend' }>): void {
    const play = this.#playOf(order, purpose);
    const { clientOrderId } = order;
    const answer = (outcome: AmendOutcome): void => {
      this.later(play.afterMs, () => void this.feed({ kind: 'amended', id: clientOrderId, outcome, wireAt: this.now }));
    };
    const failure = (outcome: 'notSent' | 'refused' | 'unknown') => ({ outcome, code: play.code, venueCode: '', said: 'for the test' }) as const;
    if (play.does !== 'takes') return answer(failure(play.says === 'nothing' ? 'unknown' : play.does === 'refuses' ? 'refused' : 'notSent'));
    const old = this.truth.orders.get(id);
    if (old?.state !== 'open') return answer(old === undefined ? failure('refused') : { outcome: 'ended', ended: reportOf(old) });
    const outcome = this.#changed(old, order, play);
    answer(play.says === 'nothing' ? failure('unknown') : outcome);
  }

  #changed(old: TrueOrder, order: OrderRequest, play: Play): AmendOutcome {
    const { clientOrderId: id } = old.request;
    if (changesInPlace(old.request, order.terms)) return { outcome: 'changed', report: reportOf(this.truth.change(id, order.terms)) };
    const ended = reportOf(this.truth.end(id));
    const terms = 'cost' in order.terms ? order.terms : { ...order.terms, quantity: excess(order.terms.quantity, ended.filled) };
    this.sent.push({ request: { ...order, terms }, purpose: 'byHand' });
    const taken = this.truth.take({ ...order, terms }, play, this.market, this.now);
    if (taken === null) throw new Error('Invariant: the new order is taken');
    return { outcome: 'replaced', ended, report: reportOf(taken) };
  }

  #playOf(order: OrderRequest, purpose: Purpose): Play {
    const index = this.#plays.findIndex((entry) => entry.leg === order.leg && entry.purpose === purpose);
    return this.#plays.splice(index, index < 0 ? 0 : 1)[0]?.play ?? fills(mayRest(order.terms) ? '0' : '1');
  }

  #place({ order, purpose }: Extract<Effect, { kind: 'place' }>): void {
    const play = this.#playOf(order, purpose);
    this.sent.push({ request: order, purpose });
    const taken = this.truth.take(order, play, this.market, this.now);
    const id = checkedId(order.clientOrderId);
    const wireAt = this.now;
    const answer = (outcome: Extract<Input, { kind: 'placed' }>['outcome']): void => {
      this.later(play.afterMs, () => void this.feed({ kind: 'placed', id, outcome, wireAt }));
    };
    const failure = (outcome: 'notSent' | 'refused' | 'unknown') => ({ outcome, code: play.code, venueCode: '', said: 'for the test' }) as const;
    if (taken === null && play.says !== 'nothing') return answer(failure(play.does === 'refuses' ? 'refused' : 'notSent'));
    if (taken === null || play.says === 'nothing') return answer(failure('unknown'));
    this.#answer(taken, play, answer);
  }

  #answer(taken: TrueOrder, play: Play, answer: (outcome: { readonly outcome: 'accepted'; readonly report: OrderReport }) => void): void {
    const whole = reportOf(taken);
    if (play.says === 'answer') return answer({ outcome: 'accepted', report: play.namesTrades ? whole : { ...whole, fills: [] } });
    const [opened = whole, ...rest] = streamOf(taken);
    answer({ outcome: 'accepted', report: opened });
    rest.forEach((report, index) => {
      this.later(play.afterMs * (index + 2), () => void this.report(report));
    });
  }

  #chase(order: Order, tries: number): void {
    if (this.#chased.has(order.id) || (!isInFlight(order) && isDetailed(order))) return;
    this.#chased.add(order.id);
    const pause = order.state === 'unknown' ? (lookupPausesMs[tries] ?? 2000) : 2000;
    this.later(pause, () => {
      this.#chased.delete(order.id);
      const before = own(this.state.orders, order.id);
      // Of what has ended meanwhile the runtime asks nobody any more.
      if (before !== undefined && (isInFlight(before) || !isDetailed(before))) this.#lookUp(order.id, false);
      const after = own(this.state.orders, order.id);
      if (after !== undefined) this.#chase(after, after.state === order.state ? tries + 1 : 0);
    });
  }

  #lookUp(id: ClientOrderId, onlyFound: boolean): void {
    const order = this.truth.orders.get(id);
    if (order !== undefined && order.visibleAt <= this.now) this.report(reportOf(order));
    else if (!onlyFound) this.missed(id);
  }
}

/** Whether a round of that pace falls between the tick before and this one; pace 0: never. */
const isDue = (everyMs: number, tickAt: number, tickMs: number): boolean =>
  everyMs > 0 && Math.floor((tickAt - start) / everyMs) !== Math.floor((tickAt - tickMs - start) / everyMs);

const notAsked = failed('BLOCKED', 'notSent');

/** As runtime/quotes.ts: only what opens a position prepares its market, and a close needs no account. */
function asGathered(whole: Quote, purpose: QuoteFor): Quote {
  const prepares = purpose.kind === 'entry' || (purpose.kind === 'byHand' && purpose.how === 'prepares');
  const leg = (of: LegQuote): LegQuote => ({
    ...of,
    prepared: prepares ? of.prepared : notAsked,
    holdings: purpose.kind === 'exit' ? notAsked : of.holdings,
  });
  return { ...whole, legs: { spot: leg(whole.legs.spot), perp: leg(whole.legs.perp) } };
}

/** The state that a journal gives after it went to disk and back. */
export const refold = (facts: readonly Fact[]): State =>
  facts.reduce((state, fact) => fold(state, JSON.parse(JSON.stringify(fact)) as Fact), initialState(installation, mode));
