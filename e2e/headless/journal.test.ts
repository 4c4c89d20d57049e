/** Every truncation and every single flipped bit of a journal that a console wrote: no record that was never written is read. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { realFiles } from '../../src/main/store/file-operations.ts';
import { type ChainStep, listSegments, readChain, type Segment } from '../../src/main/store/journal/chain.ts';
import { START } from '../../src/main/store/journal/record.ts';
import { startConsole, startSimulator, temporaryFolder } from '../kit/programs.ts';
import { enter, exit } from '../kit/signals.ts';

/** The one segment of a console that opened a hedge and closed it. */
async function written(folder: string): Promise<Segment> {
  const simulator = await startSimulator(folder);
  const running = startConsole(folder, simulator);
  await running.line('the console to arm', (line) => line.event === 'armed', 30_000);
  for (const id of [await enter(folder, '0.05'), await exit(folder)])
    await running.line(id, (line) => line.event === 'signal' && line['id'] === id && line['state'] === 'executed', 30_000);
  expect(await running.end()).toBe(0);
  await simulator.program.end();
  const listed = await listSegments(join(folder, 'data', 'paper', 'journal'));
  const [segment] = listed.ok ? listed.segments : [];
  if (segment === undefined) throw new Error('The console wrote no journal');
  return segment;
}

async function read(segment: Segment, bytes: Buffer): Promise<ChainStep> {
  const files = { ...realFiles, read: () => Promise.resolve(bytes) };
  for await (const step of readChain([segment], START, files)) return step;
  throw new Error('Invariant: a segment gives a step');
}
const recordsOf = (step: ChainStep): readonly string[] => (step.ok ? step.read.records.map((record) => JSON.stringify(record)) : []);
/** How many records lie before the batch that was written last. */
const beforeLastBatch = (step: ChainStep): number => (step.ok ? (step.read.records.at(-1)?.batchSeq ?? 1) - 1 : 0);

it('is read up to what is broken, or refused, and never read wrong', async () => {
  const folder = await temporaryFolder();
  const segment = await written(folder.path);
  const whole = await readFile(segment.path);
  const untouched = await read(segment, whole);
  const all = recordsOf(untouched);
  const synced = beforeLastBatch(untouched);
  expect(all.length).toBeGreaterThan(10);
  const wrong: string[] = [];
  const judge = async (what: string, bytes: Buffer, least: number): Promise<void> => {
    const step = await read(segment, bytes);
    if (!step.ok) return;
    const found = recordsOf(step);
    const isWhole = step.read.tear === null && found.length === all.length;
    if (isWhole || found.length < least || found.some((record, index) => record !== all[index])) wrong.push(what);
  };
  for (let size = 0; size < whole.length; size += 1) await judge(`cut at ${size}`, whole.subarray(0, size), 0);
  const flip = (bit: number): void => void whole.writeUInt8(whole.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
  for (let bit = 0; bit < whole.length * 8; bit += 1) {
    flip(bit);
    // A broken record that a later batch follows is damage; only the last batch may look like a torn tail.
    await judge(`bit ${bit}`, whole, synced);
    flip(bit);
  }
  expect(wrong).toEqual([]);
  await folder.remove();
}, 180_000);
