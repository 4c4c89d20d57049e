/** Prices that walk, books round them, and the rules of both venues: as little as an order needs to meet. */
import type { Coin } from '../../shared/domain/ids.ts';
import { decimal, fromNumber, type Price, price, type Quantity, quantity, ratio } from '../../shared/domain/units.ts';
import type { Book, BookLevel, Leg, MarketRules } from '../../shared/domain/venue.ts';
import type { Draw } from '../random.ts';

const fx = 1400;
const spotRules = { step: '0.00000001', min: '0.00000001', minNotional: '5000', tick: '1000', fee: '0.0005' };
const perpRules = { step: '0.001', min: '0.001', minNotional: '100', tick: '0.1', fee: '0.0005' };

interface Filters {
  readonly step: string;
  readonly min: string;
  readonly minNotional: string;
  readonly tick: string;
  readonly fee: string;
}

export class Market {
  readonly #draw: Draw;
  readonly #coins = new Map<Coin, { usdt: number; premium: number; thin: number }>();
  readonly #volatility: number;
  #everChanged = false;
  readonly #filters: Record<Leg, Filters> = { spot: spotRules, perp: perpRules };
  /** A side without orders: what a halted market shows. */
  readonly halted: Record<Leg, boolean> = { spot: false, perp: false };

  constructor(draw: Draw, coins: readonly Coin[]) {
    this.#draw = draw;
    this.#volatility = draw.pick([0.00005, 0.0002, 0.001]);
    for (const coin of coins) this.#coins.set(coin, { usdt: coin === 'BTC' ? 115_000 : 4000, premium: draw.between(-0.01, 0.03), thin: 1 });
  }

  /** A second passes. */
  step(): void {
    const { part } = { part: () => this.#draw.part() - 0.5 };
    for (const walk of this.#coins.values()) {
      walk.usdt *= 1 + part() * 2 * this.#volatility;
      walk.premium = Math.max(-0.1, Math.min(0.1, walk.premium + part() * 2 * this.#volatility));
      walk.thin = this.#draw.chance(0.05) ? this.#draw.between(0.005, 0.2) : 1;
    }
  }

  /** The spot side falls or rises against the perpetual. */
  jump(share: number): void {
    for (const walk of this.#coins.values()) walk.premium += share;
  }
  calm(): void {
    for (const walk of this.#coins.values()) walk.thin = 1;
  }

  /** The venue changes what it allows: coarser steps and ticks, or the old ones again. */
  changeFilters(leg: Leg): void {
    this.#everChanged = true;
    const usual = leg === 'spot' ? spotRules : perpRules;
    const changed =
      leg === 'spot'
        ? { step: '0.000001', tick: '500' }
        : this.#draw.pick<Partial<Filters>>([{ step: '0.005' }, { step: '0.01', min: '0.01' }, { tick: '0.5' }]);
    this.#filters[leg] = this.#filters[leg] === usual ? { ...usual, ...changed } : usual;
  }

  /** The largest step or least size that was ever in force: what an order had to reach when it was decided. */
  get coarsest(): number {
    return this.#everChanged ? 0.01 : 0.001;
  }

  rules(leg: Leg, coin: Coin): MarketRules {
    const { step, min, minNotional, tick, fee } = this.#filters[leg];
    return {
      coin,
      step: quantity(step),
      minQuantity: quantity(min),
      ...(leg === 'perp' ? { maxMarketQuantity: quantity('120') } : {}),
      minNotional: decimal(minNotional),
      ticks: [{ from: price('0'), tick: price(tick) }],
      takerFee: ratio(fee),
    };
  }

  /** Mark of a coin: its middle price on that leg. */
  mark(leg: Leg, coin: Coin): number {
    const walk = this.#coins.get(coin);
    if (walk === undefined) return 0;
    return leg === 'spot' ? walk.usdt * fx * (1 + walk.premium) : walk.usdt;
  }

  /** @param at when the request that brings it began, by the asker's clock */
  book(leg: Leg, coin: Coin, at: number): Book {
    if (coin === 'USDT') return levelsOf(fx, 1, 0, 1_000_000, at);
    if (this.halted[leg]) return { bids: [], asks: [], at };
    const tick = Number(this.#filters[leg].tick);
    return levelsOf(this.mark(leg, coin), tick, tick >= 1 ? 0 : 1, 0.8 * (this.#coins.get(coin)?.thin ?? 1), at);
  }
}

function levelsOf(middle: number, tick: number, places: number, depth: number, at: number): Book {
  const bid = Math.floor(middle / tick) * tick;
  const level = (value: number, size: number): BookLevel => ({ price: priceOf(value, places), quantity: sizeOf(size) });
  const bids = [level(bid, depth), level(bid - tick, depth * 2), level(bid - 3 * tick, depth * 4)];
  const asks = [level(bid + tick, depth), level(bid + 2 * tick, depth * 2), level(bid + 4 * tick, depth * 4)];
  return { bids, asks, at };
}

const priceOf = (value: number, places: number): Price => fromNumber<'price'>(value, places);
const sizeOf = (size: number): Quantity => fromNumber<'quantity'>(Math.max(size, 0.001), 3);
