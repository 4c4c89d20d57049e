/** The headless host's command line. A wrong option is a sentence, not a stack trace. */
import { parseArgs } from 'node:util';
import { settingNames } from '../shared/domain/settings.ts';
import { type CommandLine, commandLineOf, commandLineOptions, portOption, WrongOption } from '../main/compose/command-line.ts';

export interface HostOptions extends CommandLine {
  readonly port: number;
  readonly arm: boolean;
}
export type ReadOptions =
  | { readonly kind: 'run'; readonly options: HostOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly sentence: string };

export const help = `Kimp Console without a window.

  --data-dir DIR         journal, settings and STOP file (default: the user's data folder)
  --port N               port of the console on loopback (0 = any, the default)
  --mode M               paper (default); live and shadow need keys in a keychain, which this version does not read yet
  --approval M           auto: signals run at once; manual: each waits for a person (default: as it was, manual at first)
  --arm                  arm as soon as both venues were read (paper only)
  --signals-file F       read signals from a file to which lines are appended
  --signals-dir D        read signals from JSON files dropped into a folder
  --signals-port N       serve the signal socket on this loopback port (0 = any)
  --signals-url U        take signals from a server (wss, or ws on loopback)
  --market M             of the console's own simulated venues: synthetic (default), generated; recorded:FILE, played
                         from a CSV file (docs/simulator.md) that has the USDT/KRW column
  --upbit-url U          simulators that run already, on loopback; both go together, with
  --binance-url U
  --venue-keys FILE      the "keys" object of the simulator's ready line
  --set NAME=VALUE       change a setting; may be repeated. Names: ${settingNames.join(', ')}
  --seed N               the same seed gives the same generated market
  --no-open              accepted; no browser is ever opened, the address is printed
  --help                 print this

One JSON object a line on standard output; words for people on standard error. Exit codes: 0 ended by SIGTERM, 1 bug,
2 bad option, 3 data folder in use, 4 journal damaged.
`;

const flag = { type: 'boolean' } as const;
const known = { ...commandLineOptions, port: { type: 'string' }, arm: flag, 'no-open': flag, help: flag } as const;

/** @param args what follows the script's name */
export function readOptions(args: readonly string[]): ReadOptions {
  try {
    const { values } = parseArgs({ args: [...args], options: known, strict: true, allowPositionals: false });
    if (values.help === true) return { kind: 'help' };
    return { kind: 'run', options: { ...commandLineOf(values), port: portOption('--port', values.port) ?? 0, arm: values.arm === true } };
  } catch (error) {
    if (error instanceof WrongOption || (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')))
      return { kind: 'wrong', sentence: error.message };
    throw error;
  }
}
