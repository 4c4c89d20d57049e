/** The setting that a link from elsewhere points to: `#settings/NAME`. */
import { useSyncExternalStore } from 'react';

function subscribe(changed: () => void): () => void {
  addEventListener('hashchange', changed);
  return () => removeEventListener('hashchange', changed);
}
const current = (): string | null => location.hash.slice(1).split('/')[1] ?? null;

export const useWantedSetting = (): string | null => useSyncExternalStore(subscribe, current);
