/**
 * Margin of an account in single-asset mode, by the venue's documents.
 *
 * 1. A position's initial margin is its notional at the mark price over its leverage; open orders add what the larger
 *    of (position with all buys, position with all sells) needs beyond that. Reduce-only orders need none.
 * 2. wallet = cross wallet + Σ isolated wallets. What is available is the cross wallet and the cross positions' profit
 *    less all cross margin and the margin of open orders, never below zero.
 * 3. Liquidation price: (WB − TMM + UPNL + Σcum − Σ side·q·EP) / Σ(q·MMR − side·q) with side 1 for long and −1 for short;
 *    WB is the isolated wallet with TMM = UPNL = 0, or the cross wallet with the other cross contracts' sums. A cross
 *    contract's LONG and SHORT stand together in the sums.
 *    Source: the venue's FAQ "How to Calculate Liquidation Price of USDⓈ-M Futures Contracts".
 */
import {
  absolute,
  add,
  divide,
  gt,
  isZero,
  magnitude,
  max,
  negate,
  type Price,
  ratio,
  relabel,
  scale,
  sign,
  subtract,
  sum,
  type Usdt,
  usdt,
} from '../../../shared/domain/units.ts';
import { type Bracket, bracketAt, maintenance } from './brackets.ts';
import { isFlat, notionalUsdt, type Position, unrealized, usdtPlaces } from './position.ts';

/** A position with what the market and its open orders make of it. */
export interface Exposure {
  readonly position: Position;
  readonly markPrice: Price;
  /** Notional of open buy and sell orders that are not reduce-only. */
  readonly bidNotional: Usdt;
  readonly askNotional: Usdt;
  readonly brackets: readonly Bracket[];
}

export interface PositionMargin {
  /** Signed: short is negative. */
  readonly notional: Usdt;
  readonly unrealized: Usdt;
  readonly positionInitial: Usdt;
  readonly openOrderInitial: Usdt;
  readonly maintenance: Usdt;
}

export interface AccountMargin {
  readonly crossWallet: Usdt;
  readonly crossUnrealized: Usdt;
  readonly unrealized: Usdt;
  readonly marginBalance: Usdt;
  readonly positionInitial: Usdt;
  readonly openOrderInitial: Usdt;
  readonly maintenance: Usdt;
  readonly available: Usdt;
}

const nothing = usdt('0');

const idle: PositionMargin = {
  notional: nothing,
  unrealized: nothing,
  positionInitial: nothing,
  openOrderInitial: nothing,
  maintenance: nothing,
};

export function marginOf(exposure: Exposure): PositionMargin {
  const { position, markPrice, bidNotional, askNotional, brackets } = exposure;
  if (isFlat(position) && isZero(bidNotional) && isZero(askNotional)) return idle;
  const size = notionalUsdt(markPrice, magnitude(position.quantity));
  const signed = sign(position.quantity) < 0 ? negate(size) : size;
  const leverage = ratio(String(position.leverage));
  const positionInitial = divide<'usdt'>(size, leverage, usdtPlaces, 'up');
  const isIdle = isZero(bidNotional) && isZero(askNotional);
  const worst = isIdle ? size : max(absolute(add(signed, bidNotional)), absolute(subtract(signed, askNotional)));
  const all = isIdle ? positionInitial : divide<'usdt'>(worst, leverage, usdtPlaces, 'up');
  return {
    notional: signed,
    unrealized: unrealized(position, markPrice),
    positionInitial,
    openOrderInitial: gt(all, positionInitial) ? subtract(all, positionInitial) : nothing,
    maintenance: maintenance(brackets, size),
  };
}

/** Sums over an account; `exposures` holds every symbol with a position or an open order. */
export function accountMargin(wallet: Usdt, exposures: readonly Exposure[]): AccountMargin {
  const rows = exposures.map((exposure) => ({ margin: marginOf(exposure), position: exposure.position }));
  const cross = rows.filter((row) => row.position.marginMode === 'cross');
  const crossWallet = subtract(wallet, sum(rows.map((row) => row.position.isolatedWallet)));
  const crossUnrealized = sum(cross.map((row) => row.margin.unrealized));
  const total = sum(rows.map((row) => row.margin.unrealized));
  const openOrderInitial = sum(rows.map((row) => row.margin.openOrderInitial));
  const crossInitial = sum(cross.map((row) => row.margin.positionInitial));
  const left = subtract(add(crossWallet, crossUnrealized), add(crossInitial, openOrderInitial));
  return {
    crossWallet,
    crossUnrealized,
    unrealized: total,
    marginBalance: add(wallet, total),
    positionInitial: sum(rows.map((row) => row.margin.positionInitial)),
    openOrderInitial,
    maintenance: sum(rows.map((row) => row.margin.maintenance)),
    available: max(left, nothing),
  };
}

/** The wallet that stands behind a position: its own, or all that is not isolated. */
interface Backing {
  readonly wallet: Usdt;
  readonly otherMaintenance: Usdt;
  readonly otherUnrealized: Usdt;
}

const isCross = ({ position }: Exposure): boolean => position.marginMode === 'cross';

/** The positions of a symbol that stand and fall together: an isolated one alone, a cross one with its other side. */
function together(exposures: readonly Exposure[], exposure: Exposure): readonly Exposure[] {
  if (!isCross(exposure)) return [exposure];
  const { symbol, positionSide } = exposure.position;
  const others = exposures.filter((row) => isCross(row) && row.position.symbol === symbol && row.position.positionSide !== positionSide);
  return [exposure, ...others.filter((row) => !isFlat(row.position))];
}

function backing(wallet: Usdt, exposures: readonly Exposure[], of: Position): Backing {
  if (of.marginMode === 'isolated') return { wallet: of.isolatedWallet, otherMaintenance: nothing, otherUnrealized: nothing };
  const others = exposures.filter((row) => isCross(row) && row.position.symbol !== of.symbol).map(marginOf);
  return {
    wallet: subtract(wallet, sum(exposures.map(({ position }) => position.isolatedWallet))),
    otherMaintenance: sum(others.map((margin) => margin.maintenance)),
    otherUnrealized: sum(others.map((margin) => margin.unrealized)),
  };
}

/** The price at which a position's margin is used up; zero when there is none (flat, or no price above zero does it). */
export function liquidationPrice(wallet: Usdt, exposures: readonly Exposure[], exposure: Exposure): Price {
  const none: Price = relabel(nothing);
  if (isFlat(exposure.position)) return none;
  const { wallet: behind, otherMaintenance, otherUnrealized } = backing(wallet, exposures, exposure.position);
  const legs = together(exposures, exposure).map(({ position, brackets, markPrice }) => {
    const side = sign(position.quantity);
    const size = magnitude(position.quantity);
    return { side, size, brackets, markPrice, signedCost: side < 0 ? negate(position.cost) : position.cost };
  });
  const fixed = subtract(add(subtract(behind, otherMaintenance), otherUnrealized), sum(legs.map((leg) => leg.signedCost)));
  const at = (brackets: readonly Bracket[]): Price => {
    const rates = legs.map((leg, index) =>
      scale<'quantity'>(leg.size, subtract(brackets[index]?.maintMarginRatio ?? ratio('0'), ratio(String(leg.side)))),
    );
    const slope = sum(rates);
    const cum = sum(brackets.map((bracket) => bracket.cum));
    return sign(slope) === 0 ? none : divide(add(fixed, cum), slope, usdtPlaces, 'halfEven');
  };
  // The brackets are those of the notionals at the liquidation price, which the price itself decides: walk until both agree.
  const bracketsAt = (price: Price | undefined) => legs.map((leg) => bracketAt(leg.brackets, notionalUsdt(price ?? leg.markPrice, leg.size)));
  let brackets = bracketsAt(undefined);
  for (let round = 0; round < exposure.brackets.length; round += 1) {
    const found = at(brackets);
    if (sign(found) <= 0) return none;
    const there = bracketsAt(found);
    if (there.every((bracket, index) => bracket === brackets[index])) return found;
    brackets = there;
  }
  return at(brackets);
}

/** Whether the margin behind a position no longer covers what keeping it needs. */
export function isExhausted(wallet: Usdt, exposures: readonly Exposure[], exposure: Exposure): boolean {
  if (isFlat(exposure.position)) return false;
  const { balance, maintenance: needed } = riskOf(wallet, exposures, exposure);
  return gt(needed, balance);
}

/** Margin balance behind a position and the maintenance margin that it must cover. */
export function riskOf(wallet: Usdt, exposures: readonly Exposure[], exposure: Exposure): { readonly balance: Usdt; readonly maintenance: Usdt } {
  const behind = backing(wallet, exposures, exposure.position);
  const own = together(exposures, exposure).map(marginOf);
  return {
    balance: add(add(behind.wallet, behind.otherUnrealized), sum(own.map((margin) => margin.unrealized))),
    maintenance: add(behind.otherMaintenance, sum(own.map((margin) => margin.maintenance))),
  };
}
