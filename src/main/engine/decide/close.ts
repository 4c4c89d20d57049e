/** Begins a close that was asked for, on fresh prices: how much stays open, whether the signal's bounds hold, both closes at once. */
import type { HedgeId } from '../../../shared/domain/ids.ts';
import { own } from '../../../shared/domain/record.ts';
import { excess, floorToStep, gte, isZero, lt, max, notional, type Quantity, text, ZERO } from '../../../shared/domain/units.ts';
import { denied, type Denial, isDenial } from '../denial.ts';
import type { Draft } from '../draft.ts';
import { holding } from '../legs.ts';
import type { Sides } from '../premium.ts';
import { opposite } from '../prices.ts';
import type { Quote } from '../quote.ts';
import { sidesOf } from '../risk/entry-inputs.ts';
import { beyondBounds } from '../risk/exit-bounds.ts';
import { mayLeave, tradingState } from '../risk/permission.ts';
import { coarserStep } from '../sizing.ts';
import type { ExitRequest, Hedge } from '../state.ts';
import { clear } from './alarms.ts';
import { markClose } from './marks.ts';
import { isAtRest, refuseExit } from './exit.ts';
import { bringDown, commonTarget, raiseNaked } from './settle.ts';

/** Retry pace when a quote for a close could not be had. */
const quoteRetryMs = 1000;

export function exitOnQuote(draft: Draft, id: HedgeId, quote: Quote): void {
  const hedge = own(draft.state.hedges, id);
  const request = hedge?.waitingExits[0];
  if (hedge === undefined || request === undefined || hedge.phase === 'flat' || !isAtRest(draft, hedge)) return;
  if (mayLeave(tradingState(draft.state), 'exitByHand') !== 'yes') return;
  // A leg without a partner is closed on its own venue, whatever the other one says.
  if (isZero(holding(draft.state, hedge).matched)) return begin(draft, hedge, ZERO, request, quote);
  const sides = sidesOf(quote);
  if (isDenial(sides)) {
    draft.want({ kind: 'quote', purpose: { kind: 'exit', hedge: id }, coin: hedge.coin, afterMs: quoteRetryMs });
    return;
  }
  const target = targetOf(draft, hedge, request, quote, sides);
  if (isDenial(target)) return refuseExit(draft, hedge, request, target);
  const refusal = beyondBounds(draft.state, hedge, request, quote, sides, target);
  if (refusal !== null) return refuseExit(draft, hedge, request, refusal);
  begin(draft, hedge, target, request, quote);
}

function begin(draft: Draft, hedge: Hedge, target: Quantity, request: ExitRequest, quote: Quote): void {
  const { id } = hedge;
  markClose(draft, hedge, quote);
  draft.add({ kind: 'hedgeMoved', id, phase: 'closing', target, attempts: 0, exit: request });
  // What a person was told of stays told until the legs are level.
  if (hedge.phase === 'needsOperator' && !isZero(holding(draft.state, hedge).residual)) raiseNaked(draft, hedge);
  clear(draft, `operator:${id}`);
  bringDown(draft, id, target, quote);
}

/** What stays open after the exit: nothing when the rest would be below either venue's minimum. */
function targetOf(draft: Draft, hedge: Hedge, request: ExitRequest, quote: Quote, sides: Sides): Quantity | Denial {
  const held = holding(draft.state, hedge);
  const { matched } = held;
  if (request.quantity === undefined || gte(request.quantity, matched)) return ZERO;
  const closing = floorToStep(request.quantity, coarserStep(sides));
  if (isZero(closing))
    return denied('BELOW_STEP', 'The size is below one step of the coarser venue', { limit: text(coarserStep(sides)), was: text(request.quantity) });
  const rest = commonTarget({ target: excess(matched, closing) }, held, quote);
  const bid = opposite(sides.spot.book, 'sell')[0];
  const ask = opposite(sides.perp.book, 'buy')[0];
  if (bid === undefined || ask === undefined) return rest;
  const least = max(sides.spot.rules.minQuantity, sides.perp.rules.minQuantity);
  const tooSmall =
    lt(rest, least) || lt(notional(bid.price, rest), sides.spot.rules.minNotional) || lt(notional(ask.price, rest), sides.perp.rules.minNotional);
  return tooSmall ? ZERO : rest;
}
