/**
 * First thing that runs, and small: wires the stop, sets language and theme before the first paint, then loads the
 * console. Nothing here waits for anything; a press before the session is there is sent the moment it is.
 */
import { applyAppearance, rememberedAppearance } from './stop/appearance.ts';
import { wireStopBar } from './stop/bar.ts';
import { beginSession } from './stop/session.ts';

applyAppearance(rememberedAppearance());
const session = beginSession();
const bar = wireStopBar(session);
// For whoever measures how soon the stop can be pressed.
performance.mark('stop-wired');

const load = () =>
  void import('./app/libraries.ts')
    .then(() => import('./app/main.tsx'))
    .then(
      ({ startConsole }) => startConsole(session, bar),
      (error: unknown) => bar.say('consoleMissing', error),
    );
// The stop is painted first: reading the console takes longer than a frame. A page in the background is not painted.
if (document.visibilityState === 'hidden') load();
else requestAnimationFrame(() => requestIdleCallback(load, { timeout: 200 }));
