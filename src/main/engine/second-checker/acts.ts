/** What is drawn: one act of a sender, a person, a venue, the market or the machine at a time. */
import fc from 'fast-check';
import type { Fate, Pair } from './pair.ts';
import { type SceneName, scenes } from './scene.ts';

const names = Object.keys(scenes) as SceneName[];
const anId = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l');
const aPick = fc.nat(5);
const aScene = fc.oneof({ weight: 7, arbitrary: fc.constant<SceneName>('calm') }, { weight: 3, arbitrary: fc.constantFrom(...names) });
const aSize = fc.constantFrom('0.05', '0.1', '0.0507', '0.2', '0.001', '0.0004', '0.5', '0.7');
const aFate: fc.Arbitrary<Fate> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('fills' as const),
      part: fc.constantFrom(100, 100, 100, 60, 33, 0),
      says: fc.constantFrom('all' as const, 'all' as const, 'open' as const, 'unpriced' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('refuses' as const), outcome: fc.constantFrom('refused' as const, 'notSent' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('silent' as const), part: fc.constantFrom(null, 100, 50, 0) }) },
);

class Act implements fc.Command<object, Pair> {
  readonly #name: string;
  readonly #on: (pair: Pair) => void;
  constructor(name: string, on: (pair: Pair) => void) {
    this.#name = name;
    this.#on = on;
  }
  check(): boolean {
    return true;
  }
  run(_model: object, pair: Pair): void {
    pair.acts += 1;
    this.#on(pair);
  }
  toString(): string {
    return this.#name;
  }
}
const act = (name: string, on: (pair: Pair) => void): Act => new Act(name, on);

const anEnter = fc
  .record({
    id: anId,
    size: aSize,
    byKrw: fc.boolean(),
    other: fc.integer({ min: 0, max: 9 }),
    life: fc.constantFrom(30_000, 30_000, 600_000, 600_000, 2000, -1),
    risk: fc.constantFrom(undefined, undefined, '0.5', '0.51'),
    bounds: fc.constantFrom(
      undefined,
      undefined,
      ['0.001', '0.004'] as const,
      ['-0.01', '0'] as const,
      ['0.0008', '0'] as const,
      ['0.0008', '0.0004'] as const,
    ),
  })
  .map(({ id, size, byKrw, other, life, risk, bounds }) =>
    act(`enter ${id} ${size}${byKrw ? ' of KRW' : ''} for ${life}${other === 0 ? ', changed' : ''} ${risk ?? ''} ${String(bounds)}`, (pair) => {
      // With its fee the spot leg of 0.05 costs 8,094,295.125 KRW at the worst price.
      const wish = byKrw
        ? { amountKrw: size === '0.05' ? '8094295' : size === '0.1' ? '8094296' : size.replace('0.', '1').padEnd(7, '0') }
        : { quantity: size };
      const rest = { ...(risk === undefined ? {} : { risk }), ...(bounds === undefined ? {} : { bounds }) };
      const digest = other === 0 ? 'changed' : `enter ${id}`;
      pair.signal({ id, action: 'ENTER', digest, createdAt: pair.rig.now - 10, expiresAt: pair.rig.now + life, ...wish, ...rest });
    }),
  );
const anExit = fc
  .record({
    id: anId,
    size: fc.option(aSize, { nil: undefined, freq: 2 }),
    hedge: fc.option(anId, { nil: undefined, freq: 2 }),
    life: fc.constantFrom(30_000, 600_000, 600_000, 2000, -1),
    bounds: fc.constantFrom(undefined, undefined, ['-0.002', '0.001'] as const, ['0.01', '0'] as const, ['-0.0005', '0.001'] as const),
  })
  .map(({ id, size, hedge, life, bounds }) =>
    act(`exit x${id} ${size ?? 'all'} of ${hedge ?? 'any'} for ${life} ${String(bounds)}`, (pair) => {
      const rest = {
        ...(size === undefined ? {} : { quantity: size }),
        ...(hedge === undefined ? {} : { hedge }),
        ...(bounds === undefined ? {} : { bounds }),
      };
      pair.signal({ id: `x${id}`, action: 'EXIT', digest: `exit ${id}`, createdAt: pair.rig.now - 10, expiresAt: pair.rig.now + life, ...rest });
    }),
  );

const person = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .tuple(anId, fc.boolean(), fc.integer({ min: 0, max: 4 }))
      .map(([id, isExit, no]) =>
        act(`${no === 0 ? 'decline' : 'approve'} ${isExit ? 'x' : ''}${id}`, (pair) => pair.approve(isExit ? `x${id}` : id, no !== 0)),
      ),
  },
  { weight: 2, arbitrary: fc.constantFrom('auto' as const, 'auto' as const, 'manual' as const).map((how) => act(how, (pair) => pair.approval(how))) },
  { weight: 4, arbitrary: fc.constant(act('arm', (pair) => pair.arm())) },
  { weight: 1, arbitrary: fc.constant(act('disarm', (pair) => pair.disarm())) },
  { weight: 1, arbitrary: fc.boolean().map((closeAll) => act(`stop${closeAll ? ' and close all' : ''}`, (pair) => pair.stop(closeAll))) },
  { weight: 2, arbitrary: fc.constant(act('reset', (pair) => pair.reset())) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(anId, fc.option(fc.constantFrom('0.01', '0.03', '0.0495', '0.0004')))
      .map(([id, size]) => act(`close ${id} ${size ?? 'all'}`, (pair) => pair.close(id, size))),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(
        ['maxEntriesPerMinute', '1'] as const,
        ['maxEntriesPerMinute', '3'] as const,
        ['maxEntriesPerDay', '1'] as const,
        ['maxEntriesPerDay', '2'] as const,
        ['cooldownMs', '5000'] as const,
        ['cooldownMs', '0'] as const,
        ['maxHedgeKrw', '9000000'] as const,
        ['maxPositionRatio', '0.02'] as const,
        ['maxSignalRisk', '1'] as const,
      )
      .map(([name, value]) =>
        act(`disarm, set ${name} ${value}, arm`, (pair) => {
          pair.disarm();
          pair.set(name, value, '');
          pair.set(name, value, value);
          pair.arm();
        }),
      ),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(['maxEntriesPerDay', '3'] as const, ['cooldownMs', '2000'] as const, ['maxHedgeKrw', '50000000'] as const)
      .map(([name, value]) => act(`set ${name} ${value}`, (pair) => pair.set(name, value, value))),
  },
);

const venue = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(aPick, aFate, aScene)
      .map(([pick, fate, scene]) => act(`answer ${pick} ${JSON.stringify(fate)} ${scene}`, (pair) => pair.answer(pick, fate, scene))),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.nat(30), fc.nat(3), fc.boolean())
      .map(([pick, trades, open]) => act(`stream ${pick} ${trades} ${open}`, (pair) => pair.stream(pick, trades, open))),
  },
  { weight: 3, arbitrary: aPick.map((pick) => act(`look up ${pick}`, (pair) => pair.lookUp(pick, 1))) },
  { weight: 1, arbitrary: aPick.map((pick) => act(`look up ${pick} for a minute`, (pair) => pair.lookUp(pick, 6))) },
  { weight: 1, arbitrary: aPick.map((pick) => act(`late trade ${pick}`, (pair) => pair.late(pick))) },
  { weight: 8, arbitrary: fc.tuple(aPick, aScene).map(([pick, scene]) => act(`quote ${pick} ${scene}`, (pair) => pair.quote(pick, scene))) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom<SceneName>('calm', 'slump', 'slump', 'dear', 'stale')
      .map((scene) => act(`marks ${scene}`, (pair) => pair.marks(scene))),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('upbit' as const, 'binance' as const), fc.constantFrom(1, 10, 11))
      .map(([at, times]) => act(`${times} API errors of ${at}`, (pair) => pair.requests(at, times))),
  },
);

export const anAct: fc.Arbitrary<Act> = fc.oneof(
  { weight: 7, arbitrary: anEnter },
  { weight: 3, arbitrary: anExit },
  { weight: 6, arbitrary: person },
  { weight: 14, arbitrary: venue },
  {
    weight: 4,
    arbitrary: fc.constant(
      act('reset, arm, auto', (pair) => {
        pair.reset();
        pair.arm();
        pair.approval('auto');
      }),
    ),
  },
  { weight: 6, arbitrary: fc.constantFrom(100, 100, 60, 30, 0).map((part) => act(`calm after ${part} %`, (pair) => pair.calm(part))) },
  { weight: 2, arbitrary: fc.constantFrom(60, 33, 0).map((part) => act(`half ${part} %`, (pair) => pair.half(part))) },
  { weight: 1, arbitrary: fc.constant(act('stuck', (pair) => pair.stuck())) },
  { weight: 3, arbitrary: fc.constantFrom(10, 300, 1000, 1100, 5000, 11_000).map((ms) => act(`wait ${ms}`, (pair) => pair.wait(ms))) },
  { weight: 1, arbitrary: fc.constantFrom(61_000, 95_000, 51_000_000).map((ms) => act(`wait ${ms}`, (pair) => pair.wait(ms))) },
  { weight: 1, arbitrary: fc.boolean().map((arms) => act(`restart${arms ? ' and arm' : ''}`, (pair) => pair.restart(arms))) },
  { weight: 1, arbitrary: anId.map((id) => act(`a signal ${id} from the future`, (pair) => pair.future(id))) },
);
