/** A process of its own for the crash tests: appends to the journal in argv[2] until it is killed, and prints each acknowledged seq. */
import { openJournal } from '../journal/journal.ts';

const [, , folder = ''] = process.argv;
const opened = await openJournal(folder, { segmentBytes: 4096 });
if (!opened.ok) {
  process.stdout.write(`refused ${opened.reason}\n`);
  process.exit(1);
}
const { journal } = opened;
const appendSome = async (count: number): Promise<void> => {
  const first = journal.nextSeq;
  const { seq } = await journal.append(Array.from({ length: count }, (_, index) => ({ n: first + index, filler: 'x'.repeat((first * 37) % 300) })));
  process.stdout.write(`${seq}\n`);
};
for (;;) {
  await Promise.all([appendSome(1), appendSome(3), appendSome(2)]);
  if (journal.snapshotDue) await journal.writeSnapshot({ upTo: journal.nextSeq - 1 });
}
