/** Finds the file that a signal file became when it was rotated: `signals.jsonl.1`, `signals.jsonl-20261121` … */
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { FilePlace } from './file-place.ts';
import { LineReader } from './line-reader.ts';
import { openPlain } from './plain-file.ts';

const maxCandidates = 64;

/**
 * Looks beside the file, under names that begin with its name, for the content that was read up to a place.
 * @param by `sameFile`: renamed, so the inode is the same; `sameContent`: copied, and the original emptied
 * @returns an open reader that the caller closes, or undefined
 */
export async function findPredecessor(
  path: string,
  place: FilePlace,
  by: 'sameFile' | 'sameContent',
): Promise<{ path: string; lines: LineReader } | undefined> {
  // With nothing read there are no bytes to recognize a copy by.
  if (by === 'sameContent' && place.offset === 0) return undefined;
  const name = basename(path);
  const entries = await readdir(dirname(path)).catch((): string[] => []);
  const candidates = entries
    .filter((entry) => entry !== name && entry.startsWith(name))
    .sort()
    .slice(0, maxCandidates);
  for (const candidate of candidates) {
    const candidatePath = join(dirname(path), candidate);
    const opened = await openPlain(candidatePath);
    if (opened.kind !== 'open') continue;
    const lines = new LineReader(opened.handle);
    // Not the device: it may be numbered anew at every start of the machine.
    const isSameFile = String(opened.stats.ino) === place.inode;
    if ((isSameFile || by === 'sameContent') && (await lines.read(place)).kind === 'lines') return { path: candidatePath, lines };
    await lines.close();
  }
  return undefined;
}
