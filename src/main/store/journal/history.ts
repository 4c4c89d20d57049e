/** The whole history of a journal, from its first record, for verifying and exporting. Changes nothing on disk. */
import { type JournalRecord, listSegments, type Problem, readChain } from './chain.ts';
import { START } from './record.ts';

/** Thrown by `readHistory`: `for await` has no other way to end early that a reader cannot overlook. */
export class HistoryError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(`${problem.file} at ${problem.offset}: ${problem.reason}`);
    this.name = 'HistoryError';
    this.problem = problem;
  }
}

/**
 * Reads every record, oldest first, holding one segment in memory at a time. A torn tail ends it quietly.
 * @throws HistoryError behind the last good record when what follows is damaged or cannot be read
 */
export async function* readHistory(folder: string): AsyncGenerator<JournalRecord, void> {
  const listed = await listSegments(folder);
  if (!listed.ok) throw new HistoryError(listed.problem);
  for await (const step of readChain(listed.segments, START)) {
    if (!step.ok) throw new HistoryError(step.problem);
    for (const { seq, payload } of step.read.records) yield { seq, payload };
  }
}
