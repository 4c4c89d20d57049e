/** A fact of the journal as the console lists it: what it is about, and the fact itself. Pure. */
import type { JournalEntryView } from '../../../shared/contract/commands.ts';
import type { Fact } from '../facts.ts';

type About = Pick<JournalEntryView, 'signal' | 'hedge' | 'order'>;

/** @param seq record of the journal @param index the fact's place in it */
export const journalEntry = (seq: number, index: number, fact: Fact): JournalEntryView => ({
  seq,
  index,
  at: fact.at,
  kind: fact.kind,
  signal: null,
  hedge: null,
  order: null,
  ...aboutOf(fact),
  // It was read from JSON, so it is JSON.
  fact: fact as unknown as JournalEntryView['fact'],
});

function aboutOf(fact: Fact): Partial<About> {
  switch (fact.kind) {
    case 'signalTaken':
      return { signal: fact.signal.id };
    case 'signalMalformed':
    case 'signalRepeated':
    case 'signalQueued':
      return { signal: fact.id };
    case 'signalJudged':
      return { signal: fact.id, hedge: fact.hedge };
    case 'slotsTaken':
    case 'slotsFreed':
    case 'exitStarted':
      return { signal: fact.signal };
    case 'exitPartDone':
      return { signal: fact.signal, hedge: fact.hedge };
    case 'exitWithdrawn':
      return { signal: fact.signal, hedge: fact.id };
    case 'hedgeOpened':
    case 'hedgeMoved':
    case 'hedgeMarked':
    case 'hedgeSettled':
    case 'dayBased':
    case 'exitDropped':
    case 'exitQueued':
      return { hedge: fact.id };
    case 'handWanted':
      return { order: fact.request.clientOrderId };
    case 'booked':
    case 'orderIntended':
      return { hedge: fact.hedge, order: fact.request.clientOrderId };
    case 'orderChanged':
    case 'orderFilled':
    case 'orderMissed':
    case 'cancelWanted':
    case 'handDenied':
    case 'orderAmended':
    case 'orderLeftToPerson':
      return { order: fact.id };
    case 'alarmRaised':
      return { hedge: fact.hedge };
    default:
      return {};
  }
}
