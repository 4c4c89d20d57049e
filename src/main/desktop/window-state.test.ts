import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { placed, readWindowState, writeWindowState } from './window-state.ts';

const laptop = { x: 0, y: 25, width: 1440, height: 875 };
const monitor = { x: 1440, y: 0, width: 2560, height: 1440 };

describe('where the window goes', () => {
  it('begins in the middle of the first screen', () => {
    expect(placed(null, [laptop])).toEqual({ x: 80, y: 63, width: 1280, height: 800 });
  });
  it('goes back to where it was, on any screen', () => {
    const was = { x: 2000, y: 100, width: 1600, height: 1000 };
    expect(placed(was, [laptop, monitor])).toEqual(was);
  });
  it('comes back from a screen that is gone, no larger than the one there is', () => {
    expect(placed({ x: 2000, y: 100, width: 1600, height: 1000 }, [laptop])).toEqual({ x: 0, y: 25, width: 1440, height: 875 });
  });
  it('comes back when only a sliver or the bottom of it could be seen', () => {
    expect(placed({ x: 1400, y: 100, width: 1280, height: 800 }, [laptop]).x).toBe(80);
    expect(placed({ x: 100, y: -300, width: 1280, height: 800 }, [laptop]).y).toBe(63);
  });
});

describe('the memory of it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kimp-window-'));
  it('reads what it wrote', () => {
    const file = join(folder, 'desktop', 'window.json');
    const state = { x: 1, y: 2, width: 1300, height: 900, maximized: true };
    expect(writeWindowState(file, state)).toBe(true);
    expect(readWindowState(file)).toEqual(state);
  });
  it.each(['', '{}', '{"x":1e999}', '[]', '{"x":0,"y":0,"width":-1,"height":5,"maximized":false}'])('takes %j for none', (content) => {
    const file = join(folder, 'broken.json');
    writeFileSync(file, content);
    expect(readWindowState(file)).toBeNull();
  });
});
