/**
 * Whether a setting may change now, and to what (spec S7.6). A tighter limit may at any time: whatever is under way is
 * held to the newest settings at the door. A looser one takes a disarmed console, so that nothing opens under a limit that
 * has just moved, and the new value typed twice.
 */
import { isLooser } from '../../shared/domain/loosening.ts';
import { type SettingName, type Settings, settingText, withSetting } from '../../shared/domain/settings.ts';
import type { Command } from './inputs.ts';
import type { State } from './state.ts';

export type SettingChange =
  | { readonly ok: true; readonly name: SettingName; readonly old: string; readonly new: string; readonly settings: Settings }
  | { readonly ok: false; readonly code: 'BAD_SETTING' | 'ARMED' | 'RETYPE_TO_LOOSEN'; readonly reason: string };

/** @returns the settings after the change, with the value's old and new text, or why not */
export function settingChange(state: State, wanted: Omit<Extract<Command, { kind: 'set' }>, 'kind'>): SettingChange {
  const { value, again } = wanted;
  const changed = withSetting(state.settings, wanted.name, value);
  if (!changed.ok) return { ok: false, code: 'BAD_SETTING', reason: changed.reason };
  const { name, settings } = changed;
  const old = settingText(state.settings, name);
  const next = settingText(settings, name);
  if (isLooser(name, next, old)) {
    if (state.armed) return { ok: false, code: 'ARMED', reason: `${name} is loosened from ${old} to ${next} only while disarmed` };
    if (again !== value)
      return { ok: false, code: 'RETYPE_TO_LOOSEN', reason: `${next} is looser than ${old}: ${name} needs it typed a second time` };
  }
  return { ok: true, name, old, new: next, settings };
}
