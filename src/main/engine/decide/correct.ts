/**
 * Orders that make legs equal. Reducing never opens: the perpetual is bought back reduce-only, the spot is sold, and
 * neither below the target. The coarse venue is brought to the target in whole steps, the fine one takes up the rest.
 */
import type { HedgeId } from '../../../shared/domain/ids.ts';
import { there } from '../../../shared/domain/record.ts';
import { gt, type Quantity } from '../../../shared/domain/units.ts';
import { type Leg, legs } from '../../../shared/domain/venue.ts';
import { type Denial, isDenial } from '../denial.ts';
import type { Draft } from '../draft.ts';
import { holding } from '../legs.ts';
import type { Quote } from '../quote.ts';
import { approveReduction } from '../risk/approval.ts';
import { sideOf } from '../risk/entry-inputs.ts';
import type { Purpose } from '../state.ts';
import { send } from './send.ts';

export type Corrected = 'sent' | 'nothingTradable' | 'noData' | 'notAllowed';

/** Sells spot and buys back perpetual above the target, both in the same step. */
export function reduceTo(
  draft: Draft,
  id: HedgeId,
  target: Quantity,
  quote: Quote,
  purpose: Extract<Purpose, 'unwind' | 'exit'>,
  of: readonly Leg[] = legs,
): Corrected {
  const held = holding(draft.state, there(draft.state.hedges, id));
  const results = of.filter((leg) => gt(held[leg], target)).map((leg) => reduceLeg(draft, id, leg, target, quote, purpose));
  return (['sent', 'notAllowed', 'noData'] as const).find((result) => results.includes(result)) ?? 'nothingTradable';
}

function reduceLeg(draft: Draft, id: HedgeId, leg: Leg, target: Quantity, quote: Quote, purpose: Extract<Purpose, 'unwind' | 'exit'>): Corrected {
  const side = sideOf(quote.legs[leg], leg);
  if (isDenial(side)) return 'noData';
  const order = approveReduction(draft.state, there(draft.state.hedges, id), { leg, target, side, purpose }, draft.at);
  if (isDenial(order)) return meaningOf(order);
  send(draft, id, order, purpose, quote);
  return 'sent';
}

function meaningOf({ denied }: Denial): Corrected {
  if (denied === 'EMPTY_BOOK') return 'noData';
  return denied === 'BELOW_MINIMUM' ? 'nothingTradable' : 'notAllowed';
}
