/** Pages of the journal, put together: each entry once, newest first. */
import type { JournalEntryView } from '../../../shared/contract/commands.ts';
import { journalSearch } from '../../../shared/contract/journal-search.ts';

export interface Place {
  readonly seq: number;
  readonly index: number;
}

export const keyOf = ({ seq, index }: Place): string => `${seq}.${index}`;
const isAfter = (a: Place, b: Place): boolean => a.seq > b.seq || (a.seq === b.seq && a.index > b.index);

/** Entries of a newer page that the list does not have yet. */
export function newerThan(entries: readonly JournalEntryView[], newest: Place | undefined): readonly JournalEntryView[] {
  return newest === undefined ? entries : entries.filter((entry) => isAfter(entry, newest));
}

/** By the rule of the engine's own search. */
export const has = (entry: JournalEntryView, search: string): boolean => journalSearch(search)?.(JSON.stringify(entry.fact)) ?? true;
