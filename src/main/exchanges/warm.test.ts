import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { keepWarm } from './warm.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('asks at once and again and again, and never after it was stopped', () => {
  let asked = 0;
  const warm = keepWarm(() => {
    asked += 1;
    return Promise.resolve();
  });
  warm.start();
  warm.start();
  vi.advanceTimersByTime(60_000);
  expect(asked).toBe(3);
  warm.stop();
  // A venue may still be starting while it is closed.
  warm.start();
  vi.advanceTimersByTime(60_000);
  expect([asked, vi.getTimerCount()]).toEqual([3, 0]);
});
