/** What lies on the accounts beside our hedges: noted, taken in, watched, and never touched. */
import { describe, expect, it } from 'vitest';
import { decimal, signedQuantity, text } from '../../../shared/domain/units.ts';
import type { Holdings, Venue } from '../../../shared/domain/venue.ts';
import { venuePart } from '../view/venue-part.ts';
import { byCost, place } from '../testing/hands.ts';
import { BTC, market } from '../testing/market.ts';
import { enter, exit } from '../testing/signals.ts';
import { World } from '../testing/world.ts';

/** The account as it is, with coins or a position of somebody else's beside it. */
function beside(world: World, venue: Venue, more: string): Holdings {
  const holdings = world.holdings(venue);
  if (venue === 'upbit') return { ...holdings, balances: [...holdings.balances, { currency: 'BTC', free: decimal('0'), locked: decimal(more) }] };
  const ours = holdings.positions.find((position) => position.coin === BTC)?.quantity ?? signedQuantity('0');
  const quantity = signedQuantity(String(Number(text(ours)) + Number(more)));
  return { ...holdings, positions: [{ coin: BTC, quantity, entryPrice: market().perpBid, markPrice: market().perpBid }] };
}
const read = (world: World, venue: Venue, more: string) => world.feed({ kind: 'holdingsRead', venue, holdings: beside(world, venue, more) });
/** A process whose clock is ten minutes behind the last one's reads the account twice. @returns the alarms then */
function afterClockSetBack(world: World, venue: Venue, more: string): readonly string[] {
  world.now -= 600_000;
  world.restart();
  world.run(1000);
  read(world, venue, more);
  world.run(6000);
  read(world, venue, more);
  return world.alarms();
}
const rows = (world: World, leg: 'spot' | 'perp' = 'spot') =>
  venuePart(world.state, leg, { stream: 'live', clockOffsetMs: 0, holdings: null, deadMan: null }).outside;

describe('what lay on the account before', () => {
  it('is noted while nothing was ever armed, and taken in by the first arming', () => {
    const world = new World({ armed: false });
    read(world, 'upbit', '1.5');
    expect(rows(world)).toEqual([{ coin: 'BTC', taken: null, seen: '1.5', external: '0' }]);
    read(world, 'upbit', '1.2');
    expect(rows(world)[0]?.seen).toBe('1.2');
    expect(world.alarms()).toEqual([]);
    world.command({ kind: 'arm' });
    expect(rows(world)).toEqual([{ coin: 'BTC', taken: '1.2', seen: '1.2', external: '0' }]);
    world.command({ kind: 'disarm', reason: 'test' });
    world.command({ kind: 'arm' });
    expect(world.facts.filter((fact) => fact.kind === 'outsideTaken')).toHaveLength(2);
  });

  it('stays what it is while hedges open and close, and no coin of it is sold', () => {
    const world = new World({ armed: false });
    read(world, 'upbit', '1.5');
    world.command({ kind: 'arm' });
    world.signal(enter('a1'));
    world.run(2000);
    read(world, 'upbit', '1.5');
    world.signal(exit('x'));
    world.run(2000);
    read(world, 'upbit', '1.5');
    world.run(6000);
    read(world, 'upbit', '1.5');
    expect(world.alarms()).toEqual([]);
    expect(world.orders(2)).toEqual(['exit spot sell 0.05', 'exit perp buy 0.05']);
    expect(rows(world)[0]).toMatchObject({ seen: '1.5', external: '0' });
  });
});

describe('what comes or goes later', () => {
  it.each(['upbit', 'binance'] as const)('on %s counts when two reads 5 s apart agree: alarm, no entries in the coin', (venue) => {
    const world = new World();
    const more = venue === 'upbit' ? '0.3' : '-0.3';
    read(world, venue, more);
    world.run(4900);
    read(world, venue, more);
    expect(world.alarms()).toEqual([]);
    world.run(200);
    read(world, venue, more);
    expect(world.alarms()).toEqual(['EXTERNAL_CHANGE']);
    world.signal(enter('a1'));
    world.run(1000);
    expect(world.said('a1')).toBe('rejected EXTERNAL_CHANGE');
    expect(rows(world, venue === 'upbit' ? 'spot' : 'perp')).toEqual([{ coin: 'BTC', taken: '0', seen: more, external: more }]);
    expect(world.state.stop).toBeNull();
  });

  it('is forgotten when it goes again, and starts anew when it is another amount', () => {
    const world = new World();
    read(world, 'upbit', '0.3');
    world.run(6000);
    read(world, 'upbit', '0.4');
    world.run(4000);
    read(world, 'upbit', '0.3');
    expect(world.alarms()).toEqual([]);
    read(world, 'upbit', '0');
    world.run(6000);
    read(world, 'upbit', '0');
    expect(world.state.outside.upbit).toEqual({ taken: {}, seen: {}, doubted: {} });
  });

  it('is taken in by a person, and then entries run again', () => {
    const world = new World();
    expect(world.command({ kind: 'acceptOutside', venue: 'upbit', coin: BTC })).toMatchObject({ ok: false, code: 'NOTHING_TO_ACCEPT' });
    read(world, 'upbit', '0.3');
    world.run(5000);
    read(world, 'upbit', '0.3');
    expect(world.command({ kind: 'acceptOutside', venue: 'upbit', coin: BTC }).ok).toBe(true);
    expect(world.alarms()).toEqual([]);
    world.signal(enter('a1'));
    world.run(2000);
    expect(world.phase('a1')).toBe('hedged');
    world.restart(true);
    expect(rows(world)).toEqual([{ coin: 'BTC', taken: '0.3', seen: '0.3', external: '0' }]);
  });

  it('is a mismatch, and nothing else, when the venue holds less than our hedges need', () => {
    const world = new World();
    world.signal(enter('a1'));
    world.run(2000);
    read(world, 'binance', '0.02');
    world.run(6000);
    read(world, 'binance', '0.02');
    expect([...world.alarms()].sort()).toEqual(['POSITION_MISMATCH', 'STOP']);
  });

  it('is a mismatch also where the clock of the process that traded was ahead', () => {
    const world = new World();
    world.signal(enter('a1'));
    world.run(2000);
    expect(afterClockSetBack(world, 'binance', '0.02')).toContain('POSITION_MISMATCH');
  });

  it('shows beside an order by hand that a clock ahead stamped', () => {
    const world = new World();
    place(world, 'upbit', 'buy', byCost('1610000'));
    world.run(2000);
    expect(afterClockSetBack(world, 'upbit', '0.3')).toContain('EXTERNAL_CHANGE');
  });
});
