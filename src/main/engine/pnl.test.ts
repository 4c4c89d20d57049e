import { describe, expect, it } from 'vitest';
import { hedgeOf, signalId } from '../../shared/domain/ids.ts';
import { price, text } from '../../shared/domain/units.ts';
import { hedgeResult } from './pnl.ts';
import { refold } from './testing/world.ts';
import { enter, exit } from './testing/signals.ts';
import { fills } from './testing/venue-truth.ts';
import { market } from './testing/market.ts';
import { World } from './testing/world.ts';

/** Decimal text as an integer of 1e-18 units: sums that share nothing with the engine's arithmetic. */
function units(source: string): bigint {
  const [whole = '', part = ''] = source.replace('-', '').split('.');
  const value = BigInt(whole) * 10n ** 18n + BigInt(part.padEnd(18, '0'));
  return source.startsWith('-') ? -value : value;
}
const times = (a: string, b: string): bigint => (units(a) * units(b)) / 10n ** 18n;

describe('the result of a hedge', () => {
  it('over 20 fills at changing prices equals an independent sum, in full and while it is open', () => {
    const world = new World();
    world.script('spot', 'entry', fills('0.8'));
    world.script('perp', 'entry', fills('0.6'));
    world.script('perp', 'complete', fills('0.5'));
    world.script('spot', 'unwind', fills('0.7'));
    world.script('spot', 'exit', fills('0.37'), fills('0.5'), fills('0.61'));
    world.script('perp', 'exit', fills('0.4'), fills('0.6'));
    world.signal(enter('h1', { quantity: '0.3' }));
    world.run(3000);
    world.market = market({ spotBid: price('158123000'), spotAsk: price('158124000'), perpBid: price('114321.7'), perpAsk: price('114321.8') });
    world.signal(exit('x', { quantity: '0.1' }));
    world.run(8000);
    world.market = market({ spotBid: price('163777000'), spotAsk: price('163778000'), perpBid: price('116000.1'), perpAsk: price('116000.3') });
    world.marks();
    const orders = [...world.truth.orders.values()];
    const independent = (marks: { readonly bid: string; readonly ask: string } | null): bigint => {
      let krw = 0n;
      let usdt = 0n;
      let coins = 0n;
      let short = 0n;
      for (const { request, fills: trades } of [...world.truth.orders.values()])
        for (const fill of trades) {
          const value = times(text(fill.price), text(fill.quantity)) * (request.side === 'sell' ? 1n : -1n) - units(text(fill.fee));
          const size = units(text(fill.quantity)) * (request.side === 'buy' ? 1n : -1n);
          if (request.leg === 'spot') krw += value;
          else usdt += value;
          if (request.leg === 'spot') coins += size;
          else short -= size;
        }
      if (marks === null) expect([coins, short]).toEqual([0n, 0n]);
      else {
        krw += (coins * units(marks.bid)) / 10n ** 18n;
        usdt -= (short * units(marks.ask)) / 10n ** 18n;
      }
      return krw + usdt * 1400n;
    };
    const result = () => units(text(hedgeResult(world.state, world.hedge('h1')).total));
    expect(orders.flatMap((order) => order.fills).length).toBeGreaterThanOrEqual(10);
    const { marks } = world.hedge('h1');
    expect(result()).toBe(independent({ bid: text(marks.spotBid), ask: text(marks.perpAsk) }));
    world.signal(exit('y'));
    world.run(60_000);
    expect(world.phase('h1')).toBe('flat');
    expect([...world.truth.orders.values()].flatMap((order) => order.fills).length).toBeGreaterThanOrEqual(20);
    expect(result()).toBe(independent(null));
    expect(units(text(world.state.day.realized))).toBe(result());
  });
});

describe("the day's books", () => {
  const dayMs = 86_400_000;
  it('count of a hedge that lived over midnight only what came after it', () => {
    const world = new World({ tickMs: 60_000 });
    world.chasing = false;
    world.signal(enter('h1'));
    world.run(1000);
    world.now += dayMs;
    world.market = market({ spotBid: price('155000000'), spotAsk: price('155001000') });
    world.marks();
    const base = hedgeResult(world.state, world.hedge('h1')).total;
    expect(world.state.day).toMatchObject({ entries: 0, realized: '0', bases: { h1: base } });
    world.market = market({ spotBid: price('156000000'), spotAsk: price('156001000') });
    world.signal(exit('x', { expiresAt: world.now + 1000 }));
    world.run(1000);
    const gained = units(text(hedgeResult(world.state, world.hedge('h1')).total)) - units(text(base));
    expect(units(text(world.state.day.realized))).toBe(gained);
  });

  it('book a flat hedge once, and once more only what a late trade changed', () => {
    const world = new World();
    world.chasing = false;
    world.script('perp', 'exit', fills('1', { namesTrades: false }));
    world.signal(enter('h1'));
    world.run(1500);
    world.signal(exit('x'));
    world.run(1500);
    expect(world.phase('h1')).toBe('flat');
    const { id } = world.order('perp', 'exit');
    const known = world.truth.orders.get(id);
    if (known === undefined) throw new Error('no order');
    world.report({
      clientOrderId: id,
      venueOrderId: 'v',
      state: 'filled',
      filled: world.order('perp', 'exit').filled,
      fills: known.fills,
      at: world.now,
    });
    expect(world.state.day.realized).toBe(hedgeResult(world.state, world.hedge('h1')).total);
    const opening = world.order('spot', 'entry');
    const late = { tradeId: 'late', price: price('161000000'), quantity: '0.01' as never, fee: '805' as never, feeCurrency: 'KRW', at: world.now };
    world.truth.orders.set(opening.id, { request: opening.request, fills: [...opening.fills, late], state: 'filled', visibleAt: 0, at: world.now });
    world.report({ clientOrderId: opening.id, venueOrderId: 'v', state: 'filled', filled: '0.06' as never, fills: [late], at: world.now });
    expect(world.phase('h1')).toBe('unwinding');
    expect(Object.values(world.state.settled)).toEqual([]);
    world.run(3000);
    expect(world.phase('h1')).toBe('flat');
    expect(world.state.day.realized).toBe(hedgeResult(world.state, world.hedge('h1')).total);
    expect(JSON.stringify(refold(world.facts))).toBe(JSON.stringify(world.state));
  });

  it('keep the newest hundred flat hedges and let the others go with their orders', () => {
    const world = new World({ tickMs: 5000, armed: false });
    world.command({ kind: 'set', name: 'maxEntriesPerMinute', value: '1000', again: '1000' });
    world.command({ kind: 'set', name: 'cooldownMs', value: '0', again: '0' });
    world.command({ kind: 'arm' });
    for (let index = 0; index < 103; index += 1) {
      world.script('spot', 'entry', fills('0'));
      world.script('perp', 'entry', fills('0'));
      world.signal(enter(`h${index}`));
      world.run(200);
    }
    expect(Object.keys(world.state.hedges)).toHaveLength(100);
    expect(Object.keys(world.state.orders)).toHaveLength(200);
    expect(Object.keys(world.state.day.bases)).toHaveLength(100);
    expect(world.state.hedges[hedgeOf(signalId('h2'))]).toBeUndefined();
    expect(world.said('h0')).toBe('failed NOTHING_FILLED');
  });
});
