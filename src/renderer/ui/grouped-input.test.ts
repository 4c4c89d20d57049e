import { describe, expect, it } from 'vitest';
import { caretAt, grouped, isGrouped } from './grouped-input.tsx';

describe('a number that is grouped while it is typed', () => {
  it.each([
    ['100000000', '100,000,000'],
    ['999', '999'],
    ['1000.12345', '1,000.12345'],
    ['', ''],
    ['12x', '12x'],
  ])('%s is shown as %s', (text, shown) => expect(grouped(text)).toBe(shown));
  it.each([
    ['1,000', true],
    ['12,345,678.9', true],
    ['０．５', true],
    ['1,5', false],
    ['0,005', false],
    ['1,0000', false],
    ['1.000,5', false],
  ])('%s from elsewhere is grouped as we do: %s', (text, is) => expect(isGrouped(text)).toBe(is));
  it.each([
    ['1,000', 1, 1],
    ['1,000', 2, 3],
    ['1,000', 4, 5],
    ['1,000', 0, 0],
    ['1,000', 9, 5],
  ])('in %s, %i digits lie before place %i', (text, digits, at) => expect(caretAt(text, digits)).toBe(at));
});
