/** Every setting both ways, by one unit and by the least that its text can say. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLooser, looserWay } from './loosening.ts';
import { defaultSettings, defaultSettingsText, settingNames, settingText, withSetting } from './settings.ts';
import { decimal, gt, text } from './units.ts';

/** A value above the default, one below it, both taken by the schema. */
const around = (name: (typeof settingNames)[number]): readonly [below: string, above: string] => {
  const value = Number(defaultSettingsText[name]);
  if (name === 'leverage') return ['1', '2'];
  return Number.isInteger(value) ? [String(value - 1), String(value + 1)] : [String(value / 2), `${value}0000000001`];
};

describe('a limit', () => {
  it.each(settingNames)('%s lets more through one way only', (name) => {
    const way = looserWay[name];
    const present = String(defaultSettingsText[name]);
    expect(isLooser(name, present, present)).toBe(false);
    if (typeof way !== 'string') {
      expect([...way].sort()).toEqual(['limitIoc', 'market']);
      expect(isLooser(name, 'market', 'limitIoc')).toBe(true);
      expect(isLooser(name, 'limitIoc', 'market')).toBe(false);
      return;
    }
    const [below, above] = around(name);
    for (const value of [below, above]) expect(withSetting(defaultSettings, name, value).ok).toBe(true);
    const [tight, loose] = way === 'higher' ? [below, above] : [above, below];
    expect(isLooser(name, loose, tight)).toBe(true);
    expect(isLooser(name, tight, loose)).toBe(false);
  });

  it('that is a least is named so, every other one is a most', () => {
    for (const name of settingNames) {
      const way = looserWay[name];
      if (typeof way === 'string') expect([name, way]).toEqual([name, name.startsWith('min') || name === 'cooldownMs' ? 'lower' : 'higher']);
    }
  });

  it('is compared to the last digit, however it is written', () => {
    expect(isLooser('maxHedgeKrw', '100000000.00000000001', '100000000')).toBe(true);
    expect(isLooser('maxHedgeKrw', '0100000000.0', '100000000')).toBe(false);
    expect(isLooser('maxHedgeKrw', '99999999999999999999', '99999999999999999998')).toBe(true);
    expect(isLooser('minFreeMarginRatio', '.05', '0.050')).toBe(false);
    expect(isLooser('minFreeMarginRatio', '0.', '0.05')).toBe(true);
  });
  it('that cannot be compared counts as looser', () => {
    for (const odd of ['1e9', '-1', 'NaN', '', '.', 'Infinity', ' 1']) {
      expect(isLooser('maxHedgeKrw', odd, '1')).toBe(true);
      expect(isLooser('cooldownMs', '1', odd)).toBe(true);
    }
  });
  it('is compared as decimals are', () => {
    const any = fc.tuple(fc.nat(2000), fc.nat(2000)).map(([whole, rest]) => text(decimal<'krw'>(`${whole}.${rest}1`)));
    fc.assert(fc.property(any, any, (a, b) => isLooser('maxHedgeKrw', a, b) === gt(decimal<'krw'>(a), decimal<'krw'>(b))));
  });
});

describe('the text of a setting', () => {
  it('is what sets it', () => {
    for (const name of settingNames) {
      const value = settingText(defaultSettings, name);
      expect(withSetting(defaultSettings, name, value)).toEqual({ ok: true, name, settings: defaultSettings });
    }
  });
});
