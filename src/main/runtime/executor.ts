/** Carries effects out, and tells each quote that it gathered. Both legs of an entry are placed in the same turn of the event loop. */
import type { Effect } from '../engine/effects.ts';
import type { QuoteFor } from '../engine/inputs.ts';
import { openHedges } from '../engine/legs.ts';
import { livePrices } from '../engine/live-marks.ts';
import type { Quote } from '../engine/quote.ts';
import { own, there } from '../../shared/domain/record.ts';
import type { Coin } from '../../shared/domain/ids.ts';
import type { Clock } from './clock.ts';
import { orderName } from '../exchanges/port.ts';
import type { Door } from './door.ts';
import type { Loop } from './loop.ts';
import type { GatherFor, Quotes } from './quotes.ts';

export type QuoteListener = (purpose: QuoteFor, quote: Quote) => void;

export class Executor {
  readonly #door: Door;
  readonly #quotes: Quotes;
  readonly #clock: Clock;
  readonly #loop: () => Loop;
  /** Quotes under way or scheduled: a second wish for the same thing is the same wish. */
  readonly #quoting = new Map<string, () => void>();
  /** The newest live marks of each coin that has an open hedge: the journal takes them only now and then. */
  readonly #marks = new Map<Coin, Quote>();
  readonly #onQuote: QuoteListener;
  #closed = false;

  /** @param onQuote told of each quote, after the engine; it must not throw */
  constructor(door: Door, quotes: Quotes, clock: Clock, loop: () => Loop, onQuote: QuoteListener = () => undefined) {
    this.#door = door;
    this.#quotes = quotes;
    this.#clock = clock;
    this.#loop = loop;
    this.#onQuote = onQuote;
  }

  readonly carryOut = (effects: readonly Effect[]): void => {
    if (this.#closed) return;
    for (const effect of effects) this.#one(effect);
  };

  close(): void {
    this.#closed = true;
    for (const callOff of this.#quoting.values()) callOff();
    this.#quoting.clear();
  }

  #one(effect: Effect): void {
    if (effect.kind === 'place') this.#loop().watch(this.#place(effect));
    else if (effect.kind === 'amend') this.#loop().watch(this.#amend(effect));
    else if (effect.kind === 'cancel') this.#loop().watch(this.#cancel(effect));
    else this.#schedule(effect);
  }

  async #place({ order, purpose, on }: Extract<Effect, { kind: 'place' }>): Promise<void> {
    // Effects are carried out as soon as their facts are on disk: this is when they were.
    const durableAt = this.#clock.now();
    const { outcome, wireAt, denial } = await this.#door.place(order, purpose, on);
    this.#loop().submit({ kind: 'placed', id: order.clientOrderId, outcome, durableAt, wireAt, ...(denial === null ? {} : { denial }) });
  }

  async #amend({ resting: id, order, purpose, on }: Extract<Effect, { kind: 'amend' }>): Promise<void> {
    const durableAt = this.#clock.now();
    const old = there(this.#loop().state.orders, id);
    const resting = { ...orderName(old.request, old.venueOrderId), terms: old.request.terms };
    const { outcome, wireAt, denial } = await this.#door.amend(resting, order, purpose, on);
    this.#loop().submit({ kind: 'amended', id: order.clientOrderId, outcome, durableAt, wireAt, ...(denial === null ? {} : { denial }) });
  }

  async #cancel({ id, coin }: Extract<Effect, { kind: 'cancel' }>): Promise<void> {
    const order = own(this.#loop().state.orders, id);
    if (order === undefined) return;
    await this.#door.cancel(order.request.leg, orderName({ ...order.request, coin }, order.venueOrderId));
  }

  #schedule(effect: Extract<Effect, { kind: 'quote' }>): void {
    const key = keyOf(effect.purpose);
    if (this.#quoting.has(key)) return;
    const begin = (): void => {
      this.#quoting.set(key, () => undefined);
      this.#loop().watch(this.#quote(key, effect));
    };
    if (effect.afterMs > 0) this.#quoting.set(key, this.#clock.after(effect.afterMs, begin));
    else begin();
  }

  async #quote(key: string, { purpose, coin }: Extract<Effect, { kind: 'quote' }>): Promise<void> {
    const quote = await this.#quotes.gather(gatheredAs(purpose), coin, this.#loop().state.settings.leverage);
    this.#quoting.delete(key);
    if (this.#closed) return;
    this.#loop().submit({ kind: 'quoted', purpose, quote, ...(purpose.kind === 'marks' ? { beside: this.#marksBeside(quote) } : {}) });
    this.#onQuote(purpose, quote);
  }

  /** Keeps these marks if they are any. @returns the newest of the other coins that have an open hedge */
  #marksBeside(quote: Quote): readonly Quote[] {
    const { state } = this.#loop();
    const open = new Set(openHedges(state).map(({ coin }) => coin));
    for (const coin of this.#marks.keys()) if (!open.has(coin)) this.#marks.delete(coin);
    if (open.has(quote.coin) && livePrices(quote, state.settings, quote.at) !== null) this.#marks.set(quote.coin, quote);
    return [...this.#marks.values()].filter(({ coin }) => coin !== quote.coin);
  }
}

/** An order by hand reads what a hedge's would: one that adds risk like an entry, one that reduces like a correction. */
function gatheredAs(purpose: QuoteFor): GatherFor {
  if (purpose.kind !== 'byHand') return purpose.kind;
  return purpose.how === 'prepares' ? 'entry' : purpose.how === 'adds' ? 'adding' : 'settle';
}

function keyOf(purpose: QuoteFor): string {
  if (purpose.kind === 'entry') return `entry:${purpose.signal}`;
  if (purpose.kind === 'byHand') return `byHand:${purpose.order}`;
  return purpose.kind === 'marks' ? `marks:${purpose.coin}` : `${purpose.kind}:${purpose.hedge}`;
}
