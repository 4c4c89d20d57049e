/**
 * Prices for people: the premium and its course, newest marks, tickets of what waits, uses of the limits. Nothing here is
 * traded on, so nothing here may end the process: what throws is told as trouble.
 */
import type { Handlers } from '../../shared/contract/commands.ts';
import type { MarketView } from '../../shared/contract/parts.ts';
import { done } from '../../shared/contract/reply.ts';
import type { TicketView } from '../../shared/contract/rows.ts';
import { type Coin, coin } from '../../shared/domain/ids.ts';
import type { QuoteFor } from '../engine/inputs.ts';
import type { Quote } from '../engine/quote.ts';
import { type LimitInputs, limitInputsOf } from '../engine/risk/limit-uses.ts';
import type { State } from '../engine/state.ts';
import { ticketView } from '../engine/view/ticket-view.ts';
import { guardedAgents } from '../exchanges/loopback.ts';
import type { VenuePort } from '../exchanges/port.ts';
import { backfill, type ReadMinutes } from '../market/backfill.ts';
import { BankRateReader } from '../market/bank-rate.ts';
import { PremiumSeries } from '../market/premium-series.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Loop } from '../runtime/loop.ts';
import { PremiumWatch } from '../runtime/premium-watch.ts';
import type { Quotes } from '../runtime/quotes.ts';
import { type Ticket, Tickets } from '../runtime/tickets.ts';
import type { Venues } from '../runtime/venues.ts';
import { watchedCoin } from '../runtime/watched-coin.ts';

const tether = coin('USDT');

export interface PriceParts {
  readonly clock: Clock;
  readonly quotes: Quotes;
  readonly loop: () => Loop;
  readonly venues: Venues;
  readonly loopbackOnly: boolean;
  /** Where a bank's USD/KRW is read; null where there is none. */
  readonly bankRateUrl: URL | null;
  /** Prices or tickets are others than before. */
  readonly onChange: () => void;
  readonly onTrouble: (error: unknown) => void;
}

export class Prices {
  readonly series = new PremiumSeries();
  readonly #onChange: () => void;
  readonly #onTrouble: (error: unknown) => void;
  readonly #clock: Clock;
  readonly #venues: Venues;
  readonly #bankRate: BankRateReader | null;
  readonly #watch: PremiumWatch;
  readonly #tickets: Tickets;
  readonly #newest = new Map<Coin, Quote>();
  /** A ticket that did not change keeps its view, so that the feed sees that it did not. */
  readonly #views = new WeakMap<Ticket, TicketView>();
  /** Ends the pause that the filling of the past makes. */
  #wake: () => void = () => undefined;
  #past: 'unread' | 'begun' | 'over' = 'unread';
  #inputs: { readonly of: Quote; readonly value: LimitInputs } | null = null;

  constructor({ clock, quotes, loop, venues, loopbackOnly, bankRateUrl, onChange, onTrouble }: PriceParts) {
    this.#clock = clock;
    this.#venues = venues;
    this.#onChange = onChange;
    this.#onTrouble = onTrouble;
    const agents = guardedAgents(loopbackOnly);
    this.#bankRate = bankRateUrl === null ? null : new BankRateReader({ url: bankRateUrl, agents, clock });
    this.#watch = new PremiumWatch({ coin: watchedCoin, clock, bankRate: this.#bankRate, series: this.series });
    this.#tickets = new Tickets({ quotes, clock, loop, onTrouble });
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
    if (state.phase === 'ready' && this.#past === 'unread') this.#fillPast();
  }
  start(): void {
    this.#bankRate?.start();
    this.#watch.start();
  }
  close(): void {
    this.#past = 'over';
    this.#wake();
    this.#bankRate?.close();
    this.#watch.close();
    this.#tickets.close();
  }

  /** Once the venues were read, and slowly: nothing waits for it. */
  #fillPast(): void {
    this.#past = 'begun';
    const { spot, perp } = this.#venues;
    const minutes =
      (venue: VenuePort, coin: Coin): ReadMinutes =>
      (to, count) =>
        venue.candles(coin, to, count);
    backfill({
      spot: minutes(spot, watchedCoin),
      perp: minutes(perp, watchedCoin),
      fx: minutes(spot, tether),
      series: this.series,
      now: this.#clock.now,
      sleep: (ms) => this.#sleep(ms),
      isOver: () => this.#past === 'over',
    }).catch(this.#onTrouble);
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const callOff = this.#clock.after(ms, resolve);
      this.#wake = () => {
        callOff();
        resolve();
      };
    });
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
