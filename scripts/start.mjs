/**
 * `npm start`: the console in a desktop window where Electron's binary is there or can be fetched and there is a display;
 * else, said in one line, in this process without one, at the address that it prints. What asks for the headless host
 * by its own options gets it.
 */
import './check-node.mjs';
import { ensureBuilt, runBuilt } from './build/ensure.mjs';
import { fetchElectron, findElectron, noWindowBecause, runElectron } from './desktop/electron.mjs';

const args = process.argv.slice(2);
const headlessOnly = ['--port', '--no-open', '--help'];
const asksForHeadless = args.some((arg) => headlessOnly.includes(arg.split('=')[0] ?? ''));

/** @returns {Promise<string | null>} why there is no window; null when it was there and has been closed */
async function tryWindow() {
  const why = noWindowBecause({ platform: process.platform, env: process.env, isRoot: process.getuid?.() === 0 });
  if (why !== null) return why;
  const binary = findElectron() ?? (await fetchElectron());
  if (binary === null) return 'Electron is not there and cannot be fetched';
  const { code, didStart } = await runElectron(binary, args);
  if (!didStart) return `Electron does not start here (exit code ${code})`;
  process.exitCode = code;
  return null;
}

ensureBuilt();
if (asksForHeadless) await runBuilt('start', args);
else {
  const why = await tryWindow();
  if (why !== null) {
    process.stderr.write(`No desktop window: ${why}. The console runs without one.\n`);
    await runBuilt('start', args);
  }
}
