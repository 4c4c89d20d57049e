/** Every setting by name, as text: the form that a change takes too. Pure. */
import type { SettingsView } from '../../../shared/contract/parts.ts';
import { settingNames, type Settings, settingText } from '../../../shared/domain/settings.ts';

export const settingsPart = (settings: Settings): SettingsView => Object.fromEntries(settingNames.map((name) => [name, settingText(settings, name)]));
