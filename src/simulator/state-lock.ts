/**
 * One process at a time uses a state folder: whoever listens on the folder's socket does, and any death of its holder
 * releases it, kill -9 included. On Linux and Windows the system itself forgets the socket then, and gives it to one
 * process at a time. Elsewhere its file outlives its process until the next start on the folder, and two that start in
 * the same instant over the socket of a dead one may both get in.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Another simulator uses the state folder. */
export class StateInUse extends Error {
  override readonly name = 'StateInUse';
}
export interface StateLock {
  release(): Promise<void>;
}

/** Makes the folder when it is missing. @throws StateInUse; Error of the system when the folder cannot be made */
export async function lockState(folder: string): Promise<StateLock> {
  mkdirSync(folder, { recursive: true });
  const name = createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 24);
  const server = await claim(`kimp-simulator-${name}`);
  if (server === undefined) throw new StateInUse(`${folder} is in use by another simulator`);
  return { release: () => new Promise((resolve) => server.close(() => resolve())) };
}

/** @returns undefined when somebody alive has it */
async function claim(name: string): Promise<Server | undefined> {
  if (process.platform === 'win32') return listen(`\\\\.\\pipe\\${name}`);
  // A name of Linux's abstract namespace is no file: there is nothing to leave behind.
  if (process.platform === 'linux') return listen(`\0${name}`);
  const path = join(tmpdir(), `${name}.sock`);
  return (await listen(path)) ?? (await takeOver(path));
}

async function takeOver(path: string): Promise<Server | undefined> {
  if (await answers(path)) return undefined;
  rmSync(path, { force: true });
  return listen(path);
}

/** @returns undefined when the path is taken, dead or alive */
function listen(path: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error)));
    server.listen(path, () => resolve(server));
  });
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
