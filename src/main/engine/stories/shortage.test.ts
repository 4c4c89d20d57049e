/** Coins, or a short, of our hedges that are gone from an account: seen at a start too, and nothing is added to them. */
import { describe, expect, it } from 'vitest';
import type { Leg } from '../../../shared/domain/venue.ts';
import { checkCompletion, checkEntry, checkHand } from '../risk/entry-limits.ts';
import { judgeEntry } from '../entry-judgement.ts';
import { legVenue } from '../state.ts';
import { tradeByHand } from '../testing/by-hand.ts';
import { byCost, place } from '../testing/hands.ts';
import { enter, exit } from '../testing/signals.ts';
import { fills } from '../testing/venue-truth.ts';
import { World } from '../testing/world.ts';

function hedged(): World {
  const world = new World();
  world.signal(enter('h', { quantity: '0.1' }));
  return world.run(2000);
}
/** Somebody takes what the hedge holds on a leg. */
const rob = (world: World, leg: Leg) => tradeByHand(world, leg, leg === 'spot' ? 'sell' : 'buy', '0.1');
const giveBack = (world: World, leg: Leg) => tradeByHand(world, leg, leg === 'spot' ? 'buy' : 'sell', '0.1');
/** Kills the process; the next one comes half a minute later. @param meanwhile what others do */
function startAnew(world: World, meanwhile: () => void): World {
  world.dropQueue();
  world.now += 30_000;
  meanwhile();
  world.restart(true);
  return world;
}

describe('what a hedge holds and a venue does not', () => {
  it.each(['spot', 'perp'] as const)('of the %s leg is seen at a start, before it arms, and stops at the next read', (leg) => {
    const world = hedged();
    const before = world.facts.length;
    startAnew(world, () => rob(world, leg));
    const kinds = world.facts.slice(before).map(({ kind }) => kind);
    expect(kinds.indexOf('alarmRaised')).toBeGreaterThan(-1);
    expect(kinds.indexOf('alarmRaised')).toBeLessThan(kinds.indexOf('armed'));
    expect([world.state.armed, world.alarms()]).toEqual([true, ['POSITION_MISMATCH']]);
    world.signal(enter('b'));
    world.run(3000);
    expect(world.said('b')).toBe(leg === 'spot' ? 'rejected POSITION_MISMATCH' : 'rejected OUTSIDE_POSITION');
    world.run(2000);
    world.compare();
    expect(world.state.stop).toMatchObject({ code: 'POSITION_MISMATCH', values: { venue: legVenue[leg], held: '0', needed: '0.1' } });
  });

  it('refuses entries in the coin from the first sight on, and lets them in again once it is back', () => {
    const world = hedged();
    rob(world, 'spot');
    world.run(1000);
    world.compare();
    expect([world.alarms(), world.state.stop]).toEqual([['POSITION_MISMATCH'], null]);
    world.signal(enter('b'));
    expect(place(world, 'upbit', 'buy', byCost('1610000'))).toBe('POSITION_MISMATCH');
    world.run(1000);
    expect([world.said('b'), world.sent.length]).toEqual(['rejected POSITION_MISMATCH', 2]);
    const judged = world.facts.findLast((fact) => fact.kind === 'signalJudged');
    expect(judged?.reason).toBe('upbit BTC: the venue holds 0, our hedges need 0.1');
    giveBack(world, 'spot');
    world.run(1000);
    world.compare();
    expect(world.alarms()).toEqual([]);
    world.signal(enter('c'));
    world.run(2000);
    expect(world.said('c')).toBe('executed HEDGED');
  });

  it('is asked about by what fills up a leg and by a short by hand too, each of its own coin alone', () => {
    const world = hedged();
    const signal = enter('b');
    const { context } = judgeEntry(world.state, signal, world.quote({ kind: 'entry', signal: signal.id }), world.now);
    if (context === null) throw new Error('There is a context');
    const alarm = { code: 'POSITION_MISMATCH', severity: 'critical', hedge: null, detail: 'less', at: world.now } as const;
    const codes = (key: string) => {
      const given = { ...context, state: { ...context.state, alarms: { [key]: alarm } } };
      return [checkEntry(given), checkCompletion(given, 'perp'), checkHand(given, 'perp')].map((denial) => denial?.denied ?? 'passes');
    };
    for (const venue of ['upbit', 'binance'])
      expect(codes(`mismatch:${venue}:BTC`)).toEqual(['POSITION_MISMATCH', 'POSITION_MISMATCH', 'POSITION_MISMATCH']);
    expect(codes('mismatch:upbit:ETH')).toEqual(['passes', 'passes', 'passes']);
  });
});

describe('a start that compares', () => {
  it('stops on nothing that the process before it saw, before the venues were read again', () => {
    const world = hedged();
    rob(world, 'perp');
    world.run(1000);
    world.compare();
    startAnew(world, () => undefined);
    expect([world.state.armed, world.alarms(), world.state.stop]).toEqual([true, ['POSITION_MISMATCH'], null]);
    world.compare();
    expect(world.state.stop?.code).toBe('POSITION_MISMATCH');
  });

  it('ends an alarm whose cause is gone', () => {
    const world = hedged();
    rob(world, 'spot');
    world.run(1000);
    world.compare();
    startAnew(world, () => giveBack(world, 'spot'));
    expect(world.alarms()).toEqual([]);
  });

  it('takes no close for it that the venue carried out and nobody has told of yet', () => {
    const world = hedged();
    const unseen = fills('1', { afterMs: 900_000, visibleAfterMs: 120_000 });
    world.script('spot', 'exit', unseen);
    world.script('perp', 'exit', unseen);
    world.signal(exit('x'));
    world.run(100);
    expect(world.truth.held('spot')).toBe('0');
    startAnew(world, () => undefined);
    expect(world.alarms()).not.toContain('POSITION_MISMATCH');
  });

  it('says nothing of an account that is another', () => {
    const world = hedged();
    rob(world, 'spot');
    world.run(1000);
    world.feed({ kind: 'venueRead', venue: 'upbit', account: 'somebody else', holdings: world.holdings('upbit'), clientIds: [] });
    expect(world.alarms()).toEqual(['ACCOUNT_CHANGED']);
  });
});
