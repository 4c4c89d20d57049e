/** GET /fapi/v1/exchangeInfo: limits, assets, symbols with their filters. */
import { ratio, scale, text } from '../../../shared/domain/units.ts';
import type { SymbolRules } from '../../model/binance/order-check.ts';
import { fixed } from './digits.ts';
import { ordersPerMinute, ordersPerTenSeconds } from './quota.ts';
import type { Desk } from './router.ts';

const rateLimits = (weightPerMinute: number) => [
  { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: weightPerMinute },
  { rateLimitType: 'ORDERS', interval: 'MINUTE', intervalNum: 1, limit: ordersPerMinute },
  { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: ordersPerTenSeconds },
];

function filters(rules: SymbolRules) {
  const step = fixed(rules.step, rules.quantityPlaces);
  const least = fixed(rules.minQuantity, rules.quantityPlaces);
  return [
    {
      filterType: 'PRICE_FILTER',
      minPrice: fixed(rules.minPrice, rules.pricePlaces),
      maxPrice: text(rules.maxPrice),
      tickSize: fixed(rules.tick, rules.pricePlaces),
    },
    { filterType: 'LOT_SIZE', minQty: least, maxQty: text(rules.maxQuantity), stepSize: step },
    { filterType: 'MARKET_LOT_SIZE', minQty: least, maxQty: text(rules.maxMarketQuantity), stepSize: step },
    { filterType: 'MAX_NUM_ORDERS', limit: rules.maxOpenOrders },
    { filterType: 'MIN_NOTIONAL', notional: text(rules.minNotional) },
    {
      filterType: 'PERCENT_PRICE',
      multiplierUp: fixed(rules.multiplierUp, 4),
      multiplierDown: fixed(rules.multiplierDown, 4),
      multiplierDecimal: '4',
    },
  ];
}

const symbolRow = (rules: SymbolRules) => ({
  symbol: rules.symbol,
  pair: rules.symbol,
  contractType: 'PERPETUAL',
  deliveryDate: 4133404800000,
  onboardDate: 1569398400000,
  status: 'TRADING',
  maintMarginPercent: '2.5000',
  requiredMarginPercent: '5.0000',
  baseAsset: rules.baseAsset,
  quoteAsset: 'USDT',
  marginAsset: 'USDT',
  pricePrecision: rules.pricePlaces,
  quantityPrecision: rules.quantityPlaces,
  baseAssetPrecision: 8,
  quotePrecision: 8,
  underlyingType: 'COIN',
  underlyingSubType: [],
  triggerProtect: '0.0500',
  liquidationFee: '0.012500',
  marketTakeBound: '0.05',
  maxMoveOrderLimit: 10000,
  filters: filters(rules),
  orderTypes: ['LIMIT', 'MARKET', 'STOP', 'STOP_MARKET', 'TAKE_PROFIT', 'TAKE_PROFIT_MARKET', 'TRAILING_STOP_MARKET'],
  timeInForce: ['GTC', 'IOC', 'FOK', 'GTX', 'GTD'],
});

/** Rules that the venue changed overnight: steps and ticks ten times as coarse. */
const coarser = (rules: SymbolRules): SymbolRules => ({
  ...rules,
  tick: scale(rules.tick, ten),
  step: scale(rules.step, ten),
  minQuantity: scale(rules.minQuantity, ten),
});
const ten = ratio('10');

/** @param isChanged a planted fault: the filters are no longer what they were */
export function exchangeInfo(desk: Desk, isChanged: boolean) {
  const listed = desk.market.listed('binance').flatMap((market) => desk.parts.rules(market.symbol) ?? []);
  const symbols = isChanged ? listed.map(coarser) : listed;
  return {
    timezone: 'UTC',
    serverTime: desk.parts.now(),
    futuresType: 'U_MARGINED',
    rateLimits: rateLimits(desk.options.weightPerMinute),
    exchangeFilters: [],
    assets: [{ asset: 'USDT', marginAvailable: true, autoAssetExchange: '-10000' }],
    symbols: symbols.map(symbolRow),
  };
}
