/** Tells whoever sent a signal over the socket what became of it. */
import type { Fact } from '../engine/facts.ts';
import { repeatedReasons } from '../engine/view/signal-row.ts';
import type { SocketServer } from '../signals/socket-server.ts';

export function tellSender(socket: SocketServer | null, fact: Fact): void {
  if (socket === null) return;
  if (fact.kind === 'signalTaken')
    socket.announce({ id: fact.signal.id, state: 'accepted', code: 'ACCEPTED', reason: 'Taken', hedge: null, final: false });
  else if (fact.kind === 'signalJudged') {
    const final = fact.state !== 'awaitingApproval' && fact.state !== 'accepted';
    socket.announce({ id: fact.id, state: fact.state, code: fact.code, reason: fact.reason, hedge: fact.hedge, final });
  } else if (fact.kind === 'signalRepeated') {
    const reason = repeatedReasons[fact.state];
    socket.announce({ id: fact.id, state: fact.state, code: fact.state.toUpperCase(), reason, hedge: null, final: true });
  } else if (fact.kind === 'signalMalformed' && fact.id !== null)
    socket.announce({ id: fact.id, state: 'malformed', code: fact.code, reason: fact.reason, hedge: null, final: true });
}
