import { describe, expect, it } from 'vitest';
import { steady } from './clock.ts';

/** A machine whose time of day can be set, and the time that really passes. */
function machine() {
  const at = { wall: 1_000_000, passed: 0 };
  return {
    now: steady(
      () => at.wall,
      () => at.passed,
    ),
    pass(ms: number) {
      at.wall += ms;
      at.passed += ms;
    },
    set(byMs: number) {
      at.wall += byMs;
    },
  };
}

describe('our time of day', () => {
  it('is the machine’s while nobody sets it, and follows at once where it is set forward', () => {
    const { now, pass, set } = machine();
    pass(5000);
    expect(now()).toBe(1_005_000);
    set(3_600_000);
    expect(now()).toBe(4_605_000);
  });

  it('never goes back: waits of 5 s take at most a tenth longer while a clock that was set back is waited for', () => {
    const { now, pass, set } = machine();
    const before = now();
    set(-600_000);
    expect(now()).toBe(before);
    pass(5000);
    expect(now() - before).toBe(4500);
    pass(5_995_000);
    expect(now()).toBe(1_000_000 - 600_000 + 6_000_000);
    pass(1000);
    expect(now()).toBe(1_000_000 - 600_000 + 6_001_000);
  });
});
