/**
 * Serves the console's page on a made-up snapshot, without an engine: for looking at it while it is being changed. What
 * it shows follows the address, see src/renderer/testing/preview.tsx. `npx node scripts/preview.ts [PORT]`, Ctrl-C ends it.
 */
import react from '@vitejs/plugin-react';
import { createServer } from 'vite';

const port = Number(process.argv[2] ?? '0');
const server = await createServer({
  configFile: false,
  root: new URL('../src/renderer/', import.meta.url).pathname,
  logLevel: 'warn',
  cacheDir: new URL('../node_modules/.cache/preview', import.meta.url).pathname,
  plugins: [
    react(),
    { name: 'preview', transformIndexHtml: { order: 'pre', handler: (html) => html.replace('./boot.ts', './testing/preview.tsx') } },
  ],
  server: { host: '127.0.0.1', port, strictPort: port !== 0 },
});
await server.listen();
const [url] = server.resolvedUrls?.local ?? [];
console.log(JSON.stringify({ event: 'ready', url }));
