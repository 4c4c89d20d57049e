/** What the engine is told with a coin's marks: the newest of all others that are held. */
import { describe, expect, it } from 'vitest';
import type { Answer } from '../../shared/domain/failure.ts';
import { type Coin, coin, hedgeOf, signalId } from '../../shared/domain/ids.ts';
import type { Book, Holdings, MarketRules, Venue } from '../../shared/domain/venue.ts';
import type { Input, InputOf } from '../engine/inputs.ts';
import type { Quote } from '../engine/quote.ts';
import type { State } from '../engine/state.ts';
import { failed, market, ok, perpHoldings, perpRules, quote, spotHoldings, spotRules } from '../engine/testing/market.ts';
import { enter } from '../engine/testing/signals.ts';
import { World } from '../engine/testing/world.ts';
import type { VenuePort } from '../exchanges/port.ts';
import { ClockOffsets } from './clock-offsets.ts';
import { Door } from './door.ts';
import { Executor } from './executor.ts';
import { Loop } from './loop.ts';
import { Quotes } from './quotes.ts';
import { HandClock, quietLoopParts, settle } from './testing.ts';

const BTC = coin('BTC');
const ETH = coin('ETH');

/** A venue with books of now, but for coins that are out. */
function venueOf(venue: Venue, clock: HandClock, out: ReadonlySet<Coin>): VenuePort {
  const { legs, fx } = quote(clock.now(), market());
  const leg = venue === 'upbit' ? legs.spot : legs.perp;
  const book = (of: Coin): Answer<Book> => {
    const given = of === coin('USDT') ? fx : leg.book;
    return out.has(of) || !given.ok ? failed() : ok({ ...given.value, at: clock.now() });
  };
  const port: Partial<VenuePort> = {
    venue,
    book: (of) => Promise.resolve(book(of)),
    rules: () => Promise.resolve<Answer<MarketRules | undefined>>(ok(venue === 'upbit' ? spotRules : perpRules)),
    holdings: () => Promise.resolve<Answer<Holdings>>(ok(venue === 'upbit' ? spotHoldings(clock.now()) : perpHoldings(clock.now()))),
  };
  // What marks do not ask for is not there.
  return port as VenuePort;
}

/** A console with a hedge in each of these coins, and what its engine was told with each round of marks. */
function rig(...coins: readonly Coin[]) {
  const world = new World();
  for (const of of coins) {
    world.signal(enter(of));
    world.run(2000);
  }
  const clock = new HandClock();
  const out = new Set<Coin>();
  const venues = { spot: venueOf('upbit', clock, out), perp: venueOf('binance', clock, out) };
  const told: InputOf<'quoted'>[] = [];
  const holding = (these: readonly Coin[]): Loop => {
    const hedges = Object.fromEntries(these.map((of) => [hedgeOf(signalId(of)), { ...world.hedge(of), coin: of }]));
    const onState = (_state: State, input: Input): void => void (input.kind === 'quoted' && told.push(input));
    return new Loop({ ...world.state, hedges }, { ...quietLoopParts(clock), onState });
  };
  let loop = holding(coins);
  const quotes = new Quotes(venues, new ClockOffsets(), clock);
  const door = new Door(
    venues,
    clock,
    () => loop.state,
    (of) => quotes.latest(of),
  );
  const executor = new Executor(door, quotes, clock, () => loop);
  const marks = async (of: Coin): Promise<readonly Quote[]> => {
    executor.carryOut([{ kind: 'quote', purpose: { kind: 'marks', coin: of }, coin: of, afterMs: 0 }]);
    await expect.poll(() => settle().then(() => told.length)).toBe(1);
    return told.splice(0)[0]?.beside ?? [];
  };
  const hold = (...these: readonly Coin[]): void => {
    loop = holding(these);
  };
  return { clock, out, marks, hold };
}
const seen = (beside: readonly Quote[]) => beside.map(({ coin: of, at }) => `${of} ${at}`);

describe('marks', () => {
  it('come with the newest of every other coin that is held, and of none beside', async () => {
    const { clock, marks } = rig(BTC, ETH);
    expect(await marks(BTC)).toEqual([]);
    const first = clock.now();
    await clock.pass(500);
    expect(seen(await marks(ETH))).toEqual([`BTC ${first}`]);
    await marks(coin('XRP'));
    await clock.pass(500);
    expect(seen(await marks(BTC))).toEqual([`ETH ${first + 500}`]);
    expect(seen(await marks(coin('XRP')))).toEqual([`BTC ${first + 1000}`, `ETH ${first + 500}`]);
  });

  it('that have no prices leave those there were', async () => {
    const { clock, out, marks } = rig(BTC, ETH);
    await marks(ETH);
    const first = clock.now();
    out.add(ETH);
    await clock.pass(1000);
    await marks(ETH);
    expect(seen(await marks(BTC))).toEqual([`ETH ${first}`]);
  });

  it('of a coin that is no longer held are let go', async () => {
    const { marks, hold } = rig(BTC, ETH);
    await marks(ETH);
    hold(BTC);
    expect(await marks(BTC)).toEqual([]);
  });
});
