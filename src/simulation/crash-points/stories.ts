/** The six stories that are cut off everywhere. */
import { hedgeOf, signalId } from '../../shared/domain/ids.ts';
import { own } from '../../shared/domain/record.ts';
import type { HedgePhase, State } from '../../main/engine/state.ts';
import { play, type Story } from './story.ts';

const phase = (state: State): HedgePhase | undefined => own(state.hedges, hedgeOf(signalId('a1')))?.phase;
const expiresAt = '2026-11-21T23:00:00Z';
const entering = {
  when: (_seen: unknown, state: State) => state.armed && state.approval === 'auto',
  signal: { id: 'a1', action: 'ENTER', symbol: 'BTC', quantity: '0.05', expiresAt },
} as const;
const exiting = {
  when: (_seen: unknown, state: State) => phase(state) === 'hedged',
  signal: { id: 'x1', action: 'EXIT', symbol: 'BTC', expiresAt },
} as const;

export const stories: Readonly<Record<string, Story>> = {
  'an entry that fills': { lines: [entering] },
  'an entry that half fills and is completed': { lines: [entering], plays: { 'perp sell': [play({ part: 0.5 })] } },
  'an entry of which one side is refused': { lines: [entering], plays: { 'perp sell': [play({ does: 'refuses' })] } },
  'a lost answer, found again': { lines: [entering], plays: { 'spot buy': [play({ answers: false, hiddenMs: 1500 })] } },
  'an exit': { lines: [entering, exiting] },
  'a stop that closes all while an exit is under way': {
    lines: [entering, exiting],
    plays: { 'spot sell': [play({ part: 0.5 })] },
    person: {
      when: ({ left }) => left.includes('perp buy'),
      isDone: ({ stop }) => stop !== null,
      command: { kind: 'stop', source: 'button', reason: 'a person', closeAll: true },
    },
  },
};
