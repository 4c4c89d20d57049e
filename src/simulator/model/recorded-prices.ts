/** Prices that were recorded, played from the first row on. */
import { toNumber } from '../../shared/domain/units.ts';
import type { ListedMarket } from './listing.ts';
import type { Prices } from './prices.ts';
import { type Recording, rowAt } from './recording.ts';

const minuteMs = 60_000;
const isTether = (market: ListedMarket): boolean => market.venue === 'upbit' && market.baseAsset === 'USDT';
const columnOf = (market: ListedMarket): string => `${market.venue}_${market.coin.toLowerCase()}_${market.quote.toLowerCase()}`;

/** The listed markets that a recording has prices of; USDT in KRW always. */
export const recordedMarkets = (recording: Recording, markets: readonly ListedMarket[]): readonly ListedMarket[] =>
  markets.filter((market) => isTether(market) || recording.columns.has(columnOf(market)));

/** @param startAt ms since 1970: when the first row is played @param speed recorded time that passes in one unit of time */
export function createRecordedPrices(recording: Recording, startAt: number, speed: number): Prices {
  const first = recording.times[0] ?? 0;
  let now = startAt;

  const cell = (name: string, at: number): number | undefined => {
    const row = rowAt(recording, first + (at - startAt) * speed);
    return row === undefined ? undefined : recording.columns.get(name)?.[row];
  };
  const tether = (at: number): number | undefined => {
    const isPlaying = rowAt(recording, first + (at - startAt) * speed) !== undefined;
    return cell('usdt_krw', at) ?? (recording.fx === undefined || !isPlaying ? undefined : toNumber(recording.fx));
  };
  const priceAt = (market: ListedMarket, at: number): number | undefined => {
    if (isTether(market)) return tether(at);
    const perCoin = cell(columnOf(market), at);
    return perCoin === undefined ? undefined : perCoin * toNumber(market.coinsPerUnit);
  };
  let rate = cell('usd_krw', startAt) ?? tether(startAt) ?? 0;

  return {
    step: (to) => {
      now = to;
      rate = cell('usd_krw', now) ?? tether(now) ?? rate;
    },
    center: (market) => priceAt(market, now),
    basis: () => ({ index: 1, mark: 1 }),
    premiumIndex: () => 0,
    bankRate: () => rate,
    before: (market, minutes) => priceAt(market, startAt - minutes * minuteMs),
  };
}
