/**
 * The built renderer as a fixed map of files, read once, and the headers that both hosts serve it with. What is not in
 * the map does not exist: no path of a request ever reaches the disk.
 */
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface PageFile {
  readonly body: Buffer;
  readonly type: string;
  /** Its name holds a print of its content, so it never changes. */
  readonly immutable: boolean;
}
/** Files by their path, `/index.html` also as `/`. */
export type Page = ReadonlyMap<string, PageFile>;

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

/** @param folder with a slash at its end. @returns null when no page was built there */
export async function readPage(folder: URL): Promise<Page | null> {
  const root = fileURLToPath(folder);
  const page = new Map<string, PageFile>();
  for (const path of await filesIn(root)) {
    const type = types[extname(path)];
    // Source maps and the like are no part of the page.
    if (type === undefined) continue;
    const name = `/${relative(root, path).split(sep).join('/')}`;
    page.set(name, { body: await readFile(path), type, immutable: name.startsWith('/assets/') });
  }
  const index = page.get('/index.html');
  return index === undefined ? null : page.set('/', index);
}

async function filesIn(root: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/**
 * What every answer bears. Styles that React and the chart set are set through the CSSOM, which `style-src 'self'` allows.
 * @param connect what the page may speak to, as CSP sources
 */
export const securityHeaders = (connect: readonly string[]): Readonly<Record<string, string>> => ({
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src ${connect.length === 0 ? "'none'" : connect.join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': ['camera', 'microphone', 'geolocation', 'usb', 'serial', 'hid', 'payment', 'display-capture']
    .map((name) => `${name}=()`)
    .join(', '),
});

/** How long a file of the page may be kept. */
export const cacheControl = (file: PageFile): string => (file.immutable ? 'public, max-age=31536000, immutable' : 'no-store');
