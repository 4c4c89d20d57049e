/**
 * The tables that follow from the state, made anew only where it changed: the state shares structure, so what is the
 * same object as before looks the same.
 */
import type { AlarmRow, HedgeRow, OrderRow } from '../../../shared/contract/rows.ts';
import type { Coin } from '../../../shared/domain/ids.ts';
import { own } from '../../../shared/domain/record.ts';
import { isInFlight, ordersOf } from '../../engine/legs.ts';
import type { Quote } from '../../engine/quote.ts';
import type { Alarm, Hedge, Order, State } from '../../engine/state.ts';
import { alarmRow } from '../../engine/view/alarm-row.ts';
import { hedgeRow } from '../../engine/view/hedge-row.ts';
import { orderRow } from '../../engine/view/order-row.ts';

/** Carries a projection out; what it throws is told, and the row stays as it was. */
export type Guard = <T>(make: () => T, before: T | undefined) => T | undefined;

interface Known<R> {
  readonly from: readonly unknown[];
  readonly row: R;
}

class Projection<R> {
  #known = new Map<string, Known<R>>();
  readonly #guard: Guard;

  constructor(guard: Guard) {
    this.#guard = guard;
  }

  /** @param entries what there is now: the key, what the row is made of, and how */
  rows(entries: Iterable<readonly [key: string, from: readonly unknown[], make: () => R]>): ReadonlyMap<string, R> {
    const next = new Map<string, Known<R>>();
    for (const [key, from, make] of entries) {
      const before = this.#known.get(key);
      const row = before !== undefined && sameItems(before.from, from) ? before.row : this.#guard(make, before?.row);
      if (row !== undefined) next.set(key, { from, row });
    }
    this.#known = next;
    return new Map([...next].map(([key, { row }]) => [key, row]));
  }
}

/** Whether two lists hold the same objects in the same order. */
export const sameItems = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((value, index) => value === b[index]);

export class StateRows {
  readonly #hedges: Projection<HedgeRow>;
  readonly #orders: Projection<OrderRow>;
  readonly #alarms: Projection<AlarmRow>;
  readonly #orderLimit: number;

  constructor(guard: Guard, orderLimit: number) {
    this.#hedges = new Projection(guard);
    this.#orders = new Projection(guard);
    this.#alarms = new Projection(guard);
    this.#orderLimit = orderLimit;
  }

  /**
   * @param quotes the newest marks by coin
   * @param marked the state with its hedges at those marks
   */
  hedges(state: State, quotes: ReadonlyMap<Coin, Quote>, marked: State): ReadonlyMap<string, HedgeRow> {
    const entry = (hedge: Hedge) => {
      const quote = hedge.phase === 'flat' ? undefined : quotes.get(hedge.coin);
      return [hedge.id, [hedge, quote, ...ordersOf(state, hedge)], () => hedgeRow(marked, own(marked.hedges, hedge.id) ?? hedge)] as const;
    };
    return this.#hedges.rows(Object.values(state.hedges).map(entry));
  }

  /** The newest ones, and all that are in flight. */
  orders(state: State): ReadonlyMap<string, OrderRow> {
    const entry = (order: Order) => [order.id, [order], () => orderRow(order)] as const;
    return this.#orders.rows(newest(Object.values(state.orders), this.#orderLimit).map(entry));
  }

  alarms(state: State): ReadonlyMap<string, AlarmRow> {
    const entry = ([key, alarm]: readonly [string, Alarm]) => [key, [alarm], () => alarmRow(key, alarm)] as const;
    return this.#alarms.rows(Object.entries(state.alarms).map(entry));
  }
}

function newest(orders: readonly Order[], limit: number): readonly Order[] {
  if (orders.length <= limit) return orders;
  const byAge = orders.toSorted((a, b) => b.stamps.decided - a.stamps.decided);
  return [...byAge.slice(0, limit), ...byAge.slice(limit).filter(isInFlight)];
}
