/**
 * The limits of the spec held against what the engine decided, one step at a time: each fires when its number is beyond
 * it and never before, none is passed by an entry, none is loosened but by a person who typed it twice while disarmed, and
 * a stop ends by nobody's hand but a person's.
 */
import type { ClientOrderId, Coin, HedgeId } from '../shared/domain/ids.ts';
import { hedgeOf, signalId } from '../shared/domain/ids.ts';
import { own } from '../shared/domain/record.ts';
import { text, toNumber, ZERO } from '../shared/domain/units.ts';
import { type Book, type BookLevel, legs, type OrderRequest, type Venue } from '../shared/domain/venue.ts';
import type { StopReport } from '../shared/contract/parts.ts';
import type { Quote } from '../main/engine/quote.ts';
import { isFinal, knownSignal } from '../main/engine/signal-book.ts';
import { type Hedge, legVenue, type Order, type State } from '../main/engine/state.ts';
import type { Untimed } from '../main/runtime/loop.ts';
import type { Events } from './events.ts';
import { loosened, tightened } from './limits.ts';
import type { Process } from './process.ts';
import { closingPrices, exposureOf, heldOn, lastPrices, opensOf, type Priced, pricesOf, resultOf, type Whole, wholeOf } from './reckoning.ts';
import type { Timeline } from './timeline.ts';
import type { Exchange } from './venue/exchange.ts';
import { filledOf } from './venue/true-order.ts';
import { type Decision, dayOf } from './wire-limits.ts';

type Input<K extends Untimed['kind']> = Extract<Untimed, { kind: K }>;

export interface LimitChecksParts {
  readonly timeline: Timeline;
  readonly exchanges: Readonly<Record<'spot' | 'perp', Exchange>>;
  readonly events: Events;
  readonly fail: (invariant: string, what: string) => void;
  readonly onEntry: (hedge: HedgeId, decision: Decision) => void;
  /** When the request that brought a book began, by the true time. */
  readonly askedAt: (bids: readonly BookLevel[]) => number | undefined;
}

/** Floating point, and what the engine rounds ratios up to. */
const dust = 1e-9;
const sixth = 1e-6;
/** A loss stands this long before it closes a hedge. */
const lossHeldMs = 1000;
/** Older prices are none: what came meanwhile nobody saw. */
const runBrokenMs = 3000;
/** Cancels do not wait for the disk. */
const cancelWithinMs = 250;
/** One that has just left is asked for again after this, and what a tick and a clock that was set back take. */
const cancelAgainMs = 2500;

/** A report comes within 5 s; lives are looked at every second. */
const toldWithinMs = 6500;
/** Coins that are left of a closed hedge, at most: what a step that grew keeps. */
const closedWithin = 0.0101;
/** 60 s, and what a proof that is under way may take longer. */
const silentMs = 100_000;
/** Ticks come four times as often. */
const silenceHeardMs = 1000;

/** An unbroken run of prices at which a hedge loses too much. */
interface Losing {
  readonly process: Process;
  readonly since: number;
  readonly last: number;
  /** It began before this process, whose clock tells nothing of how long ago that was. */
  readonly isOlder: boolean;
}

export class LimitChecks {
  readonly #parts: LimitChecksParts;
  readonly #losing = new Map<HedgeId, Losing>();
  readonly #errors = new Map<Venue, number>();
  /** Entries that failed in a row. */
  #failed = 0;
  readonly #closedAt = new Map<Coin, { readonly at: number; readonly process: Process; readonly wall: number }>();
  readonly #canceledAt = new Map<ClientOrderId, number>();
  /** The stop that was last told of, by process. */
  readonly #told = new WeakMap<Process, number>();
  /** Since when a process stands stopped and has told nobody. */
  readonly #untold = new WeakMap<Process, { readonly stop: number; readonly since: number }>();
  /** Orders whose silence should have stopped everything: since when, by the true time. */
  readonly #silent = new Map<ClientOrderId, number>();
  #toCancel: readonly { readonly id: ClientOrderId; readonly by: number; readonly process: Process }[] = [];

  constructor(parts: LimitChecksParts) {
    this.#parts = parts;
  }

  /** A process goes on counting where its journal says. */
  recovered({ apiErrors, failedEntries }: State): void {
    this.#failed = failedEntries ?? 0;
    this.#errors.clear();
    for (const venue of Object.values(legVenue)) this.#errors.set(venue, apiErrors[venue] ?? 0);
  }

  stepped(process: Process, before: State, after: State, input: Untimed): void {
    if (input.kind === 'requestEnded') this.#requestEnded(before, after, input);
    if (input.kind === 'clockRead') this.#clockRead(before, after, input);
    if (input.kind === 'quoted' && input.purpose.kind === 'marks') this.#marks(process, before, after, input.quote);
    if (after === before) return;
    if (input.kind === 'quoted' && input.purpose.kind === 'entry') {
      const hedge = own(after.hedges, hedgeOf(input.purpose.signal));
      if (hedge !== undefined && own(before.hedges, hedge.id) === undefined) this.#entered(process, before, hedge, input.quote);
    }
    if (before.settings !== after.settings) this.#settings(before, after, input);
    if (before.stop === null && after.stop !== null) this.#stopped(process, after);
    if (before.stop !== null && after.stop === null) this.#failed = 0;
    if (before.stop !== null && after.stop === null && !(input.kind === 'command' && input.command.kind === 'resetStop'))
      this.#parts.fail('I9', 'a stop ended although nobody reset it');
    if (before.hedges !== after.hedges) this.#rested(process, before, after);
    if (before.signals !== after.signals) this.#entriesEnded(before, after);
    if (before.orders !== after.orders) this.#overfilled(before, after);
  }

  #settings(before: State, after: State, input: Untimed): void {
    const { fail, events } = this.#parts;
    const command = input.kind === 'command' && input.command.kind === 'set' ? input.command : null;
    if (command === null) return fail('S7.6', 'settings changed although nobody asked');
    const looser = loosened(before.settings, after.settings);
    if (looser.length > 0) {
      events.hit('loosened');
      if (before.armed) fail('S7.6', `${looser.join()} was loosened while armed`);
      if (!('again' in command) || command.again !== command.value) fail('S7.6', `${looser.join()} was loosened without being typed again`);
    }
    if (tightened(before.settings, after.settings).length > 0) events.hit(before.armed ? 'tightenedArmed' : 'tightenedDisarmed');
  }

  #stopped(process: Process, after: State): void {
    this.#parts.events.stoppedBy(after.stop?.source === 'limit' ? after.stop.code : undefined);
    const open = Object.values(after.orders).filter((order) => order.state === 'open' && opensOf(order));
    const { now } = this.#parts.timeline;
    const dueBy = (canceledAt: number): number => (now - canceledAt < cancelAgainMs ? canceledAt + cancelAgainMs : now) + cancelWithinMs;
    this.#toCancel = open
      .filter(({ id }) => this.#canceledAt.get(id) !== now)
      .map(({ id }) => ({ id, by: dueBy(this.#canceledAt.get(id) ?? 0), process }));
  }
  /** A cancel left. */
  canceled(id: ClientOrderId): void {
    this.#canceledAt.set(id, this.#parts.timeline.now);
    this.#toCancel = this.#toCancel.filter((due) => due.id !== id);
  }

  /** "Done" is said only when the venues show it: no order of ours is open there, and after a close of all nothing is held. */
  stopTold(process: Process, state: State, report: StopReport): void {
    this.#told.set(process, report.at);
    if (!report.done) return;
    for (const leg of legs) {
      const { all } = this.#parts.exchanges[leg];
      for (const order of all)
        if (order.state === 'open' && !staysByHand(state, order.request))
          this.#parts.fail('S7.4', `a stop is done, and ${order.request.clientOrderId} is open`);
      if (!report.closeAll) continue;
      for (const hedge of Object.values(state.hedges)) {
        const ours = all.filter(({ request }) => hedge.orders.includes(request.clientOrderId));
        const held = Math.abs(ours.reduce((sum, order) => sum + (order.request.side === 'buy' ? 1 : -1) * toNumber(filledOf(order)), 0));
        const booked = Object.values(state.orders).some((order) => order.hedge === hedge.id && !isSent(order));
        if (!booked && held > closedWithin) this.#parts.fail('S7.4', `a stop has closed all, and hedge ${hedge.id} holds ${held} on ${leg}`);
      }
    }
  }

  /** A second passed. */
  look(process: Process, state: State): void {
    const { timeline, fail } = this.#parts;
    // Whoever resets the stop takes back what it wanted.
    if (state.stop === null) this.#toCancel = [];
    this.#isTold(process, state);
    // Where the process was held up or died, another look tells.
    const { heldUntil } = process.owner;
    for (const due of this.#toCancel)
      if (
        due.process === process &&
        heldUntil < due.by - cancelAgainMs - cancelWithinMs &&
        timeline.now > due.by &&
        own(state.orders, due.id)?.state === 'open'
      )
        fail('I9', `${due.id} adds risk, is open, and was not canceled after a stop`);
    this.#toCancel = this.#toCancel.filter((due) => due.by >= timeline.now);
    if (state.stop === null && heldUntil < timeline.now - silentMs) this.#silence(process, state);
  }

  /** Measured by the true time: the console's own may jump. */
  #isTold(process: Process, { stop }: State): void {
    const { timeline, fail } = this.#parts;
    if (stop === null || this.#told.get(process) === stop.at) return void this.#untold.delete(process);
    const seen = this.#untold.get(process);
    if (seen?.stop !== stop.at || process.owner.heldUntil > seen.since) this.#untold.set(process, { stop: stop.at, since: timeline.now });
    else if (timeline.now - seen.since > toldWithinMs) fail('S7.3', `nobody was told within ${toldWithinMs} ms what a stop left`);
  }

  /** An order without a word for so long has stopped everything, or somebody has looked at it since. */
  #silence(process: Process, state: State): void {
    const now = process.now();
    for (const { id, unknownSince, hedge: of, stamps } of Object.values(state.orders)) {
      const hedge = of === null ? undefined : own(state.hedges, of);
      if (unknownSince === undefined || hedge === undefined) continue;
      const isSettled = hedge.settlement !== undefined && stamps.decided < hedge.settlement.at;
      if (isSettled || now - Math.max(unknownSince, state.resetAt) <= silentMs) {
        this.#silent.delete(id);
        continue;
      }
      // By the true time: a clock that has jumped right now is not to be heard at once.
      const since = this.#silent.get(id) ?? this.#parts.timeline.now;
      this.#silent.set(id, since);
      if (this.#parts.timeline.now - since >= silenceHeardMs)
        this.#parts.fail('S7.3', `${id} has been unknown for ${now - unknownSince} ms and nothing stopped`);
    }
  }

  #requestEnded(before: State, after: State, { venue, failure }: Input<'requestEnded'>): void {
    const count = failure === null ? 0 : (this.#errors.get(venue) ?? 0) + 1;
    this.#errors.set(venue, count);
    const limit = before.settings.maxConsecutiveApiErrors;
    const fires = this.#newly(before, after) === 'API_ERRORS';
    if (count > limit && after.stop === null) this.#parts.fail('S7.1', `${count} API errors of ${venue} in a row did not stop, ${limit} are allowed`);
    if (count <= limit && fires) this.#parts.fail('S7.1', `${count} API errors of ${venue} stopped, ${limit} are allowed`);
  }

  #clockRead(before: State, after: State, { venue, offsetMs }: Input<'clockRead'>): void {
    const limit = before.settings.maxClockOffsetStopMs;
    const isBeyond = !(Math.abs(offsetMs) <= limit);
    if (isBeyond && after.stop === null) this.#parts.fail('S7.1', `a clock ${offsetMs} ms from ${venue}'s did not stop, ${limit} are allowed`);
    if (!isBeyond && this.#newly(before, after) === 'CLOCK') this.#parts.fail('S7.1', `a clock ${offsetMs} ms from ${venue}'s stopped`);
  }

  /** What a venue refused, or what traded and is no hedge after all; what merely found no price counts neither way. */
  #entriesEnded(before: State, after: State): void {
    const limit = before.settings.maxFailedEntriesInARow;
    let most = 0;
    for (const hedge of Object.values(after.hedges)) {
      const verdict = verdictOn(after, hedge);
      if (verdict === 'accepted' || verdictOn(before, hedge) !== 'accepted') continue;
      const orders = hedge.orders.flatMap((id) => own(after.orders, id) ?? []);
      const hasTraded = orders.some((order) => toNumber(order.filled) > 0);
      const isRefused = orders.some(({ state, failure }) => state === 'rejected' && failure?.outcome !== 'notSent' && failure?.outcome !== 'unknown');
      // It may have been closed by force in the same step.
      if (verdict === 'executed') this.#failed = 0;
      else if (hasTraded || isRefused || hedge.phase === 'needsOperator') this.#failed += 1;
      else continue;
      most = Math.max(most, this.#failed);
    }
    const fires = this.#newly(before, after) === 'FAILED_ENTRIES';
    if (most >= limit && after.stop === null) this.#parts.fail('S7.1', `${most} entries failed in a row and nothing stopped, at ${limit} it does`);
    if (most < limit && fires) this.#parts.fail('S7.1', `${most} entries failed in a row and stopped, at ${limit} it does`);
  }

  #newly(before: State, after: State): string | undefined {
    return before.stop === null && after.stop?.source === 'limit' ? after.stop.code : undefined;
  }

  /** Prices came: the day's loss, the margin and the stop-loss of each hedge fire now or not at all. */
  #marks(process: Process, before: State, after: State, quote: Quote): void {
    const fires = this.#newly(before, after);
    const priced = pricesOf(quote, before, process.now());
    for (const hedge of Object.values(before.hedges)) if (hedge.coin === quote.coin) this.#loss(process, before, after, hedge, priced);
    if (priced !== null) this.#day(before, after, quote, priced, fires);
    else if (fires === 'DAILY_LOSS') this.#parts.fail('S7.1', `${fires} fired on prices that were missing or old`);
    const whole = wholeOf(quote, before, process.now());
    if (whole !== null) this.#margin(before, after, whole, fires);
    else if (fires === 'MARGIN_RATIO') this.#parts.fail('S7.1', `${fires} fired on numbers that were missing or old`);
  }

  /** Positions with nothing left to bear them are beyond every limit. */
  #margin(before: State, after: State, { balance, maintenance }: Whole, fires: string | undefined): void {
    const used = balance > 0 ? maintenance / balance : maintenance > 0 ? Number.POSITIVE_INFINITY : 0;
    const limit = toNumber(before.settings.maxMarginRatio);
    if (used > limit + dust && after.stop === null) this.#parts.fail('S7.1', `a margin ratio of ${used} did not stop, ${limit} is allowed`);
    if (used < limit - dust - sixth && fires === 'MARGIN_RATIO') this.#parts.fail('S7.1', `a margin ratio of ${used} stopped, ${limit} is allowed`);
  }

  #day(before: State, after: State, { coin }: Quote, priced: Priced, fires: string | undefined): void {
    const { day, settings } = after;
    const hedges = Object.values(before.hedges);
    const open = hedges.filter(({ phase }) => phase !== 'flat');
    // Of another coin's hedges only the last prices are known here, and of another day only what it began with.
    if (
      day.capital === null ||
      open.some((hedge) => hedge.coin !== coin) ||
      Object.keys(day.bases).some((id) => own(before.hedges, id as HedgeId) === undefined)
    )
      return;
    let result = 0;
    for (const hedge of hedges) {
      const prices = hedge.phase === 'flat' ? lastPrices(hedge) : closingPrices(before, hedge, priced);
      result += resultOf(before, hedge, prices ?? lastPrices(hedge)).total;
    }
    const loss = -result / toNumber(day.capital);
    const limit = toNumber(settings.maxDailyLossRatio);
    if (loss > limit + dust && after.stop === null) this.#parts.fail('S7.1', `a day's loss of ${loss} did not stop, ${limit} is allowed`);
    if (loss < limit - dust && fires === 'DAILY_LOSS') this.#parts.fail('S7.1', `a day's loss of ${loss} stopped, ${limit} is allowed`);
  }

  #loss(process: Process, before: State, after: State, hedge: Hedge, priced: Priced | null): void {
    const fired = firesLoss(before, after, hedge.id);
    if (priced === null) {
      if (fired) this.#parts.fail('S7.1', `hedge ${hedge.id} was closed for a loss on prices that were missing or old`);
      return;
    }
    const prices = closingPrices(before, hedge, priced);
    const now = own(after.hedges, hedge.id);
    if (prices === null || now === undefined) return;
    const { total, spotCost } = resultOf(before, hedge, prices);
    const loss = spotCost > 0 ? -total / spotCost : 0;
    const limit = toNumber(before.settings.hedgeStopLossRatio);
    if (fired) {
      this.#parts.events.hit('limit STOP_LOSS');
      const run = this.#runOf(hedge.id, process);
      if (loss < limit - sixth - dust) this.#parts.fail('S7.1', `hedge ${hedge.id} was closed at a loss of ${loss}, ${limit} is allowed`);
      else if (run === null) this.#parts.fail('S7.1', `hedge ${hedge.id} was closed at the first price that lost ${limit}`);
      else if (!run.isOlder && process.now() - run.since < lossHeldMs)
        this.#parts.fail('S7.1', `hedge ${hedge.id} was closed after losing ${limit} for ${process.now() - run.since} ms`);
      this.#isTrulyFresh(before, hedge.id, priced);
    }
    if (hedge.phase !== 'hedged' || loss < limit - sixth - dust) return void this.#losing.delete(hedge.id);
    const last = process.now();
    const run = this.#runOf(hedge.id, process) ?? { process, since: last, last, isOlder: false };
    this.#losing.set(hedge.id, { ...run, last });
    const isDue = last - run.since >= lossHeldMs && loss > limit + dust;
    // A close that waited and was taken back in this very moment is followed by this one at the next price.
    if (isDue && now.phase === 'hedged' && now.waitingExits.length === 0 && hedge.waitingExits.length === 0)
      this.#parts.fail('S7.1', `hedge ${hedge.id} has lost ${loss} for ${last - run.since} ms and is not being closed`);
  }

  /** The run that a price of now goes on with. */
  #runOf(id: HedgeId, process: Process): Losing | null {
    const run = this.#losing.get(id);
    if (run === undefined) return null;
    if (run.process !== process) return { process, since: process.now(), last: process.now(), isOlder: true };
    return process.now() - run.last > runBrokenMs ? null : run;
  }

  #isTrulyFresh({ settings }: State, id: HedgeId, books: { readonly spot: Book; readonly perp: Book }): void {
    for (const leg of legs) {
      const askedAt = this.#parts.askedAt(books[leg].bids);
      const age = askedAt === undefined ? Number.POSITIVE_INFINITY : this.#parts.timeline.now - askedAt;
      // While a clock that was set back is waited for, our time goes a tenth slower (runtime/clock.ts).
      if (age * 0.9 > settings.maxBookAgeMs + 1) this.#parts.fail('S7.1', `hedge ${id} was closed for a loss on prices ${age} ms old`);
    }
  }

  /** I8 at the decision: what an entry was let in on. */
  #entered(process: Process, before: State, hedge: Hedge, quote: Quote): void {
    const { settings } = before;
    const fail = (what: string): void => this.#parts.fail('I8', `${hedge.id} was entered ${what}`);
    const whole = wholeOf(quote, before, process.now());
    if (whole === null) return fail('on numbers that were missing or old');
    for (const leg of legs) {
      const { clockOffsetMs, prepared } = quote.legs[leg];
      if (!clockOffsetMs.ok || !(Math.abs(clockOffsetMs.value) <= settings.maxClockOffsetEntryMs)) fail(`with an unknown clock or one too far off`);
      if (!prepared.ok) fail('on a market that was not prepared');
    }
    const { ask } = whole;
    const bid = toNumber(whole.spot.bids[0]?.price ?? hedge.marks.spotBid);
    const cost = toNumber(hedge.planned) * ask;
    if (cost > toNumber(settings.maxHedgeKrw) * (1 + dust)) fail(`for ${cost} KRW, ${text(settings.maxHedgeKrw)} are allowed`);
    const others = Object.values(before.hedges).filter(({ phase }) => phase !== 'flat');
    const coins = others.reduce(
      (all, other) => all + heldOn(before, other, 'spot') * (other.coin === hedge.coin ? bid : lastPrices(other).spotBid),
      0,
    );
    // Coins are counted at the last mark there was: they may have been worth a little more by then.
    const capital = whole.krw + coins * 1.1 + whole.balance * whole.fx;
    const position = (of: readonly Hedge[]): number =>
      of.reduce(
        (all, other) => all + exposureOf(before, other, this.#parts.exchanges) * (other.coin === hedge.coin ? ask : lastPrices(other).spotBid),
        cost,
      );
    if (position(others) > toNumber(settings.maxPositionRatio) * capital * (1 + dust))
      fail(`for a position of ${position(others)} KRW of ${capital}, ${text(settings.maxPositionRatio)} is allowed`);
    const same = others.filter(({ coin }) => coin === hedge.coin);
    if (position(same) > toNumber(settings.maxCoinPositionRatio) * capital * (1 + dust))
      fail(`for a position of ${position(same)} KRW in ${hedge.coin} of ${capital}, ${text(settings.maxCoinPositionRatio)} is allowed`);
    this.#parts.onEntry(hedge.id, { settings, capital });
    this.#lossAtEntry(before, quote, whole, fail);
    const today = Object.values(before.hedges).filter(({ openedAt }) => dayOf(openedAt) === dayOf(process.now())).length + 1;
    if (today > settings.maxEntriesPerDay) fail(`as number ${today} of the day, ${settings.maxEntriesPerDay} are allowed`);
    const closed = this.#closedAt.get(hedge.coin);
    const rest = closed?.process === process && closed.wall === process.wallOffsetMs ? process.now() - closed.at : Number.POSITIVE_INFINITY;
    if (rest < settings.cooldownMs) fail(`${rest} ms after a close of ${hedge.coin}`);
  }

  #lossAtEntry(before: State, { coin }: Quote, whole: Whole, fail: (what: string) => void): void {
    const { day, settings } = before;
    const hedges = Object.values(before.hedges);
    if (
      day.capital === null ||
      hedges.some((hedge) => hedge.phase !== 'flat') ||
      Object.keys(day.bases).some((id) => own(before.hedges, id as HedgeId) === undefined)
    )
      return;
    const loss = -hedges.reduce((all, hedge) => all + resultOf(before, hedge, lastPrices(hedge)).total, 0) / toNumber(day.capital);
    if (loss > toNumber(settings.maxDailyLossRatio) + sixth + dust) fail(`at a day's loss of ${loss} (${coin} ${whole.fx})`);
  }

  #rested(process: Process, before: State, after: State): void {
    for (const hedge of Object.values(after.hedges)) {
      const was = own(before.hedges, hedge.id);
      if (hedge.phase !== 'flat' || was === undefined || was.phase === 'flat') continue;
      this.#closedAt.set(hedge.coin, { at: process.now(), process, wall: process.wallOffsetMs });
    }
  }

  #overfilled(before: State, after: State): void {
    for (const order of Object.values(after.orders)) {
      const { terms } = order.request;
      const was = own(before.orders, order.id);
      if (was === order || 'cost' in terms || !isSent(order)) continue;
      // While it is changed in place it may have its new terms already.
      const most = Math.max(toNumber(terms.quantity), toNumber(order.replacedBy?.together ?? ZERO));
      if (toNumber(order.filled) <= most || (was !== undefined && toNumber(was.filled) > most)) continue;
      if (after.stop === null) this.#parts.fail('S7.3', `${order.id} was overfilled and nothing stopped`);
    }
  }
}

/** What became of the ENTER of a hedge; `accepted` while that is open. */
const verdictOn = ({ signals }: State, { id }: Hedge): string => {
  const known = knownSignal(signals, signalId(id));
  return known === undefined || !isFinal(known.state) ? 'accepted' : known.state;
};
/** A person's own reduction is left alone. */
const staysByHand = (state: State, { clientOrderId, leg, side }: OrderRequest): boolean =>
  own(state.orders, clientOrderId)?.hedge === null && (leg === 'spot') === (side === 'sell');
const isSent = ({ purpose }: Order): boolean => purpose !== 'dust' && purpose !== 'forced' && purpose !== 'settled';

/** Whether this step asked for a hedge to be closed for its loss. */
function firesLoss(before: State, after: State, id: HedgeId): boolean {
  const isAsked = (state: State): boolean => own(state.hedges, id)?.waitingExits.some(({ cause }) => cause.kind === 'stopLoss') === true;
  return isAsked(after) && !isAsked(before);
}
