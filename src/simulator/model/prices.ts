/**
 * Where the generated market's prices come from: a random walk for each asset in USDT, an exchange rate that wanders
 * near 1,400 KRW, a premium that wanders near 1 %, jumps now and then and comes back, and a basis between the perpetual
 * and its index. These numbers are dice; they become money only in depth.ts, which puts them on the tick.
 *
 * 1. The past of every price ends where its present began.
 * 2. The same seed gives the same past and the same present, whoever asks for what.
 */
import { toNumber } from '../../shared/domain/units.ts';
import type { ListedMarket } from './listing.ts';
import { pastOf, wander, type Wander, type Wandering } from './noise.ts';
import { gaussian, type Random } from './random.ts';

/** A source of prices: drawn here, or recorded (recorded-prices.ts). Numbers are in the market's quote currency. */
export interface Prices {
  /** Goes one step on. @param now ms since 1970, the end of the step */
  step(now: number): void;
  /** The center of a market's book; undefined: there is no price at this time. */
  center(market: ListedMarket): number | undefined;
  /** What index and mark price are, in parts of the center. */
  basis(market: ListedMarket): { readonly index: number; readonly mark: number };
  /** Mean premium of the perpetual over its index: what funding goes by. */
  premiumIndex(market: ListedMarket): number;
  /** KRW for a US dollar at a bank. */
  bankRate(): number;
  /** The center so many minutes before the start, 0 or more; undefined: unknown. */
  before(market: ListedMarket, minutes: number): number | undefined;
}

const minuteMs = 60_000;
const yearMinutes = 365 * 1440;
const meanFx = 1400;
const meanPremium = 0.01;
const fxDeviation = 0.002;
const premiumDeviation = 0.0035;
/** How far one coin's premium lies from the others'. */
const coinPremiumDeviation = 0.0004;
const basisDeviation = 0.0003;
const tetherPremium = 0.006;
const tetherDeviation = 0.0015;
/** The premium is held inside, whatever the dice say: narrowly at first, so that a start is never a surprise. */
const firstHour = { least: -0.025, most: 0.028 };
const later = { least: -0.05, most: 0.1 };
const hourMs = 3_600_000;
/** How much of a coin's movement is the whole market's. */
const commonPart = 0.75;
const ownPart = Math.sqrt(1 - commonPart ** 2);
/** The mark price follows the basis with this half-life. */
const markHalfLifeMs = 30_000;

const calm = { jumpsPerHour: 0, jumpSize: 0 };
const free: Wander = { halfLifeMs: null, ...calm };
const fxWander: Wander = { halfLifeMs: 6 * hourMs, ...calm };
const premiumWander: Wander = { halfLifeMs: 15 * minuteMs, jumpsPerHour: 1 / 6, jumpSize: 2.5 };
const coinWander: Wander = { halfLifeMs: 15 * minuteMs, ...calm };
const basisWander: Wander = { halfLifeMs: 10 * minuteMs, ...calm };
const tetherWander: Wander = { halfLifeMs: 24 * hourMs, ...calm };

interface AssetState {
  readonly startUsdt: number;
  readonly perMinute: number;
  usdt: number;
  readonly premium: Wandering;
  readonly basis: Wandering;
  slowBasis: number;
  readonly past: () => AssetPast;
}
interface AssetPast {
  readonly own: (minutes: number) => number;
  readonly premium: (minutes: number) => number;
}
interface Source {
  readonly markets: readonly ListedMarket[];
  readonly random: Random;
  readonly stepMs: number;
  /** Text that the past is drawn from. */
  readonly seed: string;
  /** false: prices stay at the means, and always have been there. */
  readonly moving: boolean;
  /** ms since 1970. */
  readonly startAt: number;
}

export function createDrawnPrices({ markets, random, stepMs, seed, moving, startAt }: Source): Prices {
  const start = () => (moving ? gaussian(random) * 0.3 : 0);
  const fx = wander(fxWander, random, stepMs, start());
  const premium = wander(premiumWander, random, stepMs, start());
  const tether = wander(tetherWander, random, stepMs, start());
  const past = {
    fx: pastOf(fxWander, `${seed} fx`, fx.value),
    premium: pastOf(premiumWander, `${seed} premium`, premium.value),
    common: pastOf(free, `${seed} common`, 0),
  };
  const assets = new Map<string, AssetState>();
  for (const market of markets) {
    if (market.asset === 'USDT' || assets.has(market.asset)) continue;
    assets.set(market.asset, assetOf(market, { random, stepMs, seed, start }));
  }
  const all = [...assets.values()];
  const slow = 0.5 ** (stepMs / markHalfLifeMs);
  const stepMinutes = Math.sqrt(stepMs / minuteMs);
  let now = startAt;

  /** @param values of the wandering parts, in deviations */
  const price = (market: ListedMarket, usdt: number, values: { fx: number; premium: number; own: number }, isFirst: boolean): number => {
    const perUnit = usdt * toNumber(market.coinsPerUnit);
    if (market.quote === 'USDT') return perUnit;
    const bounds = isFirst ? firstHour : later;
    const raw = meanPremium + premiumDeviation * values.premium + coinPremiumDeviation * values.own;
    return perUnit * rateOf(values.fx) * (1 + Math.min(bounds.most, Math.max(bounds.least, raw)));
  };

  return {
    step: (to) => {
      now = to;
      if (!moving) return;
      fx.step();
      premium.step();
      tether.step();
      const common = commonPart * gaussian(random);
      for (const asset of all) {
        asset.premium.step();
        asset.basis.step();
        asset.slowBasis = asset.slowBasis * slow + asset.basis.value * (1 - slow);
        asset.usdt *= Math.exp(asset.perMinute * stepMinutes * (common + ownPart * gaussian(random)));
      }
    },
    center: (market) => {
      const asset = assets.get(market.asset);
      if (asset === undefined) return rateOf(fx.value);
      return price(market, asset.usdt, { fx: fx.value, premium: premium.value, own: asset.premium.value }, now - startAt < hourMs);
    },
    basis: (market) => {
      const asset = assets.get(market.asset);
      if (asset === undefined || !moving) return { index: 1, mark: 1 };
      const index = 1 / (1 + basisDeviation * asset.basis.value);
      return { index, mark: index * (1 + basisDeviation * asset.slowBasis) };
    },
    premiumIndex: (market) => basisDeviation * (assets.get(market.asset)?.slowBasis ?? 0),
    bankRate: () => rateOf(fx.value) / (1 + tetherPremium + (moving ? tetherDeviation * tether.value : 0)),
    before: (market, minutes) => {
      const asset = assets.get(market.asset);
      if (!moving) return asset === undefined ? meanFx : price(market, asset.startUsdt, { fx: 0, premium: 0, own: 0 }, false);
      if (asset === undefined) return rateOf(past.fx(minutes));
      const own = asset.past();
      const moved = asset.perMinute * (commonPart * past.common(minutes) + ownPart * own.own(minutes));
      const values = { fx: past.fx(minutes), premium: past.premium(minutes), own: own.premium(minutes) };
      return price(market, asset.startUsdt * Math.exp(moved), values, minutes === 0);
    },
  };
}

const rateOf = (fx: number): number => meanFx * Math.exp(fxDeviation * fx);

function assetOf(
  market: ListedMarket,
  { random, stepMs, seed, start }: Pick<Source, 'random' | 'stepMs' | 'seed'> & { start: () => number },
): AssetState {
  const premium = wander(coinWander, random, stepMs, start());
  const basis = wander(basisWander, random, stepMs, start());
  const startPremium = premium.value;
  let past: AssetPast | undefined;
  return {
    startUsdt: market.startUsdt,
    perMinute: market.yearlyVolatility / Math.sqrt(yearMinutes),
    usdt: market.startUsdt,
    premium,
    basis,
    slowBasis: basis.value,
    past: () => {
      past ??= {
        own: pastOf(free, `${seed} ${market.asset}`, 0),
        premium: pastOf(coinWander, `${seed} ${market.asset} premium`, startPremium),
      };
      return past;
    },
  };
}
