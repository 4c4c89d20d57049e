/** The one rule of what a search of the journal finds, for the engine's pages and for what consoles add to them. */

/**
 * Whether a text occurs, case aside, in a fact: as it reads, or as the record has it, where quotes and backslashes of a
 * sentence are escaped and those between fields are not.
 * @returns a test of a fact's JSON; null where everything is wanted
 */
export function journalSearch(search: string | null): ((json: string) => boolean) | null {
  if (search === null || search === '') return null;
  const asItReads = search.toLowerCase();
  const escaped = JSON.stringify(asItReads).slice(1, -1);
  return (json) => {
    const text = json.toLowerCase();
    return text.includes(asItReads) || (escaped !== asItReads && text.includes(escaped));
  };
}
