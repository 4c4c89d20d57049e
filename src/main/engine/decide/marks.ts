/** Fresh prices of open hedges: stop-loss, the day's loss and the margin ratio. Stale marks are no marks: nothing fires on them. */
import type { Coin } from '../../../shared/domain/ids.ts';
import { own } from '../../../shared/domain/record.ts';
import { gt, gte, krw, ratio, type Ratio, text, usdt } from '../../../shared/domain/units.ts';
import { isDenial } from '../denial.ts';
import type { Draft } from '../draft.ts';
import { openHedges } from '../legs.ts';
import { atLivePrices, type ClosingPrices, closingPrices, livePrices, withMarks } from '../live-marks.ts';
import type { Quote } from '../quote.ts';
import { isWithin } from '../risk/bounds.ts';
import { entryInputs } from '../risk/entry-inputs.ts';
import { dayLoss, kstDay, lossRatio, marginRatioOf } from '../risk/measures.ts';
import type { Hedge, State } from '../state.ts';
import { raise } from './alarms.ts';
import { baseOnFirstPrices, beginDay, isFirstOfDay } from './day.ts';
import { queueExit } from './exit.ts';
import { halt } from './stop.ts';

/** A loss must stand this long, in an unbroken run of marks, before it closes a hedge. */
const lossHeldMs = 1_000;
/** Longer without a mark and the run is broken: what the price did meanwhile nobody saw. */
const runBrokenMs = 3_000;
/** Marks are journaled this often while nothing turns on them. */
export const markRecordMs = 10_000;

/** @param beside the newest marks of other coins: the journal has older ones */
export function marksCame(draft: Draft, coin: Coin, quote: Quote, beside: readonly Quote[]): void {
  const prices = livePrices(quote, draft.state.settings, draft.at);
  if (prices === null) return marksMissed(draft, coin);
  let marked = draft.state;
  for (const hedge of openHedges(draft.state).filter((open) => open.coin === coin)) {
    const closing = closingPrices(draft.state, hedge, prices);
    if (closing === undefined) {
      // Nobody is on the side that a close would take.
      marksMissed(draft, coin);
      continue;
    }
    marked = withMarks(marked, hedge, closing, draft.at);
    baseOnFirstPrices(draft, hedge, marked);
    watchLoss(draft, hedge, closing, lossRatio(marked, hedge));
  }
  // A venue that does not say what it holds is no reason not to look at what is lost.
  const inputs = entryInputs(quote, prices.sides);
  beginDay(draft, isDenial(inputs) ? null : inputs);
  watchDay(draft, { ...draft.state, hedges: marked.hedges }, beside);
  if (isDenial(inputs)) return;
  const used = marginRatioOf(inputs);
  const limit = draft.state.settings.maxMarginRatio;
  // Positions and nothing left to bear them: the venue liquidates from a ratio of 1 on.
  if (used === undefined ? gt(inputs.margin.maintenance, usdt('0')) : gt(used, limit))
    haltAbove(draft, 'MARGIN_RATIO', 'Margin ratio', used ?? ratio('1'), limit);
}

/** What a close comes to is reckoned at the prices and the USDT/KRW it begins at, also where no round came for long. */
export function markClose(draft: Draft, hedge: Hedge, quote: Quote): void {
  const prices = livePrices(quote, draft.state.settings, draft.at);
  const closing = prices === null || draft.at - hedge.marks.at < markRecordMs ? undefined : closingPrices(draft.state, hedge, prices);
  if (closing !== undefined) draft.add({ kind: 'hedgeMarked', id: hedge.id, ...closing, lossSince: null });
}

/** Since when is kept: the alarm is raised by the passing of time (watch.ts). */
function marksMissed(draft: Draft, coin: Coin): void {
  const isOpen = openHedges(draft.state).some((hedge) => hedge.coin === coin);
  if (isOpen && missedAt(draft.state, coin) === undefined) draft.add({ kind: 'marksMissed', coin });
}

export const missedAt = (state: State, coin: Coin): number | undefined => own(state.marksMissedAt ?? {}, coin);

function watchLoss(draft: Draft, hedge: Hedge, prices: ClosingPrices, loss: Ratio): void {
  const losing = hedge.phase === 'hedged' && gte(loss, draft.state.settings.hedgeStopLossRatio);
  const sinceLast = draft.at - hedge.marks.at;
  // A mark of the future is of a process that is gone and whose clock was ahead: it tells nothing of now.
  const run = isWithin(sinceLast, 0, runBrokenMs) ? hedge.lossSince : undefined;
  const lossSince = losing ? (run ?? draft.at) : null;
  // Every mark of a run, so that a gap in it shows; the first of a day and after a gap; else now and then.
  const isNews = losing || hedge.lossSince !== undefined || missedAt(draft.state, hedge.coin) !== undefined || isFirstOfDay(hedge, draft.at);
  if (isNews || !isWithin(sinceLast, 0, markRecordMs - 1)) draft.add({ kind: 'hedgeMarked', id: hedge.id, ...prices, lossSince });
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

/** Coins that fall together are reckoned together. What is newer than the journal's mark but of a day before is in no base of today. */
function watchDay(draft: Draft, marked: State, beside: readonly Quote[]): void {
  const todays = beside.filter(({ at }) => kstDay(at) === marked.day.kst);
  const loss = dayLoss(atLivePrices(marked, todays), krw('0'));
  const limit = draft.state.settings.maxDailyLossRatio;
  if (loss !== undefined && gt(loss, limit)) haltAbove(draft, 'DAILY_LOSS', "The day's loss of", loss, limit);
}

const haltAbove = (draft: Draft, code: 'DAILY_LOSS' | 'MARGIN_RATIO', what: string, was: Ratio, limit: Ratio): void =>
  halt(draft, { code, values: { was: text(was), limit: text(limit) } }, `${what} ${text(was)} is above ${text(limit)}`);
