/**
 * Dust is added up (spec S6.2b): residuals that no venue trades hedge by hedge are moved to one hedge of the coin, once
 * together they make an order on the fine venue, and that hedge is brought level like after any other difference. A move
 * is booked on both hedges at the same price, so that together they gain and lose nothing by it.
 */
import { compare, excess, gap, isZero, lt, magnitude, min, type Price, sign, sum, ZERO } from '../../../shared/domain/units.ts';
import type { Draft } from '../draft.ts';
import { hasInFlight, holding } from '../legs.ts';
import { livePrices } from '../live-marks.ts';
import type { Quote } from '../quote.ts';
import { isOtherAccount, mayLeave, tradingState } from '../risk/permission.ts';
import { tradable } from '../risk/reduction.ts';
import type { Hedge, State } from '../state.ts';
import { book } from './book-trade.ts';
import { wholeSides } from './dust.ts';
import { isAdjusting } from './operator.ts';
import { bringDown, commonTarget } from './settle.ts';

const residualOf = (state: State, hedge: Hedge) => holding(state, hedge).residual;

/** Hedges of the quote's coin that are at rest and not quite equal. */
function dusty(state: State, { coin }: Quote): readonly Hedge[] {
  return Object.values(state.hedges).filter(
    (hedge) =>
      hedge.coin === coin &&
      (hedge.phase === 'hedged' || hedge.phase === 'flat') &&
      hedge.waitingExits.length === 0 &&
      !isAdjusting(hedge) &&
      !isZero(residualOf(state, hedge)) &&
      !hasInFlight(state, hedge),
  );
}

/** Called with every quote that is not an entry's. */
export function sweepDust(draft: Draft, quote: Quote): void {
  if (mayLeave(tradingState(draft.state), 'unwind') !== 'yes' || isOtherAccount(draft.state)) return;
  const hedges = dusty(draft.state, quote);
  const total = sum(hedges.map((hedge) => residualOf(draft.state, hedge)));
  const sides = wholeSides(quote);
  if (isZero(total) || sides === null || livePrices(quote, draft.state.settings, draft.at) === null) return;
  const price = sides.spot.book.bids[0]?.price;
  const carrier = carrierOf(draft.state, hedges, sign(total));
  if (price === undefined || carrier === undefined || tradable(sides.spot, magnitude(total), 'spot') === null) return;
  const { perp } = holding(draft.state, carrier);
  const isOver = sign(total) > 0;
  const matched = isOver ? perp : excess(perp, magnitude(total));
  const most = carrier.phase === 'flat' ? ZERO : matched;
  const target = isOver ? most : commonTarget({ target: most }, { spot: matched, perp }, quote);
  // A short below a step that grew stays as it is: whoever left it there has told of it.
  if (!isOver && tradable(sides.perp, excess(perp, target), 'perp') === null) return;
  gather(draft, carrier, hedges, price);
  draft.add({ kind: 'hedgeMoved', id: carrier.id, phase: 'unwinding', target, attempts: 1, exit: null });
  bringDown(draft, carrier.id, target, quote);
}

/** The hedge that differs most in the direction of the sum: it takes the others' without going below nothing. */
function carrierOf(state: State, hedges: readonly Hedge[], direction: number): Hedge | undefined {
  const fitting = hedges.filter((hedge) => sign(residualOf(state, hedge)) === direction);
  const size = (hedge: Hedge) => magnitude(residualOf(state, hedge));
  return fitting.toSorted((a, b) => compare(size(b), size(a)))[0];
}

function gather(draft: Draft, carrier: Hedge, hedges: readonly Hedge[], price: Price): void {
  const others = hedges.filter((hedge) => hedge.id !== carrier.id);
  // What comes first, so that the carrier always has what goes.
  const [coming, going] = [
    others.filter((hedge) => sign(residualOf(draft.state, hedge)) > 0),
    others.filter((hedge) => sign(residualOf(draft.state, hedge)) < 0),
  ];
  for (const hedge of [...coming, ...going]) {
    const { spot, perp } = holding(draft.state, hedge);
    const quantity = magnitude(gap(spot, perp));
    const does = lt(perp, spot) ? 'closes' : 'opens';
    book(draft, hedge.id, { leg: 'spot', does, quantity, price, purpose: 'dust' });
    book(draft, carrier.id, { leg: 'spot', does: does === 'closes' ? 'opens' : 'closes', quantity, price, purpose: 'dust' });
    draft.add({ kind: 'hedgeMoved', id: hedge.id, phase: hedge.phase, target: min(spot, perp), attempts: 0, exit: null });
  }
}
