/** The change of one setting from its first keystroke to the engine's yes or no. */
import { useEffect, useState } from 'react';
import type { Refusal } from '../../../shared/contract/reply.ts';
import { isLooser } from '../../../shared/domain/loosening.ts';
import type { SettingName } from '../../../shared/domain/settings.ts';
import { useCommand } from '../../app/hooks.ts';
import { isBeyond, settingCatalog, shown, typed } from '../../ui/setting-catalog.ts';

export interface SettingChange {
  /** As it is on screen, and as the engine takes it. */
  readonly text: string;
  readonly next: string;
  readonly isEdited: boolean;
  /** No number, beyond the range, or the engine said that it is no value of this setting. */
  readonly isWrong: boolean;
  /** Lets more through than now: takes a disarmed console, and has to be typed `again`. */
  readonly looser: boolean;
  readonly again: string;
  readonly canSave: boolean;
  readonly pending: boolean;
  readonly refusal: Refusal | null;
  type(text: string): void;
  typeAgain(text: string): void;
  drop(): void;
  save(onSaved: () => void): Promise<void>;
}

const isNumber = (text: string): boolean => /^\d*\.?\d*$/.test(text) && /\d/.test(text);

/** @param present the engine's text of the value that is in force */
export function useSettingChange(name: SettingName, present: string): SettingChange {
  const [draft, setDraft] = useState<string | null>(null);
  const [again, setAgain] = useState('');
  const { run, pending, refusal, forget } = useCommand('settings.set');
  const isChoice = settingCatalog[name].unit === 'choice';
  const text = draft ?? shown(name, present);
  const next = isChoice ? text : typed(name, text);
  const isEdited = draft !== null && next !== present;
  const isWrong = isEdited && (refusal?.code === 'BAD_SETTING' || !(isChoice || (isNumber(text) && !isBeyond(name, next))));
  const looser = isEdited && !isWrong && isLooser(name, next, present);
  const canSave = isEdited && !isWrong && (!looser || typed(name, again) === next);

  // Saved here or in another tab: what is in force is what is shown. Until that is heard the draft stays, so that the
  // old value does not come back for a moment.
  useEffect(() => {
    setDraft((typing) => (typing === null || (isChoice ? typing : typed(name, typing)) !== present ? typing : null));
    setAgain('');
  }, [name, isChoice, present]);

  return {
    text,
    next,
    isEdited,
    isWrong,
    looser,
    again,
    canSave,
    pending,
    refusal,
    type: (value) => {
      setDraft(value);
      setAgain('');
      forget();
    },
    typeAgain: setAgain,
    drop: () => {
      setDraft(null);
      setAgain('');
      forget();
    },
    save: async (onSaved) => {
      if (!canSave) return;
      const reply = await run({ name, value: next, ...(looser ? { again: typed(name, again) } : {}) });
      if (reply.ok) onSaved();
    },
  };
}
