/** What must be true when nothing is under way any more: the end of every story. Throws with the rule that broke. */
import {
  add,
  excess,
  gte,
  isZero,
  magnitude,
  negate,
  notional,
  price,
  quantity,
  relabel,
  sum,
  text,
  type Quantity,
  ZERO,
} from '../../../shared/domain/units.ts';
import { hasInFlight, holding } from '../legs.ts';
import { handAt } from '../by-hand.ts';
import { BTC, spotRules } from './market.ts';
import { refold, type World } from './world.ts';

const equal = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** I4, I6, I13, I18. */
export function expectAtRest(world: World): void {
  const { state } = world;
  if (!equal(refold(world.facts), state)) throw new Error('Invariant: the journal folds to the live state');
  if (Object.keys(state.slots).length > 0) throw new Error('Invariant: slots are free at rest');
  for (const pending of [...Object.values(state.entries), ...Object.values(state.exits)])
    if (pending.state !== 'awaitingApproval')
      throw new Error(`Invariant: at rest a signal has its verdict or lies in the inbox, ${pending.signal.id} was ${pending.state}`);
  let spot: Quantity = ZERO;
  let perp: Quantity = ZERO;
  for (const hedge of Object.values(state.hedges)) {
    const held = holding(state, hedge);
    spot = add(spot, held.spot);
    perp = add(perp, held.perp);
    if (hedge.phase === 'needsOperator') {
      if (!Object.hasOwn(state.alarms, `operator:${hedge.id}`)) throw new Error('Invariant: who needs an operator has its alarm');
      continue;
    }
    if (hasInFlight(state, hedge)) throw new Error(`Invariant: hedge ${hedge.id} has nothing in flight at rest`);
    if (hedge.phase !== 'hedged' && hedge.phase !== 'flat') throw new Error(`Invariant: at rest a hedge is hedged or flat, was ${hedge.phase}`);
    if (hedge.waitingExits.length > 0) throw new Error(`Invariant: no exit waits at a hedge at rest, ${hedge.id}`);
    const naked = add(excess(held.spot, held.perp), excess(held.perp, held.spot));
    const dust = !gte(notional(price('161000000'), naked), notional(price('5026'), quantity('1')));
    if (!dust) throw new Error(`Invariant: at rest what is not hedged is dust, was ${text(held.spot)} against ${text(held.perp)}`);
    if (hedge.phase === 'flat' && !isZero(held.perp)) throw new Error(`Invariant: a flat hedge has no short, was ${text(held.perp)}`);
    if (Object.hasOwn(state.alarms, `naked:${hedge.id}`)) throw new Error('Invariant: no naked-leg alarm stands over a hedge at rest');
  }
  for (const alarm of Object.values(state.alarms))
    if (alarm.code === 'EXTERNAL_CHANGE' || alarm.code === 'POSITION_MISMATCH')
      throw new Error(`Invariant: nobody else touched the accounts, ${alarm.detail}`);
  spot = add(spot, relabel<'quantity'>(handAt(state, 'upbit', BTC)));
  perp = add(perp, negate(relabel<'quantity'>(handAt(state, 'binance', BTC))));
  const truth = { spot: world.truth.held('spot'), perp: world.truth.held('perp') };
  if (truth.spot !== spot || truth.perp !== perp)
    throw new Error(`Invariant: books equal the venues', were ${text(spot)}/${text(perp)}, truly ${text(truth.spot)}/${text(truth.perp)}`);
}

/** Dust of all hedges together is less than an order on the fine venue, at prices of now. */
export function expectDustSwept({ state, market }: World): void {
  const atRest = Object.values(state.hedges).filter((hedge) => hedge.phase === 'hedged' || hedge.phase === 'flat');
  const total = sum(atRest.map((hedge) => holding(state, hedge).residual));
  if (gte(notional(market.spotBid, magnitude(total)), spotRules.minNotional))
    throw new Error(`Invariant: dust is traded once it can be, was ${text(total)}`);
}
