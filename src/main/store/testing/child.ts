/** Child processes of the crash and lock tests. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface Child {
  readonly pid: number;
  /** Whole lines printed so far. */
  lines(): readonly string[];
  /** SIGKILL; resolves when the process is gone and all it printed has been read. */
  kill(): Promise<void>;
}

/** Starts a program of this folder on the Node that runs the tests. */
export function startChild(program: string, ...args: readonly string[]): Child {
  const child: ChildProcess = spawn(process.execPath, [join(import.meta.dirname, program), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    printed += chunk;
  });
  const gone = once(child, 'close');
  return {
    pid: child.pid ?? 0,
    lines: () => printed.split('\n').slice(0, -1),
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
