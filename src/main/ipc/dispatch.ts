/**
 * The one door into the engine: Electron, the headless host and the tests all knock here.
 *
 * 1. Only commands of the contract, with input of its form, reach a handler; unknown keys are refused.
 * 2. Nothing is thrown: a handler that throws is a bug, told to `onBug` and answered with BUG.
 */
import { type CommandName, commands, type Handlers } from '../../shared/contract/commands.ts';
import { refused, type Reply } from '../../shared/contract/reply.ts';

const maxReasonCharacters = 500;

const isCommand = (name: string): name is CommandName => Object.hasOwn(commands, name);

/** What JSON and a structured clone make: nothing inherited can stand in for a field that is missing. */
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Whichever realm made it: a host may keep its consoles in another one.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** @param input anything: it is checked here @param onBug told what a handler threw, which it cannot */
export async function dispatch(handlers: Handlers, name: string, input: unknown, onBug: (error: unknown) => void): Promise<Reply<unknown>> {
  try {
    if (typeof name !== 'string' || !isCommand(name)) return refused('UNKNOWN_COMMAND', `No such command: ${String(name).slice(0, 64)}`);
    if (!isPlain(input)) return refused('INVALID_INPUT', 'An input is a plain object');
    const parsed = commands[name].input.safeParse(input);
    if (!parsed.success) return refused('INVALID_INPUT', inWords(parsed.error.issues));
    // The input was parsed with the schema of this very command; the compiler cannot follow that through the union.
    const handler = handlers[name] as (input: unknown) => Promise<Reply<unknown>>;
    return await handler(parsed.data);
  } catch (error) {
    onBug(error);
    return refused('BUG', 'Something went wrong inside the console; it was written down');
  }
}

function inWords(issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]): string {
  const sentences = issues.slice(0, 5).map(({ path, message }) => (path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`));
  return sentences.join('; ').slice(0, maxReasonCharacters);
}
