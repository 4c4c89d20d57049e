/** Facts that do not fit the state: of what is long gone, told twice, or written by an older version of the console. */
import { describe, expect, it } from 'vitest';
import { clientOrderId, hedgeOf, signalId } from '../../shared/domain/ids.ts';
import { own, there, withKey } from '../../shared/domain/record.ts';
import { fxRate, price, quantity, usdt, ZERO, zero } from '../../shared/domain/units.ts';
import type { Unstamped } from './facts.ts';
import { denied } from './denial.ts';
import { fold } from './fold.ts';
import { exposure, ordersOf } from './legs.ts';
import type { State } from './state.ts';
import { BTC } from './testing/market.ts';
import { enter, exit } from './testing/signals.ts';
import { fills } from './testing/venue-truth.ts';
import { World } from './testing/world.ts';

const id = hedgeOf(signalId('gone'));
const order = clientOrderId(`kc${'a'.repeat(26)}`);
const terms = { type: 'market', quantity: quantity('1') } as const;
const request = { clientOrderId: order, venue: 'upbit', leg: 'spot', coin: BTC, side: 'buy', terms, reduceOnly: false } as const;
const trade = { tradeId: 't', price: price('1'), quantity: quantity('1'), fee: zero<'fee'>(), feeCurrency: 'KRW', at: 1 } as const;

const ofNothingKnown: readonly Unstamped[] = [
  { kind: 'hedgeMoved', id, phase: 'hedged', target: ZERO, attempts: 0, exit: null },
  { kind: 'hedgeMarked', id, fx: fxRate('1400'), spotBid: price('1'), perpAsk: price('1'), lossSince: null },
  { kind: 'hedgeSettled', id, how: 'retry', by: 'person', read: null },
  { kind: 'exitQueued', id, cause: { kind: 'person' }, quantity: null },
  { kind: 'exitDropped', id },
  { kind: 'exitWithdrawn', id, signal: signalId('gone') },
  { kind: 'orderIntended', hedge: id, purpose: 'entry', request },
  { kind: 'orderIntended', hedge: null, purpose: 'entry', request },
  { kind: 'orderAmended', id: order, by: order },
  { kind: 'orderLeftToPerson', id: order },
  { kind: 'handDenied', id: order, denial: denied('ORDER_OVER', 'test') },
  { kind: 'forcedLeft', venueOrderId: 'v' },
  { kind: 'booked', hedge: id, purpose: 'forced', request, fills: [trade] },
  { kind: 'orderChanged', id: order, state: 'open', filled: ZERO, venueOrderId: null, failure: null, wire: null, acknowledged: null },
  { kind: 'orderFilled', id: order, fill: trade },
  { kind: 'orderMissed', id: order },
  { kind: 'cancelWanted', id: order },
  { kind: 'signalJudged', id: signalId('gone'), state: 'rejected', code: 'STOPPED', reason: '', hedge: null, compared: null },
  { kind: 'slotsFreed', signal: signalId('gone') },
  { kind: 'exitStarted', signal: signalId('gone'), hedges: [id] },
  { kind: 'exitPartDone', signal: signalId('gone'), hedge: id, how: 'closed' },
  { kind: 'alarmCleared', key: 'nothing' },
];

function hedged(): World {
  const world = new World();
  world.signal(enter('h1'));
  world.run(2000);
  return world;
}

describe('a fact of what is not there', () => {
  it.each(ofNothingKnown)('changes nothing: $kind', (fact) => {
    const { state } = hedged();
    expect(fold(state, { ...fact, at: 1 })).toEqual({ ...state, facts: state.facts + 1 });
  });
});

describe('funding', () => {
  it('of a hedge that is gone is known to have come, and booked on none', () => {
    const { state } = hedged();
    const paid = { kind: 'fundingPaid', coin: BTC, payment: { id: 'f1', at: 7, amount: usdt('1') }, shares: { [id]: usdt('1') }, at: 8 } as const;
    expect(fold(state, paid)).toEqual({ ...state, facts: state.facts + 1, fundedAt: { BTC: 7 } });
  });
});

describe('trades of a forced close', () => {
  it('that are booked leave those of another close waiting', () => {
    const { state } = hedged();
    const seen = { kind: 'forcedSeen', venue: 'binance', coin: BTC, clientId: 'autoclose-1', fills: [trade] } as const;
    const both = ['v1', 'v2'].reduce((before, venueOrderId) => fold(before, { ...seen, venueOrderId, at: 1 }), state);
    const booked = { kind: 'booked', hedge: hedgeOf(signalId('h1')), purpose: 'forced', request, fills: [trade], venueOrderId: 'v1', at: 2 } as const;
    expect(fold(both, booked).forced).toEqual([expect.objectContaining({ venueOrderId: 'v2', fills: [trade] })]);
  });
});

describe('a fact that was written before', () => {
  it('leaves an alarm that stands as it was raised', () => {
    const { state } = new World();
    const alarm = { kind: 'alarmRaised', key: 'a', code: 'CLOCK', severity: 'warning', hedge: null, detail: 'first' } as const;
    const once = fold(state, { ...alarm, at: 1 });
    expect(fold(once, { ...alarm, detail: 'second', at: 2 }).alarms).toEqual(once.alarms);
  });

  it('of the same day keeps the entries that were counted', () => {
    const { state } = hedged();
    const { kst, capital } = state.day;
    if (capital === null) throw new Error('The day has begun');
    const again = fold(state, { kind: 'dayStarted', kst, capital, bases: {}, at: 1 });
    expect(again.day.entries).toBe(1);
    expect(fold(state, { kind: 'dayStarted', kst: kst + 1, capital, bases: {}, at: 1 }).day.entries).toBe(0);
  });

  it('of a settlement takes its own time where nobody wrote down the decision before the read', () => {
    const { state } = hedged();
    const read = { spot: quantity('0.05'), perp: quantity('0.05') };
    const settled = fold(state, { kind: 'hedgeSettled', id: hedgeOf(signalId('h1')), how: 'settledAtVenue', by: 'person', read, at: 77 });
    expect(there(settled.hedges, hedgeOf(signalId('h1'))).settlement).toMatchObject({ how: 'settledAtVenue', at: 77, read });
  });
});

describe('settings of an older journal', () => {
  it('have the default of what they do not know', () => {
    const { state } = new World();
    const { maxFailedEntriesInARow: _unknown, ...known } = { ...state.settings, maxEntriesPerDay: 7 };
    const set = { kind: 'settingsSet', settings: known as State['settings'], changed: 'maxEntriesPerDay: 500 to 7', at: 1 } as const;
    expect(fold(state, set).settings).toEqual({ ...state.settings, maxEntriesPerDay: 7 });
  });
});

describe('a state of an older console', () => {
  it('keeps a hedge that is open, though it was listed among the settled', () => {
    const world = hedged();
    const open = hedgeOf(signalId('h1'));
    world.signal(enter('h2'));
    world.run(2000);
    const listed: State = {
      ...world.state,
      settled: [open, hedgeOf(signalId('nobody')), ...Array.from({ length: 100 }, (_, n) => hedgeOf(signalId(`old${n}`)))],
    };
    const last = hedgeOf(signalId('h2'));
    const closed = fold(listed, { kind: 'hedgeMoved', id: last, phase: 'flat', target: ZERO, attempts: 0, exit: null, at: world.now });
    expect(own(closed.hedges, open)?.phase).toBe('hedged');
    expect(closed.settled.at(-1)).toBe(last);
  });

  it('counts an order that is gone for nothing', () => {
    const { state } = hedged();
    const hedge = there(state.hedges, hedgeOf(signalId('h1')));
    expect(ordersOf({ ...state, orders: {} }, hedge)).toEqual([]);
  });

  it('orders what came before an EXIT by the clock, where no fact was counted', () => {
    const world = new World();
    world.script('spot', 'entry', fills('1', { afterMs: 400 }));
    world.signal(enter('a1'));
    world.run(100);
    world.signal(enter('a2'));
    world.now += 1;
    const { nth: _nth, ...entry } = there(world.state.entries, signalId('a2'));
    world.state = { ...world.state, entries: withKey(world.state.entries, signalId('a2'), entry) };
    world.signal(exit('x'));
    expect(world.said('a2')).toBe('rejected SUPERSEDED');
    world.run(5000);
    expect([world.phase('a1'), world.said('x')]).toEqual(['flat', 'executed CLOSED']);
  });

  it('says of a key that has to be there that it is not', () => {
    expect(() => there({} as Readonly<Record<string, number>>, 'h1')).toThrow('Invariant: there is h1');
  });
});

describe('the exposure of a hedge', () => {
  it('takes an order by cost for the whole size while it is under way', () => {
    const world = new World({ armed: false });
    world.command({ kind: 'set', name: 'spotEntryOrder', value: 'market', again: 'market' });
    world.command({ kind: 'arm' });
    world.script('spot', 'entry', fills('1', { afterMs: 500 }));
    world.script('perp', 'entry', fills('1', { afterMs: 500 }));
    world.signal(enter('h1'));
    world.run(100);
    expect(world.orders()).toEqual([expect.stringContaining('entry spot buy for'), 'entry perp sell 0.05']);
    expect(exposure(world.state, world.hedge('h1'))).toBe('0.05');
    world.run(2000);
    expect(world.phase('h1')).toBe('hedged');
  });
});
