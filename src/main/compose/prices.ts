/**
 * Prices for people: the premium and its course, newest marks, tickets of what waits, uses of the limits. Nothing here is
 * traded on, so nothing here may end the process: what throws is told as trouble.
 */
import type { Handlers } from '../../shared/contract/commands.ts';
import type { MarketView } from '../../shared/contract/parts.ts';
import { done } from '../../shared/contract/reply.ts';
import type { TicketView } from '../../shared/contract/rows.ts';
import type { Coin } from '../../shared/domain/ids.ts';
import type { QuoteFor } from '../engine/inputs.ts';
import type { Quote } from '../engine/quote.ts';
import { type LimitInputs, limitInputsOf } from '../engine/risk/limit-uses.ts';
import type { State } from '../engine/state.ts';
import { ticketView } from '../engine/view/ticket-view.ts';
import type { BankRatePort } from '../market/port.ts';
import { PremiumSeries } from '../market/premium-series.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Loop } from '../runtime/loop.ts';
import { PremiumWatch } from '../runtime/premium-watch.ts';
import type { Quotes } from '../runtime/quotes.ts';
import { type Ticket, Tickets } from '../runtime/tickets.ts';
import { watchedCoin } from '../runtime/watched-coin.ts';

export interface PriceParts {
  readonly clock: Clock;
  readonly quotes: Quotes;
  readonly loop: () => Loop;
  readonly bankRate: BankRatePort | null;
  /** Prices or tickets are others than before. */
  readonly onChange: () => void;
  readonly onTrouble: (error: unknown) => void;
}

export class Prices {
  readonly series = new PremiumSeries();
  readonly #onChange: () => void;
  readonly #onTrouble: (error: unknown) => void;
  readonly #watch: PremiumWatch;
  readonly #tickets: Tickets;
  readonly #newest = new Map<Coin, Quote>();
  /** A ticket that did not change keeps its view, so that the feed sees that it did not. */
  readonly #views = new WeakMap<Ticket, TicketView>();
  #inputs: { readonly of: Quote; readonly value: LimitInputs } | null = null;

  constructor({ clock, quotes, loop, bankRate, onChange, onTrouble }: PriceParts) {
    this.#onChange = onChange;
    this.#onTrouble = onTrouble;
    this.#watch = new PremiumWatch({ coin: watchedCoin, clock, bankRate, series: this.series });
    this.#tickets = new Tickets({ quotes, clock, loop });
    this.#tickets.onChange(onChange);
  }

  get market(): MarketView | null {
    return this.#watch.market;
  }
  /** The newest marks by coin. */
  get newest(): ReadonlyMap<Coin, Quote> {
    return this.#newest;
  }
  get tickets(): ReadonlyMap<string, TicketView> {
    return new Map([...this.#tickets.all].map(([id, ticket]) => [id, this.#viewOf(ticket)]));
  }
  /** What uses of limits are measured with; null before the first marks. */
  get limitInputs(): LimitInputs | null {
    const { quote } = this.#watch;
    if (quote === null) return null;
    if (this.#inputs?.of !== quote) this.#inputs = { of: quote, value: limitInputsOf(quote) };
    return this.#inputs.value;
  }

  readonly history: Handlers['premium.history'] = ({ from, to, points }) =>
    Promise.resolve(done({ coin: watchedCoin, ...this.series.between(from, to, points) }));

  readonly onQuote = (purpose: QuoteFor, quote: Quote): void => {
    if (purpose.kind !== 'marks') return;
    this.#newest.set(quote.coin, quote);
    this.#try(() => this.#watch.take(quote));
    this.#onChange();
  };

  follow(state: State): void {
    this.#try(() => this.#tickets.follow(state));
  }
  start(): void {
    this.#watch.start();
  }
  close(): void {
    this.#watch.close();
    this.#tickets.close();
  }

  #viewOf(ticket: Ticket): TicketView {
    const known = this.#views.get(ticket);
    if (known !== undefined) return known;
    const made = ticketView(ticket, ticket.at);
    this.#views.set(ticket, made);
    return made;
  }

  #try(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#onTrouble(error);
    }
  }
}
