/** Orders and what hedges hold of them, in the second checker's own words: read off trades and cumulative quantities only. */
import { type Limits, usualLimits } from './entry-rules.ts';
import { average, coarse, fee, type Leg, type Scene } from './scene.ts';
import { least, most, over, times, total, whole } from './whole.ts';
import type { Held, MHedge, MOrder } from './words.ts';

export abstract class Books {
  now = 0;
  readonly orders = new Map<string, MOrder>();
  readonly hedges = new Map<string, MHedge>();
  readonly limits: Limits = usualLimits();

  /** Something about a hedge's orders changed. */
  abstract moved(hedge: MHedge): void;

  ordersOf(id: string): readonly MOrder[] {
    return [...this.orders.values()].filter((order) => order.hedge === id);
  }
  held(id: string): Held {
    const on = (leg: Leg) => {
      const of = (opens: boolean) =>
        total(
          this.ordersOf(id)
            .filter((order) => order.leg === leg && order.opens === opens)
            .map((order) => order.filled),
        );
      return most(of(true) - of(false), 0n);
    };
    return { spot: on('spot'), perp: on('perp') };
  }
  heldIn(leg: Leg): bigint {
    return total([...this.hedges.keys()].map((id) => this.held(id)[leg]));
  }
  isMoving = (id: string): boolean => this.ordersOf(id).some((order) => order.state !== 'over');
  get open(): readonly MHedge[] {
    return [...this.hedges.values()].filter(({ stage }) => stage !== 'flat');
  }
  isAtRest = (hedge: MHedge): boolean => ['hedged', 'flat', 'needsOperator'].includes(hedge.stage) && !this.isMoving(hedge.id);

  sent(order: Pick<MOrder, 'id' | 'hedge' | 'leg' | 'opens' | 'purpose' | 'quantity'>): void {
    const fresh = {
      state: 'flying',
      absent: false,
      refused: false,
      filled: 0n,
      trades: new Map(),
      unknownSince: 0,
      misses: { count: 0, since: 0 },
    } as const;
    this.orders.set(order.id, { ...order, ...fresh, trades: new Map(), misses: { count: 0, since: 0 }, decided: this.now });
    const hedge = this.hedges.get(order.hedge);
    if (hedge !== undefined && order.purpose === 'complete') hedge.completed = true;
  }

  failed(id: string, outcome: 'notSent' | 'refused' | 'unknown'): void {
    const order = this.orders.get(id);
    if (order === undefined || (order.state !== 'flying' && order.state !== 'unknown')) return;
    if (outcome === 'unknown') {
      if (order.state === 'flying') order.unknownSince = this.now;
      order.state = 'unknown';
      return;
    }
    order.state = 'over';
    order.absent = true;
    order.refused = outcome === 'refused';
    this.#movedBy(order);
  }

  /** A venue's word: trades count once each, what is filled never falls, what is over stays over. */
  told(
    id: string,
    says: { readonly isOpen: boolean; readonly filled: bigint; readonly trades: readonly { id: string; price: bigint; quantity: bigint }[] },
  ): void {
    const order = this.orders.get(id);
    if (order === undefined) return;
    const { filled: before, state } = order;
    for (const trade of says.trades) order.trades.set(trade.id, trade);
    const known = total([...order.trades.values()].map((trade) => trade.quantity));
    order.filled = most(most(before, says.filled), known);
    if (order.state !== 'over' || order.absent) order.state = says.isOpen ? 'open' : 'over';
    order.absent = false;
    order.refused = false;
    order.misses = { count: 0, since: 0 };
    if (order.filled !== before || order.state !== state) this.#movedBy(order);
  }

  /** A lookup found nothing. @param agrees the account holds what the books say */
  missed(id: string, agrees: boolean): void {
    const order = this.orders.get(id);
    if (order?.state !== 'unknown') return;
    const { misses } = order;
    order.misses = { count: misses.count + 1, since: misses.count === 0 ? this.now : misses.since };
    const proven = order.misses.count >= 5 && this.now - order.misses.since >= 60_000 && agrees && order.filled === 0n;
    if (!proven) return;
    order.state = 'over';
    order.absent = true;
    this.#movedBy(order);
  }

  #movedBy(order: MOrder): void {
    const hedge = this.hedges.get(order.hedge);
    if (hedge !== undefined) this.moved(hedge);
  }

  /** What closing now would lose, of what the spot leg cost with its fees. */
  loss(id: string, scene: Scene): bigint {
    const held = this.held(id);
    const mark = {
      spot: average(scene, 'spot', 'sell', held.spot === 0n ? coarse : held.spot),
      perp: average(scene, 'perp', 'buy', held.perp === 0n ? coarse : held.perp),
    };
    const sums = { spot: { flow: 0n, fees: 0n, bought: 0n }, perp: { flow: 0n, fees: 0n, bought: 0n } };
    for (const { leg, opens, filled, trades } of this.ordersOf(id)) {
      // What filled at prices that nobody has told yet counts as done at the mark.
      const unpriced = filled - total([...trades.values()].map((trade) => trade.quantity));
      const told = [...trades.values()].map(({ price, quantity }) => ({ value: times(price, quantity), part: times(times(price, quantity), fee) }));
      for (const { value, part } of [...told, { value: times(mark[leg], unpriced), part: 0n }]) {
        const buys = (leg === 'spot') === opens;
        sums[leg].flow += buys ? -value : value;
        sums[leg].bought += buys ? value : 0n;
        sums[leg].fees += part;
      }
    }
    const at = (leg: Leg, size: bigint): bigint => times(mark[leg], size);
    const spot = sums.spot.flow - sums.spot.fees + at('spot', held.spot);
    const perp = sums.perp.flow - sums.perp.fees - at('perp', held.perp);
    const cost = sums.spot.bought + sums.spot.fees;
    return cost === 0n ? 0n : over(-(spot + times(perp, whole(scene.fx))), cost);
  }

  /** Fresh prices: a loss at or above the stop-loss that two marks a second apart agree on closes the hedge. @returns those it closes */
  marked(scene: Scene): readonly string[] {
    const closes: string[] = [];
    if (scene.missing.some((part) => part !== 'accounts') || scene.staleMs > this.limits.maxBookAgeMs) return closes;
    for (const hedge of this.open) {
      const loses = hedge.stage === 'hedged' && this.loss(hedge.id, scene) >= whole('0.05');
      // Three seconds without prices end a run.
      const run = hedge.lossMark !== null && this.now - hedge.lossMark > 3000 ? null : hedge.lossSince;
      hedge.lossSince = loses ? (run ?? this.now) : null;
      hedge.lossMark = this.now;
      if (hedge.lossSince === null || this.now - hedge.lossSince < 1000 || hedge.waits.length > 0) continue;
      hedge.waits.push({ by: 'stopLoss', signal: false, quantity: null });
      closes.push(hedge.id);
    }
    return closes;
  }

  closesWhole = (hedge: MHedge): boolean => hedge.stage === 'closing' && hedge.target === 0n;

  /** Oldest first, until the quantity is used up. */
  partsOf(hedges: readonly MHedge[], wanted: bigint | null): readonly { readonly hedge: MHedge; readonly quantity: bigint | null }[] {
    const oldest = [...hedges].sort((a, b) => a.nth - b.nth);
    if (wanted === null) return oldest.map((hedge) => ({ hedge, quantity: null }));
    const parts: { readonly hedge: MHedge; readonly quantity: bigint | null }[] = [];
    let left = wanted;
    for (const hedge of oldest) {
      if (left <= 0n) break;
      const held = this.held(hedge.id);
      const has = hedge.stage === 'opening' ? hedge.planned : hedge.stage === 'closing' ? hedge.target : least(held.spot, held.perp);
      parts.push({ hedge, quantity: left >= has ? null : left });
      left -= has;
    }
    return parts;
  }
}
