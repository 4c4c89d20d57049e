import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ClockSample, offsetFrom } from './clock.ts';

/** What a venue whose clock is ours minus `offset` would show. */
const sampleOf = (sentAt: number, roundTrip: number, offset: number): ClockSample => {
  const venueNow = sentAt + roundTrip / 2 - offset;
  return { sentAt, receivedAt: sentAt + roundTrip, date: Math.floor(venueNow / 1000) * 1000, dataAt: venueNow - 50_000 };
};

describe('offsetFrom', () => {
  it('claims nothing that whole seconds do not prove', () => {
    expect(offsetFrom([sampleOf(1_795_000_000_400, 20, 0)])).toBe(0);
  });

  it('stays within what the samples prove, and never claims more than the truth', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -20_000, max: 20_000 }),
        fc.integer({ min: 0, max: 999 }),
        fc.integer({ min: 1, max: 200 }),
        (offset, phase, roundTrip) => {
          const start = 1_795_000_000_000 + phase;
          const found = offsetFrom([0, 330, 660].map((later) => sampleOf(start + later, roundTrip, offset)));
          expect(Math.abs(found)).toBeLessThanOrEqual(Math.abs(offset));
          expect(Math.abs(found - offset)).toBeLessThanOrEqual(400 + roundTrip);
        },
      ),
    );
  });

  it('believes data from the future more than the header', () => {
    const sample = { sentAt: 1_795_000_000_000, receivedAt: 1_795_000_000_010, date: 1_795_000_000_000, dataAt: 1_795_000_005_000 };
    expect(offsetFrom([sample])).toBe(-4990);
  });
});
