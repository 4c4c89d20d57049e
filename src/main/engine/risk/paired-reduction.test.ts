import { describe, expect, it } from 'vitest';
import { coin } from '../../../shared/domain/ids.ts';
import { decimal, price, quantity, text } from '../../../shared/domain/units.ts';
import type { Sides } from '../premium.ts';
import { book, BTC, market, perpRules, spotRules, start } from '../testing/market.ts';
import { enter } from '../testing/signals.ts';
import { fills } from '../testing/venue-truth.ts';
import { World } from '../testing/world.ts';
import { pairedReduction } from './paired-reduction.ts';

const prices = market();
const sides: Sides = {
  spot: { book: book(prices.spotBid, prices.spotAsk, price('1000'), quantity('2'), start), rules: spotRules },
  perp: { book: book(prices.perpBid, prices.perpAsk, price('0.1'), quantity('2'), start), rules: perpRules },
};
/** Hedges of these sizes, one after another. */
function hedges(...sizes: readonly string[]): World {
  const world = new World();
  for (const [index, size] of sizes.entries()) {
    world.signal(enter(`h${index + 1}`, { quantity: size }));
    world.run(2500);
  }
  return world;
}
const parts = ({ state }: World, size: string, of: Sides = sides, name = BTC) =>
  pairedReduction(state, name, quantity(size), of).map((part) => `${part.hedge} ${text(part.quantity)}`);

describe('a paired reduction', () => {
  it.each<[size: string, parts: readonly string[]]>([
    ['0.02', ['h2 0.02']],
    ['0.0201', ['h2 0.021']],
    ['0.08', ['h2 0.08']],
    ['0.1', ['h2 0.08', 'h1 0.02']],
    ['0.15', ['h2 0.08', 'h1 0.05', 'h3 0.02']],
    ['9', ['h2 0.08', 'h1 0.05', 'h3 0.05']],
    ['0', []],
  ])('of %s takes the largest first, the oldest of equal ones', (size, expected) => {
    expect(parts(hedges('0.05', '0.08', '0.05'), size)).toEqual(expected);
  });

  it('takes what would be left of a hedge below what a venue trades with it', () => {
    const coarse: Sides = { ...sides, spot: { ...sides.spot, rules: { ...spotRules, minNotional: decimal('3220000') } } };
    const world = hedges('0.05');
    // 3,220,000 KRW are a little more than 0.02 at the bid: the least close is 0.021.
    expect([parts(world, '0.001', coarse), parts(world, '0.029', coarse), parts(world, '0.03', coarse)]).toEqual([
      ['h1 0.021'],
      ['h1 0.029'],
      ['h1 0.05'],
    ]);
    expect(parts(world, '0.001', { ...sides, perp: { ...sides.perp, rules: { ...perpRules, minQuantity: quantity('0.01') } } })).toEqual(['h1 0.01']);
    expect(parts(world, '0.001', { ...sides, spot: { ...sides.spot, book: { bids: [], asks: [], at: start } } })).toEqual(['h1 0.001']);
  });

  it('takes nothing of other coins, of what is being closed, or waits for a person', () => {
    const world = hedges('0.05', '0.05');
    expect(parts(world, '0.01', sides, coin('ETH'))).toEqual([]);
    world.script('spot', 'exit', fills('0'));
    world.command({ kind: 'closeHedge', hedge: world.hedge('h1').id, quantity: quantity('0.01') });
    expect(parts(world, '0.1')).toEqual(['h2 0.05']);
    world.command({ kind: 'closeHedge', hedge: world.hedge('h2').id, quantity: quantity('0.01') });
    expect(parts(world, '0.1')).toEqual([]);
  });

  it('is what closes both legs by the same', () => {
    const world = hedges('0.05', '0.08');
    for (const { hedge, quantity: size } of pairedReduction(world.state, BTC, quantity('0.1'), sides))
      expect(world.command({ kind: 'closeHedge', hedge, quantity: size })).toEqual({ ok: true });
    world.run(5000);
    expect([world.held('h1'), world.held('h2')]).toEqual([
      ['0.03', '0.03'],
      ['0', '0'],
    ]);
  });
});
