/**
 * What answers, streams and lookups say of our orders, merged into one monotone story: a final state stays final,
 * filled never falls, a trade counts once. Unknown ends only by proof, never by a timer.
 */
import { type ClientOrderId, installationOf } from '../../../shared/domain/ids.ts';
import { own, there } from '../../../shared/domain/record.ts';
import type { OrderReport } from '../../../shared/domain/venue.ts';
import { gt, isZero, max, type Quantity, sum, text, ZERO } from '../../../shared/domain/units.ts';
import type { Draft } from '../draft.ts';
import type { InputOf } from '../inputs.ts';
import { isInFlight, opens, ordersOf } from '../legs.ts';
import { expectedAt, heldAt } from '../outside.ts';
import { isBesideOthers, isLost, isProvenAbsent, missedOverMs } from '../silence.ts';
import type { Order, OrderState, State } from '../state.ts';
import { isOtherAccount } from '../risk/permission.ts';
import { clear, raise } from './alarms.ts';
import { amendmentEnded, tellOfAmendment } from './amend.ts';
import { cancel } from './cancel.ts';
import { coverHedges } from './cover.ts';
import { failed, notSent, type Sent, sentAt, triedAt } from './order-failed.ts';
import { settle } from './settle.ts';
import { halt } from './stop.ts';

export function placementEnded(draft: Draft, input: InputOf<'placed'>): void {
  const order = own(draft.state.orders, input.id);
  if (order === undefined) return;
  const { outcome } = input;
  if (outcome.outcome === 'accepted') return applyReport(draft, outcome.report, { ...sentAt(input), acknowledged: draft.at });
  // The stream may have spoken first; what it showed outranks an answer that says less.
  if (order.state !== 'sending' && order.state !== 'unknown') return;
  // An order with that id is there: what became of it is asked, whatever the answer calls itself.
  const state = outcome.outcome === 'unknown' || outcome.code === 'DUPLICATE_ID' ? 'unknown' : 'rejected';
  failed(draft, order.id, state, outcome, triedAt(input));
  const { venue } = order.request;
  const { said } = outcome;
  if (outcome.code === 'AUTHENTICATION') halt(draft, { code: 'KEY_REFUSED', values: { venue, said } }, `${venue} refused the key: ${said}`);
  settleOwner(draft, order);
}

/** An order by hand is nobody's leg: nothing follows from it. */
const settleOwner = (draft: Draft, { hedge }: Pick<Order, 'hedge'>): void => (hedge === null ? undefined : settle(draft, hedge));

type Answered = Sent & { readonly acknowledged: number | null };

/** A venue's word on an order of ours, from wherever it came. */
export function applyReport(draft: Draft, report: OrderReport, answered: Answered = { ...notSent, acknowledged: null }): void {
  const before = own(draft.state.orders, report.clientOrderId);
  if (before === undefined) return tellOfForgotten(draft, report);
  for (const fill of report.fills)
    if (!before.fills.some((known) => known.tradeId === fill.tradeId)) draft.add({ kind: 'orderFilled', id: before.id, fill });
  const order = there(draft.state.orders, before.id);
  const state = merged(order, report.state);
  const filled = max(order.filled, report.filled);
  if (changes(order, state, filled, report) || answered.acknowledged !== null)
    draft.add({
      kind: 'orderChanged',
      id: order.id,
      state,
      filled,
      venueOrderId: report.venueOrderId === '' ? null : report.venueOrderId,
      failure: null,
      ...answered,
    });
  clear(draft, `unknown:${order.id}`);
  if (order.hedge === null) reportedByHand(draft, before, report);
  watchOverfill(draft, order.id);
  if (filled !== before.filled || state !== before.state) settleOwner(draft, order);
}

/** Trades of it may close hedges' shorts, and the report may tell what came of a change. */
function reportedByHand(draft: Draft, before: Order, report: OrderReport): void {
  const order = there(draft.state.orders, before.id);
  coverHedges(draft, order);
  tellOfAmendment(draft, order, report);
  if (before.state !== 'open' && order.state === 'open' && isUnwanted(draft.state, order)) cancel(draft, order);
}

/** Taken back before it was open: itself, or the order that it was to replace. */
const isUnwanted = ({ orders }: State, { cancelWantedAt, replaces }: Order): boolean =>
  cancelWantedAt !== undefined || (replaces !== undefined && own(orders, replaces)?.cancelWantedAt !== undefined);

/** A change of an order by hand is through. */
export function amended(draft: Draft, input: InputOf<'amended'>): void {
  for (const report of amendmentEnded(draft, input)) {
    const isNew = report.clientOrderId === input.id;
    applyReport(draft, report, isNew ? { ...sentAt(input), acknowledged: draft.at } : undefined);
  }
}

/** How fresh a word on an order must be to be news: connections repeat old ones. */
const newsMs = 60_000;

/** Our id, and no order of it: its hedge went flat a hundred hedges ago. Of a trade the books have no place for somebody is told. */
function tellOfForgotten(draft: Draft, { clientOrderId, filled, at }: OrderReport): void {
  if (installationOf(clientOrderId) !== draft.state.installation || isZero(filled) || draft.at - at > newsMs) return;
  const detail = `An order of ours that is long over (${clientOrderId}) is reported with ${text(filled)} filled`;
  const values = { what: 'late', venue: '', coin: '', order: clientOrderId };
  raise(draft, `forgotten:${clientOrderId}`, { code: 'OUTSIDE_ORDER', values, severity: 'critical', detail });
}

function merged(order: Order, said: OrderReport['state']): OrderState {
  if (isInFlight(order) || said === 'filled') return said;
  return order.state === 'rejected' && isOurConclusion(order) ? said : order.state;
}

/** No venue ever named it, or a person set it aside in its silence: the venue's word outranks that. */
const isOurConclusion = ({ venueOrderId, failure }: Order): boolean => venueOrderId === undefined || failure?.outcome === 'unknown';

/** An order that was missed and is found again is worth a fact: the misses begin anew. */
const changes = (order: Order, state: OrderState, filled: Order['filled'], report: OrderReport): boolean =>
  state !== order.state ||
  (state === 'open' && order.misses.count > 0) ||
  filled !== order.filled ||
  (order.venueOrderId === undefined && report.venueOrderId !== '');

function watchOverfill(draft: Draft, id: ClientOrderId): void {
  const order = there(draft.state.orders, id);
  const over = overfillOf(draft, order);
  if (over === null) return;
  const { detail, what, was, limit } = over;
  const { venue, coin } = order.request;
  const cause = { code: 'OVERFILL', values: { what, venue, coin, order: id, was: text(was), limit: text(limit) } } as const;
  raise(draft, `overfill:${id}`, { ...cause, severity: 'critical', hedge: order.hedge, detail });
  halt(draft, cause, detail);
}

interface Overfill {
  readonly what: 'order' | 'leg';
  readonly was: Quantity;
  readonly limit: Quantity;
  readonly detail: string;
}
/** More than the order asked for, or a leg closed beyond what it held: a sale that counted as absent came true after all. */
function overfillOf(draft: Draft, { request, filled, hedge: id, replacedBy }: Order): Overfill | null {
  const { venue, coin, terms, clientOrderId } = request;
  // While its terms are being changed it may have the new ones already.
  if (!('cost' in terms) && gt(filled, max(terms.quantity, replacedBy?.together ?? ZERO))) {
    const detail = `${venue} filled ${text(filled)} of ${text(terms.quantity)} (${clientOrderId})`;
    return { what: 'order', was: filled, limit: terms.quantity, detail };
  }
  if (id === null) return null;
  const onLeg = ordersOf(draft.state, there(draft.state.hedges, id)).filter((order) => order.request.leg === request.leg);
  const opened = sum(onLeg.filter(opens).map((order) => order.filled));
  const closed = sum(onLeg.filter((order) => !opens(order)).map((order) => order.filled));
  const detail = `${venue} closed ${text(closed)} of ${text(opened)} ${coin} of hedge ${id}`;
  return gt(closed, opened) ? { what: 'leg', was: closed, limit: opened, detail } : null;
}

/** A lookup found nothing. Enough of them over long enough, with nothing else showing the order, prove it absent. */
export function lookupMissed(draft: Draft, { id, openOrders, trades, holdings, stream }: InputOf<'missed'>): void {
  const order = own(draft.state.orders, id);
  // That an order is not on another account proves nothing.
  if (order === undefined || (order.state !== 'unknown' && order.state !== 'open') || isOtherAccount(draft.state)) return;
  if (isOverWithOld(draft, order)) return;
  const { venue, coin } = order.request;
  const compared =
    holdings === null || isBesideOthers(draft.state, order)
      ? null
      : { expected: expectedAt(draft.state, venue, coin), held: heldAt(holdings, venue, coin) };
  const { elapsed } = draft;
  draft.add({ kind: 'orderMissed', id, looked: { openOrders, trades, holdings: compared, stream }, ...(elapsed === undefined ? {} : { elapsed }) });
  const missed = there(draft.state.orders, id);
  if (isLost(missed)) lose(draft, missed);
  else if (isProvenAbsent(missed, stands(draft, missed))) takeForAbsent(draft, missed);
}

/** It was to replace an order in place, which was over before anybody answered: no word on that one will come any more. */
function isOverWithOld(draft: Draft, { id, replaces }: Order): boolean {
  const old = replaces === undefined ? undefined : own(draft.state.orders, replaces);
  if (old === undefined || isInFlight(old)) return false;
  tellOfAmendment(draft, old, {});
  const next = own(draft.state.orders, id);
  return next === undefined || !isInFlight(next);
}

/** Whether the order that it was to replace is still open: never are both live. */
const stands = ({ state }: Draft, { replaces }: Order): boolean => replaces !== undefined && own(state.orders, replaces)?.state === 'open';

/** The venue took it and knows nothing of it any more: what became of it is as unknown as after no answer at all. */
function lose(draft: Draft, { id, misses }: Order): void {
  const said = `The venue took the order and ${misses.count} lookups no longer find it`;
  failed(draft, id, 'unknown', { outcome: 'unknown', code: 'ORDER_NOT_FOUND', venueCode: '', said });
}

function takeForAbsent(draft: Draft, { id, misses, hedge }: Order): void {
  const seconds = Math.round(missedOverMs(misses) / 1000);
  const said = `${misses.count} lookups over ${seconds} s, open orders and trades do not know it, and the account holds what it held`;
  failed(draft, id, 'rejected', { outcome: 'notSent', code: 'ORDER_NOT_FOUND', venueCode: '', said });
  clear(draft, `unknown:${id}`);
  settleOwner(draft, { hedge });
}

/** A process that died may have sent everything it meant to send: nothing is assumed, all of it is asked for. */
export function doubtOrdersAfterRestart(draft: Draft): void {
  for (const order of Object.values(draft.state.orders)) {
    if (order.state !== 'sending' && order.state !== 'unknown') continue;
    const said = 'The process ended before the answer was known';
    failed(draft, order.id, 'unknown', { outcome: 'unknown', code: 'NETWORK', venueCode: '', said });
  }
}
