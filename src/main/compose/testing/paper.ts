/** A real console on the real simulator in its worker, for tests. Ships nowhere. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Update } from '../../../shared/contract/updates.ts';
import { openConsole } from '../../compose.ts';
import type { Console } from '../console.ts';
import type { ConsoleOptions } from '../options.ts';
import { startPaperVenues } from '../paper-venues.ts';
import { dispatch } from '../../ipc/dispatch.ts';
import type { CommandName } from '../../../shared/contract/commands.ts';
import type { Reply } from '../../../shared/contract/reply.ts';

const worker = new URL('../../../simulator/worker.ts', import.meta.url);

/** Paper on the generated market with nothing around it. @param venues folder of the durable accounts */
export const paperOptions = (dataDir: string, venues: string, onBug: (error: unknown) => void): ConsoleOptions => ({
  dataDir,
  mode: 'paper',
  market: 'synthetic',
  venues: () => startPaperVenues({ worker, market: 'synthetic', state: venues, seed: 7 }),
  signals: {},
  armWhenReady: false,
  settings: [],
  onFacts: () => undefined,
  onUnrecorded: () => undefined,
  onJournalFailed: () => undefined,
  onBug,
});

export class PaperConsole {
  readonly dataDir: string;
  readonly console: Console;
  readonly updates: Update[] = [];
  readonly bugs: unknown[] = [];
  readonly troubles: unknown[] = [];

  private constructor(dataDir: string, opened: Console) {
    this.dataDir = dataDir;
    this.console = opened;
    opened.feed.subscribe((update) => void this.updates.push(update));
  }

  static async open(over: Partial<ConsoleOptions> = {}, dataDir?: string): Promise<PaperConsole> {
    const folder = dataDir ?? (await mkdtemp(join(tmpdir(), 'kimp-console-')));
    let made: PaperConsole | undefined;
    const opened = await openConsole({
      ...paperOptions(folder, join(folder, 'venues'), (error) => void made?.bugs.push(error)),
      armWhenReady: true,
      onTrouble: (error) => void made?.troubles.push(error),
      ...over,
    });
    if (!opened.ok) throw new Error(opened.problem.reason);
    made = new PaperConsole(folder, opened.console);
    await opened.console.listen();
    await opened.console.start();
    return made;
  }

  invoke(name: CommandName | (string & {}), input: unknown): Promise<Reply<unknown>> {
    return dispatch(this.console.handlers, name, input, (error) => void this.bugs.push(error));
  }

  async close(keep: 'keep' | 'remove' = 'remove'): Promise<void> {
    await this.console.close();
    if (keep === 'remove') await rm(this.dataDir, { recursive: true, force: true });
  }
}
