/** How the desktop's page and its main process speak: two functions in the page, two channels between the processes. */
import type { Update } from './updates.ts';

export const channels = { invoke: 'kimp:invoke', update: 'kimp:update' } as const;

/** `window.kimp`, all that the preload script gives to the page. */
export interface KimpBridge {
  /** A command of the contract. @returns its Reply; rejects only when the sender is not the console's own page */
  invoke(name: string, input: unknown): Promise<unknown>;
  /** Updates from now on; the snapshot is asked for with `snapshot.get`. @returns what ends it */
  subscribe(listener: (update: Update) => void): () => void;
}
