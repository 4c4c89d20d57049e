/** The console as the desktop opens it: paper, with signals read from the signal file of the data folder. */
import type { CommandLine } from '../compose/command-line.ts';
import { openPaperConsole, type OpenedPaperConsole } from '../compose/paper-console.ts';
import type { ConsoleOptions } from '../compose/options.ts';
import { signalFileIn } from '../store/data-folder.ts';

export type Ears = Pick<ConsoleOptions, 'onFacts' | 'onUnrecorded' | 'onJournalFailed' | 'onDiskHangs' | 'onTrouble' | 'onBug'>;

export interface EngineParts {
  readonly commandLine: CommandLine;
  readonly dataDir: string;
  /** The built simulator worker. */
  readonly worker: URL;
  readonly ears: Ears;
}

/** Where signals are read from when no other file is named. */
export const signalFile = ({ commandLine, dataDir }: EngineParts): string => commandLine.signals.file ?? signalFileIn(dataDir, process.platform);

export function openEngine(parts: EngineParts): Promise<OpenedPaperConsole> {
  const { commandLine, dataDir, worker, ears } = parts;
  return openPaperConsole({
    ...commandLine,
    ...ears,
    dataDir,
    worker,
    signals: { ...commandLine.signals, file: signalFile(parts) },
    // S7.5: only where nothing but generated prices and accounts of our own are at stake.
    armWhenReady: commandLine.market === 'synthetic' && commandLine.external === undefined,
  });
}
