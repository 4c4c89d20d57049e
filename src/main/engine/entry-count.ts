/** The count that the limits of entries a minute and a day are held against (`risk/measures.ts`): up by one, and down again. */
import { kstDay } from './risk/measures.ts';
import type { State } from './state.ts';

/** An entry more, at this time. Times that the limit of a minute no longer asks for leave. */
export const counted = (state: State, at: number): State => ({
  ...state,
  entryTimes: [...state.entryTimes.filter((time) => time > at - 60_000), at],
  day: { ...state.day, entries: state.day.entries + 1 },
});

/** As if the entry of this time had not been: the limits count it as the one to come. */
export function uncounted(state: State, at: number): State {
  const { day, entryTimes } = state;
  const nth = entryTimes.indexOf(at);
  return {
    ...state,
    entryTimes: entryTimes.filter((_time, index) => index !== nth),
    day: day.kst === kstDay(at) ? { ...day, entries: day.entries - 1 } : day,
  };
}
