/** What must hold in every step, whatever happened before (reliability.md, I1–I13). Throws with the rule that broke. */
import type { ClientOrderId, SignalId } from '../../../shared/domain/ids.ts';
import { own } from '../../../shared/domain/record.ts';
import { alarmValues, denialValues, stopValues, type Values, verdictValues } from '../../../shared/domain/codes.ts';
import { gt, lt, text } from '../../../shared/domain/units.ts';
import type { Effect } from '../effects.ts';
import type { Fact } from '../facts.ts';
import { holding, isInFlight, opens, ordersOf } from '../legs.ts';
import { tradingState } from '../risk/permission.ts';
import { isFinal } from '../signal-book.ts';
import type { State } from '../state.ts';
import type { Step } from '../step.ts';

type Place = Extract<Effect, { kind: 'place' | 'amend' }>;

/** Checks every step of one engine's life, over its restarts. */
export class Invariants {
  readonly #ids = new Set<ClientOrderId>();
  readonly #verdicts = new Set<SignalId>();

  check(before: State, { state, facts, effects }: Step): void {
    const placed = effects.filter((effect) => effect.kind === 'place' || effect.kind === 'amend');
    this.#intents(facts, placed);
    this.#oneVerdict(facts);
    for (const fact of facts) saysItsFacts(fact);
    for (const place of placed) {
      if (place.purpose === 'byHand') mayBeSentByHand(state, place);
      else mayBeSent(state, place, placed);
    }
    filledNeverFalls(before, state);
    slotsAreHeld(state);
  }

  #intents(facts: readonly Fact[], placed: readonly Place[]): void {
    const intended = facts.filter((fact) => fact.kind === 'orderIntended').map((fact) => fact.request.clientOrderId);
    hold(
      String(intended) === String(placed.map((place) => place.order.clientOrderId)),
      'an order is placed exactly when its intent is written in the same step',
    );
    for (const id of intended) {
      hold(!this.#ids.has(id), `client order ids are unique, ${id} came again`);
      this.#ids.add(id);
    }
  }

  #oneVerdict(facts: readonly Fact[]): void {
    for (const fact of facts) {
      if (fact.kind !== 'signalJudged' || !isFinal(fact.state)) continue;
      hold(!this.#verdicts.has(fact.id), `a signal has one final verdict, ${fact.id} got ${fact.state} ${fact.code} besides`);
      this.#verdicts.add(fact.id);
    }
  }
}

function mayBeSent(state: State, place: Place, placed: readonly Place[]): void {
  const { order, purpose } = place;
  const id = order.clientOrderId;
  const adds = purpose === 'entry' || purpose === 'complete';
  const standing = tradingState(state);
  hold(!adds || standing === 'armed', `no ${purpose} order leaves while ${standing}`);
  hold(standing !== 'reconciling', 'nothing leaves while reconciling');
  hold(!(order.leg === 'perp' && order.side === 'buy') || order.reduceOnly, 'a perpetual is bought back reduce-only');
  hold(adds === ((order.leg === 'spot') === (order.side === 'buy')), `${purpose} does not ${order.side} ${order.leg}`);
  const hedge = own(state.hedges, own(state.orders, id)?.hedge ?? ('' as never));
  if (hedge === undefined) throw new Error('Invariant: an order belongs to a hedge');
  const orders = ordersOf(state, hedge);
  const together = placed.filter((other) => hedge.orders.includes(other.order.clientOrderId));
  const fresh = new Set(together.map((other) => other.order.clientOrderId));
  hold(together.length <= 2 && new Set(together.map((other) => other.order.leg)).size === together.length, 'a step sends at most one order a leg');
  // A person may have a leg closed whose own orders are all known.
  const byPerson = hedge.settlement?.how === 'closeKnown';
  const blocks = orders.filter((other) => isInFlight(other) && !fresh.has(other.id) && (!byPerson || other.request.leg === order.leg));
  hold(blocks.length === 0, 'nothing is sent for a hedge with an order in flight');
  hold(orders.filter((other) => other.purpose === 'complete').length <= 1, 'a hedge is completed at most once');
  const sent = own(state.orders, id);
  if (sent === undefined || opens(sent) || 'cost' in order.terms) return;
  const held = holding(state, hedge)[order.leg];
  hold(!gt(order.terms.quantity, held), `${text(order.terms.quantity)} ${order.leg} are closed, ${text(held)} are held`);
}

function mayBeSentByHand(state: State, { order }: Place): void {
  const standing = tradingState(state);
  const adds = (order.leg === 'spot') === (order.side === 'buy');
  hold(!adds || standing === 'armed', `no order by hand that adds risk leaves while ${standing}`);
  hold(standing !== 'reconciling', 'nothing leaves while reconciling');
  hold(adds || order.leg === 'spot' || order.reduceOnly, 'a perpetual is bought back reduce-only');
  hold(own(state.orders, order.clientOrderId)?.hedge === null, 'an order by hand belongs to no hedge');
}

function filledNeverFalls(before: State, state: State): void {
  for (const order of Object.values(before.orders)) {
    const after = own(state.orders, order.id);
    hold(after === undefined || !lt(after.filled, order.filled), `filled never falls, was ${text(order.filled)} of ${order.id}`);
  }
}

function slotsAreHeld(state: State): void {
  for (const signal of Object.values(state.slots)) {
    const hedge = own(state.hedges, signal as never);
    hold(
      own(state.entries, signal) !== undefined && (hedge === undefined || hedge.phase === 'opening'),
      `a slot belongs to an entry under way, was ${signal}`,
    );
  }
}

function hold(condition: boolean, rule: string): void {
  if (!condition) throw new Error(`Invariant: ${rule}`);
}

const promised: Readonly<Record<string, readonly string[]>> = { ...denialValues, ...verdictValues };

/** A console makes its sentences of the values beside a code: they are those that are promised. */
function saysItsFacts(fact: Fact): void {
  const told = (what: string, values: Values | undefined, names: readonly string[] | undefined): void =>
    hold(names !== undefined && String(Object.keys(values ?? {}).sort()) === String([...names].sort()), `${what} says the facts that are promised`);
  if (fact.kind === 'stopped') told(`stop ${fact.code}`, fact.values, stopValues[fact.code ?? 'UNSAID']);
  if (fact.kind === 'alarmRaised') told(`alarm ${fact.code}`, fact.values, alarmValues[fact.code]);
  if (fact.kind === 'signalJudged') told(`verdict ${fact.code}`, fact.values, promised[fact.code]);
}
