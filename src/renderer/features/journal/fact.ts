/** Reading fields of a fact, which is JSON of any version of the engine: what is not there or has another form is null. */
import type { JournalEntryView } from '../../../shared/contract/commands.ts';

export type Json = JournalEntryView['fact'];
export interface Fact {
  /** Text or number as text; null else. Steps through objects: `text('request.terms.price')`. */
  text(path: string): string | null;
  number(path: string): number | null;
  list(path: string): readonly Json[];
  /** The value as it is; undefined where the path ends early. */
  at(path: string): Json | undefined;
}

export function factOf(json: Json): Fact {
  const at = (path: string): Json | undefined => path.split('.').reduce<Json | undefined>(step, json);
  return {
    at,
    text: (path) => {
      const value = at(path);
      if (typeof value === 'string') return value;
      return typeof value === 'number' ? String(value) : null;
    },
    number: (path) => {
      const value = at(path);
      return typeof value === 'number' ? value : null;
    },
    list: (path) => {
      const value = at(path);
      return Array.isArray(value) ? value : [];
    },
  };
}

function step(value: Json | undefined, name: string): Json | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, name)) return undefined;
  return value[name];
}
