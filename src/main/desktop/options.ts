/**
 * The desktop's command line: what every host has, and `--stop` for a console that runs already. Options that are not
 * ours are Electron's and Chromium's, and are passed over.
 */
import { parseArgs } from 'node:util';
import { type CommandLine, type CommandLineValues, commandLineOf, commandLineOptions, WrongOption } from '../compose/command-line.ts';

export type DesktopOptions =
  /** `stop`: what a second start asks of the first. */
  | { readonly kind: 'run'; readonly commandLine: CommandLine; readonly stop: { readonly closeAll: boolean } | null }
  | { readonly kind: 'wrong'; readonly sentence: string };

const options = { ...commandLineOptions, stop: { type: 'boolean' }, 'close-all': { type: 'boolean' } } as const;

/** @param argv of the process, its own path included or not */
export function readDesktopOptions(argv: readonly string[]): DesktopOptions {
  try {
    const { values } = parseArgs({ args: [...argv], options, strict: false, allowPositionals: true });
    const { stop, 'close-all': closeAll, ...others } = values;
    if (closeAll === true && stop !== true) throw new WrongOption('--close-all goes with --stop');
    return { kind: 'run', commandLine: commandLineOf(textValues(others)), stop: stop === true ? { closeAll: closeAll === true } : null };
  } catch (error) {
    if (error instanceof WrongOption) return { kind: 'wrong', sentence: error.message };
    throw error;
  }
}

/** Not strict, an option that lacks its value counts as a switch. */
function textValues(values: Readonly<Record<string, unknown>>): CommandLineValues {
  const known = Object.entries(values).filter(([name]) => Object.hasOwn(commandLineOptions, name));
  for (const [name, value] of known)
    for (const one of Array.isArray(value) ? value : [value]) if (typeof one !== 'string') throw new WrongOption(`--${name} takes a value`);
  return Object.fromEntries(known);
}
