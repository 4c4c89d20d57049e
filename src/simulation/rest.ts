/** What must be true once the faults are over and everything had its time. */
import { own } from '../shared/domain/record.ts';
import { add, excess, isZero, type Quantity, sum, text, toNumber } from '../shared/domain/units.ts';
import type { ClientOrderId } from '../shared/domain/ids.ts';
import type { Fact } from '../main/engine/facts.ts';
import { hasInFlight, hedgeOfOrder, holding, isDetailed, isInFlight, ordersOf } from '../main/engine/legs.ts';
import { isFinal } from '../main/engine/signal-book.ts';
import { type Hedge, legVenue, type Order, type State } from '../main/engine/state.ts';
import { type JournalRecord, listSegments, readChain } from '../main/store/journal/chain.ts';
import { START } from '../main/store/journal/record.ts';
import { type Checks, difference, isSame } from './checks.ts';
import type { Life } from './life.ts';
import { journalFolder, rebuild } from './process.ts';
import { filledOf, rests, type TrueOrder } from './venue/true-order.ts';

/** As much of a world as the end of a story is looked at in. */
export type Rested = Pick<Life, 'process' | 'exchanges' | 'timeline' | 'disk' | 'installation'>;

/** Nothing is under way any more, in the books or at the venues. */
export function isAtRest({ process, exchanges, timeline }: Pick<Rested, 'process' | 'exchanges' | 'timeline'>, checks: Checks): boolean {
  const state = process?.state;
  if (state === null || state === undefined || state.phase !== 'ready') return false;
  if (Object.keys(state.slots).length > 0) return false;
  const all = [...exchanges.spot.all, ...exchanges.perp.all];
  // An order that stays silent is a person's in the end; one that will still be seen is waited for.
  const isLeft = (order: Order): boolean =>
    order.hedge === null
      ? checks.hands.isEnded(state, order)
      : order.state === 'unknown' &&
        hedgeOfOrder(state, order)?.phase === 'needsOperator' &&
        all.every(({ visibleAt }) => visibleAt <= timeline.now - foundWithinMs);
  if (Object.values(state.orders).some((order) => (isInFlight(order) && !isLeft(order)) || !isDetailed(order))) return false;
  if (Object.values(state.hedges).some((hedge) => !isSettled(state, hedge, isLeft))) return false;
  if ([...Object.values(state.entries), ...Object.values(state.exits)].some((pending) => pending.state !== 'awaitingApproval')) return false;
  return all.every((order) => order.state !== 'open' || rests(order));
}

/** How soon a lookup finds what can be seen, and what follows from it has begun. */
const foundWithinMs = 10_000;

const isSettled = (state: State, hedge: Hedge, isLeft: (order: Order) => boolean): boolean =>
  (hedge.phase === 'hedged' || hedge.phase === 'flat' || hedge.phase === 'needsOperator') &&
  hedge.waitingExits.length === 0 &&
  ordersOf(state, hedge).every((order) => !isInFlight(order) || isLeft(order));

const isSent = ({ purpose }: Order): boolean => purpose === 'entry' || purpose === 'complete' || purpose === 'unwind' || purpose === 'exit';

/** @param writtenMs how long what was decided last may take to be on disk */
export async function checkRest(life: Rested, checks: Checks, writtenMs = 10_000): Promise<void> {
  const state = life.process?.state;
  if (state === null || state === undefined) return checks.fail('I18', 'no process runs');
  if (state.phase !== 'ready') checks.fail('I18', 'the venues were never read');
  for (const order of Object.values(state.orders)) {
    const hedge = hedgeOfOrder(state, order);
    if (order.hedge === null ? !checks.hands.isEnded(state, order) : isInFlight(order) && hedge?.phase !== 'needsOperator')
      checks.fail('I18', `${order.id} is still ${order.state}`);
  }
  for (const hedge of Object.values(state.hedges)) atRest(life, checks, state, hedge);
  for (const pending of [...Object.values(state.entries), ...Object.values(state.exits)])
    if (pending.state !== 'awaitingApproval') checks.fail('I18', `signal ${pending.signal.id} is still ${pending.state}`);
  fillsAgree(life, checks, state);
  checks.hands.atRest(state);
  await mismatchesAreTold(life, checks);
  await journalAgrees(life, checks, state, writtenMs);
}

function atRest(life: Rested, checks: Checks, state: State, hedge: Hedge): void {
  const alarmed = Object.values(state.alarms).some((alarm) => alarm.hedge === hedge.id);
  if (hedge.phase === 'needsOperator') return operatorIsTold(life, checks, state, hedge);
  if (hedge.phase !== 'flat' && checks.toClose.has(hedge.id))
    checks.fail('S7.4', `hedge ${hedge.id} was to be closed with all and is ${hedge.phase}`);
  if (hedge.phase !== 'hedged' && hedge.phase !== 'flat') return checks.fail('I18', `hedge ${hedge.id} is still ${hedge.phase}`);
  if (hedge.waitingExits.length > 0) checks.fail('I18', `hedge ${hedge.id} still waits to be closed`);
  const [spot, perp] = heldInTruth(life, state, hedge);
  const naked = toNumber(add(excess(spot, perp), excess(perp, spot)));
  const lot = checks.dust(hedge);
  if (naked >= lot && !alarmed)
    checks.fail('I6', `hedge ${hedge.id} is ${hedge.phase} with ${text(spot)} spot against ${text(perp)} perpetual and no alarm`);
  const { spot: booked, perp: sold } = holding(state, hedge);
  if (booked !== spot || sold !== perp)
    checks.fail('I4', `hedge ${hedge.id} holds ${text(booked)}/${text(sold)} in the books, ${text(spot)}/${text(perp)} in truth`);
  if (hedge.phase === 'flat' && !isZero(perp) && naked >= lot && !alarmed) checks.fail('I6', `a flat hedge has ${text(perp)} short`);
}

/** What both legs hold by what the venues did. */
function heldInTruth(life: Rested, state: State, hedge: Hedge): readonly [spot: Quantity, perp: Quantity] {
  const truth = (leg: 'spot' | 'perp'): Quantity => {
    const orders = hedge.orders.flatMap((id) => life.exchanges[leg].orders.get(id) ?? []);
    // What no order of ours did, but a person or the venue, is as it was booked.
    const booked = hedge.orders.flatMap((id) => own(state.orders, id) ?? []).filter((order) => order.request.leg === leg && !isSent(order));
    const isOn = (opening: boolean, side: 'buy' | 'sell'): boolean => ((leg === 'spot') === (side === 'buy')) === opening;
    const of = (opening: boolean): Quantity =>
      sum([
        ...orders.filter(({ request }) => isOn(opening, request.side)).map((order) => filledOf(order)),
        ...booked.filter(({ request }) => isOn(opening, request.side)).map((order) => order.filled),
      ]);
    return excess(of(true), of(false));
  };
  return [truth('spot'), truth('perp')];
}

/** A person is told exactly what the legs hold, unless an order is silent. */
function operatorIsTold(life: Rested, checks: Checks, state: State, hedge: Hedge): void {
  const alarm = own(state.alarms, `operator:${hedge.id}`);
  if (alarm === undefined) return checks.fail('I6', `hedge ${hedge.id} needs an operator and nobody is told`);
  if (hasInFlight(state, hedge)) return;
  const [spot, perp] = heldInTruth(life, state, hedge);
  if (alarm.values?.['spot'] !== text(spot) || alarm.values['perp'] !== text(perp))
    checks.fail('I6', `of hedge ${hedge.id} ${text(spot)} and ${text(perp)} are told as ${JSON.stringify(alarm.values)}`);
}

/** How long it may take to see twice that a venue holds too little. */
const mismatchMs = 30_000;

/** S6.6: a venue that holds less than our hedges need is told of. */
async function mismatchesAreTold(life: Rested, checks: Checks): Promise<void> {
  const untold = (): string | undefined => {
    const state = life.process?.state;
    if (state === null || state === undefined) return undefined;
    const open = Object.values(state.hedges).filter(({ phase }) => phase !== 'flat');
    // Of an order that stays silent a person was told; what it did to the account nobody knows.
    if (open.some((hedge) => hasInFlight(state, hedge)) || Object.values(state.orders).some((order) => order.state === 'unknown')) return undefined;
    for (const { coin } of open)
      for (const leg of ['spot', 'perp'] as const) {
        const needed = sum(open.filter((hedge) => hedge.coin === coin).map((hedge) => holding(state, hedge)[leg]));
        const held = Math.max(0, toNumber(life.exchanges[leg].held(coin)) * (leg === 'spot' ? 1 : -1));
        if (held < toNumber(needed) - 1e-9 && !Object.hasOwn(state.alarms, `mismatch:${legVenue[leg]}:${coin}`))
          return `${legVenue[leg]} holds ${held} ${coin} of ${text(needed)} and nobody is told`;
      }
    return undefined;
  };
  if (untold() === undefined) return;
  await life.timeline.run(life.timeline.now + mismatchMs);
  const still = untold();
  if (still !== undefined) checks.fail('S6.6', still);
}

/** I4: every trade of ours is known once, with what it was. */
function fillsAgree(life: Rested, checks: Checks, state: State): void {
  const known = new Map<ClientOrderId, TrueOrder>();
  for (const leg of ['spot', 'perp'] as const) for (const order of life.exchanges[leg].all) known.set(order.request.clientOrderId, order);
  for (const [id, truth] of known) {
    const order = own(state.orders, id);
    if (order === undefined) checks.fail('I4', `${id} was executed and is not in the books`);
    else if (!isInFlight(order) || (order.hedge !== null && hedgeOfOrder(state, order)?.phase !== 'needsOperator')) {
      const ours = order.fills.map((fill) => `${fill.tradeId} ${text(fill.price)} ${text(fill.quantity)} ${text(fill.fee)}`).sort();
      const theirs = truth.fills.map((fill) => `${fill.tradeId} ${text(fill.price)} ${text(fill.quantity)} ${text(fill.fee)}`).sort();
      if (String(ours) !== String(theirs)) checks.fail('I4', `${id} has trades ${String(ours)}, in truth ${String(theirs)}`);
    }
  }
}

/** A step may be decided in the very moment of the look: its record is then a moment away. */
const looks = 5;
const betweenLooksMs = 1000;

/** I13 and the signals' part of I12: the journal alone gives the live state, and every signal has one final word. */
async function journalAgrees(life: Rested, checks: Checks, state: State, writtenMs: number): Promise<void> {
  const running = life.process?.running;
  if (running === null || running === undefined) return;
  await life.timeline.run(life.timeline.now + writtenMs);
  for (let look = 1; ; look += 1) {
    const live = life.process?.state ?? state;
    const read = await readJournal(life);
    if (!read.ok) return checks.fail('I13', `the journal cannot be read: ${read.reason}`);
    const folded = rebuild(life.installation, null, read.records);
    const agrees = isSame(folded, live);
    if (!agrees && look < looks) {
      await life.timeline.run(life.timeline.now + betweenLooksMs);
      continue;
    }
    if (!agrees) checks.fail('I13', `the whole journal folds to another state: ${difference(live, folded)}`);
    return verdictsAgree(checks, live, read.records);
  }
}

type Read = { readonly ok: true; readonly records: readonly JournalRecord[] } | { readonly ok: false; readonly reason: string };

async function readJournal({ disk }: Pick<Rested, 'disk'>): Promise<Read> {
  const files = disk.filesOf({ dead: false, heldUntil: 0 });
  const listed = await listSegments(journalFolder, files);
  if (!listed.ok) return { ok: false, reason: listed.problem.reason };
  const records: JournalRecord[] = [];
  for await (const part of readChain(listed.segments, START, files)) {
    if (!part.ok) return { ok: false, reason: part.problem.reason };
    records.push(...part.read.records);
  }
  return { ok: true, records };
}

function verdictsAgree(checks: Checks, live: State, records: readonly JournalRecord[]): void {
  const taken = new Set<string>();
  const judged = new Set<string>();
  for (const { payload } of records)
    for (const fact of (payload as { readonly facts: readonly Fact[] }).facts) {
      if (fact.kind === 'signalTaken') once(taken, fact.signal.id, 'was taken twice', checks);
      if (fact.kind === 'signalJudged' && isFinal(fact.state)) once(judged, fact.id, 'has two final verdicts', checks);
    }
  for (const id of taken)
    if (!judged.has(id) && own(live.entries, id as never) === undefined && own(live.exits, id as never) === undefined)
      checks.fail('I12', `signal ${id} has no verdict`);
}

function once(seen: Set<string>, id: string, what: string, checks: Checks): void {
  if (seen.has(id)) checks.fail('I12', `signal ${id} ${what}`);
  seen.add(id);
}
