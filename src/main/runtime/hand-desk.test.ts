import { describe, expect, it } from 'vitest';
import type { Fact } from '../engine/facts.ts';
import { ask, atMarket, change, limit } from '../engine/testing/hands.ts';
import { World } from '../engine/testing/world.ts';
import { type Decision, HandDesk } from './hand-desk.ts';
import { HandClock, settle } from './testing.ts';

/** A desk at which somebody waits for what is decided of the newest order by hand. */
function waiting(world: World, what: 'decision' | 'change' = 'decision') {
  const clock = new HandClock();
  const desk = new HandDesk(clock);
  const told: string[] = [];
  const wanted = world.facts.findLast((fact) => fact.kind === 'handWanted');
  if (wanted?.kind !== 'handWanted') throw new Error('Nobody wants an order');
  const id = wanted.request.clientOrderId;
  void desk.wait(id, what).then((decision: Decision) => told.push(decision.ok ? decision.order : decision.code));
  return { clock, desk, told, id };
}
const of = (world: World, from: number, kind: Fact['kind']): readonly Fact[] => world.facts.slice(from).filter((fact) => fact.kind === kind);

describe('whoever waits for an order by hand', () => {
  it.each(['handWanted', 'orderIntended'] as const)('is told at once where the disk does not take its %s', async (kind) => {
    const world = new World();
    const from = world.facts.length;
    ask(world, 'binance', 'sell', atMarket('0.01'));
    const { desk, told } = waiting(world);
    world.run(100);
    const lost = of(world, from, kind);
    expect(lost).toHaveLength(1);
    desk.lost(lost);
    await settle();
    expect(told).toEqual(['JOURNAL_FAILED']);
  });

  it('is told that too of a denial, and of a change that the venue made', async () => {
    const poor = new World();
    const before = poor.facts.length;
    ask(poor, 'upbit', 'sell', atMarket('0.01'));
    const denied = waiting(poor);
    poor.run(100);
    denied.desk.lost(of(poor, before, 'handDenied'));
    await settle();
    expect(denied.told).toEqual(['JOURNAL_FAILED']);

    const world = new World();
    ask(world, 'binance', 'sell', limit('0.01', '116000'));
    const { id } = waiting(world);
    world.run(100);
    change(world, id, '0.02', '117000');
    const changed = waiting(world, 'change');
    const from = world.facts.length;
    world.run(1000);
    changed.desk.lost(of(world, from, 'orderAmended'));
    await settle();
    expect(changed.told).toEqual(['JOURNAL_FAILED']);
  });

  it('is told what was decided once it is on disk, and of nothing within 30 s otherwise', async () => {
    const world = new World();
    ask(world, 'binance', 'sell', atMarket('0.01'));
    const { desk, told, id } = waiting(world);
    desk.lost(of(world, 0, 'processStarted'));
    world.run(100);
    desk.take(world.facts);
    await settle();
    expect(told).toEqual([id]);
    const silent = waiting(world);
    await silent.clock.pass(30_000);
    expect(silent.told).toEqual(['TIMEOUT']);
  });
});
