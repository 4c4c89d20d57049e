import { describe, expect, it } from 'vitest';
import { start, Timeline } from './timeline.ts';

describe('virtual time', () => {
  it('calls in order of time, then of asking, and lets promises go on in between', async () => {
    const timeline = new Timeline();
    const seen: string[] = [];
    timeline.after(20, () => seen.push('c'));
    timeline.after(10, () => void Promise.resolve().then(() => Promise.resolve().then(() => seen.push('a, settled'))));
    timeline.after(10, () => seen.push('b'));
    timeline.after(15, () => seen.push('never'))();
    await timeline.run(start + 100);
    expect(seen).toEqual(['a, settled', 'b', 'c']);
    expect(timeline.now).toBe(start + 100);
  });

  it('holds up what belongs to a process that is held up, and drops what belongs to a dead one', async () => {
    const timeline = new Timeline();
    const [held, dead] = [
      { dead: false, heldUntil: start + 50 },
      { dead: false, heldUntil: 0 },
    ];
    const seen: number[] = [];
    timeline.after(10, () => seen.push(timeline.now - start), held);
    timeline.after(20, () => seen.push(-1), dead);
    timeline.after(5, () => {
      dead.dead = true;
    });
    await timeline.run(start + 100);
    expect(seen).toEqual([50]);
  });
});
