/**
 * The Chromium that the suites drive: `CHROMIUM_PATH`, else one that is installed, else Playwright's own, else one that is
 * fetched (as root from the distribution, then Playwright's).
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { root } from '../build/entries.mjs';

const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];

const isRoot = process.getuid?.() === 0;
/** Chromium refuses its sandbox to root. */
export const chromiumArgs = isRoot ? ['--no-sandbox'] : [];

/** @returns {string | undefined} the path of a Chromium that is there */
export function findChromium() {
  const given = process.env['CHROMIUM_PATH'];
  // A path that somebody gave and that is not there is a mistake to be told, not to be passed over.
  if (given !== undefined && given !== '') return given;
  return [...usualPlaces, chromium.executablePath()].find((path) => existsSync(path));
}

/** @param {string} command @param {readonly string[]} args */
const runs = (command, args) => spawnSync(command, args, { stdio: ['ignore', 2, 2], cwd: root }).status === 0;

/** @returns {string} a path; @throws Error when none is there and none can be had */
export function ensureChromium() {
  const found = findChromium();
  if (found !== undefined) return found;
  const hasApt = isRoot && existsSync('/usr/bin/apt-get');
  if (hasApt && runs('apt-get', ['update', '-q'])) runs('apt-get', ['install', '-q', '-y', '--no-install-recommends', 'chromium', 'fonts-nanum']);
  if (findChromium() === undefined) runs(process.execPath, [join(root, 'node_modules', 'playwright', 'cli.js'), 'install', 'chromium']);
  const got = findChromium();
  if (got === undefined) throw new Error('No Chromium: install one, or name one with CHROMIUM_PATH');
  return got;
}
