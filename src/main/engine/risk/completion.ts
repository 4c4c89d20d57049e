/** What fills up the smaller leg of an entry that filled in part: its size and terms, by the limits that let the hedge in. */
import { signalId } from '../../../shared/domain/ids.ts';
import { own } from '../../../shared/domain/record.ts';
import { excess, floorToStep, gt, isZero, type Quantity, text } from '../../../shared/domain/units.ts';
import type { Leg } from '../../../shared/domain/venue.ts';
import { type Denial, denied, isDenial } from '../denial.ts';
import { holding } from '../legs.ts';
import type { NewOrder } from '../order-request.ts';
import { executablePremium, type Sides } from '../premium.ts';
import { collared } from '../prices.ts';
import type { Quote } from '../quote.ts';
import { belowMinimum, perpTerms, type Sized } from '../sizing.ts';
import type { Hedge, State } from '../state.ts';
import { type EntryInputs, entryInputs, freshness, sidesOf } from './entry-inputs.ts';
import { checkCompletion } from './entry-limits.ts';
import { freeOfUnseen } from './unseen.ts';

export interface Completion {
  readonly order: NewOrder;
  /** The book and the rules that it was made by. */
  readonly side: Sides[Leg];
}

/**
 * The order that opens what is missing of a hedge's smaller leg.
 * @param quote for a settlement: only an entry's quote prepares its market, and that took place for this hedge already
 */
export function judgeCompletion(state: State, hedge: Hedge, quote: Quote, at: number): Completion | Denial {
  const stale = freshness(quote, state.settings, at, 'before');
  if (stale !== null) return stale;
  const sides = sidesOf(quote);
  if (isDenial(sides)) return sides;
  const basics = entryInputs(quote, sides);
  if (isDenial(basics)) return basics;
  const { spot, perp } = holding(state, hedge);
  const leg: Leg = gt(spot, perp) ? 'perp' : 'spot';
  const { step } = sides[leg].rules;
  const missing = floorToStep(gt(spot, perp) ? excess(spot, perp) : excess(perp, spot), step);
  if (isZero(missing)) return denied('BELOW_STEP', 'What is missing is below one step', { limit: text(step), was: '0' });
  const small = belowMinimum(missing, leg, sides[leg]);
  if (small !== null) return small;
  const premium = executablePremium(sides, basics.fx, missing, 'open');
  if (premium === undefined) return denied('EMPTY_BOOK', 'A book has no price on the side to be taken');
  const signal = own(state.entries, signalId(hedge.id))?.signal;
  if (signal === undefined) return denied('NO_DATA', 'The signal of the hedge is not known', null, { venue: '', what: 'signal', failure: '' });
  const sized = sizeCompletion(state, missing, sides, basics);
  // Its own entry counts as well: the accounts may have been read before it filled.
  const inputs = { ...freeOfUnseen(state, basics, { hedge: hedge.id, purpose: 'complete' }), premium };
  return checkCompletion({ at, state, signal, inputs, sized }, leg) ?? { order: orderOf(leg, sized), side: sides[leg] };
}

function sizeCompletion(
  { settings }: State,
  quantity: Quantity,
  sides: Sides,
  { spotAsk, perpBid }: Pick<EntryInputs, 'spotAsk' | 'perpBid'>,
): Sized {
  const spotWorst = collared(spotAsk, 'buy', settings.priceCollarBps, sides.spot.rules);
  const perpWorst = collared(perpBid, 'sell', settings.priceCollarBps, sides.perp.rules);
  return {
    quantity,
    spot: { terms: { type: 'limit', quantity, price: spotWorst, timeInForce: 'IOC' }, worst: spotWorst },
    perp: { terms: perpTerms(quantity, perpWorst, sides, settings, 'sell'), worst: perpWorst },
  };
}

const orderOf = (leg: Leg, sized: Sized): NewOrder => ({ leg, side: leg === 'spot' ? 'buy' : 'sell', purpose: 'complete', terms: sized[leg].terms });
