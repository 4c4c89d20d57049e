import { describe, expect, it } from 'vitest';
import { Disk } from './disk.ts';
import { Faults } from './faults.ts';
import { Draw } from './random.ts';
import { Timeline } from './timeline.ts';

function disk() {
  const draw = new Draw(1, 'test');
  const faults = new Faults(draw);
  faults.end();
  const ignore = (): void => undefined;
  const made = new Disk({ timeline: new Timeline(), faults, draw, onOperation: ignore, onFailure: ignore, isInstant: true });
  return { made, files: made.filesOf({ dead: false, heldUntil: 0 }) };
}
const bytes = (text: string) => Buffer.from(text);

describe('the simulated disk', () => {
  it('loses at a power cut what was never synced, and keeps what was', async () => {
    const { made, files } = disk();
    const file = await files.open('/data/a', 'create');
    await file.write(bytes('kept'), 0, 4, 0);
    await file.datasync();
    await files.syncFolder('/data');
    await file.write(bytes(' lost'), 0, 5, 4);
    expect((await files.read('/data/a')).toString()).toBe('kept lost');
    expect(made.isDurable('lost')).toBe(false);
    made.cutPower();
    expect((await files.read('/data/a')).toString()).toBe('kept');
  });

  it('keeps a rename only once its folder was synced, or in the order in which names were made', async () => {
    const { made, files } = disk();
    const file = await files.open('/data/new.tmp', 'create');
    await file.write(bytes('x'), 0, 1, 0);
    await file.sync();
    await files.rename('/data/new.tmp', '/data/new');
    await files.syncFolder('/data');
    made.cutPower();
    expect(await files.list('/data')).toEqual(['new']);
  });

  it('says that it is full, and what a failed sync did not write is not durable', async () => {
    const { made, files } = disk();
    const file = await files.open('/data/a', 'create');
    await files.syncFolder('/data');
    made.room = 3;
    expect(await file.write(bytes('abcdef'), 0, 6, 0)).toBe(3);
    await expect(file.write(bytes('def'), 0, 3, 3)).rejects.toThrow('ENOSPC');
    made.failsSyncs = true;
    await expect(file.datasync()).rejects.toThrow('EIO');
    expect(made.isDurable('abc')).toBe(false);
  });

  it('answers a dead process nothing', async () => {
    const { made } = disk();
    const owner = { dead: false, heldUntil: 0 };
    const file = await made.filesOf(owner).open('/data/a', 'create');
    owner.dead = true;
    const answer = await Promise.race([file.write(bytes('x'), 0, 1, 0), new Promise((resolve) => setTimeout(() => resolve('nothing'), 5))]);
    expect(answer).toBe('nothing');
  });
});
