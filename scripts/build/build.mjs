/**
 * Builds `out/`. With `--if-needed`, only what is missing or older than its source. Prints nothing on standard output
 * when all went well. Safe to run many times at once: one builds, the others wait for it.
 */
import '../check-node.mjs';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from './entries.mjs';
import { isFresh, printFile, printOfSources } from './freshness.mjs';

const lockFile = join(root, 'node_modules', '.cache', 'build.lock');
const lockDeadlineMs = 120_000;

/** @param {unknown} error @param {string} code */
const hasCode = (error, code) => error instanceof Error && 'code' in error && error.code === code;

/** @param {number} pid */
function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !hasCode(error, 'ESRCH');
  }
}

/** Removes a lock whose holder is gone; a lock file that is still empty is being written just then. */
function breakStaleLock() {
  try {
    const holder = Number.parseInt(readFileSync(lockFile, 'utf8'), 10);
    if (Number.isInteger(holder) && !isRunning(holder)) rmSync(lockFile, { force: true });
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
}

async function takeLock() {
  mkdirSync(dirname(lockFile), { recursive: true });
  for (const deadline = Date.now() + lockDeadlineMs; ; ) {
    try {
      writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    }
    if (Date.now() > deadline) throw new Error(`Another build has held ${lockFile} for ${lockDeadlineMs / 1000} s; delete it if none is running`);
    breakStaleLock();
    await sleep(50);
  }
}

const onlyIfNeeded = process.argv.includes('--if-needed');
await takeLock();
try {
  if (!onlyIfNeeded || !isFresh()) {
    if (!onlyIfNeeded) rmSync(join(root, 'out'), { recursive: true, force: true });
    // Taken before the build: a source that changes while it runs leaves the print outdated, and the next run builds again.
    const print = printOfSources();
    const { build } = await import('electron-vite');
    await build({ root, logLevel: 'error' });
    // Not bundled: it has to run on any Node.
    copyFileSync(join(root, 'scripts', 'check-node.mjs'), join(root, 'out', 'check-node.mjs'));
    writeFileSync(printFile, print);
  }
} finally {
  rmSync(lockFile, { force: true });
}
