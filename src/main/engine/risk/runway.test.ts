import { describe, expect, it } from 'vitest';
import { coin } from '../../../shared/domain/ids.ts';
import { type Decimal, price, quantity, ratio, signedQuantity, text, usdt } from '../../../shared/domain/units.ts';
import type { MaintenanceRow, Position } from '../../../shared/domain/venue.ts';
import { alarmBelow, coinsToClose, freedBy, levelOf, maintenanceOf, marginToAdd, type RunwayLevel, type Short, shortsOf } from './runway.ts';

const least = ratio('0.3');
const rows: readonly MaintenanceRow[] = [
  { rate: ratio('0.01'), deduction: usdt('0') },
  { rate: ratio('0.02'), deduction: usdt('1000') },
];
const short = (over: Partial<Position> = {}): Short => {
  const [found] = shortsOf({
    positions: [
      {
        coin: coin('BTC'),
        quantity: signedQuantity('-1'),
        entryPrice: price('80000'),
        markPrice: price('100000'),
        liquidationPrice: price('120000'),
        maintenance: rows,
        ...over,
      },
    ],
  });
  if (found === undefined) throw new Error('It is a short');
  return found;
};
const shown = (value: Decimal<string> | undefined): string | undefined => (value === undefined ? undefined : text(value));

describe('shorts of an account', () => {
  it('are its positions below zero, with how far the mark may rise', () => {
    const { coin: name, quantity: size, distance } = short();
    expect([name, text(size), shown(distance)]).toEqual(['BTC', '1', '0.2']);
    const long = { ...short().position, quantity: signedQuantity('1') };
    expect(shortsOf({ positions: [long, { ...long, quantity: signedQuantity('0') }] })).toEqual([]);
    const { liquidationPrice: _none, ...unnamed } = short().position;
    expect(shortsOf({ positions: [unnamed] })[0]?.distance).toBeUndefined();
  });
});

describe('levels', () => {
  // Of 0.3: low below 0.25 until 0.3, critical below 0.15 until 0.2.
  it.each<[distance: string, after: Readonly<Record<RunwayLevel, RunwayLevel>>]>([
    ['0.3', { ok: 'ok', low: 'ok', critical: 'ok' }],
    ['0.299999', { ok: 'ok', low: 'low', critical: 'low' }],
    ['0.25', { ok: 'ok', low: 'low', critical: 'low' }],
    ['0.249999', { ok: 'low', low: 'low', critical: 'low' }],
    ['0.2', { ok: 'low', low: 'low', critical: 'low' }],
    ['0.199999', { ok: 'low', low: 'low', critical: 'critical' }],
    ['0.15', { ok: 'low', low: 'low', critical: 'critical' }],
    ['0.149999', { ok: 'critical', low: 'critical', critical: 'critical' }],
    ['-0.01', { ok: 'critical', low: 'critical', critical: 'critical' }],
  ])('at a distance of %s', (distance, after) => {
    for (const before of ['ok', 'low', 'critical'] as const)
      expect([before, levelOf(ratio(distance), least, before)]).toEqual([before, after[before]]);
  });
  it('begin where their alarm says', () => {
    expect([text(alarmBelow(least, 'low')), text(alarmBelow(least, 'critical'))]).toEqual(['0.25', '0.15']);
  });
  it('are all well where no distance is asked for', () => expect(levelOf(ratio('0'), ratio('0'), 'critical')).toBe('ok'));
});

describe('maintenance margin', () => {
  it.each([
    ['50000', '500'],
    ['100000', '1000'],
    ['150000', '2000'],
    ['0', '0'],
  ])('of %s is %s', (value, margin) => expect(text(maintenanceOf(rows, usdt(value)))).toBe(margin));
  it('is nothing where there are no rows', () => expect(text(maintenanceOf([], usdt('1')))).toBe('0'));
});

describe('margin to add', () => {
  // Liquidated at 120,000: 121,400 stand behind it. At 130,000: 131,600 have to.
  it('is what has to stand behind the position at the wanted price less what does', () => expect(shown(marginToAdd(short(), least))).toBe('10200'));
  it('is rounded up to cents', () => expect(shown(marginToAdd(short({ liquidationPrice: price('120000.05') }), least))).toBe('10199.95'));
  it('is nothing where the distance is there', () => expect(shown(marginToAdd(short({ liquidationPrice: price('130000') }), least))).toBe('0'));
  it('is not known without the price of liquidation or the table', () => {
    const { liquidationPrice: _price, ...unnamed } = short().position;
    const { maintenance: _rows, ...untold } = short().position;
    for (const position of [unnamed, untold]) {
      const [unknown] = shortsOf({ positions: [position] });
      if (unknown === undefined) throw new Error('It is a short');
      expect([marginToAdd(unknown, least), coinsToClose(unknown, least, ratio('0')), freedBy(unknown, quantity('0.1'), ratio('0'))]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
    }
  });
});

describe('coins to close', () => {
  const fee = ratio('0.0005');
  it('free what the rest needs, and one unit less does not', () => {
    const size = coinsToClose(short(), least, fee);
    if (size === undefined) throw new Error('It is known');
    const missing = (closed: string): number => {
      const rest = 1 - Number(closed);
      // Behind the rest: its part of 121,400. At 130,000 it needs its value and the maintenance margin of it.
      const needs = Math.max(rest * 130_000 * 1.01, rest * 130_000 * 1.02 - 1000) - rest * 121_400;
      return needs - Number(text(freedBy(short(), quantity(closed), fee) ?? usdt('0')));
    };
    expect(missing(text(size))).toBeLessThan(1e-6);
    expect(missing(text(size))).toBeGreaterThan(-1e-6);
    expect(missing(String(Number(text(size)) - 0.0001))).toBeGreaterThan(1);
  });
  it('are none where the distance is there', () => expect(shown(coinsToClose(short({ liquidationPrice: price('130000') }), least, fee))).toBe('0'));
  it('go by the row that asks for most, where others ask for no more than there is', () => {
    // 130,580 stand behind it; 131,600 have to, of which the value alone is 130,000: 1,020 over 130,000 · 1.02 − 100,050.
    expect(shown(coinsToClose(short({ liquidationPrice: price('129000') }), least, fee))).toBe('0.03133640553');
  });
  it('are all where nothing less does', () => {
    // What stands behind it is less than buying it back costs.
    expect(shown(coinsToClose(short({ liquidationPrice: price('90000') }), least, fee))).toBe('1');
    expect(shown(coinsToClose(short({ liquidationPrice: price('100000') }), ratio('0'), fee))).toBe('0');
    expect(shown(coinsToClose(short({ liquidationPrice: price('99000') }), ratio('0'), ratio('0.5')))).toBe('1');
  });
});
