import { describe, expect, it } from 'vitest';
import { installationId } from '../../shared/domain/ids.ts';
import { initialState, type State } from '../engine/state.ts';
import { step } from '../engine/step.ts';
import type { VenuePort } from '../exchanges/port.ts';
import type { Loop, Untimed } from './loop.ts';
import type { Reconciler } from './reconcile.ts';
import { HandClock } from './testing.ts';
import { Wake } from './wake.ts';

/** A console that ticks and has nothing to do; readings of the venues end when the test says so. */
function asleep() {
  const clock = new HandClock();
  const renewed: string[] = [];
  const readings: (() => void)[] = [];
  let state: State = { ...initialState(installationId('k1m2p3'), 'paper'), phase: 'ready', armed: true };
  const submit = (input: Untimed): void => {
    state = step(state, { ...input, at: clock.now() }).state;
  };
  // Of loop, ports and reconciler a wake uses these and no more.
  const loop = {
    get state() {
      return state;
    },
    submit,
    watch: (work: Promise<unknown>) => void work,
  } as unknown as Loop;
  const port = (venue: 'upbit' | 'binance'): VenuePort => ({ venue, renewStream: () => void renewed.push(venue) }) as unknown as VenuePort;
  const reconciler = {
    run: (isCurrent: () => boolean) =>
      new Promise<void>((resolve) => {
        readings.push(() => {
          if (isCurrent()) submit({ kind: 'reconciled' });
          resolve();
        });
      }),
  } as unknown as Reconciler;
  const wake = new Wake({ clock, venues: { spot: port('upbit'), perp: port('binance') }, reconciler, loop: () => loop });
  clock.every(250, () => {
    wake.tick();
    submit({ kind: 'tick' });
  });
  return { clock, wake, renewed, readings, submit, state: () => state };
}

describe('a machine that slept', () => {
  it('is noticed by the gap between two ticks, and freezes entries until the venues were read', async () => {
    const { clock, renewed, readings, state } = asleep();
    await clock.pass(60_000);
    clock.sleep(4000);
    await clock.pass(1000);
    expect([state().resumedAt, readings.length]).toEqual([undefined, 0]);
    clock.sleep(3_600_000);
    await clock.pass(1000);
    expect(state().resumedAt).toBeGreaterThan(0);
    expect(renewed).toEqual(['upbit', 'binance']);
    expect(readings).toHaveLength(1);
    await clock.pass(30_000);
    expect(state().resumedAt).toBeGreaterThan(0);
    readings[0]?.();
    await clock.pass(1000);
    expect([state().resumedAt, state().phase, state().armed]).toEqual([undefined, 'ready', true]);
  });

  it('reads once more where it slept again during the reading', async () => {
    const { clock, readings, state } = asleep();
    clock.sleep(60_000);
    await clock.pass(1000);
    clock.sleep(60_000);
    await clock.pass(1000);
    expect(readings).toHaveLength(1);
    readings[0]?.();
    await clock.pass(1000);
    expect(state().resumedAt).toBeGreaterThan(0);
    expect(readings).toHaveLength(2);
    readings[1]?.();
    await clock.pass(1000);
    expect(state().resumedAt).toBeUndefined();
    expect(readings).toHaveLength(2);
  });

  it('is taken at the word of the system, and not before the first reading', async () => {
    const { clock, wake, readings, submit, state } = asleep();
    wake.resumed(0);
    expect(state().resumedAt).toBeGreaterThan(0);
    expect(readings).toHaveLength(1);
    submit({ kind: 'started', armWhenReady: false, engine: 'test' });
    expect(state().resumedAt).toBeUndefined();
    wake.resumed(0);
    await clock.pass(1000);
    expect(readings).toHaveLength(1);
  });
});
