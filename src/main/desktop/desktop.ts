/**
 * The beginning of the desktop, before Electron is ready: options, data folder, one instance for each data folder.
 * Exit codes are those of the headless host: 2 bad option, 3 data folder in use, 4 journal damaged; `--stop` without a
 * running console is 1.
 */
import { app, dialog, protocol } from 'electron';
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { askForPriority } from '../compose/priority.ts';
import { defaultDataFolder } from '../store/data-folder.ts';
import { leaveStopFile } from '../store/stop-file.ts';
import { readDesktopOptions } from './options.ts';
import { declareScheme, pageOrigin } from './page-protocol.ts';
import { confinePages } from './security.ts';
import { Shell } from './shell.ts';

export interface DesktopParts {
  /** The folder of everything that was built, with a slash at its end. */
  readonly out: URL;
}

/** What a second instance tells the first; Chromium may reorder its command line, this it leaves alone. */
const message = z.object({ stop: z.object({ closeAll: z.boolean() }).nullable() });

export function runDesktop({ out }: DesktopParts): void {
  const options = readDesktopOptions(process.argv.slice(1));
  if (options.kind === 'wrong') return refuse(options.sentence);
  const { commandLine, stop } = options;
  const dataDir = resolve(commandLine.dataDir ?? defaultDataFolder({ env: process.env, platform: process.platform, home: homedir() }));
  try {
    makeOwnFolder(dataDir);
  } catch (error) {
    if (error instanceof Error && 'code' in error) return refuse(`The data folder cannot be made: ${error.message}`);
    throw error;
  }
  if (!app.requestSingleInstanceLock({ stop } satisfies z.input<typeof message>)) return app.exit(0);
  if (stop !== null) return stopWithoutConsole(dataDir, stop.closeAll);

  askForPriority();
  app.enableSandbox();
  declareScheme(protocol);
  const origin = pageOrigin(app.isPackaged ? undefined : process.env['ELECTRON_RENDERER_URL']);
  confinePages(app, origin);
  if (process.platform === 'win32') app.setAppUserModelId('kimp-console');
  const shell = new Shell({ out, dataDir, commandLine, origin });
  app.on('second-instance', (_event, _argv, _cwd, data) => {
    const told = message.safeParse(data);
    if (told.success && told.data.stop !== null) shell.stop('secondInstance', told.data.stop.closeAll);
    else shell.open();
  });
  void app
    .whenReady()
    .then(() => shell.start())
    .catch(shell.onBug);
}

/** Chromium's own files lie in the data folder too: so there is one instance, and one profile, for each data folder. */
function makeOwnFolder(dataDir: string): void {
  const folder = join(dataDir, 'desktop');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  app.setPath('userData', folder);
}

/** No desktop runs there; a headless console may, and it sees the file, as does the next start. */
function stopWithoutConsole(dataDir: string, closeAll: boolean): void {
  leaveStopFile(dataDir, 'A start with --stop found no console');
  process.stderr.write(`No desktop console runs on ${dataDir}. A STOP file was left there: it stops any other console, and the next start.\n`);
  if (closeAll) process.stderr.write('It closes nothing: close what is open in the console, or at the venues.\n');
  app.exit(1);
}

function refuse(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
  dialog.showErrorBox('Kimp Console', sentence);
  app.exit(2);
}
