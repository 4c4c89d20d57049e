/**
 * The contract over Electron's IPC: one channel for commands, one for updates.
 *
 * 1. Every call's sender is checked (sender.ts) and rejected unless it is our page; no handler sees the others.
 * 2. Whatever a call holds goes through `dispatch`; it answers with a Reply and never throws over the boundary.
 * 3. A page that is gone, or has crashed, is sent nothing; a new one asks for a snapshot.
 */
import type { WebContents } from 'electron';
import { channels } from '../../shared/contract/bridge.ts';
import type { Handlers } from '../../shared/contract/commands.ts';
import type { Update } from '../../shared/contract/updates.ts';
import { dispatch } from './dispatch.ts';
import { isOwnPage } from './sender.ts';

export interface Served {
  readonly handlers: Handlers;
  readonly feed: { subscribe(listener: (update: Update) => void): () => void };
}

export interface IpcParts {
  /** Of the console's page: `app://console`. */
  readonly origin: string;
  /** A page may call before the console is open: its calls wait, in order. */
  readonly served: Promise<Served>;
  readonly onBug: (error: unknown) => void;
}

/** Serves one page for as long as it lives. */
export function servePage(contents: WebContents, { origin, served, onBug }: IpcParts): void {
  contents.ipc.handle(channels.invoke, async (event, name: unknown, input: unknown) => {
    if (event.sender.id !== contents.id || !isOwnPage(event.senderFrame, origin)) throw new Error('Not the page of the console');
    const { handlers } = await served;
    return dispatch(handlers, typeof name === 'string' ? name : '', input, onBug);
  });
  const push = (update: Update): void => {
    if (!contents.isDestroyed() && !contents.isCrashed()) contents.send(channels.update, update);
  };
  // A console that does not open ends the whole process.
  void served.then(({ feed }) => {
    if (!contents.isDestroyed()) contents.once('destroyed', feed.subscribe(push));
  }, onBug);
}
