import { describe, expect, it } from 'vitest';
import { defaultSettings, defaultSettingsText, settingNames, withSetting } from '../../shared/domain/settings.ts';
import { settingCatalog, settingGroups, shiftPoint, shown, typed } from './setting-catalog.ts';

const accepts = (name: string, value: string): boolean => withSetting(defaultSettings, name, value).ok;
const oneLess = (text: string): string => String(Number(text) - 1);
const oneMore = (text: string): string => String(Number(text) + 1);

describe('the catalog of settings', () => {
  it.each(settingNames)('has the default and the range of %s as the engine has them', (name) => {
    const { default: value, least, most, choices } = settingCatalog[name];
    expect(value).toBe(String(defaultSettingsText[name]));
    if (choices !== undefined) {
      expect(choices.every((choice) => accepts(name, choice))).toBe(true);
      expect(accepts(name, 'other')).toBe(false);
      return;
    }
    // Only the KRW of a hedge has a bound that it may not touch.
    expect(accepts(name, least)).toBe(name !== 'maxHedgeKrw');
    expect(accepts(name, oneLess(least))).toBe(false);
    expect(accepts(name, most ?? '99999999999999')).toBe(true);
    if (most !== null) expect(accepts(name, oneMore(most))).toBe(false);
  });
  it('has each setting in one group', () => {
    expect(Object.values(settingGroups).flat().sort()).toEqual([...settingNames].sort());
  });
});

describe('a value on screen', () => {
  it.each([
    ['0.05', 2, '5'],
    ['5', -2, '0.05'],
    ['0.00125', 2, '0.125'],
    ['1', 2, '100'],
    ['.5', -2, '0.005'],
    ['7.', -2, '0.07'],
    ['1500', -3, '1.5'],
    ['1.5', 3, '1500'],
    ['0', -2, '0'],
    ['-0.0', 2, '0'],
    ['-3', -2, '-0.03'],
    ['0.30', 0, '0.3'],
    ['007', 0, '7'],
    ['123456789012345678.12', 2, '12345678901234567812'],
    ['five', 2, 'five'],
    ['', 2, ''],
    ['.', 2, '.'],
  ])('%s moved by %i is %s', (text, places, moved) => expect(shiftPoint(text, places)).toBe(moved));

  it.each(settingNames)('%s is typed as it is shown', (name) => {
    const { default: value } = settingCatalog[name];
    expect(typed(name, shown(name, value))).toBe(value);
  });
});
