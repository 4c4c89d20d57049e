/**
 * Builds every program of the console into `out/`, with and without Electron.
 *
 * `main` is electron-vite's name for what runs on Node: one build of all entries, so that they share their chunks.
 * The packages we depend on stay outside the bundle, except ccxt, of which only the two exchanges are taken.
 */
import { readFileSync } from 'node:fs';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import type { Plugin } from 'vite';
import { ccxtAlias } from './ccxt-alias.ts';
import { desktopEntries, entries } from './scripts/build/entries.mjs';

const { dependencies } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')) as { dependencies: Record<string, string> };
const packages = Object.keys(dependencies).filter((name) => name !== 'ccxt');
/** Parts of ccxt that only other exchanges load, on demand; they ask for packages that are not installed here. */
const otherExchanges = [/static_dependencies\/dydx-v4-client\/(registry|cosmos\/)/, /protobuf\/mexc\//];

/**
 * The page is not painted before its first program ran, which is small and sets language and theme: nothing flashes.
 * Vite writes the script's tag itself and drops the attribute.
 */
const blockRender: Plugin = {
  name: 'block-render',
  transformIndexHtml: { order: 'post', handler: (html) => html.replace('<script type="module"', '<script type="module" blocking="render"') },
};

export default defineConfig({
  main: {
    resolve: { alias: ccxtAlias },
    build: {
      outDir: 'out',
      // A console that is running may still have to load a chunk of the build before.
      emptyOutDir: false,
      // Plain Node from 22.12 on runs these files too, not only the Node inside Electron.
      target: 'node22.12',
      sourcemap: true,
      // Decided below: electron-vite's own list would leave ccxt outside.
      externalizeDeps: false,
      rolldownOptions: {
        input: { ...entries, ...desktopEntries.main },
        external: ['electron', ...packages.map((name) => new RegExp(`^${name}(/|$)`)), ...otherExchanges],
        output: {
          format: 'es',
          entryFileNames: '[name].mjs',
          chunkFileNames: 'chunks/[name]-[hash].mjs',
          // Evaluated before every other import, so that an old Node is told before it meets what it cannot run.
          // The worker's Node is its host's, and Electron brings its own.
          banner: ({ isEntry, name }) => (isEntry && Object.hasOwn(entries, name) && name !== 'simulator-worker' ? "import './check-node.mjs';" : ''),
        },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      sourcemap: true,
      // A sandbox has no modules but Electron's: everything else has to be inside.
      externalizeDeps: false,
      rolldownOptions: {
        input: desktopEntries.preload,
        external: ['electron'],
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src/renderer',
    // Served from a folder of its own by both hosts, `app://console/` and a loopback port.
    base: './',
    plugins: [react(), blockRender],
    build: {
      outDir: 'out/renderer',
      emptyOutDir: true,
      target: 'chrome120',
      sourcemap: false,
      // The policy of the page allows no inline script, and every browser that can run it preloads modules.
      modulePreload: { polyfill: false },
      minify: true,
      // An asset as data: would need a wider policy than the page has.
      assetsInlineLimit: 0,
      rolldownOptions: { input: 'src/renderer/index.html' },
    },
  },
});
