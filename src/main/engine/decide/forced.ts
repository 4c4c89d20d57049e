/**
 * The venue closed our short by itself: a liquidation or an auto-deleveraging (spec S6.10). Its trades are booked as
 * closes of the perpetual leg, oldest hedge first; the spot leg is then brought level like after any other difference.
 */
import { own } from '../../../shared/domain/record.ts';
import { divide, excess, isZero, min, type Quantity, scale, sum, text } from '../../../shared/domain/units.ts';
import type { Fill } from '../../../shared/domain/venue.ts';
import type { Draft } from '../draft.ts';
import type { InputOf } from '../inputs.ts';
import { holding, openHedges } from '../legs.ts';
import { raise } from './alarms.ts';
import { bookFills } from './book-trade.ts';
import { settle } from './settle.ts';

/** The trades may come again, and more of them: each is booked once. What is beyond our own shorts is not ours. */
export function forcedClose(draft: Draft, { venue, coin, clientId, venueOrderId, fills }: InputOf<'forcedClose'>): void {
  let fresh: readonly Fill[] = fills.filter((fill) => !isBooked(draft, fill));
  const hedges = openHedges(draft.state).filter((hedge) => hedge.coin === coin);
  for (const { id } of hedges.toSorted((a, b) => a.openedAt - b.openedAt)) {
    const hedge = own(draft.state.hedges, id);
    const { perp } = hedge === undefined ? { perp: sum<'quantity'>([]) } : holding(draft.state, hedge);
    const { taken, left } = split(fresh, perp, id);
    if (taken.length === 0) continue;
    fresh = left;
    bookFills(draft, id, { leg: 'perp', does: 'closes', purpose: 'forced', venueOrderId }, () => taken);
    const closed = text(sum(taken.map((fill) => fill.quantity)));
    const detail = `${venue} closed ${closed} ${coin} of the short of hedge ${id} by itself (${clientId}); the spot leg is brought level`;
    raise(draft, `forced:${id}:${venueOrderId}`, { code: 'FORCED_CLOSE', severity: 'critical', hedge: id, detail });
    settle(draft, id);
  }
}

/** A trade that was split among hedges has its id with the hedge's behind it. */
function isBooked(draft: Draft, { tradeId }: Fill): boolean {
  const forced = Object.values(draft.state.orders).filter((order) => order.purpose === 'forced');
  return forced.some((order) => order.fills.some((fill) => fill.tradeId === tradeId || fill.tradeId.startsWith(`${tradeId}/`)));
}

/** The first trades up to a quantity; one that reaches beyond it is split, its fee with it. */
function split(fills: readonly Fill[], most: Quantity, name: string): { readonly taken: readonly Fill[]; readonly left: readonly Fill[] } {
  const taken: Fill[] = [];
  const left: Fill[] = [];
  let room = most;
  for (const fill of fills) {
    const part = min(fill.quantity, room);
    room = excess(room, part);
    const rest = excess(fill.quantity, part);
    if (isZero(rest)) taken.push(fill);
    else if (isZero(part)) left.push(fill);
    else {
      taken.push({ ...partOf(fill, part), tradeId: `${fill.tradeId}/${name}` });
      left.push(partOf(fill, rest));
    }
  }
  return { taken, left };
}

const partOf = (fill: Fill, part: Quantity): Fill => ({
  ...fill,
  quantity: part,
  fee: scale(fill.fee, divide<'ratio'>(part, fill.quantity, 12, 'halfEven')),
});
