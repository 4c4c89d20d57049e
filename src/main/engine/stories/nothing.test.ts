/** What comes too late, twice, or for what is not there: it is answered, and nothing is written or sent for it. */
import { describe, expect, it } from 'vitest';
import { clientOrderId, coin, hedgeOf, signalId } from '../../../shared/domain/ids.ts';
import { there } from '../../../shared/domain/record.ts';
import { ZERO } from '../../../shared/domain/units.ts';
import { waysToSettle } from '../decide/operator.ts';
import type { QuoteFor } from '../inputs.ts';
import { previewEntry } from '../preview.ts';
import { failed } from '../testing/market.ts';
import { enter, exit } from '../testing/signals.ts';
import { fills, refused, reportOf, requestLost } from '../testing/venue-truth.ts';
import { type Untimed, World } from '../testing/world.ts';

const nobody = signalId('nobody');
const unknownOrder = clientOrderId(`kc${'z'.repeat(26)}`);

function hedged(size = '0.05'): World {
  const world = new World();
  world.signal(enter('h1', { quantity: size }));
  world.run(2000);
  return world;
}
/** Feeds an input that must come to nothing. */
function expectNothing(world: World, input: Untimed): void {
  const { facts, effects } = world.feed(input);
  expect([facts, effects]).toEqual([[], []]);
}
const quoted = (world: World, purpose: QuoteFor): Untimed => ({ kind: 'quoted', purpose, quote: world.quote(purpose) });

describe('a quote that nobody waits for any more', () => {
  it('is let go, of whatever it was wanted for', () => {
    const world = hedged();
    expectNothing(world, quoted(world, { kind: 'entry', signal: nobody }));
    expectNothing(world, quoted(world, { kind: 'entry', signal: signalId('h1') }));
    for (const hedge of [hedgeOf(nobody), hedgeOf(signalId('h1'))]) {
      expectNothing(world, quoted(world, { kind: 'exit', hedge }));
      expectNothing(world, quoted(world, { kind: 'settle', hedge }));
    }
  });

  it('settles nothing while an order is under way', () => {
    const world = new World();
    world.script('spot', 'entry', fills('1', { afterMs: 500 }));
    world.signal(enter('h1'));
    world.run(100);
    expectNothing(world, quoted(world, { kind: 'settle', hedge: hedgeOf(signalId('h1')) }));
  });

  it('closes nothing while a start reads the venues', () => {
    const world = hedged();
    world.distort = (quote) => ({ ...quote, legs: { ...quote.legs, spot: { ...quote.legs.spot, book: failed() } } });
    world.signal(exit('x'));
    world.run(200);
    world.distort = (quote) => quote;
    world.dropQueue();
    world.feed({ kind: 'started', armWhenReady: true, engine: 'test' });
    expectNothing(world, quoted(world, { kind: 'exit', hedge: hedgeOf(signalId('h1')) }));
    world.boot(true);
    world.run(3000);
    expect([world.phase('h1'), world.said('x')]).toEqual(['flat', 'executed CLOSED']);
  });
});

describe('a word on an order', () => {
  it('that is not ours changes nothing', () => {
    const world = hedged();
    expectNothing(world, {
      kind: 'placed',
      id: unknownOrder,
      outcome: { outcome: 'notSent', code: 'BLOCKED', venueCode: '', said: '' },
      wireAt: null,
    });
    expectNothing(world, { kind: 'missed', id: unknownOrder, openOrders: false, trades: false, holdings: null, stream: 'live' });
  });

  it('that failed says nothing once the stream has shown the order', () => {
    const world = hedged();
    const { id } = world.order('spot', 'entry');
    const outcome = { outcome: 'unknown', code: 'TIMEOUT', venueCode: '', said: 'late' } as const;
    expectNothing(world, { kind: 'placed', id, outcome, wireAt: world.now });
  });

  it('without the name that the venue gave it names it when that comes', () => {
    const world = new World();
    world.script('spot', 'entry', fills('1', { afterMs: 500 }));
    world.signal(enter('h1'));
    world.run(100);
    const { id } = world.order('spot', 'entry');
    const truly = world.truth.orders.get(id);
    if (truly === undefined) throw new Error('The order was taken');
    const nameless = { ...reportOf(truly), state: 'open', filled: ZERO, fills: [], venueOrderId: '' } as const;
    world.report(nameless);
    expect(world.order('spot', 'entry').venueOrderId).toBeUndefined();
    expectNothing(world, { kind: 'reported', report: nameless });
    world.report({ ...nameless, venueOrderId: 'v-1' });
    expect(world.order('spot', 'entry').venueOrderId).toBe('v-1');
  });

  it('that the key is refused stops everything', () => {
    const world = new World();
    world.script('spot', 'entry', refused('AUTHENTICATION'));
    world.signal(enter('h1'));
    world.run(3000);
    expect([world.state.stop?.source, world.phase('h1')]).toEqual(['limit', 'flat']);
  });
});

describe('a command', () => {
  it('that asks for what is so already changes nothing', () => {
    const world = hedged();
    expectNothing(world, { kind: 'command', command: { kind: 'arm' } });
    expectNothing(world, { kind: 'command', command: { kind: 'setApproval', approval: 'auto' } });
    world.command({ kind: 'disarm', reason: 'enough' });
    expectNothing(world, { kind: 'command', command: { kind: 'disarm', reason: 'enough' } });
    world.command({ kind: 'stop', source: 'button', reason: 'enough', closeAll: true });
    expect(world.orders(2)).toEqual([]);
    world.command({ kind: 'stop', source: 'button', reason: 'enough', closeAll: true });
    world.run(3000);
    expect([world.phase('h1'), world.orders(2)]).toEqual(['flat', ['exit spot sell 0.05', 'exit perp buy 0.05']]);
  });

  it('on a signal that does not wait, or no longer, is refused', () => {
    const world = new World({ approval: 'manual' });
    expect(world.command({ kind: 'approve', signal: nobody })).toMatchObject({ ok: false, code: 'NOT_WAITING' });
    expect(world.command({ kind: 'decline', signal: nobody })).toMatchObject({ ok: false, code: 'NOT_WAITING' });
    world.signal(enter('h1', { expiresAt: world.now + 100 }));
    world.now += 101;
    expect(world.command({ kind: 'approve', signal: signalId('h1') })).toMatchObject({ ok: false, code: 'EXPIRED' });
    expect(world.said('h1')).toMatch(/^expired/);
    world.signal(exit('x'));
    expect(world.command({ kind: 'decline', signal: signalId('x') })).toEqual({ ok: true });
    expect(world.said('x')).toBe('declined DECLINED');
  });

  it('while the venues are read is refused: neither armed nor settled', () => {
    const world = hedged();
    world.script('spot', 'exit', requestLost);
    world.signal(exit('x'));
    world.chasing = false;
    world.run(70_000);
    expect(world.phase('h1')).toBe('needsOperator');
    world.dropQueue();
    world.feed({ kind: 'started', armWhenReady: false, engine: 'test' });
    expect(world.command({ kind: 'arm' })).toMatchObject({ ok: false, code: 'RECONCILING' });
    const [how = 'retry'] = waysToSettle(world.state, world.hedge('h1'));
    expect(world.command({ kind: 'settle', hedge: hedgeOf(signalId('h1')), how })).toMatchObject({ ok: false, code: 'NOT_ALLOWED' });
  });
});

describe('a reading of the venues', () => {
  it('that nobody waits for changes nothing, and neither does a sleep before the first', () => {
    const world = hedged();
    expectNothing(world, { kind: 'reconciled' });
    world.feed({ kind: 'started', armWhenReady: true, engine: 'test' });
    expectNothing(world, { kind: 'resumed', awayMs: 60_000 });
    expect(previewEntry(world.state, enter('p'), world.quote({ kind: 'entry', signal: nobody }), world.now).denial?.denied).toBe('RECONCILING');
  });
});

describe('marks', () => {
  it('of one coin move no hedge of another', () => {
    const world = hedged();
    const ether = coin('ETH');
    world.run(15_000);
    const { marks } = there(world.state.hedges, hedgeOf(signalId('h1')));
    const purpose = { kind: 'marks', coin: ether } as const;
    world.feed({ kind: 'quoted', purpose, quote: { ...world.quote(purpose), coin: ether } });
    expect(world.hedge('h1').marks).toEqual(marks);
  });
});

describe('an alarm of the runtime', () => {
  it('stands from when it is raised until it is over, and each once', () => {
    const world = new World();
    const alarm = {
      kind: 'alarm',
      key: 'source',
      code: 'SIGNAL_SOURCE',
      values: { source: 'f', what: 'UNREADABLE', said: 'gone' },
      severity: 'warning',
      detail: 'gone',
    } as const;
    world.feed(alarm);
    expectNothing(world, alarm);
    expect(world.alarms()).toEqual(['SIGNAL_SOURCE']);
    world.feed({ kind: 'alarmOver', key: 'source' });
    expectNothing(world, { kind: 'alarmOver', key: 'source' });
    expect(world.alarms()).toEqual([]);
  });

  it('of a failed request is not counted where none had failed', () => {
    const world = new World();
    expectNothing(world, { kind: 'requestEnded', venue: 'upbit', failure: null });
  });
});
