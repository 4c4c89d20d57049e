/** The venue closes our short by itself: booked, alarmed, and the spot leg brought level at once. */
import { describe, expect, it } from 'vitest';
import { hedgeOf, signalId } from '../../../shared/domain/ids.ts';
import { quantity, sum, text } from '../../../shared/domain/units.ts';
import { hedgeResult } from '../pnl.ts';
import { expectAtRest } from '../testing/at-rest.ts';
import { forcedClose, tradeByHand } from '../testing/by-hand.ts';
import { holding } from '../testing/holding.ts';
import { enter, exit } from '../testing/signals.ts';
import { fills as filling, refused, requestLost } from '../testing/venue-truth.ts';
import { World } from '../testing/world.ts';

const liquidate = (world: World, size: string) => tradeByHand(world, 'perp', 'buy', size);

describe('a forced close of the short', () => {
  it('is booked with its price and fee, alarmed, and the spot leg is sold at once', () => {
    const world = holding('0.05');
    const trades = liquidate(world, '0.05');
    forcedClose(world, trades);
    expect(world.alarms()).toEqual(['FORCED_CLOSE', 'NAKED_LEG']);
    expect(world.held('h1')).toEqual(['0.05', '0']);
    world.run(100);
    expect(world.orders(2)).toEqual(['unwind spot sell 0.05']);
    expectAtRest(world.run(2000));
    expect([world.phase('h1'), world.alarms(), world.state.stop]).toEqual(['flat', [], null]);
    const booked = Object.values(world.state.orders).find((order) => order.purpose === 'forced');
    expect(booked).toMatchObject({ state: 'filled', venueOrderId: 'v1', fills: trades, request: { side: 'buy', reduceOnly: true } });
    const { perpFees } = hedgeResult(world.state, world.hedge('h1'));
    expect(Number(text(perpFees))).toBeCloseTo(2 * 0.05 * 115_000 * 0.0005, 2);
  });

  it('leaves what was not closed hedged, and the alarm standing until the hedge is flat', () => {
    const world = holding('0.05');
    forcedClose(world, liquidate(world, '0.02'));
    expectAtRest(world.run(3000));
    expect([world.phase('h1'), world.held('h1')]).toEqual(['hedged', ['0.03', '0.03']]);
    expect(world.alarms()).toEqual(['FORCED_CLOSE']);
    world.signal(exit('x'));
    expectAtRest(world.run(3000));
    expect(world.alarms()).toEqual([]);
  });

  it('counts each trade once, however often and in whatever parts it is told', () => {
    const world = holding('0.05');
    const trades = liquidate(world, '0.03');
    expect(trades.length).toBe(2);
    for (const told of [trades.slice(0, 1), trades, trades.slice(1), trades]) forcedClose(world, told);
    world.restart(true);
    forcedClose(world, trades);
    expectAtRest(world.run(3000));
    expect(world.held('h1')).toEqual(['0.02', '0.02']);
  });

  it('is shared out oldest first, a trade that spans two hedges split with its fee', () => {
    const world = holding('0.05', '0.03');
    const trades = liquidate(world, '0.06');
    forcedClose(world, trades);
    forcedClose(world, trades);
    expect([world.held('h1'), world.held('h2')]).toEqual([
      ['0.05', '0'],
      ['0.03', '0.02'],
    ]);
    const booked = Object.values(world.state.orders).flatMap((order) => (order.purpose === 'forced' ? order.fills : []));
    expect(sum(booked.map((fill) => fill.quantity))).toBe(quantity('0.06'));
    expect(Number(text(sum(booked.map((fill) => fill.fee))))).toBeCloseTo(Number(text(sum(trades.map((fill) => fill.fee)))), 8);
    expectAtRest(world.run(3000));
    expect([world.phase('h1'), world.held('h2')]).toEqual(['flat', ['0.02', '0.02']]);
  });

  it("takes only what is ours: the rest was somebody else's short", () => {
    const world = holding('0.05');
    const trades = liquidate(world, '0.05').map((fill) => ({ ...fill, tradeId: `${fill.tradeId}x`, quantity: quantity('0.05') }));
    forcedClose(world, trades);
    expectAtRest(world.run(3000));
    expect(world.phase('h1')).toBe('flat');
  });

  it('in the middle of a close ends flat, the reduce-only order that finds nothing refused', () => {
    const world = holding('0.05');
    world.script('perp', 'exit', refused('INVALID_ORDER'));
    world.signal(exit('x'));
    world.run(30);
    forcedClose(world, liquidate(world, '0.05'));
    expectAtRest(world.run(5000));
    expect([world.phase('h1'), world.said('x')]).toEqual(['flat', 'executed CLOSED']);
  });

  it('is not taken from a hedge whose own order may have closed it already', () => {
    const world = holding('0.05', '0.03');
    // The exit of the first filled at the venue and was not told yet; what was closed by force is the second's.
    world.script('perp', 'exit', filling('1', { afterMs: 500 }));
    world.signal(exit('x', { hedge: 'h1' }));
    world.run(100);
    forcedClose(world, liquidate(world, '0.03'));
    expect(world.held('h2')).toEqual(['0.03', '0']);
    expectAtRest(world.run(5000));
    expect([world.phase('h1'), world.phase('h2'), world.state.stop]).toEqual(['flat', 'flat', null]);
  });

  it('waits for the orders of the only hedges it can be of, over a restart too', () => {
    const world = new World();
    world.script('perp', 'entry', filling('1', { afterMs: 1000 }));
    world.signal(enter('h1'));
    world.run(200);
    const trades = liquidate(world, '0.05');
    forcedClose(world, trades);
    expect([world.held('h1')[1], world.state.forced.length]).toEqual(['0', 1]);
    world.restart(true);
    forcedClose(world, trades);
    expectAtRest(world.run(5000));
    expect([world.phase('h1'), world.state.forced]).toEqual(['flat', []]);
  });

  it('is not of a hedge that was opened after it', () => {
    const world = holding('0.05');
    const trades = liquidate(world, '0.05');
    forcedClose(world, trades);
    world.run(10_000);
    world.signal(enter('later'));
    world.run(2000);
    forcedClose(
      world,
      trades.map((fill) => ({ ...fill, tradeId: `${fill.tradeId}-other` })),
      'v2',
    );
    expectAtRest(world.run(2000));
    expect([world.phase('later'), world.held('later')]).toEqual(['hedged', ['0.05', '0.05']]);
  });

  it('is part of what the account should hold: a silent order can be proven absent beside it', () => {
    const world = holding('0.05');
    world.script('perp', 'exit', requestLost);
    world.signal(exit('x'));
    world.run(2000);
    forcedClose(world, liquidate(world, '0.01'));
    expect(world.state.forced.length).toBe(1);
    expectAtRest(world.run(75_000));
    expect([world.phase('h1'), world.said('x'), world.state.stop]).toEqual(['flat', 'executed CLOSED', null]);
  });

  it('counts once where a person has settled at the venue since', () => {
    const world = holding('0.05');
    world.script('perp', 'exit', requestLost);
    world.chasing = false;
    world.signal(exit('x'));
    world.run(2000);
    const trades = liquidate(world, '0.01');
    forcedClose(world, trades);
    world.run(70_000);
    world.command({ kind: 'settle', hedge: hedgeOf(signalId('h1')), how: 'settledAtVenue' });
    world.run(2000);
    forcedClose(world, trades);
    expect([world.held('h1'), world.state.forced]).toEqual([['0', '0.04'], []]);
  });

  it('of a leg whose partner is silent ends flat once that one is known, with nothing standing', () => {
    const world = new World();
    world.script('spot', 'entry', requestLost);
    world.signal(enter('h1'));
    world.run(8000);
    forcedClose(world, liquidate(world, '0.05'));
    expectAtRest(world.run(80_000));
    expect([world.phase('h1'), world.said('h1'), world.alarms()]).toEqual(['flat', 'failed UNWOUND', []]);
  });

  it('while it opens is settled with the opening', () => {
    const world = new World();
    world.script('spot', 'entry', filling('1', { says: 'stream', afterMs: 2000 }));
    world.signal(enter('h1'));
    world.run(1000);
    forcedClose(world, liquidate(world, '0.05'));
    expect(world.orders(2)).toEqual([]);
    expectAtRest(world.run(20_000));
    expect(world.phase('h1')).toBe('flat');
  });
});
