/** The engine and the second mind side by side: the same inputs to both, and everything outside compared after each. */
import type { SettingName } from '../../../shared/domain/settings.ts';
import { Model } from './model.ts';
import { executed, idOf, Rig, type Seen, type SignalText, type Truth } from './rig.ts';
import { type Leg, type Scene, type SceneName, scenes } from './scene.ts';
import { least, textOf, total, whole } from './whole.ts';

const legs = ['spot', 'perp'] as const;
export type Fate =
  | { readonly kind: 'fills'; readonly part: number; readonly says: 'all' | 'open' | 'unpriced' }
  | { readonly kind: 'refuses'; readonly outcome: 'refused' | 'notSent' }
  | { readonly kind: 'silent'; readonly part: number | null };

class Disagreement extends Error {}

export class Pair {
  readonly rig = new Rig();
  readonly model = new Model();
  readonly #said = new Map<string, { state: string; code: string }>();
  readonly #repeats: string[] = [];
  orders = 0;
  acts = 0;

  constructor() {
    this.model.now = this.rig.now;
    this.#boot(false);
    this.approval('auto');
    this.arm();
  }

  // What happens

  signal(text: SignalText): void {
    const { model, rig } = this;
    const before = this.#repeats.length;
    const seen = rig.signal(text);
    const word = model.signal(text);
    this.#compare(seen);
    const repeats = this.#repeats.slice(before);
    this.#agree('what a repeated signal is called', String(repeats), word === 'new' ? '' : word);
  }

  /** Text from a future is none that the engine takes. */
  future(id: string): void {
    const parsed = { ok: false, code: 'FUTURE', reason: 'too early', id: idOf.signal(id), excerpt: '' } as const;
    this.#compare(this.rig.feed({ kind: 'signal', parsed, source: { kind: 'person' }, place: null }));
  }

  approve(id: string, yes: boolean): void {
    const seen = this.rig.command({ kind: yes ? 'approve' : 'decline', signal: idOf.signal(id) });
    const ok = yes ? this.model.approve(id) : this.model.decline(id);
    this.#agree('a decision on the inbox', seen.ok, ok);
    this.#compare(seen);
  }
  approval(approval: 'auto' | 'manual'): void {
    const seen = this.rig.command({ kind: 'setApproval', approval });
    this.model.setApproval(approval);
    this.#compare(seen);
  }
  arm(): void {
    const seen = this.rig.command({ kind: 'arm' });
    this.#agree('arming', seen.ok, this.model.arm());
    this.#compare(seen);
  }
  disarm(): void {
    const seen = this.rig.command({ kind: 'disarm', reason: 'a person' });
    this.model.disarm();
    this.#compare(seen);
  }
  stop(closeAll: boolean): void {
    const seen = this.rig.command({ kind: 'stop', source: 'button', reason: 'a person', closeAll });
    this.model.stop();
    if (closeAll) this.model.closeAll();
    this.#compare(seen);
  }
  reset(): void {
    const seen = this.rig.command({ kind: 'resetStop' });
    this.#agree('resetting', seen.ok, this.model.reset());
    this.#compare(seen);
  }
  close(id: string, quantity: string | null): void {
    const seen = this.rig.command({ kind: 'closeHedge', hedge: idOf.hedge(id), quantity: quantity === null ? null : (quantity as never) });
    this.#agree('closing by hand', seen.ok, this.model.close(id, quantity === null ? null : whole(quantity)));
    this.#compare(seen);
  }
  set(name: keyof Model['limits'] & SettingName, value: string, again: string): void {
    const { model } = this;
    const seen = this.rig.command({ kind: 'set', name, value, again });
    const [next, before]: readonly [number, number] = [JSON.parse(value), JSON.parse(`${model.limits[name]}`)];
    const lets = name === 'cooldownMs' ? next < before : next > before;
    const may = !lets || (!model.armed && again === value);
    this.#agree('a setting', seen.ok, may);
    if (may) Object.assign(model.limits, { [name]: typeof model.limits[name] === 'string' ? value : JSON.parse(value) });
    this.#compare(seen);
  }
  requests(venue: 'upbit' | 'binance', failed: number): void {
    for (let nth = 0; nth < failed + 1; nth += 1) {
      const fails = nth < failed;
      const seen = this.rig.requestEnded(venue, fails);
      this.model.requestEnded(venue, fails);
      this.#compare(seen);
    }
  }

  /** Time passes in silence, ticking. */
  wait(ms: number): void {
    const { rig, model } = this;
    const steps = ms > 10_000 ? 4 : 1;
    for (let nth = 0; nth < steps; nth += 1) {
      rig.now += Math.floor(ms / steps);
      model.now = rig.now;
      const seen = rig.feed({ kind: 'tick' });
      model.tick();
      this.#silences();
      this.#compare(seen, 'tick');
    }
  }

  /** From 60 s of silence on the emergency stop may fire and a person be called; from 90 s on it has to have. */
  #silences(): void {
    const { rig, model } = this;
    for (const order of model.orders.values()) {
      if (order.state !== 'unknown' || !model.ready) continue;
      const silent = model.now - Math.max(order.unknownSince, model.resetAt);
      const hedge = model.hedges.get(order.hedge);
      if (silent < 60_000 || hedge === undefined) continue;
      const called = rig.state.hedges[idOf.hedge(hedge.id)]?.phase === 'needsOperator';
      if (silent >= 90_000 && !(called && rig.state.stop !== null))
        throw new Disagreement(`Nobody was called for ${order.id}, silent for ${silent} ms`);
      if (rig.state.stop !== null && !model.stopped) model.stop();
      if (called && hedge.stage !== 'needsOperator') model.callOperator(hedge);
    }
  }

  answer(pick: number, fate: Fate, scene: SceneName): void {
    const flying = this.rig.orders.filter((order) => !order.answered && !this.#isDead(order));
    const order = flying[pick % Math.max(1, flying.length)];
    if (order === undefined) return;
    const { rig, model } = this;
    const id = order.request.clientOrderId as string;
    if (fate.kind === 'silent') {
      if (order.fate === null && fate.part !== null) rig.execute(order, fate.part, scenes[scene]);
      order.fate ??= 'absent';
      const seen = rig.refused(order, 'unknown', 'TIMEOUT');
      model.failed(id, 'unknown');
      return this.#compare(seen);
    }
    if (fate.kind === 'refuses') {
      if (order.fate === 'executed') return;
      order.fate = 'absent';
      const seen = rig.refused(order, fate.outcome, fate.outcome === 'refused' ? 'INSUFFICIENT_FUNDS' : 'BLOCKED');
      model.failed(id, fate.outcome);
      return this.#compare(seen);
    }
    if (order.fate === 'absent') return;
    if (order.fate === null) rig.execute(order, fate.part, scenes[scene]);
    const whole_ = rig.report(order);
    const report = fate.says === 'open' ? rig.report(order, 0, 'open') : fate.says === 'unpriced' ? { ...whole_, fills: [] } : whole_;
    const seen = rig.placed(order, { outcome: 'accepted', report });
    model.told(id, {
      isOpen: fate.says === 'open',
      filled: fate.says === 'open' ? 0n : executed(order),
      trades: fate.says === 'all' ? order.trades : [],
    });
    this.#compare(seen);
  }
  /** Sent by a process that has died: nobody hears the answer. */
  readonly #isDead = (order: Truth): boolean => this.#dead.has(order);
  readonly #dead = new Set<Truth>();

  /** The stream tells of an order: anything that was once true of it, in any order, again and again. */
  stream(pick: number, trades: number, saysOpen: boolean): void {
    const { rig, model } = this;
    const known = rig.orders.filter((order) => order.fate === 'executed');
    const order = known[pick % Math.max(1, known.length)];
    if (order === undefined) return;
    const some = Math.min(trades, order.trades.length);
    const isWhole = some === order.trades.length;
    const isOpen = saysOpen || !isWhole;
    const report = rig.report(order, some, isOpen ? 'open' : undefined);
    const seen = rig.feed({ kind: 'reported', report });
    const told = order.trades.slice(0, some);
    model.told(order.request.clientOrderId, { isOpen, filled: total(told.map(({ quantity }) => quantity)), trades: told });
    this.#compare(seen);
  }

  /** A trade that comes after its order was over. */
  late(pick: number): void {
    const { rig } = this;
    const over = rig.orders.filter((order) => order.fate === 'executed' && order.opens && executed(order) < order.quantity);
    const order = over[pick % Math.max(1, over.length)];
    if (order === undefined) return;
    rig.trade(order, least(whole('0.001'), order.quantity - executed(order)), scenes.calm);
    this.stream(rig.orders.filter(({ fate }) => fate === 'executed').indexOf(order), order.trades.length, false);
  }

  lookUp(pick: number, times: number): void {
    for (let nth = 0; nth < times; nth += 1) {
      const silent = this.rig.orders.filter((order) => ['unknown', 'open'].includes(this.model.orders.get(order.request.clientOrderId)?.state ?? ''));
      const order = silent[pick % Math.max(1, silent.length)];
      if (order === undefined) return;
      if (order.fate === 'executed')
        return this.stream(this.rig.orders.filter(({ fate }) => fate === 'executed').indexOf(order), order.trades.length, false);
      // A request of a process that died may not have left at all.
      order.fate = 'absent';
      if (times > 1) this.wait(15_500);
      const agrees = this.rig.held(order.leg) === this.model.heldIn(order.leg);
      const seen = this.rig.missed(order);
      this.model.missed(order.request.clientOrderId, agrees);
      this.#compare(seen);
    }
  }

  quote(pick: number, name: SceneName): void {
    const { rig, model } = this;
    const wanted = [...rig.wants.values()].filter(({ kind }) => kind !== 'marks');
    const purpose = wanted[pick % Math.max(1, wanted.length)];
    if (purpose === undefined) return;
    const scene: Scene = scenes[name];
    const standing = { account: rig.account(), short: rig.held('perp') };
    const seen = rig.quoted(purpose, scene);
    if (purpose.kind === 'entry') model.entryQuoted(purpose.signal, scene, standing);
    if (purpose.kind === 'exit') model.exitQuoted(purpose.hedge, scene);
    if (purpose.kind === 'settle') model.settleQuoted(purpose.hedge, scene);
    this.#compare(seen);
  }
  marks(name: SceneName): void {
    const { rig, model } = this;
    const scene: Scene = scenes[name];
    const seen = rig.quoted({ kind: 'marks', coin: 'BTC' as never }, scene);
    for (const id of model.marked(scene)) this.#alarmed(id, 'STOP_LOSS');
    this.#compare(seen);
  }

  /** What is wanted is had, and what left is answered, until nothing is under way. @param part what fills of the first order */
  calm(part: number): void {
    for (let round = 0; round < 12; round += 1) {
      const flying = this.rig.orders.some((order) => !order.answered && !this.#isDead(order));
      const wanted = [...this.rig.wants.values()].some(({ kind }) => kind !== 'marks');
      if (!flying && !wanted) break;
      this.answer(0, { kind: 'fills', part: round === 1 ? part : 100, says: 'all' }, 'calm');
      this.quote(0, 'calm');
    }
  }

  /** One leg of what flies fills in part, the other whole: where things go wrong from. */
  half(part: number): void {
    this.answer(0, { kind: 'fills', part, says: 'all' }, 'calm');
    this.answer(0, { kind: 'fills', part: 100, says: 'all' }, 'calm');
  }
  /** Nothing that is sent fills. */
  stuck(): void {
    for (let round = 0; round < 12; round += 1) {
      this.answer(0, { kind: 'fills', part: 0, says: 'all' }, 'calm');
      this.quote(round, 'calm');
    }
  }

  restart(arms: boolean): void {
    this.rig.restart();
    for (const order of this.rig.orders) {
      if (!order.answered) this.#dead.add(order);
      order.answered = true;
    }
    this.model.restart();
    this.#boot(arms);
  }

  #boot(arms: boolean): void {
    const { rig, model } = this;
    const armed = arms && !model.stopped;
    this.#compare(rig.feed({ kind: 'started', armWhenReady: arms, engine: 'second' }));
    for (const venue of ['upbit', 'binance'] as const)
      this.#compare(rig.feed({ kind: 'venueRead', venue, account: venue, holdings: rig.holdings(venue), clientIds: [] }));
    const seen = rig.feed({ kind: 'reconciled' });
    model.reconciled(armed);
    this.#compare(seen);
  }

  // What is compared

  #compare(seen: Seen, moment?: 'tick'): void {
    const { model, rig } = this;
    for (const fact of seen.facts) {
      if (fact.kind === 'signalTaken') this.#said.set(fact.signal.id, { state: 'accepted', code: '' });
      if (fact.kind === 'signalJudged') this.#said.set(fact.id, { state: fact.state, code: fact.code });
      if (fact.kind === 'signalRepeated') this.#repeats.push(fact.state);
    }
    model.after();
    this.#sent(seen);
    for (const [id, signal] of model.signals) {
      const said = this.#said.get(id);
      this.#agree(`the verdict on ${id} (${said?.code ?? ''})`, said?.state, signal.verdict);
      if (signal.verdict === 'rejected' && signal.codes.length > 0 && !signal.codes.includes(said?.code ?? ''))
        throw new Disagreement(`${id} is rejected for ${String(signal.codes)}, the engine says ${said?.code ?? ''}`);
      if (signal.verdict === 'expired' && signal.action === 'EXIT') this.#alarmKey(`expiredExit:${id}`);
    }
    const { state } = rig;
    this.#agree('standing', [state.phase, state.armed, state.stop !== null, state.approval].join(), this.#standing());
    if (model.stopped) this.#alarmKey('stop');
    this.#agree('slot', Object.values(state.slots)[0] ?? null, model.slot);
    for (const hedge of model.hedges.values()) this.#hedge(hedge.id);
    this.#agree('how many hedges there are', Object.keys(state.hedges).length, model.hedges.size);
    if (moment === 'tick') this.#silenceAlarms(seen);
    if (model.slot !== null && !model.hedges.has(model.slot) && model.ready) this.#wanted(`entry ${model.slot}`);
  }

  #standing = (): string => [this.model.ready ? 'ready' : 'reconciling', this.model.armed, this.model.stopped, this.model.approval].join();

  #sent(seen: Seen): void {
    const { model } = this;
    const line = (hedge: string, leg: Leg, opens: boolean, quantity: bigint): string =>
      `${hedge} ${opens ? 'opens' : 'closes'} ${leg} ${textOf(quantity)}`;
    const should = model.expected.map((order) => line(order.hedge, order.leg, order.opens, order.quantity)).sort();
    const did = seen.sent.map((order) => line(this.#hedgeOf(order), order.leg, order.opens, order.quantity)).sort();
    model.expected = [];
    this.#agree('what leaves', String(did), String(should));
    for (const order of seen.sent) {
      this.orders += 1;
      const { request, leg, opens, purpose, quantity } = order;
      if (opens && model.standing !== 'armed') throw new Disagreement(`${purpose} leaves while ${model.standing}`);
      model.sent({ id: request.clientOrderId, hedge: this.#hedgeOf(order), leg, opens, purpose, quantity });
    }
  }
  #hedgeOf = ({ request }: Truth): string => this.rig.state.orders[request.clientOrderId]?.hedge ?? '';

  #hedge(id: string): void {
    const { model, rig } = this;
    const hedge = model.hedges.get(id);
    const real = rig.state.hedges[idOf.hedge(id)];
    if (hedge === undefined || real === undefined) throw new Disagreement(`There is no hedge ${id}`);
    this.#agree(`the phase of ${id}`, real.phase, hedge.stage);
    const held = model.held(id);
    for (const leg of legs) this.#agree(`${leg} coins of ${id}`, textOf(this.#realLeg(id, leg)), textOf(held[leg]));
    if (hedge.stage === 'needsOperator') this.#alarmKey(`operator:${id}`);
    if (!model.ready || model.isMoving(id)) return;
    if (hedge.stage !== 'needsOperator' && held.spot !== held.perp) this.#alarmed(id, 'NAKED_LEG');
    if (hedge.stage === 'opening' || hedge.stage === 'unwinding' || hedge.stage === 'closing') this.#wanted(`settle ${id}`);
    else if (hedge.waits.length > 0) this.#wanted(`exit ${id}`);
  }

  #realLeg(id: string, leg: Leg): bigint {
    const orders = Object.values(this.rig.state.orders).filter((order) => (order.hedge as string) === id && order.request.leg === leg);
    const of = (side: 'buy' | 'sell') =>
      total(orders.filter(({ request }) => request.side === side).map((order) => whole(order.filled as unknown as string)));
    const held = leg === 'spot' ? of('buy') - of('sell') : of('sell') - of('buy');
    return held > 0n ? held : 0n;
  }

  #silenceAlarms(seen: Seen): void {
    const { model } = this;
    for (const order of model.orders.values()) {
      if (order.state === 'unknown' && model.ready && model.now - order.unknownSince >= 5000) this.#alarmKey(`unknown:${order.id}`);
      void seen;
    }
  }

  #wanted(key: string): void {
    if (!this.rig.wants.has(key)) throw new Disagreement(`Nothing goes on: ${key} is wanted, there are ${[...this.rig.wants.keys()].join()}`);
  }
  #alarmKey(key: string): void {
    if (!Object.hasOwn(this.rig.state.alarms, key))
      throw new Disagreement(`There is no alarm ${key}, but ${Object.keys(this.rig.state.alarms).join()}`);
  }
  #alarmed(id: string, code: string): void {
    const alarms = Object.values(this.rig.state.alarms);
    if (!alarms.some((alarm) => alarm.code === code && (alarm.hedge as string) === id)) throw new Disagreement(`Hedge ${id} has no alarm ${code}`);
  }
  #agree(what: string, engine: unknown, second: unknown): void {
    if (engine !== second) throw new Disagreement(`${what}: the engine has ${String(engine)}, the second checker ${String(second)}`);
  }
}
