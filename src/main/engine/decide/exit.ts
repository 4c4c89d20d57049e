/**
 * EXIT and every other wish to close: which hedges are meant, how much of each, and both closes at once.
 * A hedge that is opening, unwinding or has an order without a known outcome keeps the wish and carries it out when
 * it has settled.
 */
import type { HedgeId, SignalId } from '../../../shared/domain/ids.ts';
import { own } from '../../../shared/domain/record.ts';
import type { ExitSignal } from '../../../shared/domain/signal.ts';
import { excess, floorToStep, gt, gte, isZero, lt, notional, type Quantity, subtract, text, ZERO } from '../../../shared/domain/units.ts';
import { denied, type Denial, isDenial } from '../denial.ts';
import type { Draft } from '../draft.ts';
import { hasInFlight, holding, openHedges } from '../legs.ts';
import { executablePremium, type Sides, tradingFx } from '../premium.ts';
import { opposite } from '../prices.ts';
import type { Quote } from '../quote.ts';
import { sidesOf } from '../risk/entry-inputs.ts';
import { mayLeave, tradingState } from '../risk/permission.ts';
import { coarserStep } from '../sizing.ts';
import type { ExitCause, ExitRequest, Hedge } from '../state.ts';
import { reduceTo } from './correct.ts';
import { judge, reject } from './verdict.ts';

/** Retry pace when a quote for a close could not be had. */
const quoteRetryMs = 1000;

/** Turns queued EXIT signals into waiting exits of the hedges they mean. Called after every input. */
export function startExits(draft: Draft): void {
  for (const { signal, state } of Object.values(draft.state.exits)) {
    if (state !== 'queued') continue;
    const parts = partsOf(draft, signal);
    if (parts.length === 0) {
      reject(draft, signal.id, denied('NOTHING_TO_CLOSE', signal.hedge === undefined ? `No ${signal.coin} hedge is open` : `Hedge ${signal.hedge} is not open`));
      continue;
    }
    draft.add({ kind: 'exitStarted', signal: signal.id, hedges: parts.map((part) => part.hedge.id) });
    for (const { hedge, quantity } of parts) queueExit(draft, hedge.id, { kind: 'signal', signal: signal.id }, quantity);
  }
}

interface Part {
  readonly hedge: Hedge;
  /** Null: all of it. */
  readonly quantity: Quantity | null;
}

/** The named hedge, or the coin's hedges oldest first until the quantity is used up. */
function partsOf(draft: Draft, signal: ExitSignal): readonly Part[] {
  const hedges = openHedges(draft.state)
    .filter((hedge) => hedge.coin === signal.coin && hedge.phase !== 'needsOperator' && (signal.hedge === undefined || hedge.id === signal.hedge))
    .sort((a, b) => a.openedAt - b.openedAt);
  if (signal.quantity === undefined) return hedges.map((hedge) => ({ hedge, quantity: null }));
  const parts: Part[] = [];
  let rest = signal.quantity;
  for (const hedge of hedges) {
    if (isZero(rest)) break;
    const held = hedge.phase === 'opening' ? hedge.planned : holding(draft.state, hedge).matched;
    parts.push({ hedge, quantity: gte(rest, held) ? null : rest });
    rest = excess(rest, held);
  }
  return parts;
}

export function queueExit(draft: Draft, id: HedgeId, cause: ExitCause, quantity: Quantity | null): void {
  draft.add({ kind: 'exitQueued', id, cause, quantity });
  pursueExit(draft, id);
}

/** Asks for the quote that the next waiting exit needs, once the hedge is at rest. */
export function pursueExit(draft: Draft, id: HedgeId): void {
  const hedge = own(draft.state.hedges, id);
  if (hedge === undefined || hedge.waitingExits.length === 0 || !isAtRest(draft, hedge)) return;
  if (hedge.phase === 'flat') return dropExits(draft, hedge);
  draft.want({ kind: 'quote', purpose: { kind: 'exit', hedge: id }, coin: hedge.coin, afterMs: 0 });
}

const isAtRest = (draft: Draft, hedge: Hedge): boolean =>
  (hedge.phase === 'hedged' || hedge.phase === 'flat' || hedge.phase === 'needsOperator') && !hasInFlight(draft.state, hedge);

export function exitOnQuote(draft: Draft, id: HedgeId, quote: Quote): void {
  const hedge = own(draft.state.hedges, id);
  const request = hedge?.waitingExits[0];
  if (hedge === undefined || request === undefined || hedge.phase === 'flat' || !isAtRest(draft, hedge)) return;
  if (mayLeave(tradingState(draft.state), 'exitByHand') !== 'yes') return;
  const sides = sidesOf(quote);
  if (isDenial(sides)) {
    draft.want({ kind: 'quote', purpose: { kind: 'exit', hedge: id }, coin: hedge.coin, afterMs: quoteRetryMs });
    return;
  }
  const target = targetOf(draft, hedge, request, sides);
  const refusal = isDenial(target) ? target : premiumRefusal(draft, hedge, request, quote, sides, target);
  if (refusal !== null || isDenial(target)) return refuseExit(draft, hedge, request, refusal ?? denied('NOTHING_TO_CLOSE', 'Nothing to close'));
  draft.add({ kind: 'hedgeMoved', id, phase: 'closing', target, attempts: 0, exit: request });
  reduceTo(draft, id, target, quote, 'exit');
}

/** What stays open after the exit: nothing when the rest would be below either venue's minimum. */
function targetOf(draft: Draft, hedge: Hedge, request: ExitRequest, sides: Sides): Quantity | Denial {
  const { spot, perp, matched } = holding(draft.state, hedge);
  if (request.quantity === undefined || gte(request.quantity, matched)) return ZERO;
  const closing = floorToStep(request.quantity, coarserStep(sides));
  if (isZero(closing)) return denied('BELOW_STEP', 'The size is below one step of the coarser venue', { limit: text(coarserStep(sides)), was: text(request.quantity) });
  const rest = floorToStep(excess(gt(spot, perp) ? perp : spot, closing), coarserStep(sides));
  const bid = opposite(sides.spot.book, 'sell')[0];
  const ask = opposite(sides.perp.book, 'buy')[0];
  if (bid === undefined || ask === undefined) return rest;
  const tooSmall = lt(notional(bid.price, rest), sides.spot.rules.minNotional) || lt(notional(ask.price, rest), sides.perp.rules.minNotional);
  return tooSmall ? ZERO : rest;
}

function premiumRefusal(draft: Draft, hedge: Hedge, request: ExitRequest, quote: Quote, sides: Sides, target: Quantity): Denial | null {
  if (request.cause.kind !== 'signal') return null;
  const bounds = own(draft.state.exits, request.cause.signal)?.signal.premium;
  if (bounds === undefined) return null;
  const fx = quote.fx.ok ? tradingFx(quote.fx.value) : undefined;
  const premium = fx === undefined ? undefined : executablePremium(sides, fx, excess(holding(draft.state, hedge).matched, target), 'close');
  if (premium === undefined) return denied('NO_DATA', 'The executable premium is not known');
  const least = subtract(bounds.expected, bounds.maxSlippage);
  return lt(premium, least) ? denied('PREMIUM_MOVED', `The executable premium is ${text(premium)}, the signal allows down to ${text(least)}`, { limit: text(least), was: text(premium) }) : null;
}

function refuseExit(draft: Draft, hedge: Hedge, request: ExitRequest, denial: Denial): void {
  draft.add({ kind: 'exitDropped', id: hedge.id });
  if (request.cause.kind === 'signal') partDone(draft, request.cause.signal, hedge.id, denial);
  pursueExit(draft, hedge.id);
}

/** A hedge that went flat has nothing left for the exits that waited for it. */
function dropExits(draft: Draft, hedge: Hedge): void {
  for (const { cause } of hedge.waitingExits) {
    draft.add({ kind: 'exitDropped', id: hedge.id });
    if (cause.kind === 'signal') partDone(draft, cause.signal, hedge.id, denied('NOTHING_TO_CLOSE', `Hedge ${hedge.id} is flat already`));
  }
}

/** One hedge of an EXIT is through; the last one gives the verdict. */
export function partDone(draft: Draft, signal: SignalId, hedge: HedgeId, denial: Denial | null): void {
  draft.add({ kind: 'exitPartDone', signal, hedge });
  const exit = own(draft.state.exits, signal);
  if (exit === undefined) return;
  if (denial !== null) reject(draft, signal, denial);
  else if (exit.remaining.length === 0) judge(draft, signal, { state: 'executed', code: 'CLOSED', reason: 'Both legs are closed', hedge });
}
