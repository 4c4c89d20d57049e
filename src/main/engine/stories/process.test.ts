import { describe, expect, it } from 'vitest';
import { clientOrderId, hedgeOf, signalId } from '../../../shared/domain/ids.ts';
import { quantity } from '../../../shared/domain/units.ts';
import { expectAtRest } from '../testing/at-rest.ts';
import { failed } from '../testing/market.ts';
import { enter, exit } from '../testing/signals.ts';
import { fills, refused, replyLost, requestLost } from '../testing/venue-truth.ts';
import { World } from '../testing/world.ts';

const read = (world: World, account: string, clientIds: readonly string[] = []) =>
  world.feed({ kind: 'venueRead', venue: 'upbit', account, holdings: world.holdings('upbit'), clientIds });

describe('arming', () => {
  it('is refused on another account than the journal knows, and with orders of another installation open', () => {
    const changed = new World({ armed: false });
    read(changed, 'somebody else');
    expect(changed.command({ kind: 'arm' })).toMatchObject({ ok: false, code: 'ACCOUNT_CHANGED' });
    const foreign = new World({ armed: false });
    read(foreign, 'account of upbit', ['web-1', `kck1m2p3${'a'.repeat(20)}`]);
    expect(foreign.alarms()).toEqual([]);
    read(foreign, 'account of upbit', [`kcotherx${'a'.repeat(20)}`.slice(0, 28)]);
    expect(foreign.command({ kind: 'arm' })).toMatchObject({ ok: false, code: 'FOREIGN_ORDERS' });
    expect(foreign.state.armed).toBe(false);
  });

  it('is open again to a start that finds the own account and no orders but its own', () => {
    const world = new World({ armed: false });
    read(world, 'somebody else', [`kcotherx${'a'.repeat(20)}`.slice(0, 28)]);
    expect(world.alarms().length).toBe(2);
    world.restart(true);
    expect([world.alarms(), world.state.armed]).toEqual([[], true]);
  });

  it('is left to a person after a stop that was reset while the venues were read', () => {
    const world = new World();
    world.command({ kind: 'stop', source: 'button', reason: 'test', closeAll: false });
    world.feed({ kind: 'started', armWhenReady: true, engine: 'test' });
    expect(world.command({ kind: 'resetStop' })).toEqual({ ok: true });
    world.feed({ kind: 'reconciled' });
    expect([world.state.phase, world.state.stop, world.state.armed]).toEqual(['ready', null, false]);
  });

  it('is refused to what is queued by disarming', () => {
    const world = new World();
    world.signal(enter('a1'));
    world.signal(enter('a2'));
    world.command({ kind: 'disarm', reason: 'test' });
    expect(world.said('a2')).toBe('rejected DISARMED');
    world.run(1000);
    expect(world.said('a1')).toBe('rejected DISARMED');
  });
});

describe('a start', () => {
  it('that is not armed sends exits nobody approved to the inbox', () => {
    const world = new World();
    world.script('perp', 'entry', replyLost('1', { visibleAfterMs: 6000 }));
    world.signal(enter('a1'));
    world.run(500);
    world.signal(exit('x'));
    expect(world.hedge('a1').waitingExits).toHaveLength(1);
    world.restart();
    expectAtRest(world.run(20_000));
    expect([world.phase('a1'), world.said('x')]).toEqual(['hedged', 'awaitingApproval AWAITING_APPROVAL']);
    world.command({ kind: 'approve', signal: signalId('x') });
    expectAtRest(world.run(2000));
    expect(world.said('x')).toBe('executed CLOSED');
  });

  it('begins no order while it reconciles, and cancels none', () => {
    const world = new World();
    world.script('spot', 'entry', replyLost());
    world.signal(enter('a1'));
    world.run(100);
    const { id } = world.order('spot', 'entry');
    world.feed({ kind: 'started', armWhenReady: true, engine: 'test' });
    world.report({ clientOrderId: id, venueOrderId: 'v', state: 'open', filled: quantity('0'), fills: [], at: world.now });
    world.chasing = false;
    world.run(30_000);
    expect(world.canceled).toEqual([]);
    expect(world.sent).toHaveLength(2);
  });
});

describe('an order that stays open', () => {
  it('is canceled after 10 s and every 10 s, until its end is told', () => {
    const world = new World();
    world.chasing = false;
    world.script('spot', 'entry', replyLost());
    world.signal(enter('a1'));
    world.run(100);
    const { id } = world.order('spot', 'entry');
    world.report({ clientOrderId: id, venueOrderId: 'v', state: 'open', filled: quantity('0'), fills: [], at: world.now });
    world.run(9000);
    expect(world.canceled).toEqual([]);
    world.run(22_000);
    expect(world.canceled).toEqual([id, id, id]);
  });
});

describe('slots', () => {
  it('are freed of an entry whose quote never came', () => {
    const world = new World();
    world.signal(enter('a1', { expiresAt: world.now + 1000 }));
    world.dropQueue();
    world.run(2000);
    expect(world.said('a1')).toBe('expired EXPIRED');
    world.signal(enter('a2'));
    expectAtRest(world.run(2000));
    expect(world.said('a2')).toBe('executed HEDGED');
  });
});

describe('a hedge that needs a person', () => {
  it('gives the signals that waited for it their verdict', () => {
    const world = new World();
    world.script('perp', 'entry', refused());
    world.script('spot', 'unwind', ...Array.from({ length: 6 }, () => fills('0')));
    world.signal(enter('a1'));
    world.run(500);
    world.signal(exit('x'));
    world.run(70_000);
    expect(world.phase('a1')).toBe('needsOperator');
    expect(world.said('x')).toBe('failed NEEDS_OPERATOR');
    expect(world.hedge('a1').waitingExits).toEqual([]);
  });

  it('can have its one leg closed while the other venue is silent', () => {
    const world = new World();
    world.script('perp', 'entry', refused());
    world.script('spot', 'unwind', ...Array.from({ length: 6 }, () => fills('0')));
    world.signal(enter('a1'));
    world.run(60_000);
    expect([world.phase('a1'), world.held('a1')[0]]).toEqual(['needsOperator', '0.05']);
    world.distort = (quote) => ({ ...quote, legs: { ...quote.legs, perp: { ...quote.legs.perp, book: failed(), rules: failed() } } });
    world.command({ kind: 'closeHedge', hedge: hedgeOf(signalId('a1')), quantity: null });
    expectAtRest(world.run(5000));
    expect(world.phase('a1')).toBe('flat');
    expect(world.alarms()).toEqual([]);
  });
});

describe('a sale that counted as absent and came true after all', () => {
  it('stops everything: more was closed than was held', () => {
    const world = new World();
    world.signal(enter('a1'));
    world.run(2000);
    world.script('spot', 'exit', requestLost);
    world.signal(exit('x'));
    world.run(75_000);
    expect(world.phase('a1')).toBe('flat');
    const { id } = world.order('spot', 'exit');
    world.report({ clientOrderId: clientOrderId(id), venueOrderId: 'v', state: 'filled', filled: quantity('0.05'), fills: [], at: world.now });
    expect(world.alarms()).toContain('OVERFILL');
    expect(world.state.stop?.reason).toContain('upbit closed 0.1 of 0.05 BTC');
  });
});
