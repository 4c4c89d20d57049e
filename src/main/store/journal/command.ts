/**
 * `npm run journal -- verify DIR`: one JSON line for each journal found in a data folder.
 * Exit code 0 clean, 1 damaged, 2 cannot be opened (also when there is none, or the command is not understood).
 */
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { systemErrorText } from '../file-operations.ts';
import { listSegments } from './chain.ts';
import { verifyJournal } from './verify.ts';

const usage = 'journal verify DIR, where DIR is the data folder that holds paper/ and live/';

/** Runs the command. @param args what follows `journal` @param out takes one line, without its end @returns the exit code */
export async function journalCommand(args: readonly string[], out: (line: string) => void): Promise<number> {
  const [what, dir, ...rest] = args;
  if (what !== 'verify' || dir === undefined || rest.length > 0) {
    out(JSON.stringify({ error: `Usage: ${usage}` }));
    return 2;
  }
  const found = await findJournals(resolve(dir));
  if (typeof found === 'string') {
    out(JSON.stringify({ error: found }));
    return 2;
  }
  let code = 0;
  for (const { mode, folder } of found) {
    const verdict = await verifyJournal(folder);
    out(JSON.stringify({ journal: folder, mode, ...verdict }));
    if (verdict.verdict === 'damaged') code = 1;
    if (verdict.verdict === 'cannotOpen' && code === 0) code = 2;
  }
  return code;
}

/** The journals of a data folder, one a mode; or the one in `dir` itself when it holds segments; or why there is none. */
async function findJournals(dir: string): Promise<{ mode: string | null; folder: string }[] | string> {
  const own = await listSegments(dir);
  if (!own.ok) return own.problem.reason;
  if (own.segments.length > 0) return [{ mode: null, folder: dir }];
  const found: { mode: string; folder: string }[] = [];
  for (const mode of (await readdir(dir)).toSorted()) {
    const folder = join(dir, mode, 'journal');
    if (await isThere(folder)) found.push({ mode, folder });
  }
  return found.length > 0 ? found : `There is no journal in ${dir}`;
}

async function isThere(folder: string): Promise<boolean> {
  try {
    await readdir(folder);
    return true;
  } catch (error) {
    // A folder that is there but closed to us must show up as one that cannot be opened.
    return !/^(ENOENT|ENOTDIR)/.test(systemErrorText(error));
  }
}
