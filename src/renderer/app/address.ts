/** What an address means inside of its view: `#orders/ID` names a signal, hedge or order. Apart from route.ts, which knows the views. */
import { useSyncExternalStore } from 'react';
import type { ViewName } from './views.ts';

function subscribe(changed: () => void): () => void {
  addEventListener('hashchange', changed);
  return () => removeEventListener('hashchange', changed);
}

const currentDetail = (): string => {
  const [, ...rest] = location.hash.slice(1).split('/');
  try {
    return decodeURIComponent(rest.join('/'));
  } catch (error) {
    // An address that somebody typed or cut off names nothing.
    if (error instanceof URIError) return '';
    throw error;
  }
};

/** The id that the address names; empty where it names none. */
export const useDetail = (): string => useSyncExternalStore(subscribe, currentDetail);
/** Address of one thing in a view, for links. */
export const hrefOf = (name: ViewName, detail: string): string => `#${name}/${encodeURIComponent(detail)}`;
