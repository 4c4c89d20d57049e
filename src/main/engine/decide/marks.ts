/** Fresh prices of open hedges: stop-loss, the day's loss and the margin ratio. Stale marks are no marks: nothing fires on them. */
import type { Coin } from '../../../shared/domain/ids.ts';
import { gt, gte, krw, ratio, type Ratio, text, usdt } from '../../../shared/domain/units.ts';
import { isDenial } from '../denial.ts';
import type { Draft } from '../draft.ts';
import { openHedges } from '../legs.ts';
import { type ClosingPrices, closingPrices, livePrices, withMarks } from '../live-marks.ts';
import type { Quote } from '../quote.ts';
import { entryInputs } from '../risk/entry-inputs.ts';
import { dayLoss, lossRatio, marginRatioOf } from '../risk/measures.ts';
import type { Hedge, State } from '../state.ts';
import { raise } from './alarms.ts';
import { beginDay } from './day.ts';
import { queueExit } from './exit.ts';
import { halt } from './stop.ts';

/** A loss must stand this long, in an unbroken run of marks, before it closes a hedge. */
const lossHeldMs = 1_000;
/** Marks are journaled this often while nothing turns on them. */
export const markRecordMs = 10_000;

export function marksCame(draft: Draft, coin: Coin, quote: Quote): void {
  const prices = livePrices(quote, draft.state.settings, draft.at);
  if (prices === null) return;
  let marked = draft.state;
  for (const hedge of openHedges(draft.state)) {
    const closing = hedge.coin === coin ? closingPrices(draft.state, hedge, prices) : undefined;
    if (closing === undefined) continue;
    marked = withMarks(marked, hedge, closing, draft.at);
    watchLoss(draft, hedge, closing, lossRatio(marked, hedge));
  }
  const inputs = entryInputs(quote, prices.sides);
  if (isDenial(inputs)) return;
  beginDay(draft, inputs);
  watchDay(draft, { ...draft.state, hedges: marked.hedges });
  const used = marginRatioOf(inputs);
  const limit = draft.state.settings.maxMarginRatio;
  // Positions and nothing left to bear them: the venue liquidates from a ratio of 1 on.
  if (used === undefined ? gt(inputs.margin.maintenance, usdt('0')) : gt(used, limit))
    haltAbove(draft, 'MARGIN_RATIO', 'Margin ratio', used ?? ratio('1'), limit);
}

function watchLoss(draft: Draft, hedge: Hedge, prices: ClosingPrices, loss: Ratio): void {
  const losing = hedge.phase === 'hedged' && gte(loss, draft.state.settings.hedgeStopLossRatio);
  const lossSince = losing ? (hedge.lossSince ?? draft.at) : null;
  if (lossSince !== (hedge.lossSince ?? null) || draft.at - hedge.marks.at >= markRecordMs)
    draft.add({ kind: 'hedgeMarked', id: hedge.id, ...prices, lossSince });
  if (lossSince === null || draft.at - lossSince < lossHeldMs || hedge.waitingExits.length > 0) return;
  raise(draft, `stopLoss:${hedge.id}`, {
    code: 'STOP_LOSS',
    values: { coin: hedge.coin, was: text(loss), limit: text(draft.state.settings.hedgeStopLossRatio) },
    severity: 'critical',
    hedge: hedge.id,
    detail: `The hedge lost ${text(loss)} of its spot cost`,
  });
  queueExit(draft, hedge.id, { kind: 'stopLoss' }, null);
}

function watchDay(draft: Draft, marked: State): void {
  const loss = dayLoss(marked, krw('0'));
  const limit = draft.state.settings.maxDailyLossRatio;
  if (loss !== undefined && gt(loss, limit)) haltAbove(draft, 'DAILY_LOSS', "The day's loss of", loss, limit);
}

const haltAbove = (draft: Draft, code: 'DAILY_LOSS' | 'MARGIN_RATIO', what: string, was: Ratio, limit: Ratio): void =>
  halt(draft, { code, values: { was: text(was), limit: text(limit) } }, `${what} ${text(was)} is above ${text(limit)}`);
