/** Every limit as text: what is no number is no limit, and changes nothing. */
import { describe, expect, it } from 'vitest';
import { defaultSettings, defaultSettingsText, type SettingName, settingNames, withSetting } from '../../../shared/domain/settings.ts';

const numeric = settingNames.filter((name) => /^\d/.test(String(defaultSettingsText[name])));
const words: readonly SettingName[] = ['spotEntryOrder', 'perpEntryOrder'];
const nothing = ['', ' ', 'NaN', 'Infinity', '-Infinity', '-1', '1e3', '0x10', '1,000', '１', 'null', 'undefined', 'true', '+1', '.5', '5.'];

describe('a setting', () => {
  it('is a number or one of a few words', () => expect([...numeric, ...words].sort()).toEqual([...settingNames].sort()));

  it.each(numeric)('%s takes no text that is no number', (name) => {
    for (const text of nothing) expect([text, withSetting(defaultSettings, name, text).ok]).toEqual([text, false]);
    expect(withSetting(defaultSettings, name, String(defaultSettingsText[name])).ok).toBe(true);
  });

  it('that is a part of 1 reads minus zero as zero, and a count takes none', () => {
    expect(withSetting(defaultSettings, 'maxDailyLossRatio', '-0')).toMatchObject({ ok: true, settings: { maxDailyLossRatio: '0' } });
    expect(withSetting(defaultSettings, 'cooldownMs', '-0').ok).toBe(false);
    expect(withSetting(defaultSettings, 'maxHedgeKrw', '0').ok).toBe(false);
  });

  it.each<[SettingName, least: string, most: string, below: string, above: string]>([
    ['leverage', '1', '2', '0', '3'],
    ['maxPositionRatio', '0', '1', '-0.000001', '1.000001'],
    ['maxConsecutiveApiErrors', '1', '1000', '0', '1001'],
    ['maxFailedEntriesInARow', '1', '1000', '0', '1001'],
    ['maxEntriesPerMinute', '1', '1000', '0', '1001'],
    ['maxEntriesPerDay', '1', '100000', '0', '100001'],
    ['priceCollarBps', '1', '1000', '0', '1001'],
    ['maxBookAgeMs', '100', '60000', '99', '60001'],
    ['maxFxAgeMs', '100', '600000', '99', '600001'],
    ['maxClockOffsetEntryMs', '1', '60000', '0', '60001'],
    ['cooldownMs', '0', '86400000', '-1', '86400001'],
  ])('%s keeps within its bounds', (name, least, most, below, above) => {
    expect([below, least, most, above].map((text) => withSetting(defaultSettings, name, text).ok)).toEqual([false, true, true, false]);
  });

  it.each(words)('%s is one of its words', (name) => {
    for (const text of ['', 'Market', 'gtc', 'NaN']) expect(withSetting(defaultSettings, name, text).ok).toBe(false);
    expect(withSetting(defaultSettings, name, 'market').ok).toBe(true);
  });
});
