/** What is read from the journal for people: pages of it, newest first, and the newest facts that views begin with. */
import { z } from 'zod';
import type { CommandInput, Handlers, JournalEntryView } from '../../shared/contract/commands.ts';
import { journalSearch } from '../../shared/contract/journal-search.ts';
import { done, refused, type Reply } from '../../shared/contract/reply.ts';
import { OneByOne } from '../../shared/one-by-one.ts';
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

/**
 * 1. One page after the other: each read holds a segment in memory. Searches have a row of their own, as one that finds
 *    little goes through the whole history.
 * 2. Only the newest search goes on: a person who types on has given up the one before, which is refused with SUPERSEDED.
 */
export class JournalPages {
  readonly #folder: string;
  readonly #pages = new OneByOne();
  readonly #searches = new OneByOne();
  #newestSearch = 0;
  #closed = false;

  constructor(folder: string) {
    this.#folder = folder;
  }

  readonly read: Handlers['journal.read'] = (input) => {
    const isWanted = journalSearch(input.search);
    if (isWanted === null) return this.#pages.run(() => this.#page(input, () => true, never));
    this.#newestSearch += 1;
    const mine = this.#newestSearch;
    return this.#searches.run(() => this.#page(input, isWanted, () => mine !== this.#newestSearch));
  };

  /** Resolves once nothing reads any more. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([this.#pages.ended(), this.#searches.ended()]);
  }

  async #page(
    { before, limit }: CommandInput<'journal.read'>,
    isWanted: (json: string) => boolean,
    isSuperseded: () => boolean,
  ): Promise<Reply<Page>> {
    const entries: JournalEntryView[] = [];
    if (isSuperseded()) return superseded;
    try {
      for await (const { seq, json } of readBackward(this.#folder, before?.seq)) {
        if (this.#closed) return refused('ENDING', 'The console is ending');
        if (isSuperseded()) return superseded;
        if (!isWanted(json)) continue;
        for (const [index, fact] of [...factsIn(json).entries()].reverse()) {
          if (before !== null && seq === before.seq && index >= before.index) continue;
          if (!isWanted(JSON.stringify(fact))) continue;
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

const never = (): boolean => false;
const superseded = refused('SUPERSEDED', 'A newer search took the place of this one');
