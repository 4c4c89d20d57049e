import { describe, expect, it } from 'vitest';
import { decimal, price, quantity, signedQuantity } from '../../shared/domain/units.ts';
import type { Holdings, Position } from '../../shared/domain/venue.ts';
import type { Failure } from '../../shared/domain/failure.ts';
import { BTC, start } from '../engine/testing/market.ts';
import { enter } from '../engine/testing/signals.ts';
import { World } from '../engine/testing/world.ts';
import type { AccountTrade, VenuePort } from '../exchanges/port.ts';
import { originsOfPositions } from './foreign-positions.ts';

const trade = (venueOrderId: string, at: number): AccountTrade => ({
  venueOrderId,
  fill: { tradeId: `${venueOrderId}-${at}`, price: price('120000'), quantity: quantity('0.02'), fee: decimal('1'), feeCurrency: 'USDT', at },
});
const failed: Failure = { outcome: 'refused', code: 'NETWORK', venueCode: '', said: 'not now' };

/** A console with a short of 0.05 BTC, and an account that holds so much of it. */
function account(held: string, trades: readonly AccountTrade[] | Failure, origin: (id: string) => string | null | Failure) {
  const world = new World();
  world.signal(enter('h1'));
  world.run(1500);
  const asked: string[] = [];
  const venue: Partial<VenuePort> = {
    venue: 'binance',
    trades: () => Promise.resolve('outcome' in trades ? { ok: false, failure: trades } : { ok: true, value: trades }),
    clientIdOf: (_coin, id) => {
      asked.push(id);
      const answer = origin(id);
      return Promise.resolve(typeof answer === 'object' && answer !== null ? { ok: false, failure: answer } : { ok: true, value: answer });
    },
  };
  const [position] = world.holdings('binance').positions as readonly [Position];
  const holdings: Holdings = { ...world.holdings('binance'), positions: [{ ...position, coin: BTC, quantity: signedQuantity(held) }] };
  const ours = Object.values(world.state.orders).find((order) => order.request.leg === 'perp')?.venueOrderId ?? '';
  return { venue: venue as VenuePort, holdings, state: world.state, asked, ours };
}

describe('the origin of a position', () => {
  it('is asked of the newest orders that traded in its coin and are not in the books', async () => {
    const old = Array.from({ length: 6 }, (_, index) => trade(`v${index}`, start + index));
    const { venue, holdings, state, asked } = account('-0.08', [...old, trade('v5', start + 10)], (id) => (id === 'v5' ? 'kimpother1' : null));
    expect(await originsOfPositions(venue, holdings, state, start)).toEqual({ ok: true, value: ['kimpother1'] });
    expect(asked).toEqual(['v5', 'v4', 'v3', 'v2', 'v1']);
  });

  it('is ours where the books say so: nothing is asked', async () => {
    const { venue, holdings, state, asked } = account('-0.05', failed, () => failed);
    expect(await originsOfPositions(venue, holdings, state, start)).toEqual({ ok: true, value: [] });
    expect(asked).toEqual([]);
  });

  it('does not ask after orders of the books', async () => {
    const known = account('-0.08', [], () => null);
    const { venue, holdings, state, asked } = account('-0.08', [trade(known.ours, start), trade('v2', start)], () => 'web');
    expect(await originsOfPositions(venue, holdings, state, start)).toEqual({ ok: true, value: ['web'] });
    expect(asked).toEqual(['v2']);
  });

  it('is not known where a read failed: the start asks again', async () => {
    const untraded = account('-0.08', failed, () => null);
    expect(await originsOfPositions(untraded.venue, untraded.holdings, untraded.state, start)).toEqual({ ok: false, failure: failed });
    const unnamed = account('-0.08', [trade('v1', start)], () => failed);
    expect(await originsOfPositions(unnamed.venue, unnamed.holdings, unnamed.state, start)).toEqual({ ok: false, failure: failed });
  });

  it('is no question at a venue without positions', async () => {
    const { venue, holdings, state } = account('-0.08', failed, () => failed);
    const { clientIdOf: _, ...spot } = venue;
    expect(await originsOfPositions({ ...spot, venue: 'upbit' } as VenuePort, holdings, state, start)).toEqual({ ok: true, value: [] });
  });
});
