import { describe, expect, it } from 'vitest';
import type { Answer } from '../../shared/domain/failure.ts';
import { installationId } from '../../shared/domain/ids.ts';
import { initialState } from '../engine/state.ts';
import type { VenuePort } from '../exchanges/port.ts';
import { ClockOffsets } from './clock-offsets.ts';
import type { Executor } from './executor.ts';
import type { Loop, Untimed } from './loop.ts';
import type { Reconciler } from './reconcile.ts';
import { startRounds } from './rounds.ts';
import { HandClock } from './testing.ts';

/** A console whose rounds run, beside venues of which each measurement of the clock takes so long. */
function rounds(tookMs: number) {
  const clock = new HandClock();
  const read: { at: number; offsetMs: number }[] = [];
  const measured: number[] = [];
  let offsetMs = 0;
  // Of loop, ports, executor and reconciler these rounds use these and no more.
  const loop = {
    state: { ...initialState(installationId('k1m2p3'), 'paper'), phase: 'ready' },
    submit: (input: Untimed) => {
      if (input.kind === 'clockRead' && input.venue === 'binance') read.push({ at: clock.now(), offsetMs: input.offsetMs });
    },
    watch: (work: Promise<unknown>) => void work,
  } as unknown as Loop;
  const port = (venue: 'upbit' | 'binance'): VenuePort =>
    ({
      venue,
      clockOffsetMs: () => {
        if (venue === 'binance') measured.push(clock.now());
        // What comes while it is measured is not seen: the worst that can be.
        const value = offsetMs;
        return new Promise<Answer<number>>((resolve) => clock.after(tookMs, () => resolve({ ok: true, value })));
      },
    }) as unknown as VenuePort;
  const end = startRounds({
    clock,
    venues: { spot: port('upbit'), perp: port('binance') },
    offsets: new ClockOffsets(),
    reconciler: { compare: () => Promise.resolve() } as unknown as Reconciler,
    executor: { carryOut: () => undefined } as unknown as Executor,
    loop: () => loop,
  });
  const skew = (ms: number): void => {
    offsetMs = ms;
  };
  return { clock, read, measured, skew, end };
}

describe('the clocks', () => {
  it.each([0, 1, 500, 1000, 1500, 2000, 2500, 2999])(
    'that come apart %i ms after a round are known to be so, twice measured, within 5 s',
    async (after) => {
      const { clock, read, skew, end } = rounds(900);
      await clock.pass(60_000 + after);
      expect(read.at(-1)?.offsetMs).toBe(0);
      const since = clock.now();
      skew(1500);
      await clock.pass(10_000);
      end();
      expect((read.find(({ offsetMs }) => offsetMs === 1500)?.at ?? Number.POSITIVE_INFINITY) - since).toBeLessThanOrEqual(5000);
    },
  );
  it('of a venue that does not answer are not asked for a second time on top', async () => {
    const { clock, measured, end } = rounds(60_000);
    await clock.pass(50_000);
    end();
    expect(measured).toHaveLength(1);
  });
});
