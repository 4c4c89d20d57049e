/** An order by hand before the door: everything is asked again in the moment it would leave. */
import { describe, expect, it } from 'vitest';
import type { ClientOrderId } from '../../shared/domain/ids.ts';
import { price } from '../../shared/domain/units.ts';
import { enter } from '../engine/testing/signals.ts';
import { asApproved } from '../engine/testing/approved.ts';
import { atMarket, byCost, change, handOrder, limit, place } from '../engine/testing/hands.ts';
import { book, market, ok } from '../engine/testing/market.ts';
import { silent } from '../engine/testing/venue-truth.ts';
import { World } from '../engine/testing/world.ts';
import type { Latest } from '../engine/risk/last-hop.ts';
import type { QuoteFor } from '../engine/inputs.ts';
import type { VenuePort } from '../exchanges/port.ts';
import { Door } from './door.ts';

/** A world whose newest order by hand is decided and has not left, and a door before it. */
function beforeTheDoor(decide: (world: World) => string, setUp: (world: World) => void = () => undefined) {
  const world = new World();
  setUp(world);
  for (const leg of ['spot', 'perp'] as const) world.script(leg, 'byHand', silent);
  const purpose: QuoteFor = { kind: 'byHand', order: '' as ClientOrderId, how: 'prepares' };
  const on = world.quote(purpose);
  const id = decide(world);
  const clock = { now: () => world.now, elapsed: () => world.now, after: () => () => undefined, every: () => () => undefined };
  let wait = (): void => undefined;
  const answer = (mayStart: () => boolean) => {
    wait();
    return Promise.resolve({ outcome: 'notSent', code: mayStart() ? 'RATE_LIMITED' : 'BLOCKED', venueCode: '', said: '' });
  };
  const venue = {
    place: (_order: unknown, mayStart: () => boolean) => answer(mayStart),
    amend: (_old: unknown, _order: unknown, mayStart: () => boolean) => answer(mayStart),
  } as unknown as VenuePort;
  let latest: Latest = { books: { spot: undefined, perp: undefined }, fx: undefined, clockOffsetsMs: { spot: ok(0), perp: ok(0) } };
  const door = new Door(
    { spot: venue, perp: venue },
    clock,
    () => world.state,
    () => latest,
  );
  const leave = async (during: () => void = () => undefined): Promise<string> => {
    wait = during;
    const order = handOrder(world, id);
    const { replaces } = order;
    const asked = asApproved(order.request);
    const old = replaces === undefined ? null : handOrder(world, replaces).request;
    const { denial, wireAt } = old === null ? await door.place(asked, 'byHand', on) : await door.amend(old, asked, 'byHand', on);
    return denial === null && wireAt !== null ? 'left' : (denial?.denied ?? 'kept');
  };
  const see = (next: Partial<Latest>): void => {
    latest = { ...latest, ...next };
  };
  return { world, door, leave, see, id };
}
const buying = (world: World): string => place(world, 'upbit', 'buy', byCost('1610000'));
const selling = (world: World): string => place(world, 'upbit', 'sell', atMarket('0.01'));
const bought = (world: World): void => {
  place(world, 'upbit', 'buy', byCost('3220000'));
};

describe('an order by hand at the door', () => {
  it('leaves while what it was decided on holds', async () => {
    expect(await beforeTheDoor(buying).leave()).toBe('left');
    expect(await beforeTheDoor(selling, bought).leave()).toBe('left');
  });

  it('does not leave long after it was decided, whatever it does', async () => {
    const adds = beforeTheDoor(buying);
    expect(await adds.leave(() => (adds.world.now += 3001))).toBe('STALE_BOOK');
    const reduces = beforeTheDoor(selling, bought);
    expect(await reduces.leave(() => (reduces.world.now += 3001))).toBe('STALE_BOOK');
  });

  it('is recalled by a stop where it adds risk, reset or not, and not where it reduces', async () => {
    const stopAndReset = ({ world, door }: ReturnType<typeof beforeTheDoor>): void => {
      world.now += 10;
      door.latch();
      world.command({ kind: 'stop', source: 'button', reason: 'test', closeAll: false });
      world.command({ kind: 'resetStop' });
      door.unlatch();
      world.command({ kind: 'arm' });
    };
    const adds = beforeTheDoor(buying);
    expect(await adds.leave(() => stopAndReset(adds))).toBe('STOPPED');
    const latched = beforeTheDoor(buying);
    expect(await latched.leave(() => latched.door.latch())).toBe('STOPPED');
    const reduces = beforeTheDoor(selling, bought);
    expect(await reduces.leave(() => reduces.door.latch())).toBe('left');
    const failed = beforeTheDoor(selling, bought);
    expect(await failed.leave(() => failed.door.failDisk())).toBe('JOURNAL_FAILED');
  });

  it('is held against limits and books as they are by now, itself not counted twice', async () => {
    const counted = beforeTheDoor(buying, (world) => {
      world.command({ kind: 'disarm', reason: 'test' });
      world.command({ kind: 'set', name: 'maxEntriesPerMinute', value: '1' });
      world.command({ kind: 'arm' });
    });
    expect(await counted.leave()).toBe('left');
    const tightened = beforeTheDoor(buying);
    expect(
      await tightened.leave(() => {
        tightened.world.command({ kind: 'disarm', reason: 'test' });
        tightened.world.command({ kind: 'set', name: 'maxHedgeKrw', value: '1000000' });
        tightened.world.command({ kind: 'arm' });
      }),
    ).toBe('HEDGE_SIZE_LIMIT');
    const moved = beforeTheDoor((world) => place(world, 'binance', 'sell', limit('0.01', '115000', 'IOC')));
    const { perpBid } = market();
    const now = book(price('116000'), price('116000.1'), price('0.1'), market().depth, moved.world.now);
    expect(perpBid).toBe('115000');
    expect(await moved.leave(() => moved.see({ books: { spot: undefined, perp: now } }))).toBe('PRICE_COLLAR');
  });

  it('does not take what a hedge got meanwhile', async () => {
    const { world, leave } = beforeTheDoor(selling, bought);
    expect(
      await leave(() => {
        world.signal(enter('a1'));
        world.run(1000);
      }),
    ).toBe('WOULD_UNHEDGE');
  });

  it('is judged again as a change of an order that rests, or of one that has ended by then', async () => {
    const changing = () =>
      beforeTheDoor(
        (world) => {
          const id = Object.keys(world.state.orders).at(-1) ?? '';
          const next = change(world, id, '0.03', '159000000');
          world.run(500);
          return next;
        },
        (world) => void place(world, 'upbit', 'buy', limit('0.02', '160000000')),
      );
    expect(await changing().leave()).toBe('left');
    const ended = changing();
    const old = handOrder(ended.world, ended.id).replaces ?? ended.id;
    expect(
      await ended.leave(
        () =>
          void ended.world.report({
            clientOrderId: old as ClientOrderId,
            venueOrderId: 'v',
            state: 'canceled',
            filled: '0.01' as never,
            fills: [],
            at: 1,
          }),
      ),
    ).toBe('left');
    const denied = changing();
    denied.world.now += 3001;
    expect(await denied.leave()).toBe('STALE_BOOK');
  });

  it('that the books do not know stays where it is', async () => {
    const { door, world, id } = beforeTheDoor(buying);
    const { request } = handOrder(world, id);
    const stranger = asApproved({ ...request, clientOrderId: `kc${'0'.repeat(26)}` as ClientOrderId });
    expect(await door.place(stranger, 'byHand', world.quote({ kind: 'marks', coin: request.coin }))).toMatchObject({
      wireAt: null,
      denial: { denied: 'NO_DATA', values: { what: 'order' } },
    });
  });
});
