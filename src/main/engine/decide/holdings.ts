/**
 * Our books against the venue's (spec S6.6), from the first read of a start on: a venue that holds less than our hedges
 * need, with nothing in flight, refuses entries in the coin; in two reads at least 5 s apart it stops. What is there beside
 * them is watched by outside.ts.
 */
import type { Coin } from '../../../shared/domain/ids.ts';
import { absolute, add, lt, magnitude, negate, type Quantity, relabel, sum, text, ZERO } from '../../../shared/domain/units.ts';
import type { Holdings, Venue } from '../../../shared/domain/venue.ts';
import type { Draft } from '../draft.ts';
import type { InputOf } from '../inputs.ts';
import { isCovering } from '../by-hand.ts';
import { hasInFlight, holding, lastMove, openHedges } from '../legs.ts';
import { legVenue } from '../state.ts';
import { clear, raise } from './alarms.ts';
import { confirmAfterMs, watchOutside } from './outside.ts';
import { watchRunway } from './runway.ts';
import { halt } from './stop.ts';

export function holdingsRead(draft: Draft, { venue, holdings }: InputOf<'holdingsRead'>): void {
  watchOutside(draft, venue, holdings);
  if (venue === legVenue.perp) watchRunway(draft, holdings);
  watchShortage(draft, venue, holdings);
}

export function watchShortage(draft: Draft, venue: Venue, holdings: Holdings): void {
  const leg = venue === legVenue.spot ? 'spot' : 'perp';
  const hedges = openHedges(draft.state);
  const coins = new Set(hedges.map((hedge) => hedge.coin));
  for (const key of Object.keys(draft.state.alarms))
    if (key.startsWith(`mismatch:${venue}:`) && ![...coins].some((coin) => key.endsWith(`:${coin}`))) clear(draft, key);
  for (const coin of coins) {
    const ours = hedges.filter((hedge) => hedge.coin === coin);
    // A read that began before an order ended tells of the time before it.
    if (ours.some((hedge) => hasInFlight(draft.state, hedge) || lastMove(draft.state, hedge, draft.at) >= holdings.at)) continue;
    // A stop by hand closed some of a hedge's short, and its trades are not known yet. No other order by hand touches what hedges need.
    if (isCovering(draft.state, coin)) continue;
    const needed = sum(ours.map((hedge) => holding(draft.state, hedge)[leg]));
    compareWith(draft, venue, coin, needed, leg === 'spot' ? coinsHeld(holdings, coin) : shortHeld(holdings, coin));
  }
}

function compareWith(draft: Draft, venue: Venue, coin: Coin, needed: Quantity, held: Quantity): void {
  const key = `mismatch:${venue}:${coin}`;
  if (!lt(held, needed)) return clear(draft, key);
  const detail = `${venue} ${coin}: the venue holds ${text(held)}, our hedges need ${text(needed)}`;
  const cause = { code: 'POSITION_MISMATCH', values: { venue, coin, held: text(held), needed: text(needed) } } as const;
  const standing = draft.state.alarms[key];
  if (standing === undefined) raise(draft, key, { ...cause, severity: 'critical', detail });
  // What a process before this one saw is looked into first: it may be a forced close that nobody has booked yet.
  else if (draft.state.phase === 'ready' && draft.at - standing.at >= confirmAfterMs) halt(draft, cause, detail);
}

const coinsHeld = (holdings: Holdings, coin: Coin): Quantity =>
  sum(
    holdings.balances
      .filter((balance) => balance.currency === (coin as string))
      .map((balance) => relabel<'quantity'>(add(balance.free, balance.locked))),
  );

function shortHeld(holdings: Holdings, coin: Coin): Quantity {
  const position = holdings.positions.find((entry) => entry.coin === coin)?.quantity;
  if (position === undefined || !lt(position, relabel<'signedQuantity'>(ZERO))) return ZERO;
  return magnitude(negate(absolute(position)));
}
