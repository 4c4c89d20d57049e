/**
 * The only source of approved orders, and so of orders that can be sent: whoever wants one gets it here after the checks
 * of its kind, or the denial. Nothing else can make one (`Approved`), and one that is changed is none any more.
 */
import { type HedgeId, hedgeOf } from '../../../shared/domain/ids.ts';
import type { EnterSignal } from '../../../shared/domain/signal.ts';
import type { OrderRequest } from '../../../shared/domain/venue.ts';
import type { Approved } from '../approved.ts';
import { type Denial, isDenial } from '../denial.ts';
import { asleep, entryBarred, judgedWithout, judgeEntry, type Measured } from '../entry-judgement.ts';
import { type NewOrder, orderRequest } from '../order-request.ts';
import type { Quote } from '../quote.ts';
import type { Hedge, Purpose, State } from '../state.ts';
import { judgeCompletion } from './completion.ts';
import { type HandCase, type HandDenial, handBarred, type HandJudgement, judgeByHand, notJudged } from './hand-limits.ts';
import { isOtherAccount, leavingOf, otherAccount, refusal, tradingState } from './permission.ts';
import { closingSide, type Reduction, reductionTerms } from './reduction.ts';

export type ApprovedOrder = Approved<OrderRequest>;

/** Both legs of an entry, or why there are none; without a context no limit could be measured. */
export type EntryApproval =
  | { readonly isPassed: true; readonly hedge: HedgeId; readonly orders: readonly [ApprovedOrder, ApprovedOrder]; readonly context: Measured }
  | { readonly isPassed: false; readonly denial: Denial; readonly context: Measured | null };

/** The checks of its caller are those of this file: nobody outside can reach it. */
const approve = <T>(value: T): Approved<T> => value as Approved<T>;

/** Every limit of an entry, on its quote: the state of trading, what blocks entries, freshness, size and limits. */
export function approveEntry(state: State, signal: EnterSignal, quote: Quote, at: number): EntryApproval {
  const barred = entryBarred(state, at);
  const judged = barred === null ? judgeEntry(state, signal, quote, at) : judgedWithout(barred);
  if (!judged.isPassed) return judged;
  const { sized } = judged.context;
  const hedge = hedgeOf(signal.id);
  const order = (sequence: number, leg: Pick<NewOrder, 'leg' | 'side' | 'terms'>): ApprovedOrder =>
    approve(orderRequest(state, { cause: hedge, coin: signal.coin, sequence }, { ...leg, purpose: 'entry' }));
  const orders = [order(0, { leg: 'spot', side: 'buy', ...sized.spot }), order(1, { leg: 'perp', side: 'sell', ...sized.perp })] as const;
  return { isPassed: true, hedge, orders, context: judged.context };
}

/** The smaller leg filled up, while armed, by the limits that let the hedge in. */
export function approveCompletion(state: State, hedge: Hedge, quote: Quote, at: number): ApprovedOrder | Denial {
  const no = mayTrade(state, 'complete') ?? asleep(state);
  if (no !== null) return no;
  const completion = judgeCompletion(state, hedge, quote, at);
  return isDenial(completion) ? completion : approve(orderRequest(state, causeOf(hedge), completion.order));
}

/** A leg brought down: no more than it holds less what is on its way to close it, within the collar but in an emergency. */
export function approveReduction(
  state: State,
  hedge: Hedge,
  reduction: Reduction & { readonly purpose: Extract<Purpose, 'unwind' | 'exit'> },
  at: number,
): ApprovedOrder | Denial {
  const { leg, purpose } = reduction;
  const no = mayTrade(state, purpose);
  if (no !== null) return no;
  const terms = reductionTerms(state, hedge, reduction, at);
  if (isDenial(terms)) return terms;
  return approve(orderRequest(state, causeOf(hedge), { leg, side: closingSide(leg), purpose, terms }));
}

/** An order by hand: what adds risk by the limits of an entry, what reduces as far as no hedge holds it. */
export function approveByHand(
  hand: HandCase,
): { readonly judged: HandJudgement; readonly order: ApprovedOrder } | { readonly judged: HandDenial; readonly order: null } {
  const barred = handBarred(hand.state, hand.request, hand.at);
  const judged = barred === null ? judgeByHand(hand) : { ...notJudged, denial: barred };
  return judged.denial === null ? { judged, order: approve(hand.request) } : { judged: { ...judged, denial: judged.denial }, order: null };
}

const causeOf = ({ id, coin, sequence }: Hedge) => ({ cause: id, coin, sequence });

/** What our books hold lies on another account: this one is not traded on, nor is the other leg alone. */
const mayTrade = (state: State, purpose: Purpose): Denial | null =>
  refusal(tradingState(state), leavingOf(purpose)) ?? (isOtherAccount(state) ? otherAccount : null);
