/** The Electron binary: where it is, and how it is fetched. It is a download at first use, which some machines cannot make. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { root } from '../build/entries.mjs';

const probeMs = 3000;
/** Longer than a slow line takes for about 110 MB; whoever waits sees why. */
const fetchMs = 15 * 60_000;
const earlyMs = 3000;

const manifest = createRequire(join(root, 'package.json')).resolve('electron/package.json');
const folder = dirname(manifest);

/** @returns {string | null} the path of the binary; null when it was never fetched */
export function findElectron() {
  const given = process.env['ELECTRON_EXEC_PATH'];
  if (given !== undefined && given !== '') return existsSync(given) ? given : null;
  const name = join(folder, 'path.txt');
  if (!existsSync(name)) return null;
  const path = join(process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(folder, 'dist'), readFileSync(name, 'utf8'));
  return existsSync(path) ? path : null;
}

/**
 * Fetches the binary with Electron's own installer. Where its server cannot be reached, this is known within seconds.
 * @returns {Promise<string | null>} the path of the binary; null when it could not be fetched
 */
export async function fetchElectron() {
  if (!(await isReachable())) return null;
  process.stderr.write('Fetching Electron for the desktop window (about 110 MB, once)…\n');
  const installed = spawnSync(process.execPath, [join(folder, 'install.js')], { stdio: ['ignore', 2, 2], timeout: fetchMs });
  return installed.status === 0 ? findElectron() : null;
}

async function isReachable() {
  const mirror = process.env['ELECTRON_MIRROR'] ?? process.env['npm_config_electron_mirror'] ?? 'https://github.com/electron/electron/releases/';
  try {
    // Any answer will do: what the server thinks of this very address is the installer's business.
    await fetch(mirror, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(probeMs) });
    return true;
  } catch (error) {
    // No route, no name, no certificate that we trust, or no answer in time; no URL at all.
    if (error instanceof TypeError || error instanceof DOMException) return false;
    throw error;
  }
}

/**
 * Why a window cannot be opened here at all, whatever is fetched.
 * @param {{ readonly platform: string, readonly env: Readonly<Record<string, string | undefined>>, readonly isRoot: boolean }} here
 * @returns {string | null} in words; null when one can
 */
export function noWindowBecause({ platform, env, isRoot }) {
  if (platform !== 'linux') return null;
  const isSet = /** @param {string} name */ (name) => (env[name] ?? '') !== '';
  if (!isSet('DISPLAY') && !isSet('WAYLAND_DISPLAY')) return 'there is no display';
  return isRoot ? 'Electron does not run as root' : null;
}

/**
 * Runs Electron on the built desktop until it ends, with this process's terminal.
 * @param {string} binary @param {readonly string[]} args
 * @returns {Promise<{ readonly code: number, readonly didStart: boolean }>}
 *   `didStart` is false when Electron itself failed: a library is missing, its sandbox cannot be set up
 */
export async function runElectron(binary, args) {
  const env = { ...process.env };
  // Left over from a terminal inside another Electron program, it would make plain Node of this one.
  delete env['ELECTRON_RUN_AS_NODE'];
  const began = Date.now();
  const child = spawn(binary, [root, ...args], { stdio: 'inherit', env });
  // Ctrl-C reaches the child by itself, and a second signal would end it at once.
  process.on('SIGINT', () => undefined);
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP'])) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => {
    child.once('error', () => resolve({ code: 1, didStart: false }));
    child.once('exit', (code, signal) => {
      // 1 is what Electron says of a display that does not answer, and what we say of a bug: the first is at once.
      const isEarly = code === 1 && Date.now() - began < earlyMs && !args.includes('--stop');
      const isOurs = code !== null && code <= 4 && !isEarly;
      resolve({ code: code ?? 1, didStart: isOurs || signal === 'SIGKILL' || signal === 'SIGTERM' || signal === 'SIGINT' });
    });
  });
}
