import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CommandOutput, commands } from '../../shared/contract/commands.ts';
import type { Fact } from '../engine/facts.ts';
import { enter, fromFile } from '../engine/testing/signals.ts';
import { openJournal } from '../store/journal/journal.ts';
import { JournalPages, readRecent } from './journal-reading.ts';

type Page = CommandOutput<'journal.read'>;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kimp-journal-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const taken = (id: string): Fact => ({ kind: 'signalTaken', signal: enter(id), source: fromFile, place: null, at: 1 });
const counted = (count: number, detail = ''): Fact => ({
  kind: 'alarmRaised',
  key: `k${count}`,
  code: 'CLOCK',
  severity: 'info',
  hedge: null,
  detail,
  at: count,
});

/** Writes records of so many facts each, over many small segments. */
async function write(records: readonly (readonly Fact[])[], segmentBytes = 2000): Promise<void> {
  const opened = await openJournal(folder, { segmentBytes });
  if (!opened.ok) throw new Error(opened.reason);
  await opened.journal.append(records.map((facts) => ({ schema: 1, facts })));
  await opened.journal.close();
}

async function page(pages: JournalPages, before: { seq: number; index: number } | null, limit: number, search: string | null = null): Promise<Page> {
  const reply = await pages.read({ before, limit, search });
  if (!reply.ok) throw new Error(reply.reason);
  expect(commands['journal.read'].output.safeParse(reply.value).error).toBeUndefined();
  return reply.value;
}

describe('pages of the journal', () => {
  it('hand out every fact once, newest first, whatever the size of a page', async () => {
    await write(Array.from({ length: 40 }, (_, record) => [0, 1, 2].map((index) => counted(record * 3 + index))));
    const pages = new JournalPages(folder);
    for (const limit of [1, 7, 50, 500]) {
      const seen: number[] = [];
      let before: { seq: number; index: number } | null = null;
      for (let more = true; more; ) {
        const next: Page = await page(pages, before, limit);
        seen.push(...next.entries.map((entry) => entry.at));
        before = next.entries.at(-1) ?? before;
        more = next.more;
        if (more) expect(next.entries).toHaveLength(limit);
      }
      expect(seen).toEqual(Array.from({ length: 120 }, (_, index) => 119 - index));
    }
  });

  it('find what is searched for, case aside', async () => {
    await write([[counted(1, 'Binance is late'), counted(2)], [counted(3, 'nothing')], [taken('a-binance-signal')]]);
    const found = await page(new JournalPages(folder), null, 10, 'BINANCE');
    expect(found).toMatchObject({
      more: false,
      entries: [
        { kind: 'signalTaken', signal: 'a-binance-signal' },
        { kind: 'alarmRaised', at: 1 },
      ],
    });
  });

  it('find quotes and backslashes, as a sentence reads and as the record has them', async () => {
    await write([[counted(1, 'C:\\signals\\in.jsonl says "late"')], [counted(2, 'late')]]);
    const pages = new JournalPages(folder);
    for (const search of ['says "Late"', 'c:\\signals\\IN', '"kind":"alarmRaised","key":"k1"', 'signals\\\\in'])
      expect((await page(pages, null, 10, search)).entries.map((entry) => entry.at)).toEqual([1]);
    expect((await page(pages, null, 10, '"nothing"')).entries).toEqual([]);
  });

  it('leave a search that a newer one took the place of, and let pages pass it', async () => {
    await write(
      Array.from({ length: 20_000 }, (_, index) => [counted(index, 'x'.repeat(700))]),
      8 * 1024 * 1024,
    );
    const pages = new JournalPages(folder);
    const ended: string[] = [];
    const read = async (search: string | null): Promise<void> => {
      const reply = await pages.read({ before: null, limit: 10, search });
      ended.push(`${search}: ${reply.ok ? reply.value.entries.length : reply.code}`);
    };
    await Promise.all([read('no'), read('not'), read('nothing of the kind'), read(null)]);
    expect(ended.slice(0, 2).sort()).toEqual(['no: SUPERSEDED', 'not: SUPERSEDED']);
    expect(ended.slice(2)).toEqual(['null: 10', 'nothing of the kind: 0']);
  });

  it('refuse with a reason when there is nothing to read', async () => {
    const pages = new JournalPages(join(folder, 'gone'));
    expect(await pages.read({ before: null, limit: 5, search: null })).toMatchObject({ ok: false, code: 'JOURNAL_UNREADABLE' });
    expect(await readRecent(join(folder, 'gone'), 5, 5)).toEqual([]);
  });
});

describe('the newest facts', () => {
  it('reach back to so many signals, oldest first', async () => {
    await write(Array.from({ length: 30 }, (_, index) => [taken(`s${index}`), counted(index)]));
    const recent = await readRecent(folder, 4, 1000);
    expect(recent.map((fact) => (fact.kind === 'signalTaken' ? fact.signal.id : fact.at))).toEqual(['s26', 26, 's27', 27, 's28', 28, 's29', 29]);
    expect(await readRecent(folder, 1000, 9)).toHaveLength(10);
  });

  it('never hold the event loop for long', async () => {
    await write(
      Array.from({ length: 20_000 }, (_, index) => [counted(index, 'x'.repeat(700))]),
      8 * 1024 * 1024,
    );
    let turns = 0;
    let isReading = true;
    const turn = (): void => {
      turns += 1;
      if (isReading) setImmediate(turn);
    };
    setImmediate(turn);
    const begun = performance.now();
    await page(new JournalPages(folder), null, 10, 'there is nothing of the kind');
    await readRecent(folder, 500, 20_000);
    isReading = false;
    // Slices end by the clock, so on a busy machine there are more of them, never longer ones on the whole.
    expect(turns).toBeGreaterThan((performance.now() - begun) / 20);
  });
});
