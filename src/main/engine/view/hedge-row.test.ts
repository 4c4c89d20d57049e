import { describe, expect, it } from 'vitest';
import { hedgeRow as hedgeForm, orderRow as orderForm } from '../../../shared/contract/rows.ts';
import { hedgeOf, signalId } from '../../../shared/domain/ids.ts';
import { fxRate, toNumber } from '../../../shared/domain/units.ts';
import type { Leg, Side } from '../../../shared/domain/venue.ts';
import { atLivePrices } from '../live-marks.ts';
import { BTC } from '../testing/market.ts';
import { enter, exit } from '../testing/signals.ts';
import { fills, refused } from '../testing/venue-truth.ts';
import { World } from '../testing/world.ts';
import { hedgeRow } from './hedge-row.ts';
import { orderRow } from './order-row.ts';

const rowOf = (world: World, id: string) => hedgeRow(world.state, world.hedge(id));

/** What a coin cost or brought on one leg and side, reckoned again in numbers. */
function netPrice(world: World, leg: Leg, side: Side): number {
  const trades = Object.values(world.state.orders)
    .filter((order) => order.request.leg === leg && order.request.side === side)
    .flatMap((order) => order.fills);
  const total = (of: (fill: (typeof trades)[number]) => number): number => trades.reduce((all, fill) => all + of(fill), 0);
  const value = total((fill) => toNumber(fill.price) * toNumber(fill.quantity));
  const fees = total((fill) => toNumber(fill.fee));
  return (side === 'buy' ? value + fees : value - fees) / total((fill) => toNumber(fill.quantity));
}

describe('a hedge as it is shown', () => {
  it('has the premium of each way from the fills after fees, at the USDT/KRW of the hedge', () => {
    const world = new World();
    world.signal(enter('a'));
    world.run(2000);
    const open = rowOf(world, 'a');
    const fx = Number(open.fx);
    expect(open).toMatchObject({
      phase: 'hedged',
      spot: { quantity: '0.05' },
      perp: { quantity: '0.05' },
      residual: '0',
      exitPremium: null,
      closing: null,
    });
    expect(Number(open.entryPremium)).toBeCloseTo(netPrice(world, 'spot', 'buy') / (netPrice(world, 'perp', 'sell') * fx) - 1, 7);
    world.signal(exit('b'));
    world.run(2000);
    const closed = rowOf(world, 'a');
    expect(closed).toMatchObject({
      phase: 'flat',
      spot: { quantity: '0' },
      perp: { quantity: '0' },
      entryPremium: open.entryPremium,
      settledAt: expect.any(Number),
    });
    expect(Number(closed.exitPremium)).toBeCloseTo(netPrice(world, 'spot', 'sell') / (netPrice(world, 'perp', 'buy') * Number(closed.fx)) - 1, 7);
    const traded = Number(closed.spotCostKrw);
    expect(Number(closed.resultRatio)).toBeCloseTo(Number(closed.resultKrw) / traded, 6);
    expect(hedgeForm.safeParse(closed).error).toBeUndefined();
    for (const order of Object.values(world.state.orders)) expect(orderForm.safeParse(orderRow(order)).error).toBeUndefined();
  });

  it('has no premium where one leg never traded', () => {
    const world = new World();
    world.script('perp', 'entry', refused());
    world.script('perp', 'complete', refused());
    world.signal(enter('a'));
    world.run(60_000);
    expect(rowOf(world, 'a')).toMatchObject({ entryPremium: null, perp: { averagePrice: null }, spot: { averagePrice: expect.any(String) } });
  });

  it('keeps its entry premium while USDT/KRW moves', () => {
    const world = new World();
    world.signal(enter('a'));
    world.run(2000);
    const { entryPremium } = rowOf(world, 'a');
    const hedge = world.hedge('a');
    expect(hedgeRow(world.state, { ...hedge, fx: fxRate('1500') }).entryPremium).toBe(entryPremium);
  });

  it('stands at the newest marks, though the journal has older ones', () => {
    const world = new World();
    world.script('spot', 'entry', fills());
    world.signal(enter('a'));
    world.run(2000);
    const before = rowOf(world, 'a');
    world.run(500);
    const quote = world.quote({ kind: 'marks', coin: BTC });
    const cheaper = {
      ...quote.legs.spot,
      book: quote.legs.spot.book.ok ? { ...quote.legs.spot.book, value: { ...quote.legs.spot.book.value, bids: [] } } : quote.legs.spot.book,
    };
    const marked = atLivePrices(world.state, [quote]);
    const row = hedgeRow(marked, marked.hedges[hedgeOf(signalId('a'))] ?? world.hedge('a'));
    expect(row.marks.at).toBe(quote.at);
    expect(row.marks.at).toBeGreaterThan(before.marks.at);
    // Without a side to close on there are no marks: the old ones stay.
    expect(atLivePrices(world.state, [{ ...quote, legs: { ...quote.legs, spot: cheaper } }])).toBe(world.state);
  });
});
