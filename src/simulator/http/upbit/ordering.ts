/** The calls that place, try out, replace and cancel orders. Each answers a JSON value or a `Refusal`. */
import { relabel } from '../../../shared/domain/units.ts';
import type { Fault } from '../../faults.ts';
import type { PlaceFault, UpbitAccount } from '../../model/upbit/account.ts';
import { remainingVolume, type UpbitOrder } from '../../model/upbit/order.ts';
import { invalidValue, isRefusal, type Refusal, refusal } from '../../model/upbit/refusal.ts';
import { type Body, readTerms } from '../../model/upbit/terms.ts';
import type { Timers } from '../timers.ts';
import { type Cancel, cancelNamed, cancelOpen } from './order-cancels.ts';
import type { UpbitOptions } from './options.ts';
import type { Params } from './params.ts';
import { orderRow } from './rows.ts';

export interface Ordering {
  place(body: Body, fault: Fault | null): unknown;
  test(body: Body): unknown;
  /** POST /v1/orders/cancel_and_new. */
  replace(body: Body, fault: Fault | null): unknown;
  cancel(params: Params, fault: Fault | null): unknown;
  cancelNamed(params: Params, fault: Fault | null): unknown;
  cancelOpen(params: Params, fault: Fault | null): unknown;
}

export interface OrderingParts {
  readonly account: UpbitAccount;
  readonly isListed: (market: string) => boolean;
  readonly options: UpbitOptions;
  readonly timers: Timers;
}

export function createOrdering({ account, isListed, options, timers }: OrderingParts): Ordering {
  const read = (body: Body) => readTerms(body, isListed, options);
  /** The venue ends on its own what is left of an order, some time after it took it. */
  const endLater = (order: UpbitOrder, fault: Fault | null): void => {
    if (fault?.kind === 'venueCancel' && fault.delayMs !== null) timers.after(fault.delayMs, () => account.cancel(order.uuid));
  };
  const canceler = (fault: Fault | null): Cancel =>
    fault?.kind === 'fillAfterCancel' ? (uuid) => account.cancelLate(uuid, fault.fraction) : (uuid) => account.cancel(uuid);
  return {
    place: (body, fault) => {
      const terms = read(body);
      if (isRefusal(terms)) return terms;
      const placed = account.place(terms, placeFault(fault));
      if (isRefusal(placed)) return placed;
      endLater(placed, fault);
      return orderRow(placed);
    },
    test: (body) => {
      const terms = read(body);
      return isRefusal(terms) ? terms : print(account.test(terms));
    },
    replace: (body, fault) => {
      const old = wantedOrder(account, body['prev_order_uuid'], body['prev_order_identifier'], 'prev_order_uuid');
      if (isRefusal(old)) return old;
      const answer = account.replace(old.uuid, (now) => read(newBody(body, now)), placeFault(fault));
      if (isRefusal(answer)) return answer;
      endLater(answer.placed, fault);
      return { ...orderRow(answer.old), new_order_uuid: answer.placed.uuid, new_order_identifier: answer.placed.identifier };
    },
    cancel: (params, fault) => {
      const order = wantedOrder(account, params.get('uuid'), params.get('identifier'), 'uuid');
      if (isRefusal(order)) return order;
      if (account.isOffline(order.market)) return refusal('market_offline');
      // [?] What Upbit says to the cancel of a finished order is not documented; it is not found among those that wait.
      return print(canceler(fault)(order.uuid) ?? refusal('order_not_found'));
    },
    cancelNamed: (params, fault) => cancelNamed(account, params, canceler(fault)),
    cancelOpen: (params, fault) => cancelOpen(account, params, canceler(fault)),
  };
}

const print = (answer: UpbitOrder | Refusal): unknown => (isRefusal(answer) ? answer : orderRow(answer));

/** The order that a request names; where both names are there the uuid decides. */
export function wantedOrder(account: UpbitAccount, uuid: unknown, identifier: unknown, missing: string): UpbitOrder | Refusal {
  const name = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
  const [byUuid, byIdentifier] = [name(uuid), name(identifier)];
  if (byUuid === undefined && byIdentifier === undefined) return invalidValue(missing);
  const order = byUuid !== undefined ? account.byUuid(byUuid) : account.byIdentifier(byIdentifier ?? '');
  return order ?? refusal('order_not_found');
}

/** The body that would place the new order by itself. */
function newBody(body: Body, old: UpbitOrder): Body {
  const rest = remainingVolume(old);
  const volume = body['new_volume'] === 'remain_only' && rest !== null ? relabel<'text'>(rest) : body['new_volume'];
  return {
    market: old.market,
    side: old.side,
    ord_type: body['new_ord_type'],
    price: body['new_price'],
    volume,
    identifier: body['new_identifier'],
    time_in_force: body['new_time_in_force'],
    smp_type: body['new_smp_type'],
  };
}

function placeFault(fault: Fault | null): { readonly fault?: PlaceFault } {
  switch (fault?.kind) {
    case 'insufficientFunds':
    case 'filterReject':
    case 'halt':
      return { fault: { kind: fault.kind } };
    case 'filterChange':
      return { fault: { kind: 'filterReject' } };
    case 'partialFill':
      return { fault: { kind: 'partialFill', fraction: fault.fraction } };
    case 'venueCancel':
      return fault.delayMs === null ? { fault: { kind: 'venueCancel' } } : {};
    default:
      return {};
  }
}
