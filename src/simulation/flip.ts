/** A bit of a copy of the journal turns: a reader finds the same, less a torn end, or refuses; never anything else. */
import { openJournal } from '../main/store/journal/journal.ts';
import { Disk } from './disk.ts';
import { Faults } from './faults.ts';
import type { Life } from './life.ts';
import { journalFolder, rebuild } from './process.ts';
import type { Owner } from './timeline.ts';

export function flipABit({ draw, checks, disk, timeline, installation }: Life): void {
  const files = disk.copy();
  const paths = [...files.keys()].filter((path) => /\/(journal|snapshot)-\d+\.(log|json)$/.test(path));
  const path = paths[draw.int(0, paths.length - 1)];
  const bytes = path === undefined ? undefined : files.get(path);
  if (path === undefined || bytes === undefined || bytes.length === 0) return;
  const at = draw.int(0, bytes.length - 1);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << draw.int(0, 7));
  const owner: Owner = { dead: false, heldUntil: 0 };
  const faults = new Faults(draw);
  faults.end();
  const ignore = (): void => undefined;
  const copy = new Disk({ timeline, faults, draw, onOperation: ignore, onFailure: ignore, isInstant: true });
  copy.fill(files);
  openJournal(journalFolder, { files: copy.filesOf(owner) }).then(
    (opened) => {
      if (opened.ok) checks.readDamaged(rebuild(installation, opened.snapshot?.state ?? null, opened.records), opened.tornTail !== null);
    },
    (error: unknown) => checks.fail('I13', `a flipped bit of ${path} threw: ${String(error)}`),
  );
}
