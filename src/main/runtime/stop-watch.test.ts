import { describe, expect, it } from 'vitest';
import type { StopReport } from '../../shared/contract/parts.ts';
import { own } from '../../shared/domain/record.ts';
import type { Holdings } from '../../shared/domain/venue.ts';
import type { State } from '../engine/state.ts';
import { stopReport } from '../engine/view/stop-report.ts';
import { byCost, handOrder, limit, place } from '../engine/testing/hands.ts';
import { enter } from '../engine/testing/signals.ts';
import { World } from '../engine/testing/world.ts';
import type { VenuePort } from '../exchanges/port.ts';
import type { Loop } from './loop.ts';
import { StopWatch } from './stop-watch.ts';
import { HandClock } from './testing.ts';

type Name = 'upbit' | 'binance';
const failed = { ok: false, failure: { outcome: 'unknown', code: 'TIMEOUT', venueCode: '', said: '' } } as const;

/** A watch over a world's state; what its venues show is the world's truth, unless the test says otherwise. */
function watched(world = new World()) {
  const clock = new HandClock();
  clock.sleep(world.now - clock.now());
  const began = clock.now();
  const reads: string[] = [];
  const told: StopReport[] = [];
  const hanging = new Set<Name>();
  const failing = new Set<Name>();
  const listed: Record<Name, string[]> = { upbit: [], binance: [] };
  let changes = 0;
  const port = (venue: Name): VenuePort => {
    const answer = <T>(value: T): Promise<unknown> =>
      hanging.has(venue) ? new Promise(() => undefined) : Promise.resolve(failing.has(venue) ? failed : { ok: true, value });
    return {
      venue,
      openOrders: () => {
        reads.push(`${venue} ${clock.now() - began}`);
        return answer(listed[venue].map((clientId) => ({ coin: 'BTC', venueOrderId: clientId, clientId })));
      },
      holdings: () => answer<Holdings>(world.holdings(venue)),
    } as Partial<VenuePort> as VenuePort;
  };
  const loop = {
    get state(): State {
      return world.state;
    },
    watch: (work: Promise<unknown>) => void work,
  } as unknown as Loop;
  const venues = { spot: port('upbit'), perp: port('binance') };
  const onChange = (): void => {
    changes += 1;
  };
  const watch = new StopWatch({ clock, venues, loop: () => loop, onChange, onReport: (report) => void told.push(report) });
  return {
    world,
    clock,
    watch,
    reads,
    told,
    hanging,
    failing,
    listed,
    changes: () => changes,
    /** Lets the world and the clock go on together, the watch following each step of time. */
    run: async (ms: number) => {
      for (let passed = 0; passed < ms; passed += 50) {
        world.run(50);
        watch.follow(world.state);
        await clock.pass(50);
      }
    },
    stop: (closeAll = false) => {
      world.command({ kind: 'stop', source: 'button', reason: 'test', closeAll });
      watch.follow(world.state);
    },
    report: () => stopReport(world.state, watch.seen),
  };
}

function hedged() {
  const world = new World();
  world.signal(enter('a1', { quantity: '0.05' }));
  world.run(2000);
  return world;
}

describe('what a stop is told to have come to', () => {
  it('is done as soon as both venues have shown it, and reads no further', async () => {
    const { stop, run, told, reads, report, watch, changes } = watched(hedged());
    stop();
    await run(1000);
    expect(told).toMatchObject([{ closeAll: false, done: true, openOrders: [], unknownOrders: [], unconfirmed: [] }]);
    expect(told[0]?.hedges).toEqual([{ hedge: 'a1', coin: 'BTC', spot: '0.05', perp: '0.05', residual: '0', state: 'kept' }]);
    expect([reads, changes() > 0]).toEqual([['upbit 0', 'binance 0'], true]);
    await run(60_000);
    expect([reads.length, told.length, report()?.settledAt]).toEqual([2, 1, told[0]?.settledAt]);
    watch.close();
  });

  it('closes all: done only once the venues were read after the last order', async () => {
    const { stop, run, told, reads, world } = watched(hedged());
    stop(true);
    await run(4000);
    expect(told).toMatchObject([{ closeAll: true, done: true, hedges: [{ hedge: 'a1', spot: '0', perp: '0', state: 'closed' }], unconfirmed: [] }]);
    const lastMove = Math.max(...Object.values(world.state.orders).map((order) => order.stamps.filled ?? 0));
    expect(told[0]?.settledAt).toBeGreaterThanOrEqual(lastMove);
    expect(reads.length).toBeGreaterThan(2);
  });

  it('says after three seconds what it does not know, by the name of the venue that hangs, and is done when it answers', async () => {
    const { stop, run, told, hanging, failing } = watched(hedged());
    hanging.add('upbit');
    failing.add('binance');
    stop();
    await run(2900);
    expect(told).toEqual([]);
    await run(200);
    expect(told).toMatchObject([{ done: false, settledAt: null, unconfirmed: ['upbit', 'binance'] }]);
    failing.clear();
    await run(10_000);
    expect(told).toHaveLength(1);
  });

  it('names an own order that a venue lists and the books have forgotten, and asks again ever more rarely', async () => {
    const { stop, run, told, listed, reads, report } = watched(hedged());
    listed.binance = [`kck1m2p3${'0'.repeat(20)}`, 'somebody-else'];
    stop();
    await run(30_000);
    expect(told).toMatchObject([{ done: false, unconfirmed: ['binance'] }]);
    expect(report()?.openOrders.length).toBe(1);
    const asked = reads.filter((read) => read.startsWith('binance'));
    expect([asked.length > 5, asked.length < 10]).toEqual([true, true]);
    listed.binance = ['somebody-else'];
    await run(11_000);
    expect(told.at(-1)).toMatchObject({ done: true });
  });

  it('is done though what reduces rests on at a venue where something else was taken back', async () => {
    const world = new World();
    place(world, 'upbit', 'buy', byCost('1610000'));
    const sale = place(world, 'upbit', 'sell', limit('0.005', '170000000'));
    const purchase = place(world, 'upbit', 'buy', limit('0.02', '160000000'));
    const { stop, run, told, listed } = watched(world);
    listed.upbit = [sale, purchase];
    stop();
    await run(500);
    expect([handOrder(world, sale).state, handOrder(world, purchase).state, told]).toEqual(['open', 'canceled', []]);
    listed.upbit = [sale];
    await run(10_000);
    expect(told.at(-1)).toMatchObject({ done: true, openOrders: [], unconfirmed: [] });
  });

  it('waits for the venues to be read where the stop is older than the process, and ends with a reset', async () => {
    const { stop, run, told, world, watch, report } = watched(hedged());
    stop();
    await run(500);
    const { at } = told[0] ?? { at: 0 };
    world.restart();
    await run(500);
    expect(report()).toMatchObject({ at, done: true });
    world.command({ kind: 'resetStop' });
    watch.follow(world.state);
    expect([report(), watch.seen]).toEqual([null, { at: world.now, shown: {}, settledAt: null }]);
  });

  it('names what is under way, and a hedge that waits for it', async () => {
    const world = new World();
    world.signal(enter('a1'));
    while (world.sent.length < 2) world.run(5);
    const { stop, report } = watched(world);
    stop();
    const ids = world.sent.map(({ request }) => request.clientOrderId);
    expect(report()).toMatchObject({ done: false, unknownOrders: ids, hedges: [{ state: 'waiting' }], unconfirmed: ['upbit', 'binance'] });
    expect(own(world.state.orders, ids[0] ?? world.order('spot', 'entry').id)?.state).toBe('sending');
  });
});
