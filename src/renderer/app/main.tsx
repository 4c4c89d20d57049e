/** The console itself: loaded by boot.ts once the stop works. */
import { type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { createWords } from '../i18n/i18n.ts';
import { rememberedAppearance } from '../stop/appearance.ts';
import type { StopBar } from '../stop/bar.ts';
import type { Session } from '../stop/session.ts';
import '../ui/face.css';
import '../ui/tokens.css';
import { followAppearance } from './appearance-sync.ts';
import { ConsoleContext } from './hooks.ts';
import { openTransport } from './open-transport.ts';
import { createReplica, follow } from './replica.ts';
import { Shell } from './shell.tsx';
import type { Transport } from './transport.ts';

export const startConsole = (session: Session, bar: StopBar): void => mountConsole(openTransport(session), bar);

/** Draws the console, or something else in its place, on a transport. */
export function mountConsole(transport: Transport, bar: StopBar, content: ReactNode = <Shell />): void {
  const root = document.getElementById('app');
  if (root === null) throw new Error('index.html has no #app');
  const words = createWords(rememberedAppearance().language);
  const replica = createReplica();
  followAppearance(replica, words, bar);
  // Updates end with the page.
  follow(transport, replica);
  createRoot(root).render(
    <StrictMode>
      <I18nextProvider i18n={words}>
        <ConsoleContext value={{ transport, replica }}>{content}</ConsoleContext>
      </I18nextProvider>
    </StrictMode>,
  );
}
