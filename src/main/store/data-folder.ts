/** Where the console keeps what it knows: one rule for hosts and scripts. */
import { posix, win32 } from 'node:path';

/** What the rule looks at; a process passes its own. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** The user's home folder. */
  readonly home: string;
}

/**
 * The user's data folder: KIMP_CONSOLE_DATA where it is set, else the place that the operating system has for it.
 * Relative values of the system's own variables are ignored, as the XDG rules ask.
 */
export function defaultDataFolder({ env, platform, home }: Surroundings): string {
  const path = platform === 'win32' ? win32 : posix;
  const chosen = env['KIMP_CONSOLE_DATA'];
  if (chosen !== undefined && chosen !== '') return path.resolve(chosen);
  const absolute = (value: string | undefined, otherwise: string): string => (value !== undefined && path.isAbsolute(value) ? value : otherwise);
  if (platform === 'win32') return path.join(absolute(env['APPDATA'], path.join(home, 'AppData', 'Roaming')), 'kimp-console');
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'kimp-console');
  return path.join(absolute(env['XDG_DATA_HOME'], path.join(home, '.local', 'share')), 'kimp-console');
}

/** The file that is watched for signals when no other is named. */
export const signalFileIn = (folder: string, platform: NodeJS.Platform): string =>
  (platform === 'win32' ? win32 : posix).join(folder, 'signals.jsonl');
