/**
 * `app://console/`: the built renderer as a fixed map of files with the same headers as on the headless host. Nothing of
 * a request's path reaches the disk, no other host exists, and the page may connect to nothing.
 */
import type { Protocol } from 'electron';
import { cacheControl, type Page, readPage, securityHeaders } from '../ipc/page.ts';

const scheme = 'app';
const origin = `${scheme}://console`;

/**
 * Where the page comes from: `app://console`, or in development the server that electron-vite runs on loopback.
 * @param server its address as electron-vite hands it on; undefined in a packaged program, whatever the environment says
 */
export function pageOrigin(server: string | undefined): string {
  if (server === undefined || !URL.canParse(server)) return origin;
  const url = new URL(server);
  return url.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname) ? url.origin : origin;
}

/** To be called before Electron is ready: gives the scheme origins, which makes CSP and storage work as on the web. */
export const declareScheme = (protocol: Protocol): void =>
  protocol.registerSchemesAsPrivileged([{ scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } }]);

/** @param folder of the built renderer, with a slash at its end */
export async function servePages(protocol: Protocol, folder: URL): Promise<void> {
  const page = await readPage(folder);
  protocol.handle(scheme, (request) => answer(page, request.method, new URL(request.url)));
}

/** @param page null where it was not built */
function answer(page: Page | null, method: string, url: URL): Response {
  if (url.host !== 'console') return said(404, 'There is nothing here.');
  if (method !== 'GET' && method !== 'HEAD') return said(405, 'This is a page, it takes no data.');
  if (page === null) return said(503, 'The page of the console was not built: npm run build');
  const file = page.get(url.pathname);
  if (file === undefined) return said(404, 'There is no such file.');
  return new Response(new Uint8Array(file.body), {
    headers: { ...securityHeaders([]), 'content-type': file.type, 'cache-control': cacheControl(file) },
  });
}

const said = (status: number, sentence: string): Response =>
  new Response(sentence, { status, headers: { ...securityHeaders([]), 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' } });
