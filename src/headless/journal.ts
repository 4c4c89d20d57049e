/** `npm run journal -- verify DIR` */
import { journalCommand } from '../main/store/journal/command.ts';

process.exitCode = await journalCommand(process.argv.slice(2), (line) => void process.stdout.write(`${line}\n`));
