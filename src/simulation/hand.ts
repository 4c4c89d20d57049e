/** A person's single orders: every kind at both venues, other terms for what rests, and cancels. Counted when they reach a venue. */
import type { Coin } from '../shared/domain/ids.ts';
import { fromNumber, decimal, isZero, type Price, type Quantity, quantity, ratio } from '../shared/domain/units.ts';
import type { Leg, OrderRequest, OrderTerms, Side } from '../shared/domain/venue.ts';
import { isInFlight } from '../main/engine/legs.ts';
import { legVenue, type Order } from '../main/engine/state.ts';
import type { HandKind } from './events.ts';
import type { Life } from './life.ts';
import type { Process } from './process.ts';
import type { Draw } from './random.ts';

export class Hand {
  readonly #life: Life;
  readonly #draw: Draw;

  constructor(life: Life, draw: Draw) {
    this.#life = life;
    this.#draw = draw;
  }

  /** In some lives single orders are traded, most of them while the console may. */
  begin(): void {
    const { timeline } = this.#life;
    if (!this.#draw.chance(0.65)) return;
    for (let left = this.#draw.int(4, 14); left > 0; left -= 1) timeline.after(this.#draw.int(1500, 30_000), () => this.#act());
  }

  #act(): void {
    const { process, faults, timeline } = this.#life;
    if (faults.isOver || process === null || process.owner.dead || process.owner.heldUntil > timeline.now || !process.isReady) return;
    const draw = this.#draw;
    const order = Object.values(process.state?.orders ?? {}).find(({ hedge, state }) => hedge === null && state === 'open');
    if (order === undefined || draw.chance(0.4)) return this.#place(process);
    if (draw.chance(0.7)) return this.#change(process, order);
    this.#tell(process.command({ kind: 'cancelOrder', order: order.id }), 'cancel');
  }

  /** Whoever leaves takes some of it back. */
  leave(process: Process | null): void {
    if (process === null || process.running === null || process.owner.dead || !this.#draw.chance(0.6)) return;
    for (const order of Object.values(process.state?.orders ?? {}))
      if (order.hedge === null && isInFlight(order)) process.command({ kind: 'cancelOrder', order: order.id });
  }

  #place(process: Process): void {
    const { coins, exchanges } = this.#life;
    const draw = this.#draw;
    const coin = draw.pick(coins as [Coin, ...Coin[]]);
    const leg: Leg = draw.pick(['spot', 'perp'] as const);
    // There has to be something to reduce, or it is denied.
    const reduces = !isZero(exchanges[leg].held(coin)) && draw.chance(0.85);
    const side: Side = (leg === 'spot') === reduces ? 'sell' : 'buy';
    const terms = this.#terms(leg, side, coin);
    const reply = process.command({ kind: 'placeOrder', venue: legVenue[leg], coin, side, terms });
    this.#life.log(`a hand wants to ${side} on ${leg} ${JSON.stringify(terms)}: ${reply.ok ? 'wanted' : reply.code}`);
  }

  #terms(leg: Leg, side: Side, coin: Coin): OrderTerms {
    const draw = this.#draw;
    const mark = this.#life.market.mark(leg, coin);
    const size = quantity(draw.pick(['0.001', '0.001', '0.002', '0.005', '0.01', '0.05']));
    const at = (part: number) =>
      fromNumber<'price'>(leg === 'spot' ? Math.round((mark * part) / 1000) * 1000 : Math.round(mark * part * 2) / 2, leg === 'spot' ? 0 : 1);
    const aside = side === 'buy' ? 1 - draw.between(0, 0.002) : 1 + draw.between(0, 0.002);
    const kinds: readonly [() => OrderTerms, ...(() => OrderTerms)[]] = [
      () => ({ type: 'limit', quantity: size, price: at(2 - aside), timeInForce: draw.pick(['IOC', 'FOK'] as const) }),
      () => ({ type: 'limit', quantity: size, price: at(aside), timeInForce: draw.pick(['GTC', 'postOnly'] as const) }),
      ...this.#ofVenue(leg, side, size, at),
    ];
    return draw.pick(kinds)();
  }

  #ofVenue(leg: Leg, side: Side, size: Quantity, at: (part: number) => Price): readonly (() => OrderTerms)[] {
    const draw = this.#draw;
    const timeInForce = draw.pick(['IOC', 'FOK'] as const);
    const market = (): OrderTerms => ({ type: 'market', quantity: size });
    if (leg === 'perp' && side === 'sell') return [market];
    if (leg === 'perp')
      return [
        market,
        () => ({ type: 'stopMarket', quantity: size, triggerPrice: at(1 + draw.between(0.0002, 0.002)) }),
        () => ({ type: 'stopMarket', quantity: size, triggerPrice: at(1 + draw.between(0.0002, 0.002)) }),
        () => ({ type: 'stopMarket', quantity: size, triggerPrice: at(1 + draw.between(0.0002, 0.002)) }),
        () => ({ type: 'trailingStopMarket', quantity: size, callback: ratio(draw.pick(['0.001', '0.005'])) }),
        () => ({ type: 'trailingStopMarket', quantity: size, callback: ratio(draw.pick(['0.001', '0.005'])) }),
      ];
    const cost = decimal<'notional'>(String(draw.int(1, 20) * 100_000));
    if (side === 'sell')
      return [market, () => ({ type: 'best', quantity: size, timeInForce }), () => ({ type: 'best', quantity: size, timeInForce })];
    const bestByCost = (): OrderTerms => ({ type: 'bestByCost', cost, timeInForce });
    return [() => ({ type: 'marketByCost', cost }), () => ({ type: 'marketByCost', cost }), bestByCost, bestByCost, bestByCost];
  }

  #change(process: Process, { id, request: { leg, coin, terms } }: Order): void {
    const mark = this.#life.market.mark(leg, coin);
    const part = 1 + this.#draw.between(-0.002, 0.002);
    const changed = fromNumber<'price'>(
      leg === 'spot' ? Math.round((mark * part) / 1000) * 1000 : Math.round(mark * part * 2) / 2,
      leg === 'spot' ? 0 : 1,
    );
    const size = 'quantity' in terms && this.#draw.chance(0.5) ? terms.quantity : quantity(this.#draw.pick(['0.002', '0.006', '0.02']));
    this.#tell(process.command({ kind: 'amendOrder', order: id, quantity: size, price: changed }), 'amend');
  }

  #tell(reply: { readonly ok: boolean; readonly code?: string }, kind: 'amend' | 'cancel'): void {
    this.#life.log(`a hand wants to ${kind}: ${reply.ok ? 'wanted' : reply.code}`);
    if (reply.ok) this.#life.events.hit(`hand ${kind}`);
  }
}

/** What an order by hand is counted as. */
export function handKindOf({ terms }: OrderRequest): HandKind {
  return terms.type === 'limit' ? `limit ${terms.timeInForce}` : terms.type;
}
