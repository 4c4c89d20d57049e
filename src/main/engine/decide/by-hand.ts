/**
 * Single orders by hand (spec S5.8): a person wants one, prices are asked for, and on them it is denied or written down
 * and sent, under the same limits as everything else. It belongs to no hedge; what it trades is a ledger of its own.
 */
import type { ClientOrderId } from '../../../shared/domain/ids.ts';
import { own } from '../../../shared/domain/record.ts';
import type { Price, Quantity } from '../../../shared/domain/units.ts';
import type { OrderRequest, OrderTerms } from '../../../shared/domain/venue.ts';
import { type Denial, denied } from '../denial.ts';
import type { Draft } from '../draft.ts';
import type { Command, QuoteFor } from '../inputs.ts';
import { opens } from '../legs.ts';
import { byHand, orderRequest } from '../order-request.ts';
import type { Quote } from '../quote.ts';
import { approveByHand } from '../risk/approval.ts';
import { handBarred } from '../risk/hand-limits.ts';
import { refusal, tradingState } from '../risk/permission.ts';
import { isAmendable, isCancelable, isSettleable } from '../by-hand.ts';
import { legOf, type Order, type WantedOrder } from '../state.ts';
import { cancel } from './cancel.ts';
import { beginDay } from './day.ts';
import { setAside } from './set-aside.ts';

type Of<K extends Command['kind']> = Extract<Command, { kind: K }>;

/** How long a person waits for the prices that an order is decided on. */
const wantedForMs = 5_000;

export function placeByHand(draft: Draft, { venue, coin, side, terms }: Of<'placeOrder'>): void {
  want(draft, requestOf(draft, { leg: legOf[venue], coin, side, terms }), null);
}

type Asked = Pick<OrderRequest, 'leg' | 'coin' | 'side' | 'terms'>;
const requestOf = ({ state }: Draft, { leg, coin, side, terms }: Asked): OrderRequest =>
  orderRequest(state, { cause: byHand, coin, sequence: state.byHand.sequence }, { leg, side, purpose: 'byHand', terms });

/** What can be told without prices is told at once. */
function want(draft: Draft, request: OrderRequest, replaces: ClientOrderId | null): void {
  const barred = handBarred(draft.state, request, draft.at);
  if (barred !== null) return draft.deny(barred);
  draft.add({ kind: 'handWanted', request, replaces });
  draft.want({ kind: 'quote', purpose: quoteFor(request), coin: request.coin, afterMs: 0 });
  draft.reply = { ok: true, order: request.clientOrderId };
}

function quoteFor(request: OrderRequest): QuoteFor {
  const how = opens({ request }) ? (request.leg === 'perp' ? 'prepares' : 'adds') : 'reduces';
  return { kind: 'byHand', order: request.clientOrderId, how };
}

export function amendByHand(draft: Draft, { order: id, quantity, price }: Of<'amendOrder'>): void {
  const order = handOrder(draft, id);
  if (order === undefined) return draft.refuse('UNKNOWN_ORDER', `There is no order by hand ${id}`);
  if (!isAmendable(order)) return draft.refuse('ORDER_STATE', `Order ${id} does not rest with a price that can be changed, or is being changed`);
  const { leg, coin, side, terms } = order.request;
  const next = changed(terms, quantity, price);
  if (JSON.stringify(terms) === JSON.stringify(next)) return draft.refuse('ORDER_STATE', `Order ${id} has these terms`);
  want(draft, requestOf(draft, { leg, coin, side, terms: next }), id);
}

/** @param terms of an order that is amendable: a limit or a stop */
const changed = (terms: OrderTerms, quantity: Quantity, price: Price): OrderTerms =>
  terms.type === 'limit' ? { ...terms, quantity, price } : { type: 'stopMarket', quantity, triggerPrice: price };

const handOrder = ({ state }: Draft, id: ClientOrderId): Order | undefined => {
  const order = own(state.orders, id);
  return order?.hedge === null ? order : undefined;
};

/** The prices came: deny with the numbers, or write the intent and send it. */
export function byHandOnQuote(draft: Draft, id: ClientOrderId, quote: Quote): void {
  const wanted = own(draft.state.byHand.wanted, id);
  if (wanted === undefined) return;
  const { request } = wanted;
  const old = wanted.replaces === null ? null : own(draft.state.orders, wanted.replaces);
  if (old === undefined || (old !== null && !isAmendable(old))) return deny(draft, wanted, orderOver);
  const { judged, order } = approveByHand({ state: draft.state, request, old, quote, at: draft.at });
  if (judged.context !== null) beginDay(draft, judged.context.inputs);
  if (order === null) return deny(draft, wanted, judged.denial);
  const together = 'cost' in request.terms ? null : request.terms.quantity;
  const replaces = old === null || together === null ? null : { order: old.id, together };
  draft.add({ kind: 'orderIntended', hedge: null, purpose: 'byHand', request, hand: { mark: judged.mark, replaces } });
  if (old === null) draft.want({ kind: 'place', order, purpose: 'byHand', on: quote });
  else draft.want({ kind: 'amend', resting: old.id, order, purpose: 'byHand', on: quote });
}

const orderOver = denied('ORDER_OVER', 'The order has ended, or is being changed already');

const deny = (draft: Draft, { request }: WantedOrder, denial: Denial): void => draft.add({ kind: 'handDenied', id: request.clientOrderId, denial });

/** Whoever waits for prices that do not come is told, and nothing is sent later. */
export function expireWanted(draft: Draft): void {
  for (const wanted of Object.values(draft.state.byHand.wanted)) {
    if (draft.at - wanted.at < wantedForMs) continue;
    const { venue } = wanted.request;
    deny(draft, wanted, denied('NO_DATA', `${venue}: no prices within ${wantedForMs / 1000} s`, null, { venue, what: 'book', failure: 'TIMEOUT' }));
  }
}

export function cancelByHand(draft: Draft, { order: id }: Of<'cancelOrder'>): void {
  const order = handOrder(draft, id);
  if (order === undefined) return draft.refuse('UNKNOWN_ORDER', `There is no order by hand ${id}`);
  if (!isCancelable(order)) return draft.refuse('ORDER_STATE', `Order ${id} is ${order.state}`);
  // It would not leave, and count as asked for.
  const no = refusal(tradingState(draft.state), 'cancel');
  if (no !== null) return draft.refuse(no.denied, no.reason);
  cancel(draft, order);
}

/** What it did after all is on the account: it shows as a change from outside, which a person takes in. */
export function settleByHand(draft: Draft, { order: id }: Of<'settleOrder'>): void {
  const order = handOrder(draft, id);
  if (order === undefined) return draft.refuse('UNKNOWN_ORDER', `There is no order by hand ${id}`);
  if (!isSettleable(order)) return draft.refuse('ORDER_STATE', `Order ${id} is ${order.state}, or is still asked for`);
  setAside(draft, id, 'A person set it aside');
}

/** An ending console takes back what rests and would add risk; what protects or reduces stays. */
export function cancelEntries(draft: Draft): void {
  for (const order of Object.values(draft.state.orders)) {
    if (order.hedge !== null || !opens(order) || order.cancelWantedAt !== undefined) continue;
    if (isCancelable(order)) cancel(draft, order);
    // On its way: it is taken back as soon as the venue has it.
    else if (order.state === 'sending') draft.add({ kind: 'cancelWanted', id: order.id });
  }
}
