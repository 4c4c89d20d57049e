/** What a stop left: by its report, and until that is there by the tables and the accounts. */
import { useMemo } from 'react';
import type { Parts, StopReport } from '../../shared/contract/parts.ts';
import type { HedgeRow, OrderRow, Tables } from '../../shared/contract/rows.ts';
import { useReplica } from './hooks.ts';

type Line = StopReport['hedges'][number];
type ByHand = StopReport['byHand'];

export interface StopLeft {
  /** Null until the engine has reported. */
  readonly report: StopReport | null;
  /** Hedges that are not closed. */
  readonly open: readonly Line[];
  /** Those whose legs differ. */
  readonly unequal: readonly Line[];
  /** What orders by hand bought and sold, net: nothing hedges it, and no stop closes it. */
  readonly byHand: ByHand;
  readonly openOrders: readonly string[];
  readonly unknownOrders: readonly string[];
  /** Something is not as it is to be: a person sees it before the stop is reset. */
  readonly isUnsettled: boolean;
}

/** A part with a digit above zero: equal legs differ by "0" or "0.00". */
const differs = (residual: string): boolean => /[1-9]/.test(residual);

const lineOf = ({ id, coin, phase, spot, perp, residual }: HedgeRow): Line => ({
  hedge: id,
  coin,
  spot: spot.quantity,
  perp: perp.quantity,
  residual,
  state: phase === 'flat' ? 'closed' : phase === 'hedged' ? 'kept' : phase === 'closing' || phase === 'needsOperator' ? phase : 'waiting',
});
const idsOf = (orders: Tables['orders'], counts: (row: OrderRow) => boolean): readonly string[] =>
  Object.values(orders)
    .filter(counts)
    .map((row) => row.id);

const byHandOf = (venues: Parts['venues']): ByHand => Object.values(venues).flatMap(({ venue, byHand }) => byHand.map((row) => ({ venue, ...row })));

/**
 * @param tables what there is without a report
 * @param venues the accounts as last read; null before
 */
export function leftBy(report: StopReport | null, { hedges, orders }: Pick<Tables, 'hedges' | 'orders'>, venues: Parts['venues'] | null): StopLeft {
  const lines = (report?.hedges ?? Object.values(hedges).map(lineOf)).toSorted((a, b) => (a.hedge < b.hedge ? -1 : 1));
  const open = lines.filter(({ state }) => state !== 'closed');
  const unequal = open.filter(({ residual }) => differs(residual));
  const byHand = report?.byHand ?? (venues === null ? [] : byHandOf(venues));
  const openOrders = report?.openOrders ?? idsOf(orders, (row) => row.state === 'open');
  const unknownOrders = report?.unknownOrders ?? idsOf(orders, (row) => row.state === 'unknown' || row.state === 'sending');
  const isUnsettled = unequal.length + byHand.length + openOrders.length + unknownOrders.length > 0 || open.some(({ state }) => state !== 'kept');
  return { report, open, unequal, byHand, openOrders, unknownOrders, isUnsettled };
}

/** Only while stopped: the tables change all the time. */
export function useStopLeft(): StopLeft {
  const report = useReplica((state) => state.parts?.stopReport ?? null);
  const hedges = useReplica((state) => state.tables.hedges);
  const orders = useReplica((state) => state.tables.orders);
  const venues = useReplica((state) => ((state.parts?.stopReport ?? null) === null ? (state.parts?.venues ?? null) : null));
  return useMemo(() => leftBy(report, { hedges, orders }, venues), [report, hedges, orders, venues]);
}
