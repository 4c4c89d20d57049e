/**
 * Where the generated market's prices come from: a random walk for each coin in USDT, an exchange rate that wanders
 * near 1,400 KRW, and a premium that wanders near 1 % and comes back. These numbers are dice; they become money only in
 * depth.ts, which puts them on the tick.
 */
import { toNumber } from '../../shared/domain/units.ts';
import type { ListedMarket } from './listing.ts';
import { gaussian, type Random } from './random.ts';

export interface PriceWalk {
  /** Goes one step on. */
  step(): void;
  /** The center of a market's book, in its quote currency for one of its units. */
  center(market: ListedMarket): number;
}

const yearMs = 365 * 86_400_000;
const meanFx = 1400;
const meanPremium = 0.01;
const fxDeviation = 0.002;
const premiumDeviation = 0.0035;
/** How far one coin's premium lies from the others'. */
const coinPremiumDeviation = 0.0004;
const premiumHalfLifeMs = 15 * 60_000;
const fxHalfLifeMs = 6 * 3_600_000;
/** The premium is held inside, whatever the dice say. */
const premiumBounds = { least: -0.025, most: 0.028 };
/** How much of a coin's movement is the whole market's. */
const commonPart = 0.75;

/** A value that comes back to zero. Its long-run deviation is 1 whatever the step. */
function reverting(random: Random, stepMs: number, halfLifeMs: number, start: number) {
  const kept = 0.5 ** (stepMs / halfLifeMs);
  const noise = Math.sqrt(1 - kept * kept);
  let value = start;
  return {
    step: () => {
      value = value * kept + gaussian(random) * noise;
    },
    value: () => value,
  };
}

/** @param moving false: prices stay at the means */
export function createPriceWalk(markets: readonly ListedMarket[], random: Random, stepMs: number, moving: boolean): PriceWalk {
  const start = () => (moving ? gaussian(random) * 0.3 : 0);
  const fx = reverting(random, stepMs, fxHalfLifeMs, start());
  const premium = reverting(random, stepMs, premiumHalfLifeMs, start());
  const coins = new Map(
    markets
      .filter((market) => market.coin !== 'USDT')
      .map((market) => [
        market.coin as string,
        {
          usdt: market.startUsdt,
          deviation: market.yearlyVolatility * Math.sqrt(stepMs / yearMs),
          premium: reverting(random, stepMs, premiumHalfLifeMs, start()),
        },
      ]),
  );

  return {
    step: () => {
      if (!moving) return;
      fx.step();
      premium.step();
      const common = gaussian(random);
      for (const coin of coins.values()) {
        coin.premium.step();
        const own = gaussian(random);
        coin.usdt *= Math.exp(coin.deviation * (commonPart * common + Math.sqrt(1 - commonPart ** 2) * own));
      }
    },
    center: (market) => {
      const rate = meanFx * Math.exp(fxDeviation * fx.value());
      const coin = coins.get(market.coin);
      if (coin === undefined) return rate;
      const perUnit = coin.usdt * toNumber(market.coinsPerUnit);
      if (market.quote === 'USDT') return perUnit;
      const raw = meanPremium + premiumDeviation * premium.value() + coinPremiumDeviation * coin.premium.value();
      return perUnit * rate * (1 + Math.min(premiumBounds.most, Math.max(premiumBounds.least, raw)));
    },
  };
}
