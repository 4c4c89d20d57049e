/** What is read from the journal for people: pages of it, newest first, and the newest facts that views begin with. */
import { z } from 'zod';
import type { CommandInput, Handlers, JournalEntryView } from '../../shared/contract/commands.ts';
import { done, refused, type Reply } from '../../shared/contract/reply.ts';
import type { Fact } from '../engine/facts.ts';
import { journalEntry } from '../engine/view/journal-entry.ts';
import { readBackward } from '../store/journal/backward.ts';

const recordSchema = z.object({ facts: z.array(z.unknown()) });
/** The form of the facts is guarded by the journal's checksums: this engine, or an older one, wrote them. */
const factsIn = (json: string): readonly Fact[] => recordSchema.parse(JSON.parse(json)).facts as readonly Fact[];

/** Facts that make a row of the signals' table. */
const begins = (fact: Fact): boolean => fact.kind === 'signalTaken' || fact.kind === 'signalMalformed' || fact.kind === 'signalRepeated';

/**
 * The newest facts, oldest first: back to so many signals, and no further than so many facts.
 * @returns what could be read: nothing but the look of a table depends on it
 */
export async function readRecent(folder: string, signals: number, most: number): Promise<readonly Fact[]> {
  const newest: Fact[] = [];
  let seen = 0;
  try {
    for await (const { json } of readBackward(folder)) {
      for (const fact of factsIn(json).toReversed()) {
        newest.push(fact);
        if (begins(fact)) seen += 1;
      }
      if (seen >= signals || newest.length >= most) break;
    }
  } catch (error) {
    // The journal was opened a moment ago; a disk that fails since is told of by the first record.
    if (!(error instanceof Error)) throw error;
  }
  return newest.reverse();
}

type Page = { readonly entries: JournalEntryView[]; readonly more: boolean };

/** One read after the other: each holds a segment in memory. */
export class JournalPages {
  readonly #folder: string;
  #queue: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(folder: string) {
    this.#folder = folder;
  }

  readonly read: Handlers['journal.read'] = (input) => {
    const page = this.#queue.then(() => this.#page(input));
    this.#queue = page.catch(() => undefined);
    return page;
  };

  /** Resolves once nothing reads any more. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#queue;
  }

  async #page({ before, limit, search }: CommandInput<'journal.read'>): Promise<Reply<Page>> {
    const entries: JournalEntryView[] = [];
    const needle = search === null || search === '' ? null : search.toLowerCase();
    try {
      for await (const { seq, json } of readBackward(this.#folder, before?.seq)) {
        if (this.#closed) break;
        if (needle !== null && !json.toLowerCase().includes(needle)) continue;
        for (const [index, fact] of [...factsIn(json).entries()].reverse()) {
          if (before !== null && seq === before.seq && index >= before.index) continue;
          if (needle !== null && !JSON.stringify(fact).toLowerCase().includes(needle)) continue;
          if (entries.length === limit) return done({ entries, more: true });
          entries.push(journalEntry(seq, index, fact));
        }
      }
    } catch (error) {
      if (error instanceof Error) return refused('JOURNAL_UNREADABLE', error.message);
      throw error;
    }
    return done({ entries, more: false });
  }
}
