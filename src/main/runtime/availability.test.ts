import { beforeEach, describe, expect, it } from 'vitest';
import type { Failure } from '../../shared/domain/failure.ts';
import { Availability } from './availability.ts';
import { HandClock } from './testing.ts';

const failure: Failure = { outcome: 'unknown', code: 'TIMEOUT', venueCode: '', said: 'late' };
const refusal: Failure = { outcome: 'refused', code: 'INVALID_ORDER', venueCode: '-1', said: 'no' };

describe('a venue that is not available', () => {
  let clock: HandClock;
  let told: string[];
  let isWatched: boolean;
  let availability: Availability;
  beforeEach(() => {
    clock = new HandClock();
    told = [];
    isWatched = true;
    availability = new Availability({
      clock,
      isWatched: () => isWatched,
      onGone: (venue) => void told.push(`${venue} gone`),
      onBack: (venue) => void told.push(`${venue} back`),
    });
    availability.start();
  });
  const answered = (venue: 'upbit' | 'binance'): void => availability.ended({ venue, signed: true, ok: true });

  it('is told after 30 s without a signed answer, once, and again after it came back', async () => {
    await clock.pass(20_000);
    answered('upbit');
    availability.ended({ venue: 'binance', signed: true, ok: false, failure: refusal });
    await clock.pass(29_000);
    answered('upbit');
    expect(told).toEqual([]);
    await clock.pass(20_000);
    expect(told).toEqual(['binance gone']);
    answered('binance');
    await clock.pass(29_000);
    expect(told).toEqual(['binance gone', 'binance back', 'upbit gone']);
  });

  it('is told at once when a signed read failed after all its retries', () => {
    availability.ended({ venue: 'upbit', signed: false, ok: false, failure, gaveUp: true });
    availability.ended({ venue: 'upbit', signed: true, ok: false, failure, gaveUp: false });
    expect(told).toEqual([]);
    availability.ended({ venue: 'upbit', signed: true, ok: false, failure, gaveUp: true });
    availability.ended({ venue: 'upbit', signed: true, ok: false, failure, gaveUp: true });
    expect(told).toEqual(['upbit gone']);
  });

  it('is told again after a reset of the stop when it lasts, each with its whole time, and is back once', async () => {
    await clock.pass(31_000);
    expect(told.splice(0)).toEqual(['upbit gone', 'binance gone']);
    availability.startAnew();
    await clock.pass(30_000);
    expect(told).toEqual([]);
    availability.ended({ venue: 'upbit', signed: true, ok: false, failure, gaveUp: true });
    await clock.pass(1000);
    expect(told.splice(0)).toEqual(['upbit gone', 'binance gone']);
    availability.startAnew();
    answered('upbit');
    answered('upbit');
    expect(told).toEqual(['upbit back']);
  });

  it('is not what a sleeping machine or a console that does not ask yet sees', async () => {
    clock.sleep(3_600_000);
    await clock.pass(1000);
    isWatched = false;
    await clock.pass(120_000);
    availability.ended({ venue: 'upbit', signed: true, ok: false, failure, gaveUp: true });
    isWatched = true;
    await clock.pass(25_000);
    expect(told).toEqual([]);
  });
});
