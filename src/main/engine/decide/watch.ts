/** What the passing of time and fresh marks may bring: expiry, silence, losses, margins, clocks, API errors. */
import type { Coin } from '../../../shared/domain/ids.ts';
import { divide, gt, gte, krw, negate, type Ratio, ratio, text, usdt } from '../../../shared/domain/units.ts';
import { isDenial } from '../denial.ts';
import type { Draft } from '../draft.ts';
import type { InputOf } from '../inputs.ts';
import { holding, openHedges } from '../legs.ts';
import { hedgeResult } from '../pnl.ts';
import { tradingFx } from '../premium.ts';
import { averagePrice } from '../prices.ts';
import type { Quote } from '../quote.ts';
import { entryInputs, sidesOf } from '../risk/entry-inputs.ts';
import { dayLoss } from '../risk/entry-limits.ts';
import type { Hedge, State } from '../state.ts';
import { clear, raise } from './alarms.ts';
import { cancelOverdue } from './cancel.ts';
import { beginDay } from './day.ts';
import { queueExit } from './exit.ts';
import { expireWaiting } from './intake.ts';
import { callOperator } from './settle.ts';
import { stop } from './stop.ts';

const unknownAlarmMs = 5_000;
/** Absence takes 60 s of lookups to prove and they begin a moment after the silence: that long is not yet too long. */
const unknownStopMs = 65_000;
/** A loss must stand this long, in an unbroken run of marks, before it closes a hedge. */
const lossHeldMs = 1_000;
/** Marks are journaled this often while nothing turns on them. */
const markRecordMs = 10_000;
const marksSilentMs = 10_000;

export function timePasses(draft: Draft): void {
  expireWaiting(draft);
  cancelOverdue(draft);
  watchSilence(draft);
  watchMarksAge(draft);
}

function watchSilence(draft: Draft): void {
  for (const order of Object.values(draft.state.orders)) {
    if (order.unknownSince === undefined) continue;
    const silentMs = draft.at - order.unknownSince;
    const detail = `${order.request.venue} has not said what became of ${order.request.side} order ${order.id}`;
    if (silentMs >= unknownAlarmMs) raise(draft, `unknown:${order.id}`, { code: 'UNKNOWN_OUTCOME', severity: 'critical', hedge: order.hedge, detail });
    if (silentMs < unknownStopMs) continue;
    stop(draft, 'limit', `${detail} for ${Math.round(silentMs / 1000)} s`);
    const hedge = draft.state.hedges[order.hedge];
    if (hedge !== undefined && hedge.phase !== 'needsOperator') callOperator(draft, hedge);
  }
}

function watchMarksAge(draft: Draft): void {
  const { state } = draft;
  if (state.phase === 'reconciling') return;
  const stale = openHedges(state).some((hedge) => hedge.phase === 'hedged' && draft.at - hedge.marks.at > markRecordMs + marksSilentMs);
  if (stale) raise(draft, 'staleMarks', { code: 'STALE_MARKS', severity: 'warning', detail: 'No fresh prices for an open hedge: its stop-loss cannot act' });
  else clear(draft, 'staleMarks');
}

/** Fresh prices of a coin with open hedges: stop-loss, the day's loss and the margin ratio. */
export function marksCame(draft: Draft, coin: Coin, quote: Quote): void {
  const sides = sidesOf(quote);
  if (isDenial(sides)) return;
  const { maxBookAgeMs } = draft.state.settings;
  // Stale marks are no marks: nothing fires on them.
  if (draft.at - sides.spot.book.at > maxBookAgeMs || draft.at - sides.perp.book.at > maxBookAgeMs) return;
  const fx = quote.fx.ok ? tradingFx(quote.fx.value) : undefined;
  if (fx === undefined) return;
  for (const hedge of openHedges(draft.state)) {
    if (hedge.coin !== coin) continue;
    const held = holding(draft.state, hedge);
    const spotBid = averagePrice(sides.spot.book, 'sell', held.spot) ?? sides.spot.book.bids[0]?.price;
    const perpAsk = averagePrice(sides.perp.book, 'buy', held.perp) ?? sides.perp.book.asks[0]?.price;
    if (spotBid !== undefined && perpAsk !== undefined) mark(draft, hedge, { fx, spotBid, perpAsk });
  }
  const inputs = entryInputs(quote, sides);
  if (isDenial(inputs)) return;
  beginDay(draft, inputs);
  watchDay(draft);
  if (!gt(inputs.margin.balance, usdt('0'))) return;
  const used = divide<'ratio'>(inputs.margin.maintenance, inputs.margin.balance, 6, 'up');
  if (gt(used, draft.state.settings.maxMarginRatio)) stop(draft, 'limit', `Margin ratio ${text(used)} is above ${text(draft.state.settings.maxMarginRatio)}`);
}

function mark(draft: Draft, hedge: Hedge, prices: { fx: Hedge['fx']; spotBid: Hedge['marks']['spotBid']; perpAsk: Hedge['marks']['perpAsk'] }): void {
  const { settings } = draft.state;
  const valued: State = { ...draft.state, hedges: { ...draft.state.hedges, [hedge.id]: { ...hedge, fx: prices.fx, marks: { ...prices, at: draft.at } } } };
  const loss = lossRatio(valued, valued.hedges[hedge.id] ?? hedge);
  const losing = hedge.phase === 'hedged' && gte(loss, settings.hedgeStopLossRatio);
  const lossSince = losing ? (hedge.lossSince ?? draft.at) : null;
  if (lossSince !== (hedge.lossSince ?? null) || draft.at - hedge.marks.at >= markRecordMs) draft.add({ kind: 'hedgeMarked', id: hedge.id, ...prices, lossSince });
  if (lossSince === null || draft.at - lossSince < lossHeldMs || hedge.waitingExits.length > 0) return;
  raise(draft, `stopLoss:${hedge.id}`, { code: 'STOP_LOSS', severity: 'critical', hedge: hedge.id, detail: `The hedge lost ${text(loss)} of its spot cost` });
  queueExit(draft, hedge.id, { kind: 'stopLoss' }, null);
}

/** Loss of a hedge against its spot cost; below zero is a gain. */
export function lossRatio(state: State, hedge: Hedge): Ratio {
  const { total, spotCost } = hedgeResult(state, hedge);
  return gt(spotCost, krw('0')) ? divide<'ratio'>(negate(total), spotCost, 6, 'up') : ratio('0');
}

function watchDay(draft: Draft): void {
  const loss = dayLoss(draft.state, krw('0'));
  const limit = draft.state.settings.maxDailyLossRatio;
  if (gt(loss, limit)) stop(draft, 'limit', `The day's loss of ${text(loss)} is above ${text(limit)}`);
}

/** Failed signed requests in a row, per venue; a signed success starts anew (spec §8). */
export function requestEnded(draft: Draft, { venue, failure }: InputOf<'requestEnded'>): void {
  const before = draft.state.apiErrors[venue] ?? 0;
  if (failure === null) {
    if (before > 0) draft.add({ kind: 'apiErrorCounted', venue, count: 0, failure: null });
    return;
  }
  draft.add({ kind: 'apiErrorCounted', venue, count: before + 1, failure });
  const limit = draft.state.settings.maxConsecutiveApiErrors;
  if (before + 1 > limit) stop(draft, 'limit', `${venue}: ${before + 1} API errors in a row, the last ${failure.code}`);
  if (failure.code === 'MAINTENANCE') stop(draft, 'limit', `${venue} is not available: ${failure.said}`);
  if (failure.code === 'AUTHENTICATION') {
    raise(draft, `key:${venue}`, { code: 'KEY_REFUSED', severity: 'critical', detail: `${venue} refuses the API key: ${failure.said}` });
    stop(draft, 'limit', `${venue} refuses the API key`);
  }
}

/** The offset was measured twice when it was too large; what comes here is the second measurement. */
export function clockRead(draft: Draft, { venue, offsetMs }: InputOf<'clockRead'>): void {
  const key = `clock:${venue}`;
  const detail = `The clock differs from ${venue}'s by ${offsetMs} ms`;
  if (Math.abs(offsetMs) <= draft.state.settings.maxClockOffsetEntryMs) clear(draft, key);
  else raise(draft, key, { code: 'CLOCK', severity: 'warning', detail });
  if (Math.abs(offsetMs) > draft.state.settings.maxClockOffsetStopMs) stop(draft, 'limit', detail);
}
