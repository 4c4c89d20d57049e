/**
 * How many more hedges each venue can fund, and what to move to even them (spec S7.8). Pure; measured as the checks of an
 * entry measure (entry-limits.ts): KRW with the fee, margin with the fee and with what has to stay free.
 *
 * Limits that are not about funds (position, entries a day) are not in it. A move's own costs are not known here.
 */
import {
  absolute,
  add,
  divide,
  gt,
  type Krw,
  krw,
  lt,
  max,
  min,
  minus,
  plus,
  type Ratio,
  relabel,
  scale,
  sign,
  subtract,
  toKrw,
  toNumber,
  type Usdt,
  usdt,
} from '../../../shared/domain/units.ts';
import type { Venue } from '../../../shared/domain/venue.ts';
import { hedgeResult } from '../pnl.ts';
import { legVenue, type State } from '../state.ts';
import type { EntryInputs } from './entry-inputs.ts';
import { distanceAtEntry, marginNeeded } from './measures.ts';

/** What a hedge is taken to cost while none was opened yet. */
const usualKrw = krw('10000000');

export interface Readiness {
  readonly spot: { readonly freeKrw: Krw; readonly hedges: number };
  readonly perp: { readonly freeUsdt: Usdt; readonly hedges: number };
  readonly move: { readonly from: Venue; readonly to: Venue; readonly amountKrw: Krw } | null;
}

/** KRW of one hedge: the spot cost of the one that was opened last, else ten million; never more than a hedge may cost. */
export function referenceSize(state: State): Krw {
  const most = state.settings.maxHedgeKrw;
  // Reckoned until one has a cost: a state holds a hundred hedges, and this is shown ten times a second.
  for (const hedge of Object.values(state.hedges).sort((a, b) => b.openedAt - a.openedAt)) {
    const cost = hedgeResult(state, hedge).spotCost;
    if (gt(cost, krw('0'))) return min(cost, most);
  }
  return min(usualKrw, most);
}

type Inputs = Pick<EntryInputs, 'fx' | 'spotAsk' | 'perpBid' | 'spotFee' | 'perpFee' | 'krw' | 'margin'>;

/** @param inputs at prices above zero @param size KRW of one hedge */
export function readiness(state: State, inputs: Inputs, size: Krw): Readiness {
  const { settings } = state;
  const coins = divide<'quantity'>(size, inputs.spotAsk, 12, 'down');
  const usable = subtract(inputs.margin.available, scale(max(inputs.margin.balance, usdt('0')), settings.minFreeMarginRatio));
  // At this leverage an entry would be denied whatever is there.
  const isAllowed = !lt(distanceAtEntry(settings.leverage), settings.minLiquidationDistanceRatio);
  const spot: Funds = { free: inputs.krw.free, cost: scale(size, plus(inputs.spotFee)) };
  const perp: Funds = { free: toKrw(usable, inputs.fx), cost: toKrw(marginNeeded({ quantity: coins }, inputs, state), inputs.fx) };
  return {
    spot: { freeKrw: inputs.krw.free, hedges: hedgesFrom(spot) },
    perp: { freeUsdt: inputs.margin.available, hedges: isAllowed ? hedgesFrom(perp) : 0 },
    move: isAllowed ? moveBetween(spot, perp, minus(settings.minFreeMarginRatio)) : null,
  };
}

/** What may be spent at a venue, and what a hedge costs there; both in KRW. */
interface Funds {
  readonly free: Krw;
  readonly cost: Krw;
}

const hedgesFrom = ({ free, cost }: Funds): number => (sign(free) <= 0 || sign(cost) <= 0 ? 0 : toNumber(divide<'ratio'>(free, cost, 0, 'down')));

/**
 * What has to go from one venue to the other for both to fund as many, in whole KRW; null where it would fund no hedge more.
 * @param usable the part of money moved to the perpetual venue that does not have to stay free there
 */
function moveBetween(spot: Funds, perp: Funds, usable: Ratio): Readiness['move'] {
  const excessValue = subtract(scale(spot.free, relabel<'ratio'>(perp.cost)), scale(perp.free, relabel<'ratio'>(spot.cost)));
  const both = add(perp.cost, scale(spot.cost, usable));
  if (sign(both) <= 0) return null;
  const amount = divide<'krw'>(excessValue, both, 0, 'down');
  const after = Math.min(
    hedgesFrom({ ...spot, free: subtract(spot.free, amount) }),
    hedgesFrom({ ...perp, free: add(perp.free, scale(amount, usable)) }),
  );
  if (after <= Math.min(hedgesFrom(spot), hedgesFrom(perp))) return null;
  return sign(amount) > 0
    ? { from: legVenue.spot, to: legVenue.perp, amountKrw: absolute(amount) }
    : { from: legVenue.perp, to: legVenue.spot, amountKrw: absolute(amount) };
}
