/** Fresh prices of open hedges: stop-loss, the day's loss and the margin ratio. Stale marks are no marks: nothing fires on them. */
import type { Coin } from '../../../shared/domain/ids.ts';
import { withKey } from '../../../shared/domain/record.ts';
import { type FxRate, gt, gte, krw, type Ratio, text } from '../../../shared/domain/units.ts';
import { isDenial } from '../denial.ts';
import type { Draft } from '../draft.ts';
import { holding, openHedges } from '../legs.ts';
import { type Sides, tradingFx } from '../premium.ts';
import { averagePrice } from '../prices.ts';
import type { Quote } from '../quote.ts';
import { entryInputs, sidesOf } from '../risk/entry-inputs.ts';
import { dayLoss, lossRatio, marginRatioOf } from '../risk/measures.ts';
import type { Hedge, State } from '../state.ts';
import { raise } from './alarms.ts';
import { beginDay } from './day.ts';
import { queueExit } from './exit.ts';
import { stop } from './stop.ts';

/** A loss must stand this long, in an unbroken run of marks, before it closes a hedge. */
const lossHeldMs = 1_000;
/** Marks are journaled this often while nothing turns on them. */
export const markRecordMs = 10_000;

type Prices = Pick<Hedge['marks'], 'spotBid' | 'perpAsk'> & { readonly fx: FxRate };

export function marksCame(draft: Draft, coin: Coin, quote: Quote): void {
  const sides = sidesOf(quote);
  if (isDenial(sides) || !quote.fx.ok) return;
  const { maxBookAgeMs, maxFxAgeMs } = draft.state.settings;
  if (draft.at - sides.spot.book.at > maxBookAgeMs || draft.at - sides.perp.book.at > maxBookAgeMs || draft.at - quote.fx.value.at > maxFxAgeMs)
    return;
  const fx = tradingFx(quote.fx.value);
  if (fx === undefined) return;
  let marked = draft.state;
  for (const hedge of openHedges(draft.state)) {
    const prices = hedge.coin === coin ? pricesOf(draft.state, hedge, sides, fx) : undefined;
    if (prices === undefined) continue;
    marked = withMarks(marked, hedge, prices, draft.at);
    watchLoss(draft, hedge, prices, lossRatio(marked, hedge));
  }
  const inputs = entryInputs(quote, sides);
  if (isDenial(inputs)) return;
  beginDay(draft, inputs);
  watchDay(draft, { ...draft.state, hedges: marked.hedges });
  const used = marginRatioOf(inputs);
  if (used !== undefined && gt(used, draft.state.settings.maxMarginRatio))
    stop(draft, 'limit', `Margin ratio ${text(used)} is above ${text(draft.state.settings.maxMarginRatio)}`);
}

/** What closing the hedge now would get, as far as the books go. */
function pricesOf(state: State, hedge: Hedge, sides: Sides, fx: FxRate): Prices | undefined {
  const held = holding(state, hedge);
  const spotBid = averagePrice(sides.spot.book, 'sell', held.spot) ?? sides.spot.book.bids[0]?.price;
  const perpAsk = averagePrice(sides.perp.book, 'buy', held.perp) ?? sides.perp.book.asks[0]?.price;
  return spotBid === undefined || perpAsk === undefined ? undefined : { fx, spotBid, perpAsk };
}

/** The state as if these marks were journaled: most are not, but every loss is measured on the newest. */
const withMarks = (state: State, hedge: Hedge, { fx, spotBid, perpAsk }: Prices, at: number): State => ({
  ...state,
  hedges: withKey(state.hedges, hedge.id, { ...hedge, fx, marks: { spotBid, perpAsk, at } }),
});

function watchLoss(draft: Draft, hedge: Hedge, prices: Prices, loss: Ratio): void {
  const losing = hedge.phase === 'hedged' && gte(loss, draft.state.settings.hedgeStopLossRatio);
  const lossSince = losing ? (hedge.lossSince ?? draft.at) : null;
  if (lossSince !== (hedge.lossSince ?? null) || draft.at - hedge.marks.at >= markRecordMs)
    draft.add({ kind: 'hedgeMarked', id: hedge.id, ...prices, lossSince });
  if (lossSince === null || draft.at - lossSince < lossHeldMs || hedge.waitingExits.length > 0) return;
  raise(draft, `stopLoss:${hedge.id}`, {
    code: 'STOP_LOSS',
    severity: 'critical',
    hedge: hedge.id,
    detail: `The hedge lost ${text(loss)} of its spot cost`,
  });
  queueExit(draft, hedge.id, { kind: 'stopLoss' }, null);
}

function watchDay(draft: Draft, marked: State): void {
  const loss = dayLoss(marked, krw('0'));
  const limit = draft.state.settings.maxDailyLossRatio;
  if (gt(loss, limit)) stop(draft, 'limit', `The day's loss of ${text(loss)} is above ${text(limit)}`);
}
