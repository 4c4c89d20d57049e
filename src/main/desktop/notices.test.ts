import { describe, expect, it } from 'vitest';
import type { Fact } from '../engine/facts.ts';
import { fold } from '../engine/fold.ts';
import { initialState, type State } from '../engine/state.ts';
import { enter, exit } from '../engine/testing/signals.ts';
import { refused } from '../engine/testing/venue-truth.ts';
import { World } from '../engine/testing/world.ts';
import { type Notice, NoticeBoard } from './notices.ts';
import { wordsOf } from './words.ts';

const alarm = (code: 'CLOCK' | 'NAKED_LEG', severity: 'warning' | 'critical'): Fact => ({
  kind: 'alarmRaised',
  at: 1,
  key: code,
  code,
  severity,
  hedge: null,
  detail: `detail of ${code}`,
});
const stopped: Fact = { kind: 'stopped', at: 1, source: 'tray', reason: 'Stopped from the tray' };

/** A board whose time a test lets pass. */
function board() {
  const shown: Notice[] = [];
  let due: (() => void)[] = [];
  const notices = new NoticeBoard({
    words: () => wordsOf('en'),
    show: (notice) => void shown.push(notice),
    after: (_ms, run) => {
      due.push(run);
      return () => {
        due = due.filter((one) => one !== run);
      };
    },
    quietMs: 5000,
  });
  const pass = (): void => {
    const now = due;
    due = [];
    for (const run of now) run();
  };
  return { notices, shown, pass, waiting: () => due.length };
}

/** Hands the facts from `from` on to the board, each with the state after it and its quiet time. */
function follow(notices: NoticeBoard, facts: readonly Fact[], pass: () => void, from = 0): void {
  let state: State = initialState(new World().state.installation, 'paper');
  for (const [index, fact] of facts.entries()) {
    state = fold(state, fact);
    if (index < from) continue;
    notices.follow([fact], state);
    pass();
  }
}

describe('what a person is notified of', () => {
  const { state } = new World();
  it('tells a hedge when it opened and when it is over, and no partial close', () => {
    const world = new World();
    world.signal(enter('a1'));
    world.run(2000);
    world.signal(exit('a2', { quantity: '0.02' }));
    world.run(2000);
    expect(world.phase('a1')).toBe('hedged');
    world.signal(exit('a3'));
    world.run(2000);
    const { notices, shown, pass } = board();
    follow(notices, world.facts, pass);
    expect(shown.map(({ kind }) => kind)).toEqual(['opened', 'closed']);
    expect(shown[0]?.body).toBe('BTC 0.05 · a1');
    expect(shown[1]?.body).toMatch(/a1\nResult [+-][\d,]+ KRW/);
  });
  it('says that an entry was undone, also one that began before this process', () => {
    const world = new World();
    world.script('perp', 'entry', refused());
    world.signal(enter('a1'));
    world.run(5000);
    const { notices, shown, pass } = board();
    follow(notices, world.facts, pass);
    expect(shown.map(({ kind }) => kind)).toEqual(['unwound']);

    const begun = world.facts.findIndex((fact) => fact.kind === 'hedgeMoved');
    const later = board();
    later.notices.know(world.facts.slice(0, begun).reduce(fold, initialState(world.state.installation, 'paper')));
    follow(later.notices, world.facts, later.pass, begun);
    expect(later.shown).toEqual(shown);
  });
  it('tells every stop at once, and critical alarms only', () => {
    const { notices, shown } = board();
    notices.follow([alarm('CLOCK', 'warning'), stopped, stopped, alarm('NAKED_LEG', 'critical')], state);
    expect(shown.map(({ kind, body }) => [kind, body])).toEqual([
      ['stop', expect.stringContaining('tray')],
      ['stop', expect.stringContaining('reset')],
      ['alarm', 'detail of NAKED_LEG'],
    ]);
  });
  it('groups what follows within a quiet time, and leaves no timer behind', () => {
    const { notices, shown, pass, waiting } = board();
    notices.follow(
      Array.from({ length: 6 }, () => alarm('NAKED_LEG', 'critical')),
      state,
    );
    expect(shown).toHaveLength(1);
    pass();
    expect(shown.map(({ title }) => title)).toEqual(['Alarm', '5 alarms']);
    pass();
    expect(shown).toHaveLength(2);
    notices.follow([alarm('NAKED_LEG', 'critical')], state);
    expect(shown).toHaveLength(3);
    notices.close();
    expect(waiting()).toBe(0);
  });
});

describe('the words', () => {
  it('are there in both languages, none of them empty', () => {
    const flat = (value: unknown, path: string): string[] =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).flatMap(([name, inner]) => flat(inner, `${path}.${name}`))
        : [`${path}:${typeof value === 'string' && value.trim() === '' ? 'empty' : typeof value}`];
    expect(flat(wordsOf('ko'), '')).toEqual(flat(wordsOf('en'), ''));
    expect(flat(wordsOf('ko'), '').filter((line) => line.endsWith(':empty'))).toEqual([]);
  });
});
