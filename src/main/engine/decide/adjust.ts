/**
 * Makes the books of one hedge what the venues hold, because a person traded there: what is on the account less what
 * lies there from outside and what other hedges of the coin hold. The difference is booked as a trade at the last marks;
 * its true price is on the venue's statement.
 */
import { own, there } from '../../../shared/domain/record.ts';
import {
  excess,
  gt,
  lt,
  magnitude,
  negate,
  type Quantity,
  relabel,
  type SignedQuantity,
  subtract,
  zero,
  ZERO,
} from '../../../shared/domain/units.ts';
import { type Holdings, type Leg, legs } from '../../../shared/domain/venue.ts';
import { handMoves } from '../by-hand.ts';
import { book as bookTrade } from './book-trade.ts';
import type { Draft } from '../draft.ts';
import { hasInFlight, holding, ordersOf } from '../legs.ts';
import { heldAt, oursAt, outsideOf } from '../outside.ts';
import type { Quote } from '../quote.ts';
import { type Hedge, legVenue, type State } from '../state.ts';
import { clear } from './alarms.ts';
import { askToSettle, quoteRetryMs } from './pace.ts';
import { callOperator, rest } from './resting.ts';
import { setAside } from './set-aside.ts';
import { isOnlyDust } from './dust.ts';

/** @param since both accounts must have been read after this: the person's trade came before it */
export function adjustToVenues(draft: Draft, hedge: Hedge, quote: Quote, since: number): void {
  const { spot, perp } = quote.legs;
  const isFresh = spot.holdings.ok && perp.holdings.ok && spot.holdings.value.at >= since && perp.holdings.value.at >= since;
  if (!spot.holdings.ok || !perp.holdings.ok || !isFresh || othersMove(draft.state, hedge) || handsMove(draft, hedge, quote))
    return askToSettle(draft, hedge, quoteRetryMs);
  const read = { spot: shareOf(draft.state, hedge, 'spot', spot.holdings.value), perp: shareOf(draft.state, hedge, 'perp', perp.holdings.value) };
  setAllAside(draft, hedge);
  for (const leg of legs) bookDifference(draft, hedge, leg, read[leg]);
  draft.add({ kind: 'hedgeSettled', id: hedge.id, how: 'settledAtVenue', by: 'person', read });
  for (const venue of Object.values(legVenue)) clear(draft, `mismatch:${venue}:${hedge.coin}`);
  const settled = there(draft.state.hedges, hedge.id);
  if (read.spot === read.perp || isOnlyDust(settled, read, quote))
    rest(draft, settled, lt(ZERO, holding(draft.state, settled).matched) ? 'hedged' : 'flat');
  else callOperator(draft, settled);
}

const othersOf = (state: State, { id, coin }: Hedge): readonly Hedge[] =>
  Object.values(state.hedges).filter((other) => other.coin === coin && other.id !== id);
const othersMove = (state: State, hedge: Hedge): boolean => othersOf(state, hedge).some((other) => hasInFlight(state, other));
const handsMove = ({ state, at: now }: Draft, { coin }: Hedge, { legs: quoted }: Quote): boolean =>
  legs.some((leg) => {
    const { holdings } = quoted[leg];
    return holdings.ok && handMoves(state, legVenue[leg], coin, { at: holdings.value.at, now });
  });

/** Never below nothing: what is missing beyond this hedge is another one's, and the comparison of books says so. */
function shareOf(state: State, hedge: Hedge, leg: Leg, holdings: Holdings): Quantity {
  const venue = legVenue[leg];
  const { taken, seen } = outsideOf(state, venue);
  const outside: SignedQuantity = own(taken ?? seen, hedge.coin) ?? zero();
  const own_ = relabel<'signedQuantity'>(holding(state, hedge)[leg]);
  const others = subtract(oursAt(state, venue, hedge.coin), leg === 'spot' ? own_ : negate(own_));
  const left = subtract(subtract(heldAt(holdings, venue, hedge.coin), outside), others);
  const mine = leg === 'spot' ? left : negate(left);
  return gt(mine, zero<'signedQuantity'>()) ? magnitude(mine) : ZERO;
}

/** Whatever a silent order did is in what was read. Should it turn up after all, its fills call the person again. */
function setAllAside(draft: Draft, hedge: Hedge): void {
  for (const { id, state } of ordersOf(draft.state, hedge))
    if (state === 'unknown') setAside(draft, id, 'Set aside: a person settled the hedge at the venue');
}

function bookDifference(draft: Draft, hedge: Hedge, leg: Leg, there: Quantity): void {
  const held = holding(draft.state, hedge)[leg];
  const less = excess(held, there);
  const more = excess(there, held);
  const price = leg === 'spot' ? hedge.marks.spotBid : hedge.marks.perpAsk;
  if (gt(less, ZERO)) bookTrade(draft, hedge.id, { leg, does: 'closes', quantity: less, price, purpose: 'settled' });
  if (gt(more, ZERO)) bookTrade(draft, hedge.id, { leg, does: 'opens', quantity: more, price, purpose: 'settled' });
}
