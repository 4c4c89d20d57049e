/** What approving an ENTER now would do, by the same path that decides it (entry-judgement.ts). Pure; changes nothing. */
import type { EnterSignal } from '../../shared/domain/signal.ts';
import { add, type Krw, plus, type Price, type Quantity, type Ratio, relabel, scale, toKrw, type Usdt } from '../../shared/domain/units.ts';
import type { OrderRequest } from '../../shared/domain/venue.ts';
import type { Denial } from './denial.ts';
import { entryBarred, judgeEntry, type Measured } from './entry-judgement.ts';
import { worthAtBook } from './prices.ts';
import { byHand, orderRequest } from './order-request.ts';
import type { Quote } from './quote.ts';
import { handBarred, type HandJudgement, judgeByHand } from './risk/hand-limits.ts';
import { entryUses, type LimitShare } from './risk/limit-uses.ts';
import { marginNeeded } from './risk/measures.ts';
import { legOf, type State } from './state.ts';

/** Numbers are null where the quote or the size does not let them be known; `denial` says why then. */
export interface EntryPreview {
  /** Coins on each leg. */
  readonly quantity: Quantity | null;
  readonly spotWorst: Price | null;
  readonly perpWorst: Price | null;
  /** What the spot leg would cost at the book, fee included. */
  readonly spotCostKrw: Krw | null;
  /** Initial margin and taker fee of the short leg. */
  readonly marginUsdt: Usdt | null;
  /** Both legs' taker fees. */
  readonly feesKrw: Krw | null;
  /** Executable premium at this size. */
  readonly premium: Ratio | null;
  /** The limits it would use, after the trade. */
  readonly limits: readonly LimitShare[];
  /** Why it would be denied now; null when it would not. */
  readonly denial: Denial | null;
}

/**
 * @param quote need not be prepared: leverage is set and verified when the entry is decided, never for a look
 * @param at ms since 1970: what ages are measured by
 */
export function previewEntry(state: State, signal: EnterSignal, quote: Quote, at: number): EntryPreview {
  const judged = judgeEntry(state, signal, asIfPrepared(quote, state.settings.leverage), at);
  const denial = entryBarred(state, at) ?? judged.denial;
  if (judged.context === null) return { ...unknown, denial };
  const { context } = judged;
  const { inputs, sized } = context;
  return {
    quantity: sized.quantity,
    spotWorst: sized.spot.worst,
    perpWorst: sized.perp.worst,
    ...costs(context),
    marginUsdt: marginNeeded(sized, inputs, context.state),
    premium: inputs.premium,
    limits: entryUses(context),
    denial,
  };
}

export type HandWish = Pick<OrderRequest, 'venue' | 'coin' | 'side' | 'terms'>;

/** What an order by hand would come to now, by the same path that decides it. */
export function previewHand(state: State, { venue, coin, side, terms }: HandWish, quote: Quote, at: number): HandJudgement {
  const request = orderRequest(
    state,
    { cause: byHand, coin, sequence: state.byHand.sequence },
    { leg: legOf[venue], side, purpose: 'byHand', terms },
  );
  const judged = judgeByHand({ state, request, old: null, quote: asIfPrepared(quote, state.settings.leverage), at });
  return { ...judged, denial: handBarred(state, request, at) ?? judged.denial };
}

const unknown = {
  quantity: null,
  spotWorst: null,
  perpWorst: null,
  spotCostKrw: null,
  marginUsdt: null,
  feesKrw: null,
  premium: null,
  limits: [],
} as const;

const asIfPrepared = (quote: Quote, leverage: number): Quote => ({
  ...quote,
  leverage,
  legs: { spot: { ...quote.legs.spot, prepared }, perp: { ...quote.legs.perp, prepared } },
});
const prepared = { ok: true, value: undefined } as const;

/** At what the books ask for the size now, not at the worst prices. */
function costs({ inputs, sized, sides }: Measured): Pick<EntryPreview, 'spotCostKrw' | 'feesKrw'> {
  const spot = worthAtBook(sides.spot.book, 'buy', sized.quantity);
  const perp = worthAtBook(sides.perp.book, 'sell', sized.quantity);
  const paid = relabel<'krw'>(spot);
  return {
    spotCostKrw: scale(paid, plus(inputs.spotFee)),
    feesKrw: add(scale(paid, inputs.spotFee), toKrw(scale(relabel<'usdt'>(perp), inputs.perpFee), inputs.fx)),
  };
}
