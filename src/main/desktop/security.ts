/**
 * What a page may never do, said once for every page there will ever be: leave the console's origin, open windows or
 * webviews, ask for permissions or devices, download.
 */
import type { App, Session, WebContents } from 'electron';

/** To be called before the first window. @param origin of the console's page */
export function confinePages(app: App, origin: string): void {
  app.on('web-contents-created', (_event, contents) => confine(contents, origin));
}

function confine(contents: WebContents, origin: string): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.on('will-navigate', (event) => {
    if (event.url !== origin && !event.url.startsWith(`${origin}/`)) event.preventDefault();
  });
  // Our protocol never redirects.
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame) event.preventDefault();
  });
}

export function confineSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => event.preventDefault());
}
