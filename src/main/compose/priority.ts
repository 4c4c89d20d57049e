/** How the operating system weighs this process against others: a stop should not wait behind what else the computer does. */
import { readdirSync } from 'node:fs';
import { constants, getPriority, setPriority } from 'node:os';
import { platform } from 'node:process';

/** Lower is more urgent. */
const wanted = constants.priority.PRIORITY_ABOVE_NORMAL;

/**
 * Asks for more of the processor than usual when others want it too; a system that grants that to nobody (Linux and macOS
 * without rights) leaves everything as it was.
 * @returns whether the process has it
 */
export function askForPriority(): boolean {
  if (getPriority() <= wanted) return true;
  try {
    for (const thread of threads()) setPriority(thread, wanted);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_SYSTEM_ERROR') return false;
    throw error;
  }
}

/** Linux weighs each thread by itself, and the main one waits for those that collect its garbage. */
const threads = (): readonly number[] => (platform === 'linux' ? readdirSync('/proc/self/task').map(Number) : [0]);
