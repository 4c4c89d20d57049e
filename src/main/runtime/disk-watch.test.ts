import { beforeEach, describe, expect, it } from 'vitest';
import { watchDisk } from './disk-watch.ts';
import { HandClock } from './testing.ts';

describe('the watch of the disk', () => {
  let clock: HandClock;
  let loop: { oldestWaiting: number | null };
  let told: boolean[];
  let end: () => void;
  beforeEach(() => {
    clock = new HandClock();
    loop = { oldestWaiting: null };
    told = [];
    end = watchDisk({ clock, loop, onHang: (isNew) => void told.push(isNew) });
  });

  it('tells of a record that waits for 5 s, the first time as such, until it is taken', async () => {
    await clock.pass(60_000);
    loop.oldestWaiting = 7;
    await clock.pass(5000);
    expect(told).toEqual([]);
    await clock.pass(500);
    expect(told).toEqual([true]);
    await clock.pass(1000);
    expect(told).toEqual([true, false, false]);
    loop.oldestWaiting = null;
    await clock.pass(60_000);
    expect(told).toHaveLength(3);
    loop.oldestWaiting = 8;
    await clock.pass(5500);
    expect(told.slice(3)).toEqual([true]);
    end();
    await clock.pass(60_000);
    expect(told).toHaveLength(4);
  });

  it('tells nothing of a slow disk that takes one record after the other', async () => {
    for (let seq = 1; seq <= 10; seq += 1) {
      loop.oldestWaiting = seq;
      await clock.pass(5000);
    }
    expect(told).toEqual([]);
  });

  it('tells nothing of a machine that slept', async () => {
    loop.oldestWaiting = 1;
    await clock.pass(1000);
    clock.sleep(3_600_000);
    await clock.pass(500);
    expect(told).toEqual([]);
  });
});
