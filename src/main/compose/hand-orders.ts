/** The contract's commands on single orders by hand. */
import type { CommandInput, Handlers } from '../../shared/contract/commands.ts';
import type { OrderTermsText } from '../../shared/contract/order-terms.ts';
import { decimalText } from '../../shared/contract/values.ts';
import { done, type Refusal, type Reply } from '../../shared/contract/reply.ts';
import { type ClientOrderId, clientOrderId, coin as coinId } from '../../shared/domain/ids.ts';
import { type Krw, notionalOf, price, quantity, ratio, round, text } from '../../shared/domain/units.ts';
import type { OrderTerms } from '../../shared/domain/venue.ts';
import type { CommandReply } from '../engine/draft.ts';
import type { Command } from '../engine/inputs.ts';
import { previewHand } from '../engine/preview.ts';
import type { Quote } from '../engine/quote.ts';
import type { State } from '../engine/state.ts';
import type { Decision, HandDesk } from '../runtime/hand-desk.ts';

export interface HandsOn {
  readonly now: () => number;
  readonly state: () => State;
  readonly command: (command: Command) => CommandReply;
  readonly desk: HandDesk;
  /** Prices of this second, for a look. */
  readonly quote: (coin: Quote['coin']) => Promise<Quote>;
}
type Ordering = Pick<Handlers, 'order.place' | 'order.check' | 'order.amend' | 'order.cancel' | 'order.settle'>;
type Refused = Extract<CommandReply, { ok: false }>;

export const refusalOf = ({ code, reason, compared, values }: Refused): Refusal => ({
  ok: false,
  code,
  reason,
  ...(compared === undefined ? {} : { compared }),
  ...(values === undefined ? {} : { values }),
});
const answered = (decision: Decision): Reply<{ order: string }> => (decision.ok ? done({ order: decision.order }) : refusalOf(decision));
const plain = (reply: CommandReply): Reply<Record<string, never>> => (reply.ok ? done({}) : refusalOf(reply));

export function orderHandlers(on: HandsOn): Ordering {
  const decided = async (reply: CommandReply, what: 'decision' | 'change'): Promise<Reply<{ order: string }>> => {
    if (!reply.ok) return refusalOf(reply);
    if (reply.order === undefined) throw new Error('Invariant: an order by hand that is decided on has an id');
    return answered(await on.desk.wait(reply.order, what));
  };
  return {
    'order.place': (input) => decided(on.command({ kind: 'placeOrder', ...wishOf(input) }), 'decision'),
    'order.amend': ({ order, quantity: size, price: at }) =>
      decided(on.command({ kind: 'amendOrder', order: idOf(order), quantity: quantity(size), price: price(at) }), 'change'),
    'order.cancel': ({ order }) => Promise.resolve(plain(on.command({ kind: 'cancelOrder', order: idOf(order) }))),
    'order.settle': ({ order }) => Promise.resolve(plain(on.command({ kind: 'settleOrder', order: idOf(order) }))),
    'order.check': (input) => check(on, input),
  };
}

const idOf = (order: string): ClientOrderId => clientOrderId(order);

const wishOf = ({ venue, coin, side, terms }: CommandInput<'order.place'>) => ({ venue, coin: coinId(coin), side, terms: termsOf(terms) });

async function check(on: HandsOn, input: CommandInput<'order.check'>): ReturnType<Ordering['order.check']> {
  const wish = wishOf(input);
  const quote = await on.quote(wish.coin);
  const { worst, valueKrw, feesKrw, denial } = previewHand(on.state(), wish, quote, on.now());
  return done({
    worst: worst === null ? null : text(worst),
    valueKrw: shown(valueKrw),
    feesKrw: shown(feesKrw),
    denial: denial === null ? null : { code: denial.denied, reason: denial.reason, compared: denial.compared, values: denial.values },
  });
}

/** As far as the contract writes numbers: a price and a quantity that a person may type can come to more. */
function shown(amount: Krw | null): string | null {
  const written = amount === null ? null : text(round(amount, 8, 'halfEven'));
  return decimalText.safeParse(written).success ? written : null;
}

/** @param terms of the contract's form */
function termsOf(terms: OrderTermsText): OrderTerms {
  if (terms.type === 'marketByCost') return { type: terms.type, cost: notionalOf(terms.cost) };
  if (terms.type === 'bestByCost') return { type: terms.type, cost: notionalOf(terms.cost), timeInForce: terms.timeInForce };
  const size = quantity(terms.quantity);
  if (terms.type === 'market') return { type: terms.type, quantity: size };
  if (terms.type === 'best') return { type: terms.type, quantity: size, timeInForce: terms.timeInForce };
  if (terms.type === 'limit') return { type: terms.type, quantity: size, price: price(terms.price), timeInForce: terms.timeInForce };
  if (terms.type === 'stopMarket') return { type: terms.type, quantity: size, triggerPrice: price(terms.triggerPrice) };
  const from = terms.activationPrice === undefined ? {} : { activationPrice: price(terms.activationPrice) };
  return { type: terms.type, quantity: size, callback: ratio(terms.callback), ...from };
}
