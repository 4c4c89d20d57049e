/** Which view is open: its name in the address, so that back, forward, reload and a second tab do what they should. */
import { useSyncExternalStore } from 'react';
import { type View, type ViewName, views } from './views.ts';

function subscribe(changed: () => void): () => void {
  addEventListener('hashchange', changed);
  return () => removeEventListener('hashchange', changed);
}
const current = (): string => location.hash.slice(1).split('/')[0] ?? '';

/** The open view; one that is not known is the first. */
export function useView(): View {
  const name = useSyncExternalStore(subscribe, current);
  const [first] = views;
  const view = views.find((known) => known.name === name) ?? first;
  if (view === undefined) throw new Error('The console has no views');
  return view;
}

/** Opens a view. */
export function openView(name: ViewName): void {
  location.hash = name;
}
