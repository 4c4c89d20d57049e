import { describe, expect, it } from 'vitest';
import { parseExact, withoutExponent } from './exact-json.ts';

describe('parseExact', () => {
  it.each([
    ['{"p":160500000.123456789012}', { p: '160500000.123456789012' }],
    ['[0.10, 9007199254740993123, -0.5]', ['0.10', '9007199254740993123', '-0.5']],
    ['{"a":1e-8,"b":"1e-8","c":true,"d":null}', { a: '0.00000001', b: '1e-8', c: true, d: null }],
    ['<html>', undefined],
    ['', undefined],
    ['{"cut":', undefined],
  ])('reads %s', (text, value) => {
    expect(parseExact(text)).toEqual(value);
  });
});

describe('withoutExponent', () => {
  it.each([
    ['1e-8', '0.00000001'],
    ['1.25E-2', '0.0125'],
    ['12.5e1', '125'],
    ['1.5e3', '1500'],
    ['-2e11', '-200000000000'],
    ['123.456e-2', '1.23456'],
    ['0.001e3', '1'],
    ['1e+21', '1000000000000000000000'],
    ['12.50', '12.50'],
    ['NaN', 'NaN'],
  ])('writes %s as %s', (source, plain) => {
    expect(withoutExponent(source)).toBe(plain);
  });
});
