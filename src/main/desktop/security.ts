/**
 * What a page may never do, said once for every page there will ever be: leave the console's origin, open windows or
 * webviews, ask for permissions or devices, download.
 */
import type { App, Session, WebContents } from 'electron';
import { origin } from './page-protocol.ts';

/** To be called before the first window. */
export function confinePages(app: App): void {
  app.on('web-contents-created', (_event, contents) => confine(contents));
}

function confine(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.on('will-navigate', (event) => {
    if (!isOwn(event.url)) event.preventDefault();
  });
  // Our protocol never redirects.
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame) event.preventDefault();
  });
}

const isOwn = (url: string): boolean => url === origin || url.startsWith(`${origin}/`);

export function confineSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => event.preventDefault());
}
