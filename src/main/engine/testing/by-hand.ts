/** What others do on the accounts of a world: a person's trades, the venue's forced closes. */
import { clientOrderId } from '../../../shared/domain/ids.ts';
import { quantity } from '../../../shared/domain/units.ts';
import type { Fill, Leg, Side } from '../../../shared/domain/venue.ts';
import { legVenue } from '../state.ts';
import type { Step } from '../step.ts';
import { BTC } from './market.ts';
import { fills } from './venue-truth.ts';
import type { World } from './world.ts';

let made = 0;

/** Trades at the market, past the engine. @returns the trades that it came to */
export function tradeByHand(world: World, leg: Leg, side: Side, size: string): readonly Fill[] {
  made += 1;
  const request = {
    clientOrderId: clientOrderId(`kczzzzzz${String(made).padStart(20, '0')}`),
    venue: legVenue[leg],
    leg,
    coin: BTC,
    side,
    terms: { type: 'market', quantity: quantity(size) },
    reduceOnly: false,
  } as const;
  const taken = world.truth.take(request, fills(), world.market, world.now);
  if (taken === null) throw new Error('Invariant: a trade by hand is taken');
  return taken.fills;
}

/** The venue closed something of the short by itself, and tells of it. */
export const forcedClose = (world: World, trades: readonly Fill[], venueOrderId = 'v1', clientId = 'autoclose-1'): Step =>
  world.feed({ kind: 'forcedClose', venue: 'binance', coin: BTC, clientId, venueOrderId, fills: trades });
