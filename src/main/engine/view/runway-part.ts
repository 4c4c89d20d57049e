/**
 * How far the shorts are from liquidation and how many more hedges both venues can fund, as the console shows it. Pure.
 * Numbers that need a book, rules or an account are null until those are there.
 */
import type { RunwayView } from '../../../shared/contract/parts.ts';
import type { Coin } from '../../../shared/domain/ids.ts';
import { isZero, type Krw, sign, sum, text } from '../../../shared/domain/units.ts';
import type { Holdings } from '../../../shared/domain/venue.ts';
import { runwayAlarm } from '../decide/runway.ts';
import { isDenial } from '../denial.ts';
import type { Quote } from '../quote.ts';
import { entryInputs, sidesOf } from '../risk/entry-inputs.ts';
import { pairedReduction } from '../risk/paired-reduction.ts';
import { readiness, referenceSize } from '../risk/readiness.ts';
import { coinsToClose, freedBy, levelOf, marginToAdd, type Short, shortsOf } from '../risk/runway.ts';
import type { State } from '../state.ts';

export interface RunwaySeen {
  /** The perpetual account as last read; null before. */
  readonly holdings: Holdings | null;
  /** The newest marks by coin. */
  readonly quotes: ReadonlyMap<Coin, Quote>;
}

export function runwayPart(state: State, { holdings, quotes }: RunwaySeen): RunwayView {
  const shorts = holdings === null ? [] : shortsOf(holdings);
  const size = referenceSize(state);
  return {
    shorts: shorts.map((short) => shortView(state, short, quotes.get(short.coin))),
    readiness: { size: text(size), ...readinessView(state, size, quotes) },
  };
}

function shortView(state: State, short: Short, quote: Quote | undefined): RunwayView['shorts'][number] {
  const { coin, quantity, position, distance } = short;
  const least = state.settings.minLiquidationDistanceRatio;
  const margin = marginToAdd(short, least);
  return {
    coin,
    quantity: text(quantity),
    markPrice: text(position.markPrice),
    liquidationPrice: position.liquidationPrice === undefined ? null : text(position.liquidationPrice),
    distance: distance === undefined ? null : text(distance),
    level: distance === undefined ? 'unknown' : levelOf(distance, least, runwayAlarm(state, coin)),
    marginToAdd: margin === undefined ? null : text(margin),
    ...reductionView(state, short, quote),
  };
}

/** Nothing where it is not known what to close, or no hedge can be closed now. */
function reductionView(state: State, short: Short, quote: Quote | undefined): Pick<RunwayView['shorts'][number], 'reduceBy' | 'reduce' | 'freed'> {
  const sides = quote === undefined ? undefined : sidesOf(quote);
  const nothing = { reduceBy: null, reduce: [], freed: null };
  if (sides === undefined || isDenial(sides)) return nothing;
  const fee = sides.perp.rules.takerFee;
  const size = coinsToClose(short, state.settings.minLiquidationDistanceRatio, fee);
  if (size === undefined) return nothing;
  if (isZero(size)) return { reduceBy: '0', reduce: [], freed: '0' };
  const parts = pairedReduction(state, short.coin, size, sides);
  if (parts.length === 0) return nothing;
  const total = sum(parts.map((part) => part.quantity));
  const freed = freedBy(short, total, fee);
  return {
    reduceBy: text(total),
    reduce: parts.map(({ hedge, quantity }) => ({ hedge, quantity: text(quantity) })),
    freed: freed === undefined ? null : text(freed),
  };
}

/** At the prices of the coin that was hedged last, else of any that has some. */
function readinessView(state: State, size: Krw, quotes: RunwaySeen['quotes']): Omit<RunwayView['readiness'], 'size'> {
  const [last] = Object.values(state.hedges).sort((a, b) => b.openedAt - a.openedAt);
  const quote = (last === undefined ? undefined : quotes.get(last.coin)) ?? quotes.values().next().value;
  const nothing = { spot: null, perp: null, move: null };
  if (quote === undefined) return nothing;
  const sides = sidesOf(quote);
  const inputs = isDenial(sides) ? sides : entryInputs(quote, sides);
  if (isDenial(inputs) || sign(inputs.spotAsk) <= 0) return nothing;
  const { spot, perp, move } = readiness(state, inputs, size);
  return {
    spot: { freeKrw: text(spot.freeKrw), hedges: spot.hedges },
    perp: { freeUsdt: text(perp.freeUsdt), hedges: perp.hedges },
    move: move === null ? null : { ...move, amountKrw: text(move.amountKrw) },
  };
}
