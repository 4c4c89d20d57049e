/** The venue's rules of a symbol, from the listing that both simulated venues share. */
import { price, ratio, relabel } from '../../../shared/domain/units.ts';
import type { SymbolRules } from '../../model/binance/order-check.ts';
import type { ListedMarket } from '../../model/listing.ts';

const multiplierUp = ratio('1.05');
const multiplierDown = ratio('0.95');
const marketTakeBound = ratio('0.05');
const triggerProtect = ratio('0.05');
const maxOpenOrders = 200;
const maxPrice = price('4529764');

/** @throws RangeError for a market without ticks: a listing has them */
export function rulesOf(market: ListedMarket): SymbolRules {
  const tick = market.ticks[0]?.tick;
  if (tick === undefined) throw new RangeError(`Invariant: a market has a tick, was ${market.symbol}`);
  return {
    symbol: market.symbol,
    baseAsset: market.baseAsset,
    pricePlaces: market.pricePlaces,
    quantityPlaces: market.quantityPlaces,
    tick,
    minPrice: tick,
    maxPrice,
    step: market.step,
    minQuantity: market.minQuantity,
    maxQuantity: market.maxQuantity,
    maxMarketQuantity: market.maxMarketQuantity,
    minNotional: relabel(market.minNotional),
    multiplierUp,
    multiplierDown,
    maxOpenOrders,
    marketTakeBound,
    triggerProtect,
  };
}
