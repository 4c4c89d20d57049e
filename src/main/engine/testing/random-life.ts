/** Random lives of an engine: what fast-check draws, and what each draw does to a world. */
import fc from 'fast-check';
import { hedgeOf, signalId } from '../../../shared/domain/ids.ts';
import { add, floorToStep, isZero, price, quantity, ratio, scale, subtract, text } from '../../../shared/domain/units.ts';
import { own } from '../../../shared/domain/record.ts';
import type { Fill, Leg } from '../../../shared/domain/venue.ts';
import type { Purpose, SettleHow } from '../state.ts';
import { waysToSettle } from '../decide/operator.ts';
import { forcedClose, tradeByHand } from './by-hand.ts';
import { failed, market, perpRules } from './market.ts';
import { enter, exit } from './signals.ts';
import { fills, notSent, type Play, refused, replyLost, requestLost, streamOf } from './venue-truth.ts';
import type { World } from './world.ts';

export interface Act {
  readonly name: string;
  readonly on: (world: World) => void;
}

const ids = ['a1', 'a2', 'constructor', '__proto__', '7', 'b1', 'b2', 'b3', 'b4', 'b5', 'b6'];
const anId = fc.constantFrom(...ids);
const aSize = fc.constantFrom('0.001', '0.05', '0.0507', '0.1', '0.2', '0.0004');
const aPart = fc.constantFrom('0', '0.01', '0.123', '0.5', '0.557', '0.9', '0.9999', '1');
const says = fc.constantFrom('answer' as const, 'stream' as const);
const aPlay: fc.Arbitrary<Play> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(aPart, says, fc.integer({ min: 1, max: 4000 }), fc.boolean())
      .map(([part, said, afterMs, namesTrades]) => fills(part, { says: said, afterMs, namesTrades })),
  },
  { weight: 2, arbitrary: fc.tuple(aPart, fc.integer({ min: 0, max: 55_000 })).map(([part, visibleAfterMs]) => replyLost(part, { visibleAfterMs })) },
  // Silent for longer than absence takes to prove.
  {
    weight: 1,
    arbitrary: fc.tuple(aPart, fc.integer({ min: 56_000, max: 110_000 })).map(([part, visibleAfterMs]) => replyLost(part, { visibleAfterMs })),
  },
  fc.constantFrom(refused(), refused('INVALID_ORDER'), notSent, requestLost),
);
const aLeg = fc.constantFrom<Leg>('spot', 'perp');
const aPurpose = fc.constantFrom<Purpose>('entry', 'entry', 'complete', 'unwind', 'exit', 'exit');

const act = (name: string, on: Act['on']): Act => ({ name, on });

/** A trade that comes after its order was called final, as some venues' do. Opening orders only: a close cannot be undone. */
function lateFill(world: World): void {
  for (const [id, order] of world.truth.orders) {
    const opening = (order.request.leg === 'spot') === (order.request.side === 'buy');
    if (!opening || order.state !== 'canceled' || order.fills.some((fill) => fill.tradeId.endsWith('late'))) continue;
    const late: Fill = {
      tradeId: `${id}-late`,
      price: price('161000000'),
      quantity: quantity('0.001'),
      fee: order.fills[0]?.fee ?? ('0' as never),
      feeCurrency: 'KRW',
      at: world.now,
    };
    const changed = { ...order, fills: [...order.fills, late] };
    world.truth.orders.set(id, changed);
    for (const report of streamOf(changed)) world.report(report);
    return;
  }
}

/** The venue closes a part of the short by itself; it is told of at once, later, and again. */
function forceClose(world: World, part: string, afterMs: number): void {
  const size = floorToStep(scale(world.truth.held('perp'), ratio(part)), perpRules.step);
  if (isZero(size)) return;
  const fills = tradeByHand(world, 'perp', 'buy', text(size));
  const tell = (): void => void forcedClose(world, fills, `f${world.now}`);
  if (afterMs === 0) tell();
  else world.later(afterMs, tell);
  // A process that dies meanwhile finds it where the venue holds too little.
  world.untold.push(tell);
}

function repeatReports(world: World, pick: number): void {
  const reports = [...world.truth.orders.values()].filter((order) => order.visibleAt <= world.now).flatMap((order) => [...streamOf(order)]);
  const report = reports[pick % Math.max(1, reports.length)];
  if (report !== undefined) world.report(report);
}

const moved = (thousands: number) => {
  const spotBid = add(price('150000000'), scale(price('1000'), ratio(String(thousands))));
  return market({
    spotBid,
    spotAsk: add(spotBid, price('1000')),
    perpAsk: subtract(price('120000'), scale(price('0.1'), ratio(String(thousands)))),
    perpBid: price('110000'),
    depth: quantity('0.3'),
  });
};

const anAct: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(anId, aSize).map(([id, size]) => act(`enter ${id} ${size}`, (world) => world.signal(enter(id, { quantity: size })))),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(anId, fc.integer({ min: 1, max: 30_000 }))
      .map(([id, ms]) => act(`enter ${id} for ${ms} ms`, (world) => world.signal(enter(id, { amountKrw: '3000000', expiresAt: world.now + ms })))),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(anId, fc.option(aSize), fc.option(anId))
      .map(([id, size, hedge]) =>
        act(`exit x${id} ${size} ${hedge}`, (world) =>
          world.signal(exit(`x${id}`, { ...(size === null ? {} : { quantity: size }), ...(hedge === null ? {} : { hedge }) })),
        ),
      ),
  },
  { weight: 8, arbitrary: fc.constantFrom(10, 25, 60, 200, 700, 3000, 12_000).map((ms) => act(`run ${ms}`, (world) => world.run(ms))) },
  {
    weight: 7,
    arbitrary: fc
      .tuple(aLeg, aPurpose, aPlay)
      .map(([leg, purpose, play]) => act(`${purpose} ${leg}: ${JSON.stringify(play)}`, (world) => world.script(leg, purpose, play))),
  },
  { weight: 2, arbitrary: fc.nat(1000).map((pick) => act(`repeat ${pick}`, (world) => repeatReports(world, pick))) },
  { weight: 1, arbitrary: fc.constant(act('late fill', lateFill)) },
  { weight: 1, arbitrary: fc.boolean().map((armed) => act(`restart ${armed}`, (world) => world.restart(armed))) },
  {
    weight: 1,
    arbitrary: fc
      .boolean()
      .map((closeAll) => act(`stop ${closeAll}`, (world) => world.command({ kind: 'stop', source: 'button', reason: 'test', closeAll }))),
  },
  {
    weight: 2,
    arbitrary: fc.constant(
      act('reset and arm', (world) => {
        world.command({ kind: 'resetStop' });
        world.command({ kind: 'arm' });
      }),
    ),
  },
  { weight: 1, arbitrary: fc.constant(act('disarm', (world) => world.command({ kind: 'disarm', reason: 'test' }))) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('auto' as const, 'manual' as const)
      .map((approval) => act(approval, (world) => world.command({ kind: 'setApproval', approval }))),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(anId, fc.boolean())
      .map(([id, isExit]) => act(`approve ${id}`, (world) => world.command({ kind: 'approve', signal: signalId(isExit ? `x${id}` : id) }))),
  },
  { weight: 1, arbitrary: anId.map((id) => act(`decline ${id}`, (world) => world.command({ kind: 'decline', signal: signalId(id) }))) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(anId, fc.option(aSize))
      .map(([id, size]) =>
        act(`close ${id} ${size}`, (world) =>
          world.command({ kind: 'closeHedge', hedge: hedgeOf(signalId(id)), quantity: size === null ? null : quantity(size) }),
        ),
      ),
  },
  {
    weight: 2,
    arbitrary: fc.integer({ min: 0, max: 22_000 }).map((thousands) => act(`market ${thousands}`, (world) => (world.market = moved(thousands)))),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(anId, fc.constantFrom<SettleHow>('closeKnown', 'keepWaiting', 'retry', 'settledAtVenue'))
      .map(([id, how]) => act(`settle ${id} ${how}`, (world) => world.command({ kind: 'settle', hedge: hedgeOf(signalId(id)), how }))),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('0.1', '0.5', '1'), fc.constantFrom(0, 0, 3000, 12_000))
      .map(([part, ms]) => act(`forced close of ${part}, told after ${ms} ms`, (world) => forceClose(world, part, ms))),
  },
  { weight: 1, arbitrary: fc.constant(act('marks', (world) => world.marks())) },
  {
    weight: 1,
    arbitrary: aLeg.map((leg) =>
      act(
        `no ${leg} book`,
        (world) => (world.distort = (quote) => ({ ...quote, legs: { ...quote.legs, [leg]: { ...quote.legs[leg], book: failed() } } })),
      ),
    ),
  },
  { weight: 1, arbitrary: fc.constant(act('books again', (world) => (world.distort = (quote) => quote))) },
);

export const aLife = fc.array(anAct, { minLength: 10, maxLength: 70, size: 'max' });

/**
 * Carries out a life, ends all faults, and gives it the time in which everything must come to rest. Then a person settles
 * what waits for one, by what the venues hold.
 */
export function live(world: World, acts: readonly Act[]): World {
  for (const { on } of acts) on(world);
  world.endFaults();
  world.run(200_000);
  for (const { id } of Object.values(world.state.hedges)) {
    const hedge = own(world.state.hedges, id);
    if (hedge === undefined || !waysToSettle(world.state, hedge).includes('settledAtVenue')) continue;
    world.command({ kind: 'settle', hedge: id, how: 'settledAtVenue' });
    world.run(3000);
  }
  return world.run(30_000);
}
