/** A hedge that waits for a person: what the person may decide, and what follows, also when a silent order turns up later. */
import { describe, expect, it } from 'vitest';
import { hedgeRow as hedgeForm } from '../../../shared/contract/rows.ts';
import { hedgeOf, signalId } from '../../../shared/domain/ids.ts';
import { quantity } from '../../../shared/domain/units.ts';
import type { Leg } from '../../../shared/domain/venue.ts';
import type { Purpose, SettleHow } from '../state.ts';
import { expectAtRest } from '../testing/at-rest.ts';
import { tradeByHand } from '../testing/by-hand.ts';
import { enter, exit } from '../testing/signals.ts';
import { fills, refused, replyLost, reportOf, requestLost } from '../testing/venue-truth.ts';
import { World } from '../testing/world.ts';
import { hedgeRow } from '../view/hedge-row.ts';

const decide = (world: World, how: SettleHow) => world.command({ kind: 'settle', hedge: hedgeOf(signalId('h')), how });
const ways = (world: World) => hedgeRow(world.state, world.hedge('h')).waysToSettle;

/** A hedge whose order on one leg is silent for so long that a person was called. */
function silent(leg: Leg, purpose: Purpose, play = requestLost): World {
  const world = new World();
  if (purpose === 'exit') {
    world.signal(enter('h'));
    world.run(2000);
  }
  world.script(leg, purpose, play);
  if (purpose === 'exit') world.signal(exit('x'));
  else world.signal(enter('h'));
  world.chasing = false;
  world.run(70_000);
  expect(world.phase('h')).toBe('needsOperator');
  return world;
}
/** The silent order shows itself. */
function turnUp(world: World, leg: Leg, purpose: Purpose): void {
  const truly = world.truth.orders.get(world.order(leg, purpose).id);
  if (truly === undefined) throw new Error('The order was never taken');
  world.report(reportOf(truly));
}

describe('close the known leg', () => {
  it('sells what is known to be held and goes on asking for the silent order; proven absent, the hedge is flat', () => {
    const world = silent('perp', 'entry');
    expect(ways(world)).toEqual(['closeKnown', 'keepWaiting', 'settledAtVenue']);
    expect(decide(world, 'closeKnown').ok).toBe(true);
    world.run(1000);
    expect(world.orders(2)).toEqual(['unwind spot sell 0.05']);
    expect([world.phase('h'), world.order('perp', 'entry').state]).toEqual(['needsOperator', 'unknown']);
    world.command({ kind: 'resetStop' });
    world.run(80_000);
    expect(world.state.stop).toBeNull();
    world.chasing = true;
    expectAtRest(world.run(70_000));
    expect([world.phase('h'), world.alarms()]).toEqual(['flat', []]);
  });

  it('books the silent order when it turns up filled, and calls the person again with what is left', () => {
    const world = silent('perp', 'entry', replyLost('1', { visibleAfterMs: -1 }));
    decide(world, 'closeKnown');
    world.run(1000);
    turnUp(world, 'perp', 'entry');
    world.run(3000);
    expect([world.phase('h'), world.held('h')]).toEqual(['needsOperator', ['0', '0.05']]);
    expect(Object.values(world.state.alarms).find((alarm) => alarm.code === 'NEEDS_OPERATOR')?.detail).toContain('-0.05 are not hedged');
    expect(world.orders(2)).toEqual(['unwind spot sell 0.05']);
    expect(ways(world)).toEqual(['retry', 'settledAtVenue']);
    decide(world, 'retry');
    expectAtRest(world.run(3000));
    expect([world.phase('h'), world.orders(3)]).toEqual(['flat', ['unwind perp buy 0.05']]);
  });

  it('leaves the leg with the silent order alone, though the books say that it still holds', () => {
    const world = new World();
    world.signal(enter('h'));
    world.run(2000);
    world.script('spot', 'exit', requestLost);
    world.script('perp', 'exit', fills('0'));
    world.signal(exit('x'));
    world.chasing = false;
    world.run(70_000);
    expect([world.phase('h'), world.held('h')]).toEqual(['needsOperator', ['0.05', '0.05']]);
    decide(world, 'closeKnown');
    world.run(3000);
    expect(world.orders(4)).toEqual(['unwind perp buy 0.05']);
    world.chasing = true;
    world.run(70_000);
    expect([world.phase('h'), world.held('h'), ways(world)]).toEqual(['needsOperator', ['0.05', '0'], ['retry', 'settledAtVenue']]);
    decide(world, 'retry');
    expectAtRest(world.run(3000));
    expect(world.phase('h')).toBe('flat');
  });

  it('works on the other leg of a close, tries again, and gives up with the alarm standing', () => {
    const world = silent('spot', 'exit');
    // The perpetual was bought back with the exit: nothing of it is left to close.
    expect(world.held('h')).toEqual(['0.05', '0']);
    expect(ways(world)).toEqual(['keepWaiting', 'settledAtVenue']);
    expect(decide(world, 'closeKnown')).toMatchObject({ ok: false, code: 'NOT_POSSIBLE' });
    const stubborn = silent('perp', 'entry');
    stubborn.script('spot', 'unwind', ...Array.from({ length: 9 }, () => fills('0')));
    decide(stubborn, 'closeKnown');
    stubborn.run(60_000);
    expect(stubborn.orders(2)).toHaveLength(6);
    expect(stubborn.alarms()).toContain('NEEDS_OPERATOR');
  });
});

describe('keep it and wait', () => {
  it('hedges by itself when the silent order turns up filled', () => {
    const world = silent('perp', 'entry', replyLost('1', { visibleAfterMs: -1 }));
    expect(decide(world, 'keepWaiting').ok).toBe(true);
    expect(world.alarms()).not.toContain('NEEDS_OPERATOR');
    world.command({ kind: 'resetStop' });
    world.run(200_000);
    expect([world.state.stop, world.phase('h'), world.orders(2)]).toEqual([null, 'unwinding', []]);
    world.command({ kind: 'arm' });
    world.signal(enter('other'));
    expect(world.said('other')).toBe('rejected UNKNOWN_OUTCOME');
    expect(ways(world)).toEqual(['closeKnown', 'settledAtVenue']);
    turnUp(world, 'perp', 'entry');
    expectAtRest(world.run(3000));
    expect([world.phase('h'), world.held('h')]).toEqual(['hedged', ['0.05', '0.05']]);
  });

  it('undoes the partner by itself when the order is proven absent, and levels what filled in part', () => {
    const absent = silent('perp', 'entry');
    decide(absent, 'keepWaiting');
    absent.chasing = true;
    absent.run(70_000);
    expectAtRest(absent);
    expect([absent.phase('h'), absent.orders(2)]).toEqual(['flat', ['unwind spot sell 0.05']]);
    const part = silent('spot', 'exit', replyLost('0.4', { visibleAfterMs: -1 }));
    decide(part, 'keepWaiting');
    expect(part.phase('h')).toBe('closing');
    turnUp(part, 'spot', 'exit');
    expectAtRest(part.run(3000));
    expect(part.phase('h')).toBe('flat');
  });
});

describe('try again', () => {
  it('begins the correction anew, for a hedge without a silent order only', () => {
    const world = new World();
    world.script('perp', 'entry', refused());
    world.script('spot', 'unwind', ...Array.from({ length: 6 }, () => fills('0')));
    world.signal(enter('h'));
    expect(decide(world, 'retry')).toMatchObject({ ok: false, code: 'NOTHING_TO_SETTLE' });
    world.run(60_000);
    expect([world.phase('h'), ways(world)]).toEqual(['needsOperator', ['retry', 'settledAtVenue']]);
    expect(decide(world, 'keepWaiting')).toMatchObject({ ok: false, code: 'NOT_POSSIBLE' });
    expect(decide(world, 'retry').ok).toBe(true);
    expectAtRest(world.run(3000));
    expect([world.phase('h'), world.alarms(), ways(world)]).toEqual(['flat', [], []]);
    expect(decide(silent('perp', 'entry'), 'retry')).toMatchObject({ ok: false, code: 'NOT_POSSIBLE' });
  });
});

describe('settled at the venue', () => {
  it('makes the books what both venues hold, and writes down what was read', () => {
    const world = silent('perp', 'entry');
    tradeByHand(world, 'spot', 'sell', '0.05');
    world.run(1000);
    expect(decide(world, 'settledAtVenue').ok).toBe(true);
    expectAtRest(world.run(3000));
    expect([world.phase('h'), world.held('h'), world.orders(2)]).toEqual(['flat', ['0', '0'], []]);
    expect(world.facts.findLast((fact) => fact.kind === 'hedgeSettled')).toMatchObject({ by: 'person', read: { spot: '0', perp: '0' } });
    expect(world.order('perp', 'entry')).toMatchObject({ state: 'rejected', failure: { said: expect.stringContaining('Set aside') } });
    expect(world.alarms()).not.toContain('UNKNOWN_OUTCOME');
    const row = hedgeRow(world.state, world.hedge('h'));
    expect(row.settlement).toMatchObject({ how: 'settledAtVenue', read: { spot: '0', perp: '0' } });
    expect(hedgeForm.safeParse(row).error).toBeUndefined();
  });

  it('leaves other hedges and what lies there from outside alone', () => {
    const world = new World();
    world.signal(enter('other', { quantity: '0.03' }));
    world.run(2000);
    world.script('perp', 'entry', refused());
    world.script('spot', 'unwind', ...Array.from({ length: 6 }, () => fills('0')));
    world.signal(enter('h'));
    world.run(60_000);
    // The person sold short what was missing.
    tradeByHand(world, 'perp', 'sell', '0.05');
    world.run(1000);
    decide(world, 'settledAtVenue');
    expectAtRest(world.run(3000));
    expect([world.phase('h'), world.held('h'), world.held('other')]).toEqual(['hedged', ['0.05', '0.05'], ['0.03', '0.03']]);
    world.signal(exit('x'));
    expectAtRest(world.run(3000));
    expect(['h', 'other'].map((id) => world.phase(id))).toEqual(['flat', 'flat']);
  });

  it('stays with the person when the legs still differ there, with the new difference', () => {
    const world = silent('perp', 'entry');
    tradeByHand(world, 'spot', 'sell', '0.02');
    world.run(1000);
    decide(world, 'settledAtVenue');
    world.run(3000);
    expect([world.phase('h'), world.held('h')]).toEqual(['needsOperator', ['0.03', '0']]);
    expect(Object.values(world.state.alarms).find((alarm) => alarm.code === 'NEEDS_OPERATOR')?.detail).toContain('0.03 are not hedged');
  });

  it.each(['flat', 'hedged'] as const)('calls the person again when the silent order turns up at a %s hedge, and trades nothing', (phase) => {
    const world = silent('perp', 'entry', replyLost('1', { visibleAfterMs: -1 }));
    if (phase === 'flat') {
      tradeByHand(world, 'spot', 'sell', '0.05');
      tradeByHand(world, 'perp', 'buy', '0.05');
    }
    world.run(1000);
    decide(world, 'settledAtVenue');
    world.run(3000);
    expect(world.phase('h')).toBe(phase);
    turnUp(world, 'perp', 'entry');
    world.run(3000);
    expect(world.phase('h')).toBe('needsOperator');
    expect(world.held('h')[1]).toBe(phase === 'flat' ? '0.05' : '0.1');
    expect(world.orders(2)).toEqual([]);
    // It was in what the venues held: reading them again says so.
    decide(world, 'settledAtVenue');
    expectAtRest(world.run(3000));
    expect(world.phase('h')).toBe(phase);
  });

  it('reads the accounts after it was asked, and waits while another hedge of the coin moves', () => {
    const world = silent('perp', 'entry');
    const old = { ...world.holdings('upbit'), at: world.now - 1 };
    world.distort = (quote) => ({ ...quote, legs: { ...quote.legs, spot: { ...quote.legs.spot, holdings: { ok: true, value: old } } } });
    decide(world, 'settledAtVenue');
    world.run(5000);
    expect(world.phase('h')).toBe('needsOperator');
    world.distort = (quote) => quote;
    tradeByHand(world, 'spot', 'sell', '0.05');
    expectAtRest(world.run(3000));
    expect(world.phase('h')).toBe('flat');
  });

  it('is open for a hedged one too when the venue holds less than it needs', () => {
    const world = new World();
    world.signal(enter('h'));
    world.run(2000);
    expect(decide(world, 'settledAtVenue')).toMatchObject({ ok: false, code: 'NOTHING_TO_SETTLE' });
    tradeByHand(world, 'spot', 'sell', '0.05');
    tradeByHand(world, 'perp', 'buy', '0.05');
    world.compare();
    expect(world.alarms()).toContain('POSITION_MISMATCH');
    expect(decide(world, 'settledAtVenue').ok).toBe(true);
    expectAtRest(world.run(3000));
    expect([world.phase('h'), world.alarms()]).toEqual(['flat', []]);
  });

  it('outlives a restart between the press and the read', () => {
    const world = silent('perp', 'entry');
    tradeByHand(world, 'spot', 'sell', '0.05');
    decide(world, 'settledAtVenue');
    world.restart();
    expectAtRest(world.run(3000));
    expect(world.phase('h')).toBe('flat');
    expect(quantity('0')).toBe(world.held('h')[0]);
  });
});
