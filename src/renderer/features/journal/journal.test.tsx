// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CommandInput, CommandOutput, JournalEntryView } from '../../../shared/contract/commands.ts';
import { done, refused, type Reply } from '../../../shared/contract/reply.ts';
import { fixtureSnapshot } from '../../testing/fixture.ts';
import { type Drawn, draw } from '../../testing/render.tsx';
import { JournalView } from './view.tsx';

const now = 1_795_237_407_000;
const entry = (seq: number, kind = 'disarmed', fields: object = { reason: `reason ${seq}` }): JournalEntryView => ({
  seq,
  index: 0,
  at: now + seq,
  kind,
  signal: null,
  hedge: null,
  order: null,
  fact: { kind, at: now + seq, ...fields },
});

type Answer = (input: CommandInput<'journal.read'>) => Reply<CommandOutput<'journal.read'>>;

/** A journal that answers as the engine's does. */
class Journal {
  entries: JournalEntryView[] = [];
  answer: Answer;
  readonly #drawn: Drawn;
  constructor(entries: JournalEntryView[], answer?: Answer) {
    this.entries = entries;
    const page: Answer = ({ before, limit, search }) => {
      const fitting = this.entries
        .filter((one) => (before === null || one.seq < before.seq) && (search === null || JSON.stringify(one.fact).includes(search)))
        .sort((a, b) => b.seq - a.seq);
      return done({ entries: fitting.slice(0, limit), more: fitting.length > limit });
    };
    this.answer = answer ?? page;
    this.#drawn = draw(<JournalView />, {
      snapshot: { ...fixtureSnapshot(now), at: now },
      prepare: (fake) => fake.answer('journal.read', (input) => this.answer(input)),
    });
  }
  get asked() {
    return this.#drawn.fake.sent.map(({ input }) => input);
  }
  /** What is journaled moves a row as well. */
  append(one: JournalEntryView) {
    this.entries.push(one);
    this.#drawn.fake.push({
      tables: { alarms: { [`k${one.seq}`]: { key: 'k', code: 'CLOCK', severity: 'warning', hedge: null, detail: '', values: {}, at: now } } },
    });
  }
}
const pass = (ms: number): Promise<void> =>
  act(async () => {
    await vi.advanceTimersByTimeAsync(ms);
  });
const shown = () => [...document.querySelectorAll('[data-kind]')].map((line) => /reason \d+/.exec(line.textContent ?? '')?.[0]);

beforeEach(() => {
  vi.useFakeTimers({ now });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

describe('the journal', () => {
  it('reads older pages from behind the last entry it has', async () => {
    const journal = new Journal(Array.from({ length: 130 }, (_, index) => entry(index + 1)));
    await pass(0);
    fireEvent.click(screen.getByRole('button', { name: 'Show older entries' }));
    await pass(0);
    expect(journal.asked.at(-1)).toEqual({ before: { seq: 31, index: 0 }, limit: 100, search: null });
    expect(shown()).toEqual(Array.from({ length: 130 }, (_, index) => `reason ${130 - index}`));
    expect(screen.queryByRole('button', { name: 'Show older entries' })).toBeNull();
  });

  it('counts new entries and shows them only when asked: what is read does not move', async () => {
    const journal = new Journal([entry(1)]);
    await pass(0);
    act(() => journal.append(entry(2)));
    act(() => journal.append(entry(3)));
    await pass(2500);
    expect(shown()).toEqual(['reason 1']);
    fireEvent.click(screen.getByRole('button', { name: 'Show new entries (2)' }));
    expect(shown()).toEqual(['reason 3', 'reason 2', 'reason 1']);
  });

  it('searches once the typing pauses, not for every letter', async () => {
    const journal = new Journal([entry(1), entry(2)]);
    await pass(0);
    const before = journal.asked.length;
    for (const typed of ['r', 're', 'reason 2']) {
      fireEvent.change(screen.getByRole('textbox'), { target: { value: typed } });
      await pass(100);
    }
    await pass(300);
    expect(journal.asked.slice(before)).toEqual([{ before: null, limit: 100, search: 'reason 2' }]);
    expect(shown()).toEqual(['reason 2']);
  });

  it('says why it cannot be read, and reads again', async () => {
    const journal = new Journal([entry(1)], () => refused('JOURNAL_UNREADABLE', 'EIO: the disk failed'));
    await pass(0);
    expect(screen.getByRole('alert').textContent).toContain('EIO: the disk failed');
    journal.answer = () => done({ entries: journal.entries, more: false });
    fireEvent.click(screen.getByRole('button', { name: 'Read again' }));
    await pass(0);
    expect(screen.queryByRole('alert')).toBeNull();
    expect(shown()).toEqual(['reason 1']);
  });

  it('says entries in words, and those of another version by their names', async () => {
    new Journal([
      entry(1, 'signalJudged', { id: 'a', state: 'rejected', code: 'SIGNAL_RISK', reason: 'r', compared: { limit: '0.5', was: '0.9' } }),
      entry(2, 'orderFilled', { fill: { price: '144012000', quantity: '0.03', fee: '2160.18', feeCurrency: 'KRW' } }),
      entry(3, 'somethingLater', { field: 1 }),
      entry(4, 'settingsSet', { changed: 'old line', name: 'maxPositionRatio', old: '0.5', new: '0.6' }),
      entry(5, 'stopped', { source: 'limit', reason: 'r', code: 'MARGIN_RATIO', values: { was: '0.51', limit: '0.5' } }),
      entry(6, 'stopped', { source: 'file', reason: 'Of before there were codes' }),
      entry(7, 'alarmRaised', { code: 'KEY_REFUSED', severity: 'critical', detail: 'd', values: { venue: 'upbit', said: 'no_authorization' } }),
      entry(8, 'orderChanged', {
        state: 'rejected',
        filled: '0',
        denial: { denied: 'PRICE_COLLAR', reason: 'r', compared: { limit: '100', was: '101' }, values: { venue: 'upbit' } },
      }),
    ]);
    await pass(0);
    const newestFirst = [...document.querySelectorAll('[data-kind]')].map((line) => line.textContent ?? '');
    const texts = newestFirst.slice(-3);
    expect(newestFirst[4]).toMatch(/: 50% → 60%/);
    expect(newestFirst[3]).toContain('automatic limit: The margin ratio is 51% (limit 50%).');
    expect(newestFirst[2]).toContain('STOP file: Of before there were codes');
    expect(newestFirst[1]).toContain('Upbit refuses the API key. (no_authorization)');
    expect(newestFirst[0]).toContain('Too far from the book of Upbit. (limit 100, was 101)');
    expect(texts[0]).toContain('somethingLater');
    expect(texts[1]).toContain('0.03 @ 144,012,000, fee 2,160.18 KRW');
    expect(texts[2]).toContain("Rejected: The signal's risk is above the limit. (limit 0.5, was 0.9)");
  });

  it('shows the record as it was written, one press away', async () => {
    new Journal([entry(1)]);
    await pass(0);
    expect(document.querySelector('pre')).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'Record 1, Disarmed' }));
    expect(document.querySelector('pre')?.textContent).toContain('"reason": "reason 1"');
  });
});
