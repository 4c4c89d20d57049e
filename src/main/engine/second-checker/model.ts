/**
 * A second mind: what the console must do, written from the spec and not from the engine. It knows signals, orders and
 * hedges in its own words, calculates in whole numbers, and says after each input which orders have to leave.
 *
 * Where the spec leaves the moment open (a silence of 60 to 90 s stops) it is told what happened and only says whether
 * that was allowed.
 */
import { dayOf, judge, type Standing, staysOpen } from './entry-rules.ts';
import { type Leg, premium, type Scene } from './scene.ts';
import { least, most, times, total, whole } from './whole.ts';
import { Wishes } from './wishes.ts';
import type { Expected, MHedge, MSignal, Wanted } from './words.ts';

const legs = ['spot', 'perp'] as const;
/** Rounds without progress after which a person is called. */
const mostRounds = 6;

export class Model extends Wishes {
  closedAt: number | null = null;
  entryTimes: number[] = [];
  apiErrors: Record<'upbit' | 'binance', number> = { upbit: 0, binance: 0 };
  /** Orders that the input at hand has to make leave. */
  expected: Expected[] = [];

  // Time and processes

  tick(): void {
    for (const signal of this.signals.values()) {
      if (signal.where === 'done' || this.now <= signal.expiresAt) continue;
      if (signal.action === 'EXIT' ? signal.where === 'running' : this.hedges.has(signal.id)) continue;
      this.end(signal, 'expired');
      if (this.slot === signal.id) this.slot = null;
    }
  }
  /** The process died and another one begins on the journal. */
  restart(): void {
    this.ready = false;
    this.armed = false;
    if (this.slot !== null && this.hedges.get(this.slot)?.stage !== 'opening') this.slot = null;
    for (const signal of this.signals.values())
      if (signal.action === 'ENTER' && signal.where === 'queued' && !this.hedges.has(signal.id)) signal.where = 'waiting';
    for (const order of this.orders.values()) if (order.state === 'flying') order.state = 'unknown';
  }
  reconciled(arms: boolean): void {
    this.ready = true;
    for (const order of this.orders.values()) if (order.state === 'unknown') order.unknownSince = this.now;
    if (arms && !this.stopped) this.armed = true;
    if (!this.armed) this.takeBackExits();
    for (const hedge of this.open) this.moved(hedge);
  }
  requestEnded(venue: 'upbit' | 'binance', failed: boolean): void {
    this.apiErrors[venue] = failed ? this.apiErrors[venue] + 1 : 0;
    if (this.apiErrors[venue] > 10 && !this.stopped) this.stop();
  }

  /** What follows from everything else: signals find their way, exits begin, the next entry takes the slot. */
  after(): void {
    if (this.ready) for (const signal of this.signals.values()) if (signal.where === 'waiting') this.#route(signal);
    for (const signal of this.signals.values()) if (signal.action === 'EXIT' && signal.where === 'queued') this.#startExit(signal);
    this.#startEntry();
    for (const hedge of this.hedges.values()) if (hedge.stage === 'flat' && !this.isMoving(hedge.id)) this.dropWaits(hedge);
  }

  #route(signal: MSignal): void {
    const { standing } = this;
    if (signal.action === 'EXIT') {
      if (standing !== 'armed' || this.approval === 'manual') return this.toInbox(signal);
    } else if (standing === 'stopped') return this.end(signal, 'rejected', 'STOPPED');
    else if (this.approval === 'manual') return this.toInbox(signal);
    else if (standing !== 'armed') return this.end(signal, 'rejected', 'DISARMED');
    signal.where = 'queued';
    signal.by = 'auto';
  }

  barred(): string | null {
    if (this.standing === 'stopped') return 'STOPPED';
    if (this.standing === 'reconciling') return 'RECONCILING';
    if (this.standing !== 'armed') return 'DISARMED';
    if (this.open.some(({ stage }) => stage === 'needsOperator')) return 'NEEDS_OPERATOR';
    return [...this.orders.values()].some((order) => order.state === 'unknown' && this.now - order.unknownSince >= 10_000) ? 'UNKNOWN_OUTCOME' : null;
  }

  #startEntry(): void {
    for (const signal of [...this.signals.values()].sort((a, b) => a.nth - b.nth)) {
      if (signal.action !== 'ENTER' || signal.where !== 'queued' || this.hasBegun(signal.id)) continue;
      const barred = this.barred();
      if (barred !== null) this.end(signal, 'rejected', barred);
      else this.slot ??= signal.id;
    }
  }

  #startExit(exit: MSignal): void {
    const isMeant = (id: string): boolean => exit.hedge === undefined || exit.hedge === id;
    const before = [...this.signals.values()].filter((entry) => entry.action === 'ENTER' && entry.where !== 'done' && entry.nth < exit.nth);
    if (exit.hedge === undefined && exit.quantity === undefined)
      for (const entry of before) if (!this.hasBegun(entry.id)) this.end(entry, 'rejected', 'SUPERSEDED');
    const meant = this.open.filter(({ id }) => isMeant(id));
    const parts = this.partsOf(
      meant.filter((hedge) => hedge.stage !== 'needsOperator' && !this.closesWhole(hedge)),
      exit.quantity === undefined ? null : whole(exit.quantity),
    );
    const waitsFor = before.filter((entry) => entry.where === 'queued' && !this.hedges.has(entry.id) && isMeant(entry.id));
    if (waitsFor.some((entry) => parts.length === 0 || this.slot === entry.id)) return;
    if (parts.length === 0)
      return this.end(exit, 'rejected', meant.some(({ stage }) => stage === 'needsOperator') ? 'NEEDS_OPERATOR' : 'NOTHING_TO_CLOSE');
    exit.where = 'running';
    exit.remaining = new Set(parts.map(({ hedge }) => hedge.id));
    for (const { hedge, quantity } of parts) hedge.waits.push({ by: exit.id, signal: true, quantity });
  }
  // Hedges

  moved(hedge: MHedge): void {
    if (hedge.stage === 'needsOperator' || this.isMoving(hedge.id)) return;
    const { spot, perp } = this.held(hedge.id);
    if (hedge.stage === 'opening') {
      if (this.slot === hedge.id) this.slot = null;
      if (spot === 0n && perp === 0n) return this.#rest(hedge, 'flat');
      if (spot === perp) this.#rest(hedge, 'hedged');
    } else if (hedge.stage === 'hedged' || hedge.stage === 'flat') {
      const unmoved = spot === hedge.heldBefore.spot && perp === hedge.heldBefore.perp;
      if (unmoved || (spot === perp && hedge.stage === 'hedged')) return;
      this.#reduce(hedge, 'unwinding', hedge.stage === 'flat' ? 0n : least(spot, perp));
    } else if (spot === perp && spot <= hedge.target) this.#rest(hedge, hedge.target === 0n || spot === 0n ? 'flat' : 'hedged');
  }

  #reduce(hedge: MHedge, stage: 'unwinding' | 'closing', target: bigint): void {
    hedge.stage = stage;
    hedge.target = target;
    hedge.rounds = 0;
    hedge.heldBefore = this.held(hedge.id);
  }

  #rest(hedge: MHedge, stage: 'hedged' | 'flat'): void {
    const { closing, stage: before } = hedge;
    const held = this.held(hedge.id);
    Object.assign(hedge, { stage, target: least(held.spot, held.perp), heldBefore: held, closing: null, rounds: 0 });
    if (stage === 'flat' && before !== 'flat') this.closedAt = this.now;
    const entry = this.signals.get(hedge.id);
    if (entry !== undefined && before !== 'closing') this.#entered(entry, stage === 'hedged' ? 'executed' : 'failed', before === 'opening');
    if (closing?.signal === true) this.part(closing.by, hedge.id, 'closed');
    if (stage === 'flat') this.dropWaits(hedge);
  }

  callOperator(hedge: MHedge): void {
    const { closing } = hedge;
    if (this.slot === hedge.id) this.slot = null;
    Object.assign(hedge, { stage: 'needsOperator', closing: null });
    if (closing?.signal === true) this.part(closing.by, hedge.id, 'failed');
    const signals = hedge.waits.filter((wanted) => wanted.signal);
    hedge.waits = hedge.waits.filter((wanted) => !wanted.signal);
    for (const wanted of signals) this.part(wanted.by, hedge.id, 'failed');
    const entry = this.signals.get(hedge.id);
    if (entry !== undefined) this.#entered(entry, 'failed', false);
  }

  /** The tenth entry in a row that cost something, or that a venue did not want, is the last. */
  #entered(entry: MSignal, verdict: 'executed' | 'failed', nothingTraded: boolean): void {
    if (entry.where === 'done') return;
    this.end(entry, verdict);
    if (verdict === 'executed') this.failedEntries = 0;
    else if (!nothingTraded || this.ordersOf(entry.id).some(({ refused }) => refused)) this.failedEntries += 1;
    if (verdict === 'failed' && this.failedEntries >= 10 && !this.stopped) this.stop();
  }

  // Quotes

  entryQuoted(id: string, scene: Scene, standing: Pick<Standing, 'account'> & { readonly short: bigint }): void {
    const signal = this.signals.get(id);
    if (signal === undefined || signal.where === 'done' || this.slot !== id || this.hedges.has(id)) return;
    if (this.now > signal.expiresAt) this.end(signal, 'expired');
    else {
      const barred = this.barred();
      const judged = barred === null ? judge(signal, scene, this.#standing(standing)) : ({ passes: false, codes: [barred] } as const);
      if (judged.passes) return this.#enter(signal, judged.quantity);
      this.end(signal, 'rejected', ...judged.codes);
    }
    this.slot = null;
  }

  #standing({ account, short }: Pick<Standing, 'account'> & { readonly short: bigint }): Standing {
    const exposure = (id: string): bigint => {
      const held = this.held(id);
      const coming = (leg: Leg) =>
        total(
          this.ordersOf(id)
            .filter((order) => order.leg === leg && order.opens && order.state !== 'over')
            .map((order) => order.quantity - order.filled),
        );
      return most(held.spot + coming('spot'), held.perp + coming('perp'));
    };
    const anyMoves = this.open.some(({ id }) => this.isMoving(id));
    return {
      account,
      limits: this.limits,
      sinceClose: this.closedAt === null ? null : this.now - this.closedAt,
      entriesInMinute: this.entryTimes.filter((at) => at > this.now - 60_000).length,
      entriesToday: this.entryTimes.filter((at) => dayOf(at) === dayOf(this.now)).length,
      exposure: total(this.open.map(({ id }) => exposure(id))),
      coins: this.heldIn('spot'),
      short: anyMoves ? null : { held: short, ours: total(this.open.map(({ id }) => this.held(id).perp)) },
    };
  }

  #enter(signal: MSignal, quantity: bigint): void {
    this.entryTimes.push(this.now);
    this.hedges.set(signal.id, {
      id: signal.id,
      nth: this.nextNth(),
      planned: quantity,
      stage: 'opening',
      target: quantity,
      closing: null,
      waits: [],
      rounds: 0,
      heldBefore: { spot: 0n, perp: 0n },
      completed: false,
      lossSince: null,
      lossMark: null,
    });
    for (const leg of legs) this.expected.push({ hedge: signal.id, leg, opens: true, quantity });
  }

  settleQuoted(id: string, scene: Scene): void {
    const hedge = this.hedges.get(id);
    if (hedge === undefined || !this.ready || this.isMoving(id)) return;
    if (hedge.stage !== 'opening' && hedge.stage !== 'unwinding' && hedge.stage !== 'closing') return;
    const { spot, perp } = this.held(id);
    if (hedge.stage === 'opening') {
      if (this.#completes(hedge, scene)) return;
      this.#reduce(hedge, 'unwinding', least(spot, perp));
    }
    if (this.#isThere(hedge, scene)) return;
    const progressed = spot < hedge.heldBefore.spot || perp < hedge.heldBefore.perp;
    const rounds = progressed ? 0 : hedge.rounds;
    if (rounds >= mostRounds) return this.callOperator(hedge);
    hedge.target = least(hedge.target, least(spot, perp));
    hedge.heldBefore = { spot, perp };
    hedge.rounds = this.#bringDown(hedge, scene) ? rounds + 1 : rounds;
  }

  /** The smaller leg is filled up once, while armed, where limits and slippage allow; a leg with nothing has failed. */
  #completes(hedge: MHedge, scene: Scene): boolean {
    const { spot, perp } = this.held(hedge.id);
    const smaller = least(spot, perp);
    if (hedge.completed || smaller === 0n || hedge.waits.length > 0 || this.standing !== 'armed') return false;
    if (scene.missing.length > 0 || scene.staleMs > this.limits.maxBookAgeMs || scene.clockMs > this.limits.maxClockOffsetEntryMs) return false;
    const missing = most(spot, perp) - smaller;
    const at = premium(scene, 'open', missing);
    const { bounds, risk } = this.signals.get(hedge.id) ?? {};
    // A limit that was tightened since the entry holds for this order too, by its own size.
    if (times(whole(scene.spotAsk), missing) > whole(this.limits.maxHedgeKrw)) return false;
    if (risk !== undefined && whole(risk) > whole(this.limits.maxSignalRisk)) return false;
    if (most(at, -at) > whole('0.15') || (bounds !== undefined && at > whole(bounds[0]) + whole(bounds[1]))) return false;
    this.expected.push({ hedge: hedge.id, leg: spot < perp ? 'spot' : 'perp', opens: true, quantity: missing });
    return true;
  }

  /** @returns whether anything leaves */
  #bringDown(hedge: MHedge, scene: Scene): boolean {
    const held = this.held(hedge.id);
    let sent = false;
    for (const leg of legs) {
      const above = held[leg] - hedge.target;
      if (above <= 0n || scene.missing.includes(leg)) continue;
      this.expected.push({ hedge: hedge.id, leg, opens: false, quantity: above });
      sent = true;
    }
    return sent;
  }

  exitQuoted(id: string, scene: Scene): void {
    const hedge = this.hedges.get(id);
    const [wanted] = hedge?.waits ?? [];
    if (hedge === undefined || wanted === undefined || hedge.stage === 'flat' || !this.isAtRest(hedge) || !this.ready) return;
    const { spot, perp } = this.held(id);
    const matched = least(spot, perp);
    if (matched > 0n && (scene.missing.includes('spot') || scene.missing.includes('perp'))) return;
    const target = matched === 0n ? 0n : staysOpen(matched, wanted.quantity, scene);
    const refusal = target === null ? 'BELOW_STEP' : matched === 0n ? null : this.#exitRefusal(wanted, matched - target, scene);
    if (target === null || refusal !== null) {
      hedge.waits = hedge.waits.slice(1);
      if (wanted.signal) this.part(wanted.by, id, 'denied', refusal ?? '');
      return;
    }
    hedge.waits = hedge.waits.slice(1);
    hedge.closing = wanted;
    this.#reduce(hedge, 'closing', target);
    if (!this.#isThere(hedge, scene)) this.#bringDown(hedge, scene);
  }

  /** Nothing is above where it should be: it is done as soon as both books say that nothing could be traded. */
  #isThere(hedge: MHedge, scene: Scene): boolean {
    const { spot, perp } = this.held(hedge.id);
    if (spot !== perp || spot > hedge.target || scene.missing.includes('spot') || scene.missing.includes('perp')) return false;
    this.#rest(hedge, hedge.target === 0n || spot === 0n ? 'flat' : 'hedged');
    return true;
  }

  #exitRefusal(wanted: Wanted, size: bigint, scene: Scene): string | null {
    const bounds = wanted.signal ? this.signals.get(wanted.by)?.bounds : undefined;
    if (bounds === undefined) return null;
    if (scene.missing.includes('fx')) return 'NO_DATA';
    return premium(scene, 'close', size) < whole(bounds[0]) - whole(bounds[1]) ? 'PREMIUM_MOVED' : null;
  }
}
