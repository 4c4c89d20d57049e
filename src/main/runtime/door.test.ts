import { describe, expect, it } from 'vitest';
import { asApproved } from '../engine/testing/approved.ts';
import { entering } from '../engine/testing/decided.ts';
import { ok, quote } from '../engine/testing/market.ts';
import type { VenuePort } from '../exchanges/port.ts';
import { Door } from './door.ts';

/** An entry whose legs are decided, a door before it, and a venue that asks the door after a wait of its own. */
function beforeTheDoor() {
  const world = entering();
  const timers = new Map<() => void, number>();
  const after = (ms: number, call: () => void): (() => void) => {
    timers.set(call, ms);
    return () => void timers.delete(call);
  };
  const clock = { now: () => world.now, elapsed: () => world.now, after, every: () => () => undefined };
  let answered: Promise<void> = Promise.resolve();
  const answer = {
    /** The venue answers nothing until the returned function is called. */
    hold: (): (() => void) => {
      let answerNow = (): void => undefined;
      answered = new Promise((resolve) => {
        answerNow = resolve;
      });
      return () => answerNow();
    },
  };
  let wait = (): void => undefined;
  const venue = {
    async place(_order: unknown, mayStart: () => boolean) {
      wait();
      const code = mayStart() ? 'RATE_LIMITED' : 'BLOCKED';
      await answered;
      return { outcome: 'notSent', code, venueCode: '', said: '' };
    },
  } as unknown as VenuePort;
  const latest = { books: { spot: undefined, perp: undefined }, fx: undefined, clockOffsetsMs: { spot: ok(0), perp: ok(0) } };
  const door = new Door(
    { spot: venue, perp: venue },
    clock,
    () => world.state,
    () => latest,
  );
  const on = quote(world.now);
  const leaves = async (leg: 'spot' | 'perp', during: () => void = () => undefined): Promise<boolean> => {
    wait = during;
    const { request, purpose } = world.order(leg, 'entry');
    return (await door.place(asApproved(request), purpose, on)).wireAt !== null;
  };
  return { world, door, leaves, answer, timers };
}

/** Every turn that is due has been taken. */
const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

describe('a stop that is to be acknowledged', () => {
  it('waits for the answers to what had left, but not for ever', async () => {
    const { door, leaves, answer, timers } = beforeTheDoor();
    const held = answer.hold();
    const sent = leaves('spot');
    door.latch();
    let landed = 0;
    void door.landed(800).then(() => (landed += 1));
    await settled();
    expect(landed).toBe(0);
    held();
    await sent;
    await settled();
    expect([landed, timers.size]).toEqual([1, 0]);

    const again = beforeTheDoor();
    again.answer.hold();
    void again.leaves('spot');
    const late = again.door.landed(800);
    for (const [call, ms] of again.timers) if (ms === 800) call();
    await late;
  });

  it('waits for nothing where nothing is under way', async () => {
    const { door, timers } = beforeTheDoor();
    await door.landed(800);
    expect(timers.size).toBe(0);
  });
});

describe('what adds risk', () => {
  it('leaves while what it was decided on holds, and not once its prices are old', async () => {
    const { world, leaves } = beforeTheDoor();
    expect(await leaves('spot', () => (world.now += 3000))).toBe(true);
    const late = beforeTheDoor();
    expect(await late.leaves('spot', () => (late.world.now += 3001))).toBe(false);
  });

  it('still leaves late where its partner has left already', async () => {
    const { world, leaves } = beforeTheDoor();
    expect(await leaves('spot')).toBe(true);
    expect(await leaves('perp', () => (world.now += 4000))).toBe(true);
  });

  it('never leaves after a stop that came meanwhile, reset or not', async () => {
    const { world, door, leaves } = beforeTheDoor();
    const stopAndReset = (): void => {
      world.now += 10;
      door.latch();
      world.command({ kind: 'stop', source: 'button', reason: 'test', closeAll: false });
      world.now += 10;
      world.command({ kind: 'resetStop' });
      door.unlatch();
      world.command({ kind: 'arm' });
    };
    expect(await leaves('spot', stopAndReset)).toBe(false);
    expect(door.standing()).toBe('armed');
  });
});
