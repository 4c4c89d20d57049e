/**
 * Watches what is on the accounts beside our hedges (spec S6.8). Before the first arming whatever is there is simply
 * noted; arming takes it in; from then on a change that two reads at least 5 s apart agree on is an external one, which
 * refuses entries in its coin until a person takes it in.
 */
import { type Coin, isCoin } from '../../../shared/domain/ids.ts';
import { own } from '../../../shared/domain/record.ts';
import { absolute, gt, isZero, type SignedQuantity, sign, text, zero } from '../../../shared/domain/units.ts';
import type { Holdings, Venue } from '../../../shared/domain/venue.ts';
import type { Draft } from '../draft.ts';
import type { Command } from '../inputs.ts';
import { handCoins, handMoves } from '../by-hand.ts';
import { hasInFlight, lastMove } from '../legs.ts';
import { beyondOurs, externalChange, hedgesAt, heldAt, outsideOf } from '../outside.ts';
import { legVenue } from '../state.ts';
import { isOtherAccount } from '../risk/permission.ts';
import { clear, raise } from './alarms.ts';

export const confirmAfterMs = 5_000;
const none = zero<'signedQuantity'>();
/** The money of a venue is no holding in a coin. */
const money: Readonly<Record<Venue, string>> = { upbit: 'KRW', binance: '' };

export function watchOutside(draft: Draft, venue: Venue, holdings: Holdings): void {
  if (isOtherAccount(draft.state)) return;
  for (const coin of coinsOf(draft, venue, holdings)) {
    const hedges = Object.values(draft.state.hedges).filter((hedge) => hedge.coin === coin);
    // A read that began before an order ended tells of the time before it.
    if (hedges.some((hedge) => hasInFlight(draft.state, hedge) || lastMove(draft.state, hedge, draft.at) >= holdings.at)) continue;
    if (handMoves(draft.state, venue, coin, { at: holdings.at, now: draft.at })) continue;
    // Less than our hedges need is a mismatch, not an outside holding.
    if (isShortOfHedges(draft, venue, coin, holdings)) continue;
    see(draft, venue, coin, beyondOurs(draft.state, venue, coin, holdings));
    judge(draft, venue, coin);
  }
}

function coinsOf(draft: Draft, venue: Venue, holdings: Holdings): ReadonlySet<Coin> {
  const { seen, taken, doubted } = outsideOf(draft.state, venue);
  const known = [...Object.keys(seen), ...Object.keys(taken ?? {}), ...Object.keys(doubted)];
  const read =
    venue === legVenue.perp
      ? holdings.positions.map((position) => position.coin as string)
      : holdings.balances.map((balance) => balance.currency).filter((currency) => currency !== money[venue]);
  const ours = Object.values(draft.state.hedges).map((hedge) => hedge.coin as string);
  return new Set([...known, ...read, ...ours, ...handCoins(draft.state, venue)].filter(isCoinText));
}
const isCoinText = (source: string): source is Coin => isCoin(source);

function isShortOfHedges(draft: Draft, venue: Venue, coin: Coin, holdings: Holdings): boolean {
  const ours = hedgesAt(draft.state, venue, coin);
  if (isZero(ours)) return false;
  const held = heldAt(holdings, venue, coin);
  return sign(held) !== sign(ours) || gt(absolute(ours), absolute(held));
}

function see(draft: Draft, venue: Venue, coin: Coin, quantity: SignedQuantity): void {
  const book = outsideOf(draft.state, venue);
  const doubt = own(book.doubted, coin);
  if (quantity === (own(book.seen, coin) ?? none)) {
    if (doubt !== undefined) draft.add({ kind: 'outsideSeen', venue, coin, quantity, sure: true });
    return;
  }
  const isConfirmed = doubt !== undefined && doubt.quantity === quantity && draft.at - doubt.at >= confirmAfterMs;
  const sure = book.taken === null || isConfirmed;
  if (sure || doubt?.quantity !== quantity) draft.add({ kind: 'outsideSeen', venue, coin, quantity, sure });
}

const keyOf = (venue: Venue, coin: Coin): string => `external:${venue}:${coin}`;

function judge(draft: Draft, venue: Venue, coin: Coin): void {
  const change = externalChange(draft.state, venue, coin);
  const key = keyOf(venue, coin);
  if (isZero(change)) return clear(draft, key);
  const detail = `${venue} holds ${text(change)} ${coin} more than was taken in and than our hedges hold`;
  if (draft.state.alarms[key]?.detail !== detail) clear(draft, key);
  raise(draft, key, { code: 'EXTERNAL_CHANGE', values: { venue, coin, quantity: text(change) }, severity: 'warning', detail });
}

/** The first arming takes in what is there: the person who arms has it before their eyes. */
export function takeOutside(draft: Draft, by: 'person' | 'start'): void {
  for (const venue of Object.values(legVenue)) {
    const { taken, seen } = outsideOf(draft.state, venue);
    if (taken === null) draft.add({ kind: 'outsideTaken', venue, rows: seen, by });
  }
}

/** A person takes an external change in: from now on it lies there like everything else that is not ours. */
export function acceptOutside(draft: Draft, { venue, coin }: Extract<Command, { kind: 'acceptOutside' }>): void {
  if (isZero(externalChange(draft.state, venue, coin)))
    return draft.refuse('NOTHING_TO_ACCEPT', `Nothing came or went on ${venue} in ${coin} that was not taken in`);
  draft.add({ kind: 'outsideTaken', venue, rows: { [coin]: own(outsideOf(draft.state, venue).seen, coin) ?? none }, by: 'person' });
  clear(draft, keyOf(venue, coin));
}
