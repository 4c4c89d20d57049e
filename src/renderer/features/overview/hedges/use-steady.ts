/**
 * The rows of the table in an order that holds while the pointer is in it. A hedge that closes goes to the closed ones,
 * and a new one comes first: moved at once, each would put another hedge's button under a press that is on its way.
 */
import { useState } from 'react';
import { shallow } from 'zustand/shallow';

/** Rows that are there already keep their places; new ones come below the open ones, where nothing is pressed. */
export function held(shown: readonly string[], open: readonly string[], closed: readonly string[]): readonly string[] {
  const kept = shown.filter((id) => open.includes(id) || closed.includes(id));
  const fresh = [...open, ...closed].filter((id) => !kept.includes(id));
  const end = kept.findLastIndex((id) => open.includes(id)) + 1;
  return [...kept.slice(0, end), ...fresh, ...kept.slice(end)];
}

export interface SteadyRows {
  readonly ids: readonly string[];
  /** For the element around the rows. */
  readonly pointer: { readonly onPointerEnter: () => void; readonly onPointerLeave: () => void };
}

export function useSteady(open: readonly string[], closed: readonly string[]): SteadyRows {
  const [isHeld, setHeld] = useState(false);
  const [shown, setShown] = useState<readonly string[]>([]);
  const next = isHeld ? held(shown, open, closed) : [...open, ...closed];
  const ids = shallow(next, shown) ? shown : next;
  if (ids !== shown) setShown(ids);
  // A table that is gone hears no pointer leave it.
  if (isHeld && ids.length === 0) setHeld(false);
  return { ids, pointer: { onPointerEnter: () => setHeld(true), onPointerLeave: () => setHeld(false) } };
}
