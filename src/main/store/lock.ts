/**
 * One writer per data folder (I15): a lock that any death of its holder releases, kill -9 included.
 *
 * Who answers on a socket is alive: no pid is compared and no file's age believed. On Windows the socket is a named
 * pipe, which exists once and ends with its process. Elsewhere a socket's file outlives its process, and deleting a
 * stale one is a race between two starters, so `<data>/lock/` holds numbered claims instead, and none is taken over:
 *
 * 1. Each starter first listens on a socket of its own, then claims by a symbolic link to it: the next number, made
 *    only if nobody has made it. So a claim is alive from the instant it can be seen.
 * 2. A new number is taken only when the highest claim is dead.
 * 3. A claim counts only if no higher one exists once it is made. The highest is never removed, dead or alive.
 * 4. Nobody removes the socket of a live starter but itself.
 *
 * Two winners would need one of them to have found the other dead. Holds on one machine: a folder shared over a
 * network is not guarded.
 */
import { createHash, randomBytes } from 'node:crypto';
import { readdir, readlink, realpath, rm, symlink } from 'node:fs/promises';
import { createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { isSystemError, makeFolder, systemErrorText } from './file-operations.ts';

export type FolderLock =
  | { readonly ok: true; release(): Promise<void> }
  | {
      readonly ok: false;
      readonly kind: 'held';
      /** null when the holder lives but does not say (it may be frozen). */
      readonly holder: { readonly pid: number } | null;
    }
  /** The file system cannot lock, or the folder cannot be written: never taken for a lock. */
  | { readonly ok: false; readonly kind: 'cannotLock'; readonly reason: string };

/** How long a live holder has to say its pid. */
const introductionMs = 500;
/** The least that every system allows for the path of a socket. */
const longestSocketPath = 103;
const claimForm = /^claim-(\d+)$/;

/** Takes the lock of a data folder, which is made when it is missing, or says who has it. Does not wait. */
export async function lockFolder(dir: string): Promise<FolderLock> {
  try {
    await makeFolder(dir);
    const folder = await realpath(dir);
    return process.platform === 'win32' ? await lockByPipe(folder) : await lockByClaim(folder);
  } catch (error) {
    return { ok: false, kind: 'cannotLock', reason: systemErrorText(error) };
  }
}

async function lockByPipe(folder: string): Promise<FolderLock> {
  const name = createHash('sha256').update(folder.toLowerCase()).digest('hex').slice(0, 32);
  const path = `\\\\.\\pipe\\kimp-console-${name}`;
  try {
    const presence = await listen(path);
    return { ok: true, release: () => presence.close() };
  } catch (error) {
    if (!isSystemError(error) || (error.code !== 'EADDRINUSE' && error.code !== 'EACCES')) throw error;
    const probe = await ask(path);
    return { ok: false, kind: 'held', holder: probe.pid === null ? null : { pid: probe.pid } };
  }
}

async function lockByClaim(dataFolder: string): Promise<FolderLock> {
  const folder = join(dataFolder, 'lock');
  await makeFolder(folder);
  const short = await shortPath(folder);
  const socketName = `${randomBytes(8).toString('hex')}.sock`;
  try {
    const presence = await listen(join(short.path, socketName));
    const release = async (): Promise<void> => {
      await presence.close();
      await rm(join(folder, socketName), { force: true });
    };
    try {
      const claim = await claimNext(folder, short.path, socketName);
      if (claim.ok) return { ok: true, release };
      await release();
      return claim;
    } catch (error) {
      await release();
      throw error;
    }
  } finally {
    await short.remove();
  }
}

/** Makes our claim the highest, or finds the highest one alive. */
async function claimNext(folder: string, short: string, socketName: string): Promise<{ readonly ok: true } | Extract<FolderLock, { kind: 'held' }>> {
  for (;;) {
    const highest = Math.max(0, ...(await claims(folder)));
    if (highest > 0) {
      const { alive, pid } = await ask(join(short, `claim-${highest}`));
      if (alive) return { ok: false, kind: 'held', holder: pid === null ? null : { pid } };
    }
    const mine = highest + 1;
    if (!(await tryToClaim(join(folder, `claim-${mine}`), socketName))) continue;
    const all = await claims(folder);
    if (all.some((number) => number > mine)) {
      await rm(join(folder, `claim-${mine}`), { force: true });
      continue;
    }
    for (const number of all) if (number < mine) await removeClaim(folder, short, number);
    return { ok: true };
  }
}

async function tryToClaim(path: string, socketName: string): Promise<boolean> {
  try {
    await symlink(socketName, path);
    return true;
  } catch (error) {
    if (isSystemError(error) && error.code === 'EEXIST') return false;
    throw error;
  }
}

async function claims(folder: string): Promise<number[]> {
  return (await readdir(folder)).flatMap((name) => {
    const number = claimForm.exec(name)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
}

/**
 * Clears away a dead claim below ours, with the socket file that a kill left. A live one belongs to a starter that is
 * about to see that it lost: without its socket, a later claim of its own would look dead. So it is the socket, whose
 * name is never used again, that is asked, not the claim, whose number may be.
 */
async function removeClaim(folder: string, short: string, number: number): Promise<void> {
  const path = join(folder, `claim-${number}`);
  try {
    const socketName = basename(await readlink(path));
    const { alive } = await ask(join(short, socketName));
    if (alive) return;
    if (socketName.endsWith('.sock')) await rm(join(folder, socketName), { force: true });
    await rm(path, { force: true });
  } catch (error) {
    // Gone already: the starter that lost has taken its claim back.
    if (!isSystemError(error) || error.code !== 'ENOENT') throw error;
  }
}

/** A socket's path has room for about a hundred bytes; a link in the temporary folder leads to a folder that is too deep. */
async function shortPath(folder: string): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const longest = join(folder, `${'0'.repeat(16)}.sock`);
  if (Buffer.byteLength(longest) <= longestSocketPath) return { path: folder, remove: () => Promise.resolve() };
  const usual = join(tmpdir(), `kimp-${randomBytes(6).toString('hex')}`);
  const path = Buffer.byteLength(usual) + 22 <= longestSocketPath ? usual : join('/tmp', basename(usual));
  await symlink(folder, path);
  return { path, remove: () => rm(path, { force: true }) };
}

interface Presence {
  close(): Promise<void>;
}

/** Tells whoever connects our pid; keeps no process running. */
function listen(path: string): Promise<Presence> {
  const callers = new Set<Socket>();
  const server = createServer((socket) => {
    callers.add(socket);
    socket.unref();
    socket.on('close', () => callers.delete(socket));
    // A caller that hangs up early is no error of ours.
    socket.on('error', () => socket.destroy());
    socket.end(`${process.pid}\n`);
  });
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      // A frozen caller must not hold us up.
      for (const socket of callers) socket.destroy();
    });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      server.unref();
      resolve({ close });
    });
  });
}

/** Whether someone listens there, and who it says it is. Only a refusal or a missing socket means that nobody does. */
function ask(path: string): Promise<{ readonly alive: boolean; readonly pid: number | null }> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    let said = '';
    const answer = (alive: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ alive, pid: /^\d{1,10}\n$/.test(said) ? Number(said) : null });
    };
    const timer = setTimeout(() => answer(true), introductionMs);
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      said += chunk;
    });
    socket.on('end', () => answer(true));
    socket.on('error', (error: NodeJS.ErrnoException) => answer(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT'));
  });
}
