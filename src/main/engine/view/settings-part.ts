/** Every setting by name, as text: the form that a change takes too. Pure. */
import type { SettingsView } from '../../../shared/contract/parts.ts';
import { settingNames, type Settings } from '../../../shared/domain/settings.ts';
import { text } from '../../../shared/domain/units.ts';

export const settingsPart = (settings: Settings): SettingsView => Object.fromEntries(settingNames.map((name) => [name, asText(settings[name])]));

function asText(value: Settings[keyof Settings]): string {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value : text(value);
}
