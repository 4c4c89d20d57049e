/** What the headless host prints: one JSON object a line, made from the engine's facts. Decimals are text. */
import { own } from '../shared/domain/record.ts';
import { text } from '../shared/domain/units.ts';
import type { Fact } from '../main/engine/facts.ts';
import { holding } from '../main/engine/legs.ts';
import { hedgeResult } from '../main/engine/pnl.ts';
import type { OrderState, State } from '../main/engine/state.ts';
import { repeatedReasons } from '../main/engine/view/signal-row.ts';
import type { ClientOrderId, HedgeId, SignalId } from '../shared/domain/ids.ts';

export type Line = { readonly event: string; readonly at: number } & Readonly<Record<string, unknown>>;

/** The lines a fact gives, in order; most facts give none. */
export function linesOf(fact: Fact, state: State): readonly Line[] {
  switch (fact.kind) {
    case 'armed':
      return [{ event: 'armed', at: fact.at }];
    case 'disarmed':
      return [{ event: 'disarmed', at: fact.at, reason: fact.reason }];
    case 'stopped':
      return [{ event: 'stop', at: fact.at, source: fact.source, reason: fact.reason }];
    case 'stopReset':
      return [{ event: 'reset', at: fact.at }];
    case 'reconciled':
      return [{ event: 'reconciled', at: fact.at }];
    case 'alarmRaised':
      return [{ event: 'alarm', at: fact.at, code: fact.code, severity: fact.severity, hedge: fact.hedge, detail: fact.detail }];
    case 'signalTaken':
      return [{ ...signal(fact.at, fact.signal.id), state: 'accepted', code: 'ACCEPTED', reason: 'Taken', hedge: null }];
    case 'signalMalformed':
      return [{ ...signal(fact.at, fact.id), state: 'malformed', code: fact.code, reason: fact.reason, hedge: null, source: fact.source }];
    case 'signalRepeated':
      return [{ ...signal(fact.at, fact.id), state: fact.state, code: fact.state.toUpperCase(), reason: repeatedReasons[fact.state], hedge: null }];
    case 'signalJudged':
      return [{ ...signal(fact.at, fact.id), state: fact.state, code: fact.code, reason: fact.reason, hedge: fact.hedge, compared: fact.compared }];
    case 'hedgeOpened':
    case 'hedgeMoved':
      return hedgeLine(fact.id, fact.at, state);
    case 'orderIntended':
      return orderLine(fact.request.clientOrderId, 'sending', '0', fact.at, state);
    case 'orderChanged':
      return [
        ...orderLine(fact.id, fact.state, text(fact.filled), fact.at, state),
        ...leftToPerson(own(state.orders, fact.id)?.hedge, fact.at, state),
      ];
    case 'orderFilled':
      return leftToPerson(own(state.orders, fact.id)?.hedge, fact.at, state);
    case 'booked':
      return leftToPerson(fact.hedge, fact.at, state);
    default:
      return [];
  }
}

const signal = (at: number, id: SignalId | null) => ({ event: 'signal', at, id });

/** A hedge that waits for a person does not move when a fill or a settlement changes what it holds, and has its line all the same. */
function leftToPerson(id: HedgeId | null | undefined, at: number, state: State): readonly Line[] {
  if (id === null || id === undefined) return [];
  return own(state.hedges, id)?.phase === 'needsOperator' ? hedgeLine(id, at, state) : [];
}

function hedgeLine(id: HedgeId, at: number, state: State): readonly Line[] {
  const hedge = own(state.hedges, id);
  if (hedge === undefined) return [];
  const { spot, perp, residual } = holding(state, hedge);
  return [
    {
      event: 'hedge',
      at,
      hedge: id,
      // A hedge bears the id of the signal that opened it.
      signal: id,
      state: hedge.phase,
      spotFilled: text(spot),
      perpFilled: text(perp),
      residual: text(residual),
      pnlKrw: text(hedgeResult(state, hedge).total),
    },
  ];
}

function orderLine(id: ClientOrderId, orderState: OrderState, filled: string, at: number, state: State): readonly Line[] {
  const order = own(state.orders, id);
  if (order === undefined) return [];
  return [
    {
      event: 'order',
      at,
      venue: order.request.venue,
      clientOrderId: id,
      leg: order.request.leg,
      state: orderState,
      filled,
      hedge: order.hedge,
      purpose: order.purpose,
    },
  ];
}
