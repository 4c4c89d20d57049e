/** What a journal holds, read without opening it. */
import { listSegments, readChain } from '../journal/chain.ts';
import { START } from '../journal/record.ts';

/** Every payload, oldest first; a torn tail ends it quietly. @throws Error where a record is damaged or cannot be read */
export async function payloadsIn(folder: string): Promise<unknown[]> {
  const listed = await listSegments(folder);
  if (!listed.ok) throw new Error(listed.problem.reason);
  const payloads: unknown[] = [];
  for await (const step of readChain(listed.segments, START)) {
    if (!step.ok) throw new Error(step.problem.reason);
    payloads.push(...step.read.records.map(({ payload }) => payload));
  }
  return payloads;
}
