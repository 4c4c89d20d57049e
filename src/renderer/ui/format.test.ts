import { describe, expect, it } from 'vitest';
import { formatsOf, none, signOf } from './format.ts';

const en = formatsOf('en');
const ko = formatsOf('ko');

describe('decimals as text', () => {
  it('lose no digit on the way to the screen', () => {
    expect(en.krw('123456789012345678')).toBe('123,456,789,012,345,678');
    expect(en.quantity('12345678901.12345678')).toBe('12,345,678,901.12345678');
    expect(en.quantity('0.10000000')).toBe('0.1');
  });
  it('have the places of their kind', () => {
    expect([en.krw('1500.5'), en.usdt('3.1'), en.premium('0.031'), en.premium('-0.0004'), en.premium('0')]).toEqual([
      '1,501',
      '3.10',
      '+3.10%',
      '-0.04%',
      '0.00%',
    ]);
    expect([en.price('155421000.4'), en.price('107842.3'), en.price('3.25'), en.price('0.00001234')]).toEqual([
      '155,421,000',
      '107,842.30',
      '3.25',
      '0.00001234',
    ]);
  });
  it('have no sign where they round to zero', () => {
    expect([en.krw('-0.4'), en.krwSigned('-0.4'), en.usdt('-0.004'), en.premium('-0.00001'), en.percent('-0.00001')]).toEqual([
      '0',
      '0',
      '0.00',
      '0.00%',
      '0%',
    ]);
  });
  it('show the least quantity there can be', () => {
    expect([en.quantity('0.000000000001'), en.quantitySigned('-0.000000000001')]).toEqual(['0.000000000001', '-0.000000000001']);
  });
  it('are a dash where there is none or no number', () => {
    expect([en.krw(null), en.premium('NaN'), en.premiumOf(Number.NaN)]).toEqual([none, none, none]);
  });
  it('tell their sign from the text', () => {
    expect(['0', '-0.000', '0.01', '-0.01', null].map(signOf)).toEqual([0, 0, 1, -1, 0]);
  });
});

describe('times', () => {
  it('are Korean, whatever the machine says', () => {
    const at = Date.UTC(2026, 10, 21, 15, 3, 27, 45);
    expect(en.clock(at)).toBe('00:03:27');
    expect(ko.exact(at)).toContain('2026. 11. 22.');
    expect(en.exact(at)).toContain('.045');
  });
  it('count what has passed and what is left', () => {
    expect([en.duration(26_001), en.duration(0), en.duration(3_723_000)]).toEqual(['0:27', '0:00', '1:02:03']);
    expect(ko.ago(185_000)).toBe('3분 전');
  });
});
