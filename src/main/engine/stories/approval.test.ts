import { describe, expect, it } from 'vitest';
import { signalId } from '../../../shared/domain/ids.ts';
import { expectAtRest } from '../testing/at-rest.ts';
import { enter, exit } from '../testing/signals.ts';
import { World } from '../testing/world.ts';

describe('signals are known by their id', () => {
  it('calls the same content a duplicate and another a conflict, before and after a restart, and executes neither', () => {
    const world = new World();
    for (const id of ['a1', 'constructor', '__proto__', '1', 'hasOwnProperty']) {
      world.signal(enter(id));
      world.run(1500);
      expect(world.said(id)).toBe('executed HEDGED');
    }
    const again = () => {
      for (const id of ['a1', 'constructor', '__proto__', '1', 'hasOwnProperty']) {
        const same = world.signal(enter(id));
        expect(same.facts).toMatchObject([{ kind: 'signalRepeated', id, state: 'duplicate' }]);
        const other = world.signal(enter(id, { digest: 'other' }));
        expect(other.facts).toMatchObject([{ kind: 'signalRepeated', id, state: 'conflict' }]);
        expect(same.effects.concat(other.effects)).toEqual([]);
        expect(world.said(id)).toBe('executed HEDGED');
      }
    };
    again();
    world.restart(true);
    again();
    expect(world.sent).toHaveLength(10);
    world.signal(exit('out', { quantity: '0.12' }));
    world.run(3000);
    world.signal(exit('rest'));
    expectAtRest(world.run(3000));
    expect(Object.values(world.state.hedges).map((hedge) => hedge.phase)).toEqual(['flat', 'flat', 'flat', 'flat', 'flat']);
    expect(Object.keys(world.state.day.bases).sort()).toEqual(['1', '__proto__', 'a1', 'constructor', 'hasOwnProperty']);
  });

  it('keeps the place a signal was read from, malformed or not', () => {
    const world = new World();
    const place = { key: '__proto__', value: { offset: 3 } };
    world.feed({ kind: 'signal', parsed: { ok: false, code: 'NOT_JSON', reason: 'no', excerpt: '{' }, source: { kind: 'person' }, place });
    expect(Object.entries(world.state.places)).toEqual([['__proto__', { offset: 3 }]]);
    expect(world.facts.at(-1)).toMatchObject({ kind: 'signalMalformed', id: null });
  });

  it('does not execute what has expired, on arrival, waiting for the slots, or at the quote', () => {
    const world = new World();
    world.signal(enter('a1', { expiresAt: world.now - 1 }));
    expect(world.said('a1')).toBe('expired EXPIRED');
    world.signal(enter('a2'));
    world.signal(enter('a3', { expiresAt: world.now + 80 }));
    world.run(15);
    expect(world.said('a3')).toBe('accepted ACCEPTED');
    world.run(300);
    expect(world.said('a3')).toBe('expired EXPIRED');
    world.signal(enter('a4', { expiresAt: world.now + 10 }));
    world.run(1000);
    expect(world.said('a4')).toBe('expired EXPIRED');
    expectAtRest(world);
    expect(world.sent).toHaveLength(2);
  });

  it('frees the slots of an entry whose quote never comes', () => {
    const world = new World();
    world.feed({
      kind: 'signal',
      parsed: { ok: true, signal: enter('a1', { expiresAt: world.now + 1000 }) },
      source: { kind: 'person' },
      place: null,
    });
    world.restart(true);
    expect(world.state.entries[signalId('a1')]).toMatchObject({ state: 'queued' });
    expectAtRest(world.run(5000));
    expect(world.said('a1')).toBe('executed HEDGED');
  });
});

describe('approval by hand', () => {
  it('keeps signals in the inbox until a person says yes, and says no for one', () => {
    const world = new World({ approval: 'manual' });
    world.signal(enter('a1'));
    world.signal(enter('a2'));
    world.signal(enter('a3', { expiresAt: world.now + 1000 }));
    world.run(500);
    expect(['a1', 'a2', 'a3'].map((id) => world.said(id))).toEqual([
      'awaitingApproval AWAITING_APPROVAL',
      'awaitingApproval AWAITING_APPROVAL',
      'awaitingApproval AWAITING_APPROVAL',
    ]);
    expect(world.sent).toEqual([]);
    expect(world.command({ kind: 'decline', signal: signalId('a2') }).ok).toBe(true);
    expect(world.said('a2')).toBe('declined DECLINED');
    expect(world.command({ kind: 'approve', signal: signalId('a2') })).toMatchObject({ ok: false, code: 'NOT_WAITING' });
    expect(world.command({ kind: 'approve', signal: signalId('a1') }).ok).toBe(true);
    world.run(2000);
    expect(world.said('a1')).toBe('executed HEDGED');
    expect(world.said('a3')).toBe('expired EXPIRED');
    expect(world.command({ kind: 'approve', signal: signalId('a3') }).ok).toBe(false);
    world.signal(exit('x'));
    world.run(1000);
    expect(world.phase('a1')).toBe('hedged');
    world.command({ kind: 'approve', signal: signalId('x') });
    expectAtRest(world.run(2000));
    expect(world.said('x')).toBe('executed CLOSED');
  });

  it('re-quotes on approval and refuses what the signal no longer allows', () => {
    const world = new World({ approval: 'manual' });
    world.signal(enter('a1', { premium: ['-0.05', '0.01'] }));
    world.command({ kind: 'approve', signal: signalId('a1') });
    world.run(100);
    expect(world.said('a1')).toBe('rejected PREMIUM_MOVED');
    expect(world.state.slots).toEqual({});
  });

  it('is not enough while disarmed or stopped', () => {
    const world = new World({ approval: 'manual', armed: false });
    world.signal(enter('a1'));
    expect(world.command({ kind: 'approve', signal: signalId('a1') })).toMatchObject({ ok: false, code: 'NOT_ALLOWED' });
    expect(world.said('a1')).toBe('awaitingApproval AWAITING_APPROVAL');
  });

  it('takes back what was queued and not begun when it is switched on', () => {
    const world = new World();
    world.signal(enter('a1'));
    world.signal(enter('a2'));
    world.signal(exit('x', { hedge: 'a1' }));
    world.command({ kind: 'setApproval', approval: 'manual' });
    expect([world.said('a2'), world.said('x')]).toEqual(['awaitingApproval AWAITING_APPROVAL', 'awaitingApproval AWAITING_APPROVAL']);
    world.run(3000);
    expect([world.said('a1'), world.said('a2')]).toEqual(['executed HEDGED', 'awaitingApproval AWAITING_APPROVAL']);
    world.command({ kind: 'approve', signal: signalId('x') });
    world.run(2000);
    expect(world.phase('a1')).toBe('flat');
    world.restart();
    expect(world.state.approval).toBe('manual');
    expect(world.said('a2')).toBe('awaitingApproval AWAITING_APPROVAL');
  });

  it('takes back an EXIT that waits at a hedge, and leaves alone what a person approved', () => {
    const world = new World();
    world.signal(enter('a1'));
    world.run(30);
    world.signal(exit('x'));
    expect(world.hedge('a1').waitingExits).toHaveLength(1);
    world.command({ kind: 'setApproval', approval: 'manual' });
    expect(world.hedge('a1').waitingExits).toEqual([]);
    world.run(1000);
    expect(world.phase('a1')).toBe('hedged');
    world.command({ kind: 'approve', signal: signalId('x') });
    world.command({ kind: 'stop', source: 'button', reason: 'test', closeAll: false });
    expectAtRest(world.run(2000));
    expect([world.phase('a1'), world.said('x')]).toEqual(['flat', 'executed CLOSED']);
  });
});

describe('a signal while reconciling or disarmed', () => {
  it('waits for the venues to be read, then goes the ordinary way', () => {
    const world = new World();
    world.feed({ kind: 'started', armWhenReady: true, engine: 'test' });
    world.signal(enter('a1'));
    world.signal(exit('x', { hedge: 'zz' }));
    world.run(1000);
    expect([world.said('a1'), world.said('x')]).toEqual(['accepted ACCEPTED', 'accepted ACCEPTED']);
    world.feed({ kind: 'reconciled' });
    expectAtRest(world.run(2000));
    expect([world.said('a1'), world.said('x')]).toEqual(['executed HEDGED', 'rejected NOTHING_TO_CLOSE']);
  });

  it('is refused for an ENTER and kept in the inbox for an EXIT while disarmed', () => {
    const world = new World({ armed: false });
    world.signal(enter('a1'));
    world.signal(exit('x'));
    expect([world.said('a1'), world.said('x')]).toEqual(['rejected DISARMED', 'awaitingApproval AWAITING_APPROVAL']);
  });
});
