/**
 * Whether `out/` was built from the sources as they are. Compared is a print of every source file's path, size and time
 * of change, so a file that was deleted or went back in time counts as a change as well.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { desktopEntries, entries, root } from './entries.mjs';

const besidesSources = ['package-lock.json', 'electron.vite.config.ts', 'ccxt-alias.ts', 'scripts/build/entries.mjs'];
/** Every file that a build leaves for somebody to start. */
const outputs = [
  ...Object.keys({ ...entries, ...desktopEntries.main }).map((name) => `${name}.mjs`),
  ...Object.keys(desktopEntries.preload).map((name) => `preload/${name}.cjs`),
];
export const printFile = join(root, 'out', '.sources');

/** @returns {string} hex print of the sources as they are on disk */
export function printOfSources() {
  const sources = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  const hash = createHash('sha256');
  for (const path of [...besidesSources.map((name) => join(root, name)), ...sources.sort()]) {
    const { size, mtimeMs } = statSync(path);
    hash.update(`${path} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/** @returns {boolean} true when every program is there and none is older than its source */
export function isFresh() {
  if (!outputs.every((name) => existsSync(join(root, 'out', name)))) return false;
  return existsSync(printFile) && readFileSync(printFile, 'utf8') === printOfSources();
}
