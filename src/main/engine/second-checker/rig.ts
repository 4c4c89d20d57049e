/**
 * The engine under test and a venue that does what it is told: inputs go in, and what the outside can see comes out.
 * Of the engine only `step`, `fold` and the first state are used.
 */
import { coin, type HedgeId, hedgeOf, installationId, type SignalId, signalId } from '../../../shared/domain/ids.ts';
import type { Failure } from '../../../shared/domain/failure.ts';
import type { Signal } from '../../../shared/domain/signal.ts';
import { decimal, krw, price, quantity, ratio } from '../../../shared/domain/units.ts';
import type { Book, Fill, Holdings, MarketRules, OrderReport, OrderRequest, Venue } from '../../../shared/domain/venue.ts';
import type { Effect } from '../effects.ts';
import type { Fact } from '../facts.ts';
import { fold } from '../fold.ts';
import type { Command, Input, QuoteFor } from '../inputs.ts';
import type { Quote } from '../quote.ts';
import { initialState, type State } from '../state.ts';
import { step } from '../step.ts';
import type { Wish } from './entry-rules.ts';
import { coarse, fee, type Leg, levels, type Scene, tick } from './scene.ts';
import { down, textOf, times, total, whole } from './whole.ts';

export type Untimed = Input extends infer I ? (I extends Input ? Omit<I, 'at'> : never) : never;

export interface Trade {
  readonly id: string;
  readonly price: bigint;
  readonly quantity: bigint;
}
/** An order as it truly is at its venue. */
export interface Truth {
  readonly request: OrderRequest;
  readonly purpose: string;
  readonly leg: Leg;
  readonly opens: boolean;
  readonly quantity: bigint;
  trades: Trade[];
  /** Null: the venue has not decided yet. */
  fate: 'executed' | 'absent' | null;
  answered: boolean;
}
export interface Seen {
  readonly sent: readonly Truth[];
  readonly canceled: readonly string[];
  readonly wants: readonly string[];
  readonly ok: boolean;
  readonly facts: readonly Fact[];
}
export interface SignalText extends Wish {
  readonly id: string;
  readonly action: 'ENTER' | 'EXIT';
  readonly digest: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly hedge?: string;
}

const BTC = coin('BTC');
const installation = installationId('c2h3k4');
const begin = 1_795_223_600_000;
const ok = <T>(value: T) => ({ ok: true, value }) as const;
const failureOf = (outcome: Failure['outcome'], code: Failure['code']): Failure => ({ outcome, code, venueCode: '', said: 'told so' });
const gone = { ok: false, failure: failureOf('unknown', 'NETWORK') } as const;
const venueOf = (leg: Leg): Venue => (leg === 'spot' ? 'upbit' : 'binance');

export class Rig {
  now = begin;
  state: State = initialState(installation, 'paper');
  facts: Fact[] = [];
  readonly orders: Truth[] = [];
  /** Quotes that are wanted, by what for. */
  readonly wants = new Map<string, QuoteFor>();
  readonly #ids = new Set<string>();

  feed(input: Untimed): Seen {
    const { state, facts, effects, reply } = step(this.state, { ...input, at: this.now });
    this.state = state;
    this.facts.push(...facts);
    const sent = effects.flatMap((effect) => (effect.kind === 'place' ? [this.#send(effect)] : []));
    const intents = facts.filter((fact) => fact.kind === 'orderIntended').length;
    if (intents !== sent.length) throw new Error(`An order leaves with its intent: ${intents} intents, ${sent.length} orders`);
    const quotes = effects.flatMap((effect) => (effect.kind === 'quote' ? [effect.purpose] : []));
    for (const purpose of quotes) this.wants.set(keyOf(purpose), purpose);
    return {
      sent,
      canceled: effects.flatMap((effect) => (effect.kind === 'cancel' ? [effect.id as string] : [])),
      wants: quotes.map(keyOf),
      ok: reply.ok,
      facts,
    };
  }

  command(command: Command): Seen {
    return this.feed({ kind: 'command', command });
  }

  signal(text: SignalText): Seen {
    return this.feed({ kind: 'signal', parsed: { ok: true, signal: signalOf(text) }, source: { kind: 'file', path: 'f', line: 1 }, place: null });
  }

  /** The journal as it comes back from disk gives the same state; the next process begins with it. */
  restart(): void {
    const read = (JSON.parse(JSON.stringify(this.facts)) as Fact[]).reduce(fold, initialState(installation, 'paper'));
    if (JSON.stringify(read) !== JSON.stringify(this.state)) throw new Error('The journal folds to another state');
    this.state = read;
    this.wants.clear();
  }

  /** The venue carries an order out as far as it does. */
  execute(order: Truth, part: number, scene: Scene): void {
    order.fate = 'executed';
    const room = order.request.reduceOnly ? this.held('perp') : order.quantity;
    const possible = order.quantity < room ? order.quantity : room;
    const size = down((possible * BigInt(part)) / 100n, coarse);
    const first = down(size / 2n, coarse);
    for (const quantity of [first, size - first]) if (quantity > 0n) this.trade(order, quantity, scene);
  }

  trade(order: Truth, quantity: bigint, scene: Scene): void {
    const [best] = levels(scene, order.leg, order.request.side);
    order.trades = [...order.trades, { id: `${order.request.clientOrderId}-${order.trades.length}`, price: best?.price ?? 0n, quantity }];
  }

  /** Coins that a leg truly holds. */
  held(leg: Leg): bigint {
    const of = (opens: boolean) => total(this.orders.filter((order) => order.leg === leg && order.opens === opens).map(executed));
    return of(true) - of(false);
  }

  /** @param trades how many of the trades it knows of; @param state what it says of the order */
  report(order: Truth, trades = order.trades.length, state?: OrderReport['state']): OrderReport {
    const known = order.trades.slice(0, trades);
    const filled = total(known.map((trade) => trade.quantity));
    return {
      clientOrderId: order.request.clientOrderId,
      venueOrderId: `v-${order.request.clientOrderId}`,
      state: state ?? (filled === order.quantity ? 'filled' : 'canceled'),
      filled: quantity(textOf(filled)),
      fills: known.map((trade) => this.#fillOf(order, trade)),
      at: this.now,
    };
  }

  placed(order: Truth, outcome: Extract<Input, { kind: 'placed' }>['outcome']): Seen {
    order.answered = true;
    return this.feed({ kind: 'placed', id: order.request.clientOrderId, outcome, wireAt: outcome.outcome === 'notSent' ? null : this.now });
  }

  refused(order: Truth, outcome: Failure['outcome'], code: Failure['code']): Seen {
    return this.placed(order, failureOf(outcome, code));
  }

  missed(order: Truth): Seen {
    const venue = venueOf(order.leg);
    return this.feed({
      kind: 'missed',
      id: order.request.clientOrderId,
      openOrders: false,
      trades: false,
      holdings: this.holdings(venue),
      stream: 'live',
    });
  }

  requestEnded(venue: Venue, failed: boolean): Seen {
    return this.feed({ kind: 'requestEnded', venue, failure: failed ? failureOf('unknown', 'NETWORK') : null });
  }

  account(): { readonly krw: bigint; readonly balance: bigint; readonly available: bigint } {
    let cash = whole('1000000000');
    for (const order of this.orders)
      for (const { price: paid, quantity: size } of order.leg === 'spot' ? order.trades : []) {
        const value = times(paid, size);
        cash += (order.opens ? -value : value) - times(value, fee);
      }
    const bound = times(this.held('perp'), whole('115000'));
    return { krw: cash, balance: whole('1000000'), available: whole('1000000') - bound };
  }

  holdings(venue: Venue): Holdings {
    const { krw: cash, balance, available } = this.account();
    if (venue === 'upbit') {
      const money = { currency: 'KRW', free: decimal<'balance'>(textOf(cash)), locked: decimal<'balance'>('0') };
      const coins = { currency: 'BTC', free: decimal<'balance'>(textOf(this.held('spot'))), locked: decimal<'balance'>('0') };
      return { balances: [money, coins], positions: [], at: this.now };
    }
    const short = this.held('perp');
    const position = {
      coin: BTC,
      quantity: decimal<'signedQuantity'>(textOf(-short)),
      entryPrice: price('115000'),
      markPrice: price('115000'),
      liquidationPrice: price('218000'),
    };
    const margin = { balance: decimal<'usdt'>(textOf(balance)), available: decimal<'usdt'>(textOf(available)), maintenance: decimal<'usdt'>('0') };
    return { balances: [], positions: short === 0n ? [] : [position], margin, at: this.now };
  }

  quoted(purpose: QuoteFor, scene: Scene): Seen {
    this.wants.delete(keyOf(purpose));
    const at = this.now - scene.staleMs;
    const book = (leg: Leg): Book => {
      const side = (way: 'buy' | 'sell') =>
        levels(scene, leg, way).map((level) => ({ price: price(textOf(level.price)), quantity: quantity(textOf(level.quantity)) }));
      return { bids: side('sell'), asks: side('buy'), at };
    };
    const lacks = (part: Scene['missing'][number]): boolean => scene.missing.includes(part);
    const leg = (name: Leg) => ({
      book: lacks(name) ? gone : ok(book(name)),
      rules: ok(rules[name]),
      // As the runtime gathers it: a close looks at no account, and only an entry prepares its market.
      holdings: lacks('accounts') || purpose.kind === 'exit' ? gone : ok(this.holdings(venueOf(name))),
      clockOffsetMs: ok(scene.clockMs),
      prepared: purpose.kind === 'entry' ? ok(undefined) : gone,
    });
    const rate = [{ price: price(scene.fx), quantity: quantity('1000') }];
    const quote: Quote = {
      coin: BTC,
      at,
      leverage: 1,
      legs: { spot: leg('spot'), perp: leg('perp') },
      fx: lacks('fx') ? gone : ok({ bids: rate, asks: rate, at }),
    };
    return this.feed({ kind: 'quoted', purpose, quote });
  }

  #send({ order, purpose }: Extract<Effect, { kind: 'place' }>): Truth {
    if (this.#ids.has(order.clientOrderId)) throw new Error(`${order.clientOrderId} left twice`);
    this.#ids.add(order.clientOrderId);
    if ('cost' in order.terms) throw new Error('These settings know no orders by cost');
    const { leg, side } = order;
    const opens = (leg === 'spot') === (side === 'buy');
    if (leg === 'perp' && !opens !== order.reduceOnly) throw new Error(`Reduce-only is for closing the short: ${order.clientOrderId}`);
    const truth: Truth = {
      request: order,
      purpose,
      leg,
      opens,
      quantity: whole(order.terms.quantity as unknown as string),
      trades: [],
      fate: null,
      answered: false,
    };
    this.orders.push(truth);
    return truth;
  }

  #fillOf(order: Truth, { id, price: paid, quantity: size }: Trade): Fill {
    return {
      tradeId: id,
      price: price(textOf(paid)),
      quantity: quantity(textOf(size)),
      fee: decimal(textOf(times(times(paid, size), fee))),
      feeCurrency: order.leg === 'spot' ? 'KRW' : 'USDT',
      at: this.now,
    };
  }
}

export const executed = (order: Truth): bigint => total(order.trades.map((trade) => trade.quantity));

const rulesOf = (step: string, minQuantity: string, minNotional: string, leg: Leg): MarketRules => ({
  coin: BTC,
  step: quantity(step),
  minQuantity: quantity(minQuantity),
  minNotional: decimal(minNotional),
  ticks: [{ from: price('0'), tick: price(textOf(tick[leg])) }],
  takerFee: ratio(textOf(fee)),
});
const rules = { spot: rulesOf('0.00000001', '0.00000001', '5000', 'spot'), perp: rulesOf('0.001', '0.001', '100', 'perp') };

function keyOf(purpose: QuoteFor): string {
  if (purpose.kind === 'entry') return `entry ${purpose.signal}`;
  if (purpose.kind === 'byHand') return `byHand ${purpose.order}`;
  return purpose.kind === 'marks' ? `marks ${purpose.coin}` : `${purpose.kind} ${purpose.hedge}`;
}

function signalOf({ id, action, digest, createdAt, expiresAt, hedge, ...wish }: SignalText): Signal {
  const bounds = wish.bounds === undefined ? {} : { premium: { expected: ratio(wish.bounds[0]), maxSlippage: ratio(wish.bounds[1]) } };
  const common = {
    id: signalId(id),
    coin: BTC,
    createdAt,
    expiresAt,
    digest,
    ...bounds,
    ...(wish.risk === undefined ? {} : { risk: ratio(wish.risk) }),
  };
  if (action === 'ENTER') {
    const size = wish.quantity === undefined ? { amountKrw: krw(wish.amountKrw ?? '1') } : { quantity: quantity(wish.quantity) };
    return { ...common, action, size };
  }
  return {
    ...common,
    action,
    ...(wish.quantity === undefined ? {} : { quantity: quantity(wish.quantity) }),
    ...(hedge === undefined ? {} : { hedge: hedgeOf(signalId(hedge)) }),
  };
}

/** Ids from text that is known to be well formed. */
export const idOf: { readonly signal: (id: string) => SignalId; readonly hedge: (id: string) => HedgeId } = {
  signal: signalId,
  hedge: (id) => hedgeOf(signalId(id)),
};
